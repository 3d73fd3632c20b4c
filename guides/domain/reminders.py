"""Which reminders a journey ought to have, and when; `domain.delivery` sends them."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple

from guides.domain.clocks import DAY, near_end
from guides.domain.facts import Span
from guides.domain.standings import Standing
from guides.domain.timeline import PATIENCE, State, StepState
from guides.models import Journey, Reminder, Step, User

# Nobody is written to between these times of their day, unless the morning would be too late.
SLEEPS, WAKES = time(21), time(8)
# A day that the person chose begins, for a reminder, at this time of their day.
MORNING = time(9)
# After a wait should have ended, we ask this much later whether there is news; then no more.
ASK_AGAIN = (PATIENCE, timedelta(days=14))
UNTOUCHED_FOR = timedelta(days=7)


class Planned(NamedTuple):
    """One message that ought to go out. The first three make two reminders the same."""

    step_id: int
    kind: str
    due_at: datetime
    about_at: datetime
    is_urgent: bool


def plan(here: Standing) -> Iterator[Planned]:
    """Every reminder that the journey, as it stands, asks for; past ones included."""
    zone = here.journey.user.zone
    for each in here.timeline.steps:
        if each.is_running:
            yield from _of_a_wait(each, zone)
        elif span := each.time_to_act:
            yield from _of_a_deadline(each, span, zone)
    yield from _of_the_journey(here, zone)


def _of_a_wait(each: StepState[Step], zone: tzinfo) -> Iterator[Planned]:
    if each.facts.shortest_at:
        yield _planned(each.step, Reminder.Kind.COULD_BE_OVER, each.facts.shortest_at, zone)
    span = each.facts.span
    if span is None:
        return
    ends_at = span.ends_at
    if each.step.wait_reason == Step.WaitReason.GRACE:
        near = near_end(*span)
        yield _planned(each.step, Reminder.Kind.LAST_CHANCE, ends_at, zone, at=near, before=ends_at)
    yield _planned(each.step, Reminder.Kind.OVER, ends_at, zone)
    for later in ASK_AGAIN:
        yield _planned(each.step, Reminder.Kind.NO_ANSWER, ends_at, zone, at=ends_at + later)


def _of_a_deadline(each: StepState[Step], span: Span, zone: tzinfo) -> Iterator[Planned]:
    ends_at, kind = span.ends_at, Reminder.Kind.DEADLINE_NEAR
    if each.state is not State.LAPSED:
        yield _planned(each.step, kind, ends_at, zone, at=near_end(*span), before=ends_at)
    yield _planned(each.step, Reminder.Kind.LAPSED, ends_at, zone)


def _of_the_journey(here: Standing, zone: tzinfo) -> Iterator[Planned]:
    following = here.timeline.next
    if following is None:
        return
    if here.journey.remind_on:
        chosen_at = datetime.combine(here.journey.remind_on, MORNING, tzinfo=zone)
        yield _planned(following.step, Reminder.Kind.CHOSEN, chosen_at, zone)
    if here.journey.user.wants_nudges and not here.timeline.running_waits:
        left_at = here.touched_at + UNTOUCHED_FOR
        yield _planned(following.step, Reminder.Kind.UNTOUCHED, left_at, zone)


def _planned(
    step: Step,
    kind: str,
    about_at: datetime,
    zone: tzinfo,
    *,
    at: datetime | None = None,
    before: datetime | None = None,
) -> Planned:
    """A reminder `at` a moment, or in the morning after it; at once if `before` then passes."""
    moment = at or about_at
    due_at = after_night(moment, zone)
    is_urgent = before is not None and due_at >= before
    return Planned(step.pk, kind, moment if is_urgent else due_at, about_at, is_urgent)


def is_night(moment: datetime, zone: tzinfo) -> bool:
    return not WAKES <= moment.astimezone(zone).time() < SLEEPS


def after_night(moment: datetime, zone: tzinfo) -> datetime:
    """The moment itself by day, the next morning at WAKES by night, in `zone`."""
    if not is_night(moment, zone):
        return moment
    local = moment.astimezone(zone)
    day = local.date() + (DAY if local.time() >= SLEEPS else timedelta())
    return datetime.combine(day, WAKES, tzinfo=zone).astimezone(moment.tzinfo)


# --- Keeping them true --------------------------------------------------------------------------


def reconcile(*, here: Standing) -> None:
    """Make the unsent reminders of the journey those that it ought to have.

    Moments that have passed are not planned anew: the person is looking at the page right now.
    A finished journey has none.
    """
    journey = here.journey
    wanted = {} if journey.finished_at else {planned[:3]: planned for planned in plan(here)}
    obsolete: list[int] = []
    for reminder in journey.reminders.select_related("message"):
        same = wanted.pop((reminder.step_id, reminder.kind, reminder.due_at), None)
        if _is_said(reminder):
            wanted = {key: each for key, each in wanted.items() if not _says(reminder, each)}
        elif same is None:
            obsolete.append(reminder.pk)
    journey.reminders.filter(pk__in=obsolete).delete()
    Reminder.objects.bulk_create(
        Reminder(journey=journey, **planned._asdict())
        for planned in wanted.values()
        if planned.due_at > here.timeline.now
    )


def _is_said(reminder: Reminder) -> bool:
    """It has been sent, even where only its message is marked so yet."""
    message = reminder.message
    return bool(reminder.sent_at or (message and message.sent_at))


def _says(said: Reminder, planned: Planned) -> bool:
    """It said the same already; in another time zone days begin and nights end at other hours."""
    if (said.step_id, said.kind) != (planned.step_id, planned.kind):
        return False
    is_about_it = said.about_at == planned.about_at or said.kind == Reminder.Kind.CHOSEN
    return is_about_it and abs(said.due_at - planned.due_at) < DAY


# --- Switching them on and off ------------------------------------------------------------------


def switch(*, person: User, journey: Journey | None = None, on: bool) -> None:
    """Send reminders or none: of one journey, or altogether."""
    switched = journey or person
    switched.wants_reminders = on
    switched.save(update_fields=["wants_reminders"])


def are_on(*, journey: Journey) -> bool:
    """What is planned for the journey will really be sent."""
    person = journey.user
    return journey.wants_reminders and person.wants_reminders and not person.bounced_at


def last_and_next(*, journey: Journey) -> tuple[Reminder | None, Reminder | None]:
    """The reminder that was sent last, and the one that is sent next."""
    rows = list(journey.reminders.all())
    sent = [(each.sent_at, each.pk, each) for each in rows if each.sent_at]
    ahead = (each for each in rows if not each.sent_at and not each.failed_at)
    return max(sent)[2] if sent else None, next(ahead, None)


def next_for(*, person: User) -> Reminder | None:
    """The next reminder of all journeys of the person that will really be sent."""
    if not person.wants_reminders or person.bounced_at:
        return None
    unsent = Reminder.objects.unsent().filter(journey__user=person, journey__wants_reminders=True)
    return unsent.select_related("journey__guide__service").first()
