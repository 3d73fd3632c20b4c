"""Where a journey stands: (steps, facts, now) in, states out.

Pure: imports no Django, reads no clock and no database. What a person did is a list of journal
entries; nothing here is stored, everything is derived again whenever it is asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Generic, NamedTuple

from guides.domain.facts import NOTHING, Facts, Span, StepLike, StepT

NEVER = datetime.max.replace(tzinfo=UTC)

# A waiting period that has been over for this long without news counts as overdue.
PATIENCE = timedelta(days=3)


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


class StepState(NamedTuple, Generic[StepT]):
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
    def is_repeatable(self) -> bool:
        """Needed, and still part of the guide."""
        return holds_up(self.step) and not self.step.retired_at

    @property
    def is_running(self) -> bool:
        """A wait that has begun and not been ended."""
        return self.state in RUNNING

    @property
    def time_to_act(self) -> Span | None:
        """Of an act that is open and limited; also where an editor has put a new step before it."""
        is_open = self.is_doable or self.state is State.BLOCKED
        return self.facts.span if is_open and self.step.kind != "wait" else None

    @property
    def has_running_clock(self) -> bool:
        return self.is_running or self.time_to_act is not None


@dataclass(frozen=True)
class Timeline(Generic[StepT]):
    """A whole journey, now: every step with its state, and what follows from them."""

    steps: tuple[StepState[StepT], ...]
    now: datetime

    def get(self, step_id: int) -> StepState[StepT] | None:
        """The state of a step, if it is part of the journey."""
        return next((each for each in self.steps if each.step.id == step_id), None)

    def __getitem__(self, step_id: int) -> StepState[StepT]:
        """The state of a step. Raises KeyError for a step that is not part of the journey."""
        found = self.get(step_id)
        if found is None:
            raise KeyError(step_id)
        return found

    @cached_property
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
        first = next(iter(lapsed + missed + ahead + maybe_over + meanwhile), None)
        return first or self.waiting

    @property
    def running_waits(self) -> list[StepState[StepT]]:
        return [each for each in self.steps if each.is_running]

    @cached_property
    def waiting(self) -> StepState[StepT] | None:
        """The first wait that runs and cannot be over yet."""
        return next((each for each in self.steps if each.state is State.WAITING), None)

    @cached_property
    def ended_wait(self) -> StepState[StepT] | None:
        """The last wait whose time is over without anybody having said how it went."""
        over = [each for each in self.steps if each.state in {State.OVER, State.OVERDUE}]
        return over[-1] if over else None

    @cached_property
    def meanwhile(self) -> list[StepState[StepT]]:
        """What there is to do while a wait runs, done or not."""
        beside = [each for each in self.steps if each.step.while_waiting]
        return [x for x in beside if x.step.kind != "wait" and x.state is not State.BLOCKED]

    @cached_property
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

    @cached_property
    def deadline(self) -> StepState[StepT] | None:
        """The act whose time runs out first, lapsed ones included."""
        limited = [each for each in self.steps if each.facts.longest_at and each.is_doable]
        return min(limited, key=lambda each: each.facts.longest_at or NEVER, default=None)

    def number_of(self, wanted: StepState[StepT]) -> int:
        """Counted from 1; headings have no number."""
        before = self.steps[: self.steps.index(wanted)]
        return 1 + sum(each.state is not State.HEADING for each in before)

    def needed_after(self, wanted: StepState[StepT]) -> list[StepState[StepT]]:
        """What still has to come after this step: optional steps and the like are left out."""
        after = self.steps[self.steps.index(wanted) + 1 :]
        return [each for each in after if holds_up(each.step)]

    def is_last(self, wanted: StepState[StepT]) -> bool:
        return not self.needed_after(wanted)

    def doubted_by(self, check: StepState[StepT]) -> StepState[StepT] | None:
        """What was in vain if `check` finds the account: the wait before it, else the last step.

        A check that is not the last one doubts only a wait of which nobody said how it went.
        """
        if self.ended_wait or not self.is_last(check):
            return self.ended_wait
        before = self.steps[: self.steps.index(check)]
        done = [each for each in before if each.state is State.DONE and each.is_repeatable]
        waits = [each for each in done if each.step.kind == "wait"]
        return next(reversed(waits or done), None)

    @property
    def is_waiting(self) -> bool:
        """Nothing to do now but wait, and perhaps what can be done meanwhile."""
        here = self.next
        if here is None or self.waiting is None:
            return False
        return here.state is State.WAITING or here.step.while_waiting

    @cached_property
    def first_wait(self) -> StepState[StepT] | None:
        """The running wait that may be over first."""
        dated = [each for each in self.steps if each.state is State.WAITING and each.until]
        return min(dated, key=lambda each: each.until or NEVER, default=None)

    @property
    def waiting_until(self) -> datetime | None:
        """When the first running wait may be over."""
        return self.first_wait.until if self.first_wait else None

    @property
    def is_end_uncertain(self) -> bool:
        """The first running wait may be over at `waiting_until`, or last longer."""
        return bool(self.first_wait and self.first_wait.facts.shortest_at)

    @cached_property
    def done(self) -> int:
        return sum(each.state in {State.DONE, State.SKIPPED} for each in self.steps)

    @cached_property
    def total(self) -> int:
        return sum(each.state is not State.HEADING for each in self.steps)


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
