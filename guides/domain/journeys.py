"""What a person can do on a journey: each function is one act in one transaction.

Acts write journal entries (`domain.journal`); `domain.timeline` says what they mean. What can be
said of waits and deadlines is in `domain.waits`. Every function raises `NotPossible` with a
sentence for the person, and then changes nothing.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from math import inf
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guides.domain import clocks, journal
from guides.domain.journal import NotPossible
from guides.domain.standings import Standing
from guides.domain.timeline import State, StepState
from guides.models import Entry, Guide, Journey, Step, User

# Whoever says that a journey ended so has checked it.
CHECKED = {Journey.Outcome.GONE, Journey.Outcome.DEACTIVATED}


class Urgency(StrEnum):
    """What a journey asks of the person, in the order of the list: of what waiting costs."""

    DEADLINE = "deadline"
    READY = "ready"
    WAITING = "waiting"
    FINISHED = "finished"


def urgency(here: Standing) -> Urgency:
    if here.journey.finished_at:
        return Urgency.FINISHED
    limited = here.timeline.deadline
    if limited and (span := limited.time_to_act) and here.timeline.now >= clocks.near_end(*span):
        return Urgency.DEADLINE
    return Urgency.WAITING if here.timeline.is_waiting else Urgency.READY


def by_urgency(all_of_them: Iterable[Standing]) -> dict[str, list[Standing]]:
    """Journeys in groups, in the order of `Urgency`; empty groups are left out."""
    groups: dict[str, list[Standing]] = {each.value: [] for each in Urgency}
    for here in sorted(all_of_them, key=_soonest_first):
        groups[urgency(here)].append(here)
    groups[Urgency.READY].sort(key=_is_overdue, reverse=True)
    return {name: group for name, group in groups.items() if group}


def _is_overdue(here: Standing) -> bool:
    """News should have come long ago, so something may have gone wrong."""
    wait = here.timeline.ended_wait
    return wait is not None and wait.state is State.OVERDUE


def _soonest_first(here: Standing) -> float:
    """What was begun first comes first where nothing ends; what ends nobody knows when, last."""
    limited = here.timeline.deadline
    moments = [here.timeline.waiting_until, limited.until if limited else None]
    if here.journey.finished_at:
        return -here.journey.finished_at.timestamp()
    at_last = inf if here.timeline.is_waiting else here.journey.started_at.timestamp()
    return min((moment.timestamp() for moment in moments if moment), default=at_last)


# --- Beginning and ending -----------------------------------------------------------------------


def start(*, user: User, guide: Guide, now: datetime, **own: Any) -> Journey:
    """Begin the guide, or go on with the journey along it that is already running.

    `own` are the columns of a service that is in no catalogue: many lead along one guide.
    """
    try:
        with transaction.atomic():
            journey = Journey.objects.create(user=user, guide=guide, started_at=now, **own)
            journal.project(journey, now)
            return journey
    except IntegrityError:
        running = Journey.objects.running().called(own.get("own_name", ""))
        return running.get(user=user, guide=guide)


def good_outcome(*, journey: Journey) -> Journey.Outcome:
    """How the journey ends if all goes well."""
    if journey.guide.goal == Guide.Goal.DEACTIVATE:
        return Journey.Outcome.DEACTIVATED
    return Journey.Outcome.GONE


def finish(*, journey: Journey, outcome: str, now: datetime) -> None:
    """End the journey. It stays as it is from then on, whatever happens to its guide.

    To say that it is gone ticks the check which is open.
    """
    with journal.changing(journey, now) as here:
        if outcome in CHECKED:
            for each in here.timeline.steps:
                if each.is_doable and each.step.kind == Step.Kind.CHECK:
                    entry = journal.write(here, each.step, Entry.Kind.DONE, now)
                    journal.end_waits_before(here, each.step, entry, now)
        here.journey.outcome = Journey.Outcome(outcome)
        here.journey.finished_at = now
        here.journey.save(update_fields=["outcome", "finished_at"])


def remind_on(*, journey: Journey, day: date | None, now: datetime) -> None:
    """Remind the person on a day of their choice, years ahead too; None takes it back."""
    with journal.changing(journey, now) as here:
        today = now.astimezone(here.journey.user.zone).date()
        if day and not today < day <= today + journal.LONGEST_AHEAD:
            raise NotPossible(_("Choose a day from tomorrow on, within the next ten years."))
        here.journey.remind_on = day
        here.journey.save(update_fields=["remind_on"])


def plan_anew(*, user: User, now: datetime) -> None:
    """Bring the reminders of all running journeys up to the person's settings."""
    for journey in Journey.objects.running().filter(user=user):
        journal.project(journal.locked(journey), now)


