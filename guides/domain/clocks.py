"""When waits and deadlines end, from which step each is counted, and what falls with it.

Pure: imports no Django and reads no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from guides.domain.facts import StepLike, StepT

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """When a wait may be over and when it must be, or by when an act has to be done."""

    shortest_at: datetime | None
    longest_at: datetime | None


def set_clock(step: StepLike, started_at: datetime, zone: tzinfo) -> Clock:
    """The clock of `step` counted from `started_at`, in the person's time zone.

    A wait never ends an hour too early and a deadline never an hour too late when the clocks
    change: of "same time of day" and "so many hours" the safer one counts. Without a known length
    the clock has no end. A shortest time that equals the longest is left out.
    """
    if step.do_within:
        return Clock(None, min(_ends(started_at, step.do_within, zone)))
    longest = step.wait_longest or step.wait_shortest
    if longest is None:
        return Clock(None, None)
    count = _business_days if step.in_business_days else _safe_end
    ends = count(started_at, longest, zone)
    if step.wait_shortest is None or step.wait_shortest >= longest:
        return Clock(None, ends)
    return Clock(count(started_at, step.wait_shortest, zone), ends)


def _ends(started_at: datetime, length: timedelta, zone: tzinfo) -> tuple[datetime, datetime]:
    """`length` later by the hours, and by the calendar (the same time of day, in `zone`)."""
    by_hours = started_at + length
    if length % DAY:
        return by_hours, by_hours
    by_calendar = (started_at.astimezone(zone) + length).astimezone(started_at.tzinfo)
    return by_hours, by_calendar


def _safe_end(started_at: datetime, length: timedelta, zone: tzinfo) -> datetime:
    return max(_ends(started_at, length, zone))


def _business_days(started_at: datetime, length: timedelta, zone: tzinfo) -> datetime:
    """As many working days (Monday to Friday) later as `length` has days, at the same time of day.

    A day that is only begun counts as a whole one.
    """
    local = started_at.astimezone(zone)
    left = -(-length // DAY)
    while left > 0:
        local += DAY
        left -= local.weekday() < 5
    return local.astimezone(started_at.tzinfo)


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """Midnight, in `zone`, at the beginning of `day`."""
    return datetime.combine(day, time(), tzinfo=zone)


def near_end(started_at: datetime, ends_at: datetime) -> datetime:
    """When a deadline counts as near: a day before it, or at half time if that is later."""
    return max(ends_at - DAY, started_at + (ends_at - started_at) / 2)


# --- What hangs together ------------------------------------------------------------------------


def has_clock(step: StepLike) -> bool:
    """A clock starts on this step by itself, as soon as the step before it is done."""
    return bool(step.do_within) or (step.kind == "wait" and not step.until_date)


def anchor(steps: Sequence[StepT], step: StepLike) -> StepT | None:
    """The step from which the clock of `step` is counted, or None where the person must say when.

    That is the nearest required step before it; for an optional step the nearest of all. A wait
    that may run while another waits is counted from where that one is.
    """
    before = [
        each
        for each in steps[: _index(steps, step)]
        if not each.while_waiting and not each.retired_at and not each.continues_with_id
    ]
    if step.while_waiting and before and before[-1].kind == "wait":
        return anchor(steps, before[-1])
    for each in reversed(before):
        if step.is_optional or not each.is_optional:
            return each
    return None


def started_by(steps: Sequence[StepT], step: StepLike) -> list[StepT]:
    """The steps whose clocks start when `step` is done."""
    return [each for each in _all_started_by(steps, step) if not each.retired_at]


def _all_started_by(steps: Sequence[StepT], step: StepLike) -> list[StepT]:
    """The same with retired ones, whose clocks may be running still."""
    return [
        each
        for each in steps
        if has_clock(each) and (start := anchor(steps, each)) is not None and start.id == step.id
    ]


def falls_with(steps: Sequence[StepLike], step: StepLike) -> set[int]:
    """The ids of the steps that can no longer stand when `step` turns out not to be done.

    That is whatever its clocks set going: a wait and all that came after it, a limited act and in
    turn what followed from that. Of a wait that is opened again, all that had to wait for it.
    """
    if step.kind == "wait":
        return {each.id for each in steps[_index(steps, step) + 1 :] if not each.while_waiting}
    fallen: set[int] = set()
    for clocked in _all_started_by(steps, step):
        if clocked.kind == "wait":
            fallen |= {each.id for each in steps[_index(steps, clocked) :]}
        else:
            fallen |= {clocked.id} | falls_with(steps, clocked)
    return fallen


def from_here(steps: Sequence[StepLike], step: StepLike) -> set[int]:
    """The ids of `step` and of everything after it."""
    return {each.id for each in steps[_index(steps, step) :]}


def step_to_go_back_to(steps: Sequence[StepT], step: StepLike) -> StepT:
    """Where to begin again when the wait failed or the time to act has passed: never further on."""
    here = _index(steps, step)
    for each in steps[:here]:
        if each.id == step.goes_back_to_id and not each.retired_at:
            return each
    return anchor(steps, step) or steps[here]


def _index(steps: Sequence[StepLike], step: StepLike) -> int:
    return next(i for i, each in enumerate(steps) if each.id == step.id)
