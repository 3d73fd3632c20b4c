"""Who may see which row: every look-up by something that came with a request is here.

Each function answers with the row or raises Http404, which tells nobody that the row exists.
"""

from typing import cast
from uuid import UUID

from django.core.signing import BadSignature
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from guides import emails
from guides.domain import addresses, answers, catalogue, own_ways
from guides.domain.answers import Answer
from guides.models import CalendarEvent, Guide, Journey, Reminder, Service, Step, User


class Request(HttpRequest):
    """A request with what the middleware adds to it."""

    htmx: HtmxDetails


def person(request: HttpRequest) -> User:
    """Who is signed in; for views that only such people reach."""
    return cast(User, request.user)


def is_editor(request: HttpRequest) -> bool:
    return request.user.is_staff and request.user.has_perm("guides.view_guide")


def service_or_404(request: HttpRequest, slug: str) -> Service:
    """Any service: of one without a published guide, the page says so."""
    services = Service.objects.prefetch_related("translations", "domains")
    return get_object_or_404(services, slug=slug)


def unguided_service_or_404(request: HttpRequest, slug: str) -> Service:
    """A service of which there is no published guide."""
    service = service_or_404(request, slug)
    if service.guides.published().exists():
        raise Http404
    return service


def guide_or_404(request: HttpRequest, service_slug: str, slug: str) -> Guide:
    """A published guide; for editors a draft too. `my_journey`: the id of one's own."""
    guides = Guide.objects.select_related("service", "origin", "figures").prefetch_related(
        "translations", "service__translations", "sources", "origin__notes"
    )
    mine = Journey.objects.running().filter(user=request.user.pk, guide=OuterRef("pk"), own_name="")
    guides = guides.annotate(my_journey=Subquery(mine.values("pk")))
    if not is_editor(request):
        guides = guides.filter(is_published=True)
    return get_object_or_404(guides, service__slug=service_slug, slug=slug)


def new_address_or_404(request: HttpRequest, service_slug: str, slug: str = "") -> str:
    """Where something is now whose service was merged into another, if they may see it there."""
    match addresses.moved_to(service_slug, slug):
        case Guide() as guide:
            return guide_or_404(request, guide.service.slug, guide.slug).get_absolute_url()
        case Service() as service:
            return service_or_404(request, service.slug).get_absolute_url()
    raise Http404


def published_guide(service_slug: str, slug: str) -> Guide | None:
    """A guide that anybody may see, if it is still there, or where it is now."""
    try:
        guide = addresses.guide_at(service_slug, slug)
    except Guide.DoesNotExist:
        return None
    return guide if guide.is_published else None


def journey_or_404(request: HttpRequest, journey_id: UUID) -> Journey:
    """The signed-in person's own journey."""
    journeys = Journey.objects.select_related("guide__service", "guide__origin")
    journey = get_object_or_404(journeys, pk=journey_id, user=request.user)
    journey.user = person(request)
    catalogue.read_ahead([journey.guide], "title", "you_lose")
    catalogue.read_ahead([journey.guide.service], "name")
    return journey


def own_journey_or_404(request: HttpRequest, journey_id: UUID) -> Journey:
    """The person's own journey along the general guide."""
    journey = journey_or_404(request, journey_id)
    if not own_ways.is_general(journey.guide):
        raise Http404
    return journey


def step_or_404(journey: Journey, step_id: int) -> Step:
    """A step on the way of the journey, retired ones included."""
    return step_of_guide_or_404(journey.guide, step_id)


def step_of_guide_or_404(guide: Guide, step_id: int) -> Step:
    """The same of a guide."""
    for step in catalogue.way(guide):
        if step.pk == step_id:
            return step
    raise Http404


def event_or_404(journey: Journey, step_id: int) -> CalendarEvent:
    return get_object_or_404(journey.calendar_events, step=step_or_404(journey, step_id))


def calendar_or_404(key: str) -> User:
    """The person whose calendar the key in the address names."""
    return get_object_or_404(User, calendar_key=key, is_active=True)


def answer_or_404(token: str, answer: str) -> tuple[Reminder | None, Answer]:
    """The reminder and the answer that a link in an e-mail names; only what we signed is found.

    Of a reminder that is so old that it has been cleared there is only the answer.
    """
    try:
        reminder_id = emails.read_answer_token(token)
        chosen = Answer(answer)
    except (BadSignature, ValueError):
        raise Http404 from None
    reminders = Reminder.objects.select_related("journey__user", "journey__guide__service", "step")
    reminder = reminders.filter(pk=reminder_id).first()
    if reminder is None:
        return None, chosen
    if not reminder.journey.user.is_active or chosen not in answers.possible(reminder):
        raise Http404
    return reminder, chosen


def stop_key_or_404(key: str, journey_id: UUID | None) -> tuple[User, Journey | None]:
    """The person whom the key in an e-mail names, and their journey if one is named."""
    person = get_object_or_404(User, stop_key=key)
    if journey_id is None:
        return person, None
    return person, get_object_or_404(
        Journey.objects.select_related("guide__service"), pk=journey_id, user=person
    )
