"""Writing a journey's journal: what every act in `domain.journeys` and `domain.waits` is made of.

An act opens the journal with `changing`, which locks the journey and brings its reminders and
calendar up to what was written. Whatever cannot be done raises `NotPossible`, and changes nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from guides.domain import calendars, clocks, reminders, standings
from guides.domain.clocks import Clock
from guides.domain.standings import Standing
from guides.domain.timeline import State, StepState
from guides.models import Entry, Journey, Step
from guides.models.journeys import EntryQuerySet

# A moment further back, or a date further ahead, is a slip of the finger.
LONGEST_PAST = timedelta(days=366)
LONGEST_AHEAD = timedelta(days=10 * 366)
# A browser's clock may run ahead of ours by this much.
CLOCK_SKEW = timedelta(minutes=2)


class NotPossible(Exception):
    """The act cannot be done now; the message says why, in the person's language."""


class MovedOn(NotPossible):
    """The act came too late, as from an old tab: nobody did anything wrong."""


# --- Opening it -----------------------------------------------------------------------------------


@contextmanager
def changing(journey: Journey, now: datetime) -> Iterator[Standing]:
    """The journey, locked against other tabs and workers; its reminders follow what is changed."""
    with transaction.atomic():
        journey = locked(journey)
        if journey.finished_at:
            raise NotPossible(_("This is finished already. Open it again to change it."))
        yield standings.of(journey=journey, now=now)
        project(journey, now)


def locked(journey: Journey) -> Journey:
    return Journey.objects.select_for_update(of=("self",)).select_related("user").get(pk=journey.pk)


def project(journey: Journey, now: datetime) -> None:
    """Bring what follows from the journal up to it: reminders and calendar events."""
    here = standings.of(journey=journey, now=now)
    reminders.reconcile(here=here)
    calendars.reconcile(here=here)


# --- What is asked before an act ------------------------------------------------------------------


def on_the_way(here: Standing, step: Step) -> StepState[Step]:
    """The state of the step. Raises NotPossible where there is nothing to do for it."""
    current = here.timeline.get(step.pk)
    if current is None:
        raise NotPossible(_("This step is no longer part of the guide."))
    if current.state is State.HEADING:
        raise NotPossible(_("There is nothing to tick here."))
    return current


def refuse_blocked(current: StepState[Step]) -> None:
    if current.state is State.BLOCKED:
        raise NotPossible(_("This step cannot start yet. Finish the ones before it first."))


def past(moment: datetime, now: datetime) -> datetime:
    """The moment that the person gave, which is never one to come."""
    if moment > now + CLOCK_SKEW:
        raise NotPossible(_("That moment is in the future. Give one in the past."))
    if moment < now - LONGEST_PAST:
        raise NotPossible(_("That was more than a year ago. Give a later date."))
    return min(moment, now)


# --- Writing --------------------------------------------------------------------------------------


def write(
    here: Standing,
    step: Step,
    kind: Entry.Kind,
    now: datetime,
    *,
    happened_at: datetime | None = None,
    **details: object,
) -> Entry:
    return Entry.objects.create(
        journey=here.journey,
        step=step,
        kind=kind,
        happened_at=happened_at or now,
        recorded_at=now,
        **details,
    )


def start_clock(
    here: Standing,
    step: Step,
    clock: Clock,
    *,
    started_at: datetime,
    now: datetime,
    caused_by: Entry | None = None,
) -> Entry:
    return write(
        here,
        step,
        Entry.Kind.STARTED,
        now,
        happened_at=started_at,
        shortest_at=clock.shortest_at,
        longest_at=clock.longest_at,
        stay_signed_out=step.stay_signed_out,
        caused_by=caused_by,
    )


def end_waits_before(here: Standing, step: Step, entry: Entry, now: datetime) -> None:
    """Whoever goes on after a wait that is over has said that it ended."""
    if step.while_waiting:
        return
    for each in here.timeline.steps:
        if each.step.pk == step.pk:
            return
        if each.state in {State.OVER, State.OVERDUE}:
            write(here, each.step, Entry.Kind.DONE, now, caused_by=entry)


# --- Taking back ----------------------------------------------------------------------------------


def go_back(here: Standing, step: Step, kind: Entry.Kind, now: datetime) -> Entry:
    """From a wait that failed, or an act whose time has passed, to the step to repeat."""
    target = clocks.step_to_go_back_to(here.steps, step)
    entry = write(here, target, kind, now)
    take_back(here, clocks.from_here(here.steps, target), entry)
    return entry


def take_back(here: Standing, step_ids: set[int], entry: Entry) -> None:
    """Everything that was said of these steps before `entry` stands no longer."""
    earlier(here, entry).filter(step__in=step_ids).update(taken_back_by=entry)


def earlier(here: Standing, entry: Entry) -> EntryQuerySet:
    return Entry.objects.standing().filter(journey=here.journey, pk__lt=entry.pk)
