"""What a person can do on a journey: each function is one act in one transaction.

Acts write journal entries; `domain.timeline` says what they mean, `domain.reminders` what is to be
sent. Every function raises `NotPossible` with a sentence for the person, and then changes nothing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guides.domain import calendars, reminders, standings, timeline
from guides.domain.standings import Standing
from guides.domain.timeline import State
from guides.models import Entry, Guide, Journey, Step, User
from guides.models.journeys import EntryQuerySet

# A start in the past further back than this, or a wait further ahead, is a slip of the finger.
LONGEST_PAST = timedelta(days=366)
LONGEST_AHEAD = timedelta(days=366)
LONGEST_DATE_AHEAD = timedelta(days=10 * 366)
# A browser's clock may run ahead of ours by this much.
CLOCK_SKEW = timedelta(minutes=2)


class NotPossible(Exception):
    """The act cannot be done now; the message says why, in the person's language."""


class Urgency(StrEnum):
    """What a journey asks of the person, in the order of the list."""

    READY = "ready"
    DEADLINE = "deadline"
    WAITING = "waiting"
    FINISHED = "finished"


def urgency(here: Standing) -> Urgency:
    if here.journey.finished_at:
        return Urgency.FINISHED
    limited = here.timeline.deadline
    if limited and limited.facts.started_at and limited.facts.longest_at:
        near = timeline.near_end(limited.facts.started_at, limited.facts.longest_at)
        if here.timeline.now >= near:
            return Urgency.DEADLINE
    return Urgency.WAITING if here.timeline.is_waiting else Urgency.READY


def by_urgency(all_of_them: Iterable[Standing]) -> dict[str, list[Standing]]:
    """Journeys in groups, in the order of `Urgency`; empty groups are left out."""
    groups: dict[str, list[Standing]] = {each.value: [] for each in Urgency}
    for here in sorted(all_of_them, key=_soonest_first):
        groups[urgency(here)].append(here)
    return {name: group for name, group in groups.items() if group}


def _soonest_first(here: Standing) -> float:
    limited = here.timeline.deadline
    moments = [here.timeline.waiting_until, limited.until if limited else None]
    if here.journey.finished_at:
        return -here.journey.finished_at.timestamp()
    return min(
        (moment.timestamp() for moment in moments if moment),
        default=here.journey.started_at.timestamp(),
    )


# --- Beginning and ending -----------------------------------------------------------------------


def start(*, user: User, guide: Guide, now: datetime) -> Journey:
    """Begin the guide, or go on with the journey along it that is already running."""
    try:
        with transaction.atomic():
            journey = Journey.objects.create(user=user, guide=guide, started_at=now)
            _project(journey, now)
            return journey
    except IntegrityError:
        return Journey.objects.running().get(user=user, guide=guide)


def good_outcome(*, journey: Journey) -> Journey.Outcome:
    """How the journey ends if all goes well."""
    if journey.guide.goal == Guide.Goal.DEACTIVATE:
        return Journey.Outcome.DEACTIVATED
    return Journey.Outcome.GONE


def finish(*, journey: Journey, outcome: str, now: datetime) -> None:
    """End the journey. It stays as it is from then on, whatever happens to its guide.

    Whoever says that it is gone has checked: that ticks the check which is open.
    """
    with _changing(journey, now) as here:
        if outcome in {Journey.Outcome.GONE, Journey.Outcome.DEACTIVATED}:
            for each in here.timeline.steps:
                if each.is_doable and each.step.kind == Step.Kind.CHECK:
                    entry = _write(here, each.step, Entry.Kind.DONE, now)
                    _end_waits_before(here, each.step, entry, now)
        here.journey.outcome = Journey.Outcome(outcome)
        here.journey.finished_at = now
        here.journey.save(update_fields=["outcome", "finished_at"])


