"""Waits and deadlines as calendars know them: events with a stable name and a counted sequence."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from guides.domain import catalogue
from guides.domain.reminders import after_night
from guides.domain.standings import Standing
from guides.models import CalendarEvent, Step, User
from guides.models.accounts import new_key

# A calendar rings for a deadline this much before it; for a wait when it is over, but not at night.
DEADLINE_ALARM = timedelta(days=-1)


# --- Keeping the events true --------------------------------------------------------------------


def reconcile(*, here: Standing) -> None:
    """Bring the events of the journey up to what runs now.

    A moment that moved counts its event's sequence up; one that fell away before it came is
    cancelled. What has happened stays in the calendar.
    """
    now = here.timeline.now
    wanted = {} if here.journey.finished_at else dict(_moments(here))
    for event in here.journey.calendar_events.all():
        starts_at = wanted.pop(event.step_id, None)
        is_cancelled = starts_at is None and (event.is_cancelled or event.starts_at > now)
        starts_at = starts_at or event.starts_at
        if (starts_at, is_cancelled) != (event.starts_at, event.is_cancelled):
            event.starts_at, event.is_cancelled = starts_at, is_cancelled
            event.sequence += 1
            event.changed_at = now
            event.save()
    CalendarEvent.objects.bulk_create(
        CalendarEvent(journey=here.journey, step_id=step_id, starts_at=starts_at, changed_at=now)
        for step_id, starts_at in wanted.items()
    )


def _moments(here: Standing) -> Iterator[tuple[int, datetime]]:
    """The end of each running wait and of each time to act, by step."""
    for each in here.timeline.steps:
        if each.facts.longest_at and each.has_running_clock:
            yield each.step.pk, each.facts.longest_at


# --- The address to subscribe to ----------------------------------------------------------------


def renew_address(*, person: User) -> None:
    """Give the person a calendar address, a new one if there was one: the old one is then dead."""
    person.calendar_key = new_key()
    person.save(update_fields=["calendar_key"])


def revoke_address(*, person: User) -> None:
    person.calendar_key = None
    person.save(update_fields=["calendar_key"])


# --- Writing iCalendar --------------------------------------------------------------------------


def feed(*, person: User) -> bytes:
    """All events of the person, in their language (RFC 5545)."""
    events = CalendarEvent.objects.filter(journey__user=person)
    return _write(person, _with_names(events))


def single(*, person: User, event: CalendarEvent) -> bytes:
    """One event as a file of its own, under the same name as in the feed."""
    return _write(person, _with_names(CalendarEvent.objects.filter(pk=event.pk)))


def _with_names(events: QuerySet[CalendarEvent]) -> QuerySet[CalendarEvent]:
    return events.select_related("journey__guide__service", "step").prefetch_related(
        "step__translations", "journey__guide__service__translations"
    )


def _write(person: User, events: Iterable[CalendarEvent]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Wayout//Wayout//EN")
    calendar.add("version", "2.0")
    with translation.override(person.language):
        calendar.add("x-wr-calname", "Wayout")
        for event in events:
            calendar.add_component(_event(person, event))
    return calendar.to_ical()


def _event(person: User, event: CalendarEvent) -> Event:
    is_wait = event.step.kind == Step.Kind.WAIT
    title = _("A waiting period ends") if is_wait else _("Time to act runs out")
    if person.shows_names:
        service = catalogue.text(event.journey.service, "name", person.language)[0]
        title = f"{service}: {catalogue.text(event.step, 'title', person.language)[0]}"
    written = Event()
    written.add("uid", f"{event.pk}-{event.journey_id}@{urlsplit(settings.SITE_URL).hostname}")
    written.add("sequence", event.sequence)
    written.add("dtstamp", event.changed_at)
    written.add("last-modified", event.changed_at)
    written.add("dtstart", event.starts_at)
    written.add("summary", title)
    written.add("transp", "TRANSPARENT")
    written.add("class", "PRIVATE")
    written.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    written.add("url", settings.SITE_URL + reverse("journeys:wizard", args=[event.journey_id]))
    if not event.is_cancelled:
        morning = after_night(event.starts_at, person.zone) - event.starts_at
        written.add_component(_alarm(title, morning if is_wait else DEADLINE_ALARM))
    return written


def _alarm(title: str, after: timedelta) -> Alarm:
    """Rings so long after the moment of its event; before it, if negative."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", after)
    return alarm
