"""Where a journey stands: (steps, facts, now) in, states out.

Pure: imports no Django, reads no clock and no database. What a person did is a list of journal
entries; nothing here is stored, everything is derived again whenever it is asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

DAY = timedelta(days=1)
NEVER = datetime.max.replace(tzinfo=UTC)

# A waiting period that has been over for this long without news counts as overdue.
PATIENCE = timedelta(days=3)


class StepLike(Protocol):
    """What the timeline needs to know of a step; `models.Step` has it all."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def while_waiting(self) -> bool: ...
    @property
    def is_optional(self) -> bool: ...
    @property
    def wait_shortest(self) -> timedelta | None: ...
    @property
    def wait_longest(self) -> timedelta | None: ...
    @property
    def in_business_days(self) -> bool: ...
    @property
    def until_date(self) -> bool: ...
    @property
    def do_within(self) -> timedelta | None: ...
    @property
    def goes_back_to_id(self) -> int | None: ...
    @property
    def continues_with_id(self) -> int | None: ...
    @property
    def retired_at(self) -> datetime | None: ...


StepT = TypeVar("StepT", bound=StepLike)


class EntryLike(Protocol):
    """What the timeline needs to know of a journal entry; `models.Entry` has it all."""

    @property
    def step_id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def happened_at(self) -> datetime: ...
    @property
    def shortest_at(self) -> datetime | None: ...
    @property
    def longest_at(self) -> datetime | None: ...
    @property
    def stay_signed_out(self) -> bool: ...


class State(StrEnum):
    """The state of one step. A wait goes WAITING → READY → OVER → OVERDUE."""

    TO_DO = "to_do"
    DONE = "done"
    SKIPPED = "skipped"
    WAITING = "waiting"
    READY = "ready"  # the shortest time has passed: it could be over already
    OVER = "over"  # the longest time has passed
    OVERDUE = "overdue"  # over for longer than PATIENCE, and no news
    LAPSED = "lapsed"  # the time to act has passed: go back
    BLOCKED = "blocked"  # cannot start yet
    HEADING = "heading"  # introduces the steps of another guide; nothing to do


