"""The public pages: search, services, guides."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from guides.domain import catalogue
from guides.models import Guide
from guides.views import access, kept

MOST_RESULTS = 50


@require_safe
@kept.public("q")
@vary_on_headers("HX-Request")
def home(request: access.Request) -> HttpResponse:
    query = request.GET.get("q", "")[:200]
    found = catalogue.search(query)
    offered = Prefetch("guides", Guide.objects.published(), to_attr="offered")
    services = found.prefetch_related("translations", "domains", offered)[:MOST_RESULTS]
    context = {"query": query, "services": services}
    is_partial = request.htmx and not request.htmx.history_restore_request
    template = "catalogue/_results.html" if is_partial else "catalogue/home.html"
    return render(request, template, context)


@require_safe
@kept.public()
def service(request: HttpRequest, slug: str) -> HttpResponse:
    service = access.service_or_404(request, slug)
    guides = service.guides.prefetch_related("translations", "sources")
    if not access.is_editor(request):
        guides = guides.published()
    ways = catalogue.ways([guide.pk for guide in guides])
    choices = [(guide, catalogue.current(ways[guide.pk])) for guide in guides]
    return render(request, "catalogue/service.html", {"service": service, "choices": choices})


@require_safe
@kept.public()
def guide(request: HttpRequest, service_slug: str, slug: str) -> HttpResponse:
    guide = access.guide_or_404(request, service_slug, slug)
    context = {
        "guide": guide,
        "service": guide.service,
        "steps": catalogue.current(catalogue.way(guide)),
    }
    return render(request, "catalogue/guide.html", context)
