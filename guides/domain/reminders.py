"""Which reminders a journey ought to have; `domain.delivery` sends them."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from guides.domain.timeline import State, Timeline, near_end
from guides.models import Journey, Reminder, Step, User


class Planned(NamedTuple):
    """One message that ought to go out; what makes two reminders the same."""

    step_id: int
    kind: str
    due_at: datetime


def plan(timeline: Timeline[Step]) -> Iterator[Planned]:
    """Every reminder that the journey, as it stands, asks for; past ones included."""
    for each in timeline.steps:
        facts, step_id = each.facts, each.step.pk
        if each.is_running and facts.shortest_at:
            yield Planned(step_id, Reminder.Kind.COULD_BE_OVER, facts.shortest_at)
        if each.is_running and facts.longest_at:
            yield Planned(step_id, Reminder.Kind.OVER, facts.longest_at)
        if each.state is State.TO_DO and facts.started_at and facts.longest_at:
            yield Planned(
                step_id, Reminder.Kind.DEADLINE_NEAR, near_end(facts.started_at, facts.longest_at)
            )


def reconcile(*, journey: Journey, timeline: Timeline[Step]) -> None:
    """Make the unsent reminders of the journey those that it ought to have.

    Moments that have passed are not planned anew: the person is looking at the page right now.
    A finished journey has none.
    """
    wanted = set() if journey.finished_at else set(plan(timeline))
    there: set[Planned] = set()
    obsolete: list[int] = []
    for reminder in journey.reminders.all():
        planned = Planned(reminder.step_id, reminder.kind, reminder.due_at)
        there.add(planned)
        if reminder.sent_at is None and planned not in wanted:
            obsolete.append(reminder.pk)
    journey.reminders.filter(pk__in=obsolete).delete()
    Reminder.objects.bulk_create(
        Reminder(journey=journey, step_id=each.step_id, kind=each.kind, due_at=each.due_at)
        for each in sorted(wanted - there)
        if each.due_at > timeline.now
    )


def stop(*, person: User, journey: Journey | None) -> None:
    """Send no more reminders: of this journey, or none at all."""
    switched = journey or person
    switched.wants_reminders = False
    switched.save(update_fields=["wants_reminders"])


def next_unsent(*, journey: Journey) -> Reminder | None:
    return journey.reminders.unsent().first()