def remind_on(*, journey: Journey, day: date | None, now: datetime) -> None:
    """Remind the person on a day of their choice, years ahead too; None takes it back."""
    with _changing(journey, now) as here:
        today = now.astimezone(here.journey.user.zone).date()
        if day and not today < day <= today + LONGEST_DATE_AHEAD:
            raise NotPossible(_("Choose a day from tomorrow on, within the next ten years."))
        here.journey.remind_on = day
        here.journey.save(update_fields=["remind_on"])


def plan_anew(*, user: User, now: datetime) -> None:
    """Bring the reminders of all running journeys up to the person's settings."""
    for journey in Journey.objects.running().filter(user=user):
        _project(_locked(journey), now)


def resume(*, journey: Journey, now: datetime) -> None:
    """Take up a finished journey again, where it was."""
    with transaction.atomic():
        journey = _locked(journey)
        running = Journey.objects.running().filter(user=journey.user_id, guide=journey.guide_id)
        if running.exclude(pk=journey.pk).exists():
            raise NotPossible(_("You have begun this guide anew. Go on there."))
        if journey.finished_at and journey.outcome == Journey.Outcome.GONE:
            # The check that said so is open again.
            checks = journey.entries.filter(kind=Entry.Kind.DONE, step__kind=Step.Kind.CHECK)
            checks.filter(recorded_at=journey.finished_at).delete()
        journey.outcome = ""
        journey.finished_at = None
        journey.save(update_fields=["outcome", "finished_at"])
        _project(journey, now)


# --- Steps --------------------------------------------------------------------------------------


def complete_step(
    *, journey: Journey, step: Step, now: datetime, happened_at: datetime | None = None
) -> Entry | None:
    """Tick the step and start the clocks that count from it; of a wait, end it.

    `happened_at` says that it was done earlier. A second tick changes nothing and returns None.
    """
    with _changing(journey, now) as here:
        current = _on_the_way(here, step)
        if current.state is State.DONE:
            return None
        moment = _past(happened_at or now, now)
        if current.state is State.LAPSED and not _was_in_time(current, moment):
            raise NotPossible(
                _("The time for this step has passed. Go back to the step before it.")
            )
        if step.kind == Step.Kind.WAIT and not current.is_running:
            raise NotPossible(_("This waiting period has not begun yet."))
        _may_start(current)
        entry = _write(here, step, Entry.Kind.DONE, now, happened_at=moment)
        _end_waits_before(here, step, entry, now)
        for clocked in timeline.clocks_from(here.steps, step):
            if here.timeline[clocked.pk].facts.started_at is None:
                clock = timeline.set_clock(clocked, moment, here.journey.user.zone)
                _start_clock(here, clocked, clock, started_at=moment, now=now, caused_by=entry)
        return entry


def skip_step(*, journey: Journey, step: Step, now: datetime) -> Entry | None:
    with _changing(journey, now) as here:
        current = _on_the_way(here, step)
        if current.state is State.SKIPPED:
            return None
        if not step.is_optional:
            raise NotPossible(_("This step is needed: it cannot be skipped."))
        if current.state is State.DONE:
            raise NotPossible(_("This step is done already."))
        _may_start(current)
        return _write(here, step, Entry.Kind.SKIPPED, now)


def reopen_step(*, journey: Journey, step: Step, now: datetime) -> Entry | None:
    """Untick the step. What followed from it (its wait, and what came after) is taken back too."""
    with _changing(journey, now) as here:
        current = _on_the_way(here, step)
        if current.state not in {State.DONE, State.SKIPPED}:
            return None
        entry = _write(here, step, Entry.Kind.REOPENED, now)
        _take_back(here, timeline.falls_with(here.steps, step), entry)
        # Only the tick: the clock of a wait or a deadline goes on running.
        ticks = _earlier(here, entry).filter(
            step=step, kind__in=[Entry.Kind.DONE, Entry.Kind.SKIPPED]
        )
        ticks.update(taken_back_by=entry)
        return entry


# --- Waits and deadlines ------------------------------------------------------------------------


