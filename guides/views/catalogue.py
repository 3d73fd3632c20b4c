"""The public pages: search, services, guides."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import replace_url

from guides.domain import catalogue, choices, overviews, search
from guides.domain.journeys import Urgency
from guides.forms import SearchForm
from guides.views import access, kept

View = Callable[..., HttpResponse]

ON_A_PAGE = 30
MOST_TODAY = 5  # the list of journeys has them all


@require_safe
@kept.public(*SearchForm.base_fields, "page")
@vary_on_headers("HX-Request")
def home(request: access.Request) -> HttpResponse:
    form = SearchForm(request.GET)
    found = search.find(form.query, only=form.only, language=get_language())
    page = Paginator(found.ids or found.similar, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "query": form.query,
        "page": page,
        "services": search.describe(page.object_list),
        "is_similar": bool(found.similar),
    }
    if request.htmx and not request.htmx.history_restore_request:
        response = render(request, "catalogue/_results.html", {**context, "is_update": True})
        parameters = form.parameters.urlencode()
        return replace_url(response, f"{request.path}?{parameters}" if parameters else request.path)
    if request.user.is_authenticated:
        context |= _today(request, timezone.now())
    return render(request, "catalogue/home.html", context)


def _today(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """What the person's own journeys ask for now, first what runs out; what waits can wait."""
    groups = overviews.of(person=access.person(request), now=now).groups
    deadlines, ready = groups.get(Urgency.DEADLINE, []), groups.get(Urgency.READY, [])
    room = max(0, MOST_TODAY - len(deadlines))
    return {
        "is_leaving": bool(groups),
        "pressing": [(Urgency.DEADLINE, deadlines[:MOST_TODAY]), (Urgency.READY, ready[:room])],
        "count": len(deadlines) + len(ready),
        "waiting": groups.get(Urgency.WAITING, []),
        "now": now,
    }


def follow_mergers(view: View) -> View:
    """Lead from the address of a service that was merged into another to where it is now."""

    @wraps(view)
    def following(request: HttpRequest, **slugs: str) -> HttpResponse:
        try:
            return view(request, **slugs)
        except Http404:
            address = access.new_address_or_404(request, *slugs.values())
            return redirect(address, permanent=True)

    return following


@require_safe
@follow_mergers
@kept.public()
def service(request: HttpRequest, slug: str) -> HttpResponse:
    service = access.service_or_404(request, slug)
    guides = service.guides.easiest_first().select_related("origin")
    guides = guides.prefetch_related("translations")
    if not access.is_editor(request):
        guides = guides.published()
    ways = catalogue.ways([guide.pk for guide in guides])
    comparison = choices.compare(
        guides=guides,
        ways={pk: catalogue.current(way) for pk, way in ways.items()},
        language=get_language(),
    )
    return render(request, "catalogue/service.html", {"service": service, "comparison": comparison})


@require_safe
@follow_mergers
@kept.public()
def guide(request: HttpRequest, service_slug: str, slug: str) -> HttpResponse:
    guide = access.guide_or_404(request, service_slug, slug)
    others = choices.others(guide=guide)
    context = {
        "guide": guide,
        "service": guide.service,
        "steps": catalogue.current(catalogue.way(guide)),
        "device": choices.device(guide, beside=others),
        "others": others,
        "instead": choices.instead(guide=guide, others=others),
    }
    return render(request, "catalogue/guide.html", context)
