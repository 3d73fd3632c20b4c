"""The public pages: search, services, guides."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import replace_url

from guides.domain import catalogue, search
from guides.forms import SearchForm
from guides.views import access

ON_A_PAGE = 30


@require_safe
@vary_on_headers("HX-Request")
def home(request: access.Request) -> HttpResponse:
    form = SearchForm(request.GET)
    found = search.find(form.query, only=form.only)
    page = Paginator(found.ids or found.similar, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "query": form.query,
        "page": page,
        "services": search.describe(page.object_list),
        "is_similar": bool(found.similar),
    }
    if not request.htmx or request.htmx.history_restore_request:
        return render(request, "catalogue/home.html", context)
    response = render(request, "catalogue/_results.html", {**context, "is_update": True})
    parameters = form.parameters.urlencode()
    return replace_url(response, f"{request.path}?{parameters}" if parameters else request.path)


@require_safe
def service(request: HttpRequest, slug: str) -> HttpResponse:
    service = access.service_or_404(request, slug)
    guides = service.guides.prefetch_related("translations", "sources")
    if not access.is_editor(request):
        guides = guides.published()
    ways = catalogue.ways([guide.pk for guide in guides])
    choices = [(guide, catalogue.current(ways[guide.pk])) for guide in guides]
    return render(request, "catalogue/service.html", {"service": service, "choices": choices})


@require_safe
def guide(request: HttpRequest, service_slug: str, slug: str) -> HttpResponse:
    guide = access.guide_or_404(request, service_slug, slug)
    context = {
        "guide": guide,
        "service": guide.service,
        "steps": catalogue.current(catalogue.way(guide)),
    }
    return render(request, "catalogue/guide.html", context)