DOABLE = {State.TO_DO, State.LAPSED}
RUNNING = {State.WAITING, State.READY, State.OVER, State.OVERDUE}
PASSED = {State.DONE, State.SKIPPED, State.OVER, State.OVERDUE}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the journal says of one step. `shortest_at` and `longest_at` are its running clock."""

    done_at: datetime | None = None
    skipped_at: datetime | None = None
    started_at: datetime | None = None
    shortest_at: datetime | None = None
    longest_at: datetime | None = None
    stay_signed_out: bool = False


NOTHING = Facts()


def read_journal(entries: Iterable[EntryLike]) -> dict[int, Facts]:
    """The facts by step id, from the standing entries in the order in which they were written."""
    facts: dict[int, Facts] = {}
    for entry in entries:
        before = facts.get(entry.step_id, NOTHING)
        match entry.kind:
            case "done":
                after = replace(before, done_at=entry.happened_at)
            case "skipped":
                after = replace(before, skipped_at=entry.happened_at)
            case "started":
                after = replace(
                    before,
                    started_at=entry.happened_at,
                    shortest_at=entry.shortest_at,
                    longest_at=entry.longest_at,
                    stay_signed_out=entry.stay_signed_out,
                )
            case "extended":
                after = replace(before, shortest_at=entry.shortest_at, longest_at=entry.longest_at)
            case _:  # going back says nothing of its own: it takes other entries back
                continue
        facts[entry.step_id] = after
    return facts


@dataclass(frozen=True, slots=True)
class StepState(Generic[StepT]):
    """One step of one journey, now."""

    step: StepT
    state: State
    facts: Facts

    @property
    def until(self) -> datetime | None:
        """What matters next: of a wait when it may or must be over, of an act its deadline."""
        if self.state is State.WAITING:
            return self.facts.shortest_at or self.facts.longest_at
        return self.facts.longest_at

    @property
    def is_begun(self) -> bool:
        """The person has been here. That the time for an act runs does not mean so."""
        return self.state in {State.DONE, State.SKIPPED} or self.is_running

    @property
    def is_doable(self) -> bool:
        return self.state in DOABLE

    @property
    def has_running_clock(self) -> bool:
        """A wait that runs, or a time to act: also where an editor has put a new step before it."""
        if self.step.kind == "wait":
            return self.is_running
        open_states = DOABLE | {State.BLOCKED}
        return self.state in open_states and self.facts.longest_at is not None

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING


@dataclass(frozen=True, slots=True)
class Timeline(Generic[StepT]):
    """A whole journey, now: every step with its state, and what follows from them."""

    steps: tuple[StepState[StepT], ...]
    now: datetime

    def __getitem__(self, step_id: int) -> StepState[StepT]:
        """The state of a step. Raises KeyError for a step that is not part of the journey."""
        for each in self.steps:
            if each.step.id == step_id:
                return each
        raise KeyError(step_id)

    @property
    def next(self) -> StepState[StepT] | None:
        """The one thing to look at: what lapsed, else what can be done next, else a wait.

        Optional steps and things to do meanwhile are passed over by those who went beyond them.
        """
        reached = max(
            (
                i
                for i, each in enumerate(self.steps)
                if each.is_begun and not each.step.while_waiting
            ),
            default=-1,
        )
        doable = [(i, each) for i, each in enumerate(self.steps) if each.is_doable]
        lapsed = [each for _, each in doable if each.state is State.LAPSED]
        missed = [each for i, each in doable if i <= reached and holds_up(each.step)]
        ahead = [each for i, each in doable if i > reached and not each.step.while_waiting]
        maybe_over = [each for each in self.steps if each.state is State.READY]
        meanwhile = [each for i, each in doable if i > reached and each.step.while_waiting]
        waiting = [each for each in self.steps if each.state is State.WAITING]
        return next(iter(lapsed + missed + ahead + maybe_over + meanwhile + waiting), None)

    @property
    def running_waits(self) -> list[StepState[StepT]]:
        return [each for each in self.steps if each.is_running]

    @property
    def meanwhile(self) -> list[StepState[StepT]]:
        """What there is to do while a wait runs, done or not."""
        return [each for each in self.steps if each.step.while_waiting and each.step.kind != "wait"]

    @property
    def signed_out_wait(self) -> StepState[StepT] | None:
        """The wait that signing in would ruin; of several the one that ends last."""
        waits = [
            each
            for each in self.steps
            if each.facts.stay_signed_out and each.state in {State.WAITING, State.READY}
        ]
        return max(waits, key=lambda each: each.facts.longest_at or NEVER, default=None)

    @property
    def signed_out_until(self) -> datetime | None:
        """Until when not to sign in; None if it does no harm, or nobody knows how long."""
        wait = self.signed_out_wait
        return wait.facts.longest_at if wait else None

    @property
    def deadline(self) -> StepState[StepT] | None:
        """The act whose time runs out first, lapsed ones included."""
        limited = [each for each in self.steps if each.is_doable and each.facts.longest_at]
        return min(limited, key=lambda each: each.facts.longest_at or self.now, default=None)

    def is_last(self, wanted: StepState[StepT]) -> bool:
        """Nothing that holds the journey up comes after this step."""
        after = self.steps[self.steps.index(wanted) + 1 :]
        return not any(holds_up(each.step) for each in after)

    @property
    def is_waiting(self) -> bool:
        """Nothing to do now but wait, and perhaps what can be done meanwhile."""
        here = self.next
        return (
            here is not None
            and (here.state is State.WAITING or here.step.while_waiting)
            and any(each.state is State.WAITING for each in self.steps)
        )

    @property
    def waiting_until(self) -> datetime | None:
        """When the first running wait may be over."""
        return min(
            (each.until for each in self.steps if each.state is State.WAITING and each.until),
            default=None,
        )

    @property
    def done(self) -> int:
        return sum(each.state in {State.DONE, State.SKIPPED} for each in self.steps)

    @property
    def total(self) -> int:
        return sum(each.state is not State.HEADING for each in self.steps)

    @property
    def is_complete(self) -> bool:
        """Nothing holds the journey up any more: all that is left is to say how it ended."""
        return all(each.state in PASSED for each in self.steps if holds_up(each.step))


def holds_up(step: StepLike) -> bool:
    """Later steps cannot start before this one has been passed."""
    if step.continues_with_id or step.is_optional:
        return False
    return not step.while_waiting or step.kind == "wait"


def read(steps: Sequence[StepT], facts: Mapping[int, Facts], now: datetime) -> Timeline[StepT]:
    """The journey along `steps`, given the facts by step id.

    A retired step counts only where the person has been there. `prepare` steps may be done in any
    order among themselves; everything else waits for the required steps before it.
    """
    states: list[StepState[StepT]] = []
    is_held_up = is_unprepared = False
    has_wait_begun = False
    for step in steps:
        known = facts.get(step.id, NOTHING)
        if step.retired_at and known == NOTHING:
            continue
        may_start = not is_held_up and (step.kind == "prepare" or not is_unprepared)
        if step.while_waiting:
            may_start = may_start or has_wait_begun
        state = _state(step, known, may_start, now)
        states.append(StepState(step=step, state=state, facts=known))
        if not step.while_waiting:
            has_wait_begun = step.kind == "wait" and state not in {State.BLOCKED, State.TO_DO}
        if holds_up(step) and state not in PASSED:
            if step.kind == "prepare":
                is_unprepared = True
            else:
                is_held_up = True
    return Timeline(steps=tuple(states), now=now)


def _state(step: StepLike, facts: Facts, may_start: bool, now: datetime) -> State:
    if step.continues_with_id:
        return State.HEADING
    if facts.done_at:
        return State.DONE
    if facts.skipped_at:
        return State.SKIPPED
    if step.kind == "wait" and facts.started_at:
        return _wait_state(facts, now)
    if not may_start:
        return State.BLOCKED
    if facts.longest_at and now >= facts.longest_at:
        return State.LAPSED
    return State.TO_DO


def _wait_state(facts: Facts, now: datetime) -> State:
    if facts.longest_at and now >= facts.longest_at + PATIENCE:
        return State.OVERDUE
    if facts.longest_at and now >= facts.longest_at:
        return State.OVER
    if facts.shortest_at and now >= facts.shortest_at:
        return State.READY
    return State.WAITING


# --- Clocks -------------------------------------------------------------------------------------


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


def clocks_from(steps: Sequence[StepT], step: StepLike) -> list[StepT]:
    """The steps whose clocks start when `step` is done."""
    return [each for each in _clocked_by(steps, step) if not each.retired_at]


def _clocked_by(steps: Sequence[StepT], step: StepLike) -> list[StepT]:
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
    for clocked in _clocked_by(steps, step):
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