def resume(*, journey: Journey, now: datetime) -> None:
    """Take up a finished journey again, where it was."""
    with transaction.atomic():
        journey = journal.locked(journey)
        running = Journey.objects.running().called(journey.own_name)
        running = running.filter(user=journey.user_id, guide=journey.guide_id)
        if running.exclude(pk=journey.pk).exists():
            raise NotPossible(_("You have started this guide again. Go on there."))
        if journey.finished_at and journey.outcome in CHECKED:
            # The check that said so is open again.
            checks = journey.entries.filter(kind=Entry.Kind.DONE, step__kind=Step.Kind.CHECK)
            checks.filter(recorded_at=journey.finished_at).delete()
        journey.outcome = ""
        journey.finished_at = None
        journey.save(update_fields=["outcome", "finished_at"])
        journal.project(journey, now)


# --- Steps --------------------------------------------------------------------------------------


def complete_step(
    *, journey: Journey, step: Step, now: datetime, happened_at: datetime | None = None
) -> Entry | None:
    """Tick the step and start the clocks that count from it; of a wait, end it.

    `happened_at` says that it was done earlier. A second tick changes nothing and returns None.
    """
    with journal.changing(journey, now) as here:
        current = journal.on_the_way(here, step)
        if current.state is State.DONE:
            return None
        moment = journal.past(happened_at or now, now)
        if current.state is State.LAPSED and not _was_in_time(current, moment):
            raise NotPossible(
                _("The time for this step has passed. Go back to the step before it.")
            )
        if step.kind == Step.Kind.WAIT and not current.is_running:
            raise NotPossible(_("This waiting period has not begun yet."))
        journal.refuse_blocked(current)
        entry = journal.write(here, step, Entry.Kind.DONE, now, happened_at=moment)
        journal.end_waits_before(here, step, entry, now)
        for clocked in clocks.started_by(here.steps, step):
            if here.timeline[clocked.pk].facts.started_at is None:
                clock = clocks.set_clock(clocked, moment, here.journey.user.zone)
                journal.start_clock(
                    here, clocked, clock, started_at=moment, now=now, caused_by=entry
                )
        return entry


def skip_step(*, journey: Journey, step: Step, now: datetime) -> Entry | None:
    with journal.changing(journey, now) as here:
        current = journal.on_the_way(here, step)
        if current.state is State.SKIPPED:
            return None
        if not step.is_optional:
            raise NotPossible(_("This step is needed: it cannot be skipped."))
        if current.state is State.DONE:
            raise NotPossible(_("This step is done already."))
        journal.refuse_blocked(current)
        return journal.write(here, step, Entry.Kind.SKIPPED, now)


def reopen_step(*, journey: Journey, step: Step, now: datetime) -> Entry | None:
    """Untick the step. What followed from it (its wait, and what came after) is taken back too."""
    with journal.changing(journey, now) as here:
        current = journal.on_the_way(here, step)
        if current.state not in {State.DONE, State.SKIPPED}:
            return None
        entry = journal.write(here, step, Entry.Kind.REOPENED, now)
        journal.take_back(here, clocks.falls_with(here.steps, step), entry)
        # Only the tick: the clock of a wait or a deadline goes on running.
        ticks = journal.earlier(here, entry).filter(
            step=step, kind__in=[Entry.Kind.DONE, Entry.Kind.SKIPPED]
        )
        ticks.update(taken_back_by=entry)
        return entry


# --- Undo ---------------------------------------------------------------------------------------


def undo(*, journey: Journey, entry_id: int, now: datetime) -> Step | None:
    """Take the last act back: the journey is as it was before. A stale undo changes nothing.

    Returns the step that the act was about, if it is still on the way.
    """
    with journal.changing(journey, now) as here:
        last = here.last_act
        if last is None or last.id != entry_id:
            raise journal.MovedOn(
                _(
                    "Nothing was changed. Your journey has moved on since, so it is too late to "
                    "undo this here."
                )
            )
        Entry.objects.get(pk=last.id).delete()
        return here.step(last.step_id)


def _was_in_time(current: StepState[Step], moment: datetime) -> bool:
    span = current.time_to_act
    return span is not None and span.started_at <= moment < span.ends_at
