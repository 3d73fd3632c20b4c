"""The public pages: search, services, guides."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from guides.domain import catalogue, choices, overviews
from guides.domain.journeys import Urgency
from guides.models import Guide
from guides.views import access

MOST_RESULTS = 50
MOST_TODAY = 5  # the list of journeys has them all


@require_safe
@vary_on_headers("HX-Request")
def home(request: access.Request) -> HttpResponse:
    query = request.GET.get("q", "")[:200]
    found = catalogue.search(query)
    guides = Guide.objects.published().easiest_first().select_related("origin")
    offered = Prefetch("guides", guides, to_attr="offered")
    services = found.prefetch_related("translations", "domains", offered)[:MOST_RESULTS]
    context = {"query": query, "services": services}
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "catalogue/_results.html", context)
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


@require_safe
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