def start_wait(
    *,
    journey: Journey,
    step: Step,
    now: datetime,
    started_at: datetime | None = None,
    until: date | None = None,
) -> Entry | None:
    """Start a wait that nothing starts by itself, or say that a running one began at another time.

    `until` is the day on which a wait with an end of its own ends, such as a subscription. Said
    twice, it changes nothing and returns None.
    """
    with _changing(journey, now) as here:
        current = _on_the_way(here, step)
        if step.kind != Step.Kind.WAIT:
            raise NotPossible(_("This step is not a waiting period."))
        if current.state in {State.DONE, State.SKIPPED}:
            raise NotPossible(_("This waiting period has ended already."))
        _may_start(current)
        moment = _past(started_at or now, now)
        zone = here.journey.user.zone
        if step.until_date:
            clock = timeline.Clock(None, _end_on(until, zone, now))
            is_known = current.facts.longest_at == clock.longest_at
        else:
            clock = timeline.set_clock(step, moment, zone)
            is_known = started_at in {None, current.facts.started_at}
        if current.is_running and is_known:
            return None
        entry = _start_clock(here, step, clock, started_at=moment, now=now)
        _end_waits_before(here, step, entry, now)
        return entry


def extend_wait(
    *, journey: Journey, step: Step, by: timedelta, running_until: datetime | None, now: datetime
) -> Entry:
    """The service asked for more time: the wait ends `by` later, counted from its end or from now.

    `running_until` is the end that the person saw; if the clock has moved since (a second click,
    another tab), nothing changes.
    """
    with _changing(journey, now) as here:
        current = _running(here, step)
        if current.facts.longest_at != running_until:
            raise NotPossible(
                _("This waiting period was changed in the meantime. Please look again.")
            )
        ends_at = max(current.facts.longest_at or now, now) + _extension(by)
        return _write(here, step, Entry.Kind.EXTENDED, now, longest_at=ends_at)


def wait_on(*, journey: Journey, step: Step, by: timedelta, now: datetime) -> Entry:
    """No news yet: ask again `by` from now. A longer wait that is running already keeps its end."""
    with _changing(journey, now) as here:
        current = _running(here, step)
        ask_at = now + _extension(by)
        ends_at = max(current.facts.longest_at or ask_at, ask_at)
        return _write(
            here,
            step,
            Entry.Kind.EXTENDED,
            now,
            shortest_at=ask_at if ask_at < ends_at else None,
            longest_at=ends_at,
        )


def _running(here: Standing, step: Step) -> timeline.StepState[Step]:
    current = _on_the_way(here, step)
    if step.kind != Step.Kind.WAIT or not current.is_running:
        raise NotPossible(_("Only a running waiting period can be made longer."))
    return current


def _extension(by: timedelta) -> timedelta:
    if not timedelta() < by <= LONGEST_AHEAD:
        raise NotPossible(_("A waiting period can be made longer by one day up to one year."))
    return by


def fail_wait(*, journey: Journey, step: Step, now: datetime) -> Entry:
    """The wait came to nothing (refused, cancelled by signing in): back to the step to repeat."""
    with _changing(journey, now) as here:
        if step.kind != Step.Kind.WAIT or not _on_the_way(here, step).is_running:
            raise NotPossible(_("Only a running waiting period can fail."))
        return _go_back(here, step, Entry.Kind.FAILED, now)


def go_back_after_deadline(*, journey: Journey, step: Step, now: datetime) -> Entry:
    """The time to act has passed: back to the step to repeat."""
    with _changing(journey, now) as here:
        if _on_the_way(here, step).state is not State.LAPSED:
            raise NotPossible(_("There is still time for this step."))
        return _go_back(here, step, Entry.Kind.LAPSED, now)


# --- Undo ---------------------------------------------------------------------------------------


