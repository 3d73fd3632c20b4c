"""What a person can say of a wait or a deadline: each function is one act in one transaction.

Like those of `domain.journeys`, they raise `NotPossible` with a sentence for the person.
"""

from datetime import date, datetime, timedelta, tzinfo

from django.utils.translation import gettext as _

from guides.domain import clocks, journal
from guides.domain.clocks import DAY, Clock
from guides.domain.journal import LONGEST_AHEAD, LONGEST_PAST, NotPossible
from guides.domain.standings import Standing
from guides.domain.timeline import State, StepState
from guides.models import Entry, Journey, Step

# More time than this, asked for at once, is a slip of the finger.
LONGEST_EXTENSION = timedelta(days=366)


def start(
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
    with journal.changing(journey, now) as here:
        current = journal.on_the_way(here, step)
        if step.kind != Step.Kind.WAIT:
            raise NotPossible(_("This step is not a waiting period."))
        if current.state in {State.DONE, State.SKIPPED}:
            raise NotPossible(_("This waiting period has ended already."))
        journal.refuse_blocked(current)
        moment = journal.past(started_at or now, now)
        zone = here.journey.user.zone
        if step.until_date:
            clock = Clock(None, _end_on(until, zone, now))
            is_known = current.facts.longest_at == clock.longest_at
        else:
            clock = clocks.set_clock(current.step, moment, zone)
            is_known = started_at in {None, current.facts.started_at}
        if current.is_running and is_known:
            return None
        entry = journal.start_clock(here, step, clock, started_at=moment, now=now)
        journal.end_waits_before(here, step, entry, now)
        return entry


def extend(
    *, journey: Journey, step: Step, by: timedelta, running_until: datetime | None, now: datetime
) -> Entry:
    """The service asked for more time: the wait ends `by` later, counted from its end or from now.

    `running_until` is the end that the person saw; if the clock has moved since (a second click,
    another tab), nothing changes.
    """
    with journal.changing(journey, now) as here:
        current = _running(here, step)
        if current.facts.longest_at != running_until:
            raise NotPossible(
                _("This waiting period was changed in the meantime. Please look again.")
            )
        ends_at = max(current.facts.longest_at or now, now) + _extension(by)
        return journal.write(here, step, Entry.Kind.EXTENDED, now, longest_at=ends_at)


def go_on(*, journey: Journey, step: Step, by: timedelta, now: datetime) -> Entry:
    """No news yet: ask again `by` from now. A longer wait that is running already keeps its end."""
    with journal.changing(journey, now) as here:
        current = _running(here, step)
        ask_at = now + _extension(by)
        ends_at = max(current.facts.longest_at or ask_at, ask_at)
        return journal.write(
            here,
            step,
            Entry.Kind.EXTENDED,
            now,
            shortest_at=ask_at if ask_at < ends_at else None,
            longest_at=ends_at,
        )


def _running(here: Standing, step: Step) -> StepState[Step]:
    current = journal.on_the_way(here, step)
    if step.kind != Step.Kind.WAIT or not current.is_running:
        raise NotPossible(_("Only a running waiting period can be made longer."))
    return current


def _extension(by: timedelta) -> timedelta:
    if not timedelta() < by <= LONGEST_EXTENSION:
        raise NotPossible(_("A waiting period can be made longer by one day up to one year."))
    return by


def fail(*, journey: Journey, step: Step, now: datetime) -> Entry:
    """The wait came to nothing (refused, cancelled by signing in): back to the step to repeat.

    So it did too where the person had said that it is over, and then found the account.
    """
    with journal.changing(journey, now) as here:
        current = journal.on_the_way(here, step)
        if step.kind != Step.Kind.WAIT or not (current.is_running or current.state is State.DONE):
            raise NotPossible(_("Only a waiting period that has begun can fail."))
        return journal.go_back(here, step, Entry.Kind.FAILED, now)


def go_back_after_deadline(*, journey: Journey, step: Step, now: datetime) -> Entry:
    """The time to act has passed: back to the step to repeat."""
    with journal.changing(journey, now) as here:
        if journal.on_the_way(here, step).state is not State.LAPSED:
            raise NotPossible(_("There is still time for this step."))
        return journal.go_back(here, step, Entry.Kind.LAPSED, now)


def _end_on(day: date | None, zone: tzinfo, now: datetime) -> datetime:
    if day is None:
        raise NotPossible(_("Give the day on which the waiting ends."))
    if not -LONGEST_PAST <= clocks.start_of_day(day, zone) - now <= LONGEST_AHEAD:
        raise NotPossible(_("The day must be within the next ten years."))
    return clocks.start_of_day(day + DAY, zone)  # the day itself still counts