def undo(*, journey: Journey, entry_id: int, now: datetime) -> None:
    """Take the last act back: the journey is as it was before. A stale undo changes nothing."""
    with _changing(journey, now) as here:
        last = last_act(journey=here.journey)
        if last is None or last.pk != entry_id:
            raise NotPossible(_("Something has changed since then, so this cannot be undone here."))
        last.delete()


def last_act(*, journey: Journey) -> Entry | None:
    """The newest entry that was the person's own act, not the consequence of one."""
    return Entry.objects.filter(journey=journey, caused_by=None).order_by("-id").first()


# --- Within one act -----------------------------------------------------------------------------


@contextmanager
def _changing(journey: Journey, now: datetime) -> Iterator[Standing]:
    """The journey, locked against other tabs and workers; its reminders follow what is changed."""
    with transaction.atomic():
        journey = _locked(journey)
        if journey.finished_at:
            raise NotPossible(_("This is finished already. Open it again to change it."))
        yield standings.of(journey=journey, now=now)
        _project(journey, now)


def _project(journey: Journey, now: datetime) -> None:
    here = standings.of(journey=journey, now=now)
    reminders.reconcile(here=here)
    calendars.reconcile(here=here)


def _locked(journey: Journey) -> Journey:
    return Journey.objects.select_for_update(of=("self",)).select_related("user").get(pk=journey.pk)


def _on_the_way(here: Standing, step: Step) -> timeline.StepState[Step]:
    try:
        current = here.timeline[step.pk]
    except KeyError:
        raise NotPossible(_("This step is no longer part of the guide.")) from None
    if current.state is State.HEADING:
        raise NotPossible(_("There is nothing to tick here."))
    return current


def _may_start(current: timeline.StepState[Step]) -> None:
    if current.state is State.BLOCKED:
        raise NotPossible(_("This step cannot start yet. Finish the ones before it first."))


def _was_in_time(current: timeline.StepState[Step], moment: datetime) -> bool:
    return current.facts.longest_at is not None and moment < current.facts.longest_at


def _past(moment: datetime, now: datetime) -> datetime:
    if moment > now + CLOCK_SKEW:
        raise NotPossible(_("That moment is in the future. Give one in the past."))
    if moment < now - LONGEST_PAST:
        raise NotPossible(_("That was more than a year ago. Give a later date."))
    return min(moment, now)


def _write(
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


def _end_on(day: date | None, zone: tzinfo, now: datetime) -> datetime:
    if day is None:
        raise NotPossible(_("Give the day on which the waiting ends."))
    if not now - LONGEST_PAST <= timeline.start_of_day(day, zone) <= now + LONGEST_DATE_AHEAD:
        raise NotPossible(_("The day must be within the next ten years."))
    return timeline.start_of_day(day + timeline.DAY, zone)  # the day itself still counts


def _start_clock(
    here: Standing,
    step: Step,
    clock: timeline.Clock,
    *,
    started_at: datetime,
    now: datetime,
    caused_by: Entry | None = None,
) -> Entry:
    return _write(
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


def _end_waits_before(here: Standing, step: Step, entry: Entry, now: datetime) -> None:
    """Whoever goes on after a wait that is over has said that it ended."""
    if step.while_waiting:
        return
    for each in here.timeline.steps:
        if each.step.pk == step.pk:
            return
        if each.state in {State.OVER, State.OVERDUE}:
            _write(here, each.step, Entry.Kind.DONE, now, caused_by=entry)


def _go_back(here: Standing, step: Step, kind: Entry.Kind, now: datetime) -> Entry:
    target = timeline.step_to_go_back_to(here.steps, step)
    entry = _write(here, target, kind, now)
    _take_back(here, timeline.from_here(here.steps, target), entry)
    return entry


def _earlier(here: Standing, entry: Entry) -> EntryQuerySet:
    return Entry.objects.standing().filter(journey=here.journey, pk__lt=entry.pk)


def _take_back(here: Standing, step_ids: set[int], entry: Entry) -> None:
    _earlier(here, entry).filter(step__in=step_ids).update(taken_back_by=entry)
