"""The timeline by the table: which states follow from which facts. Pure, without a database."""

from datetime import timedelta

import pytest

from guides.domain import timeline
from guides.domain.facts import Facts
from guides.domain.timeline import State, Timeline
from tests.domain.plain import (
    ACT,
    CHECK,
    DAY,
    HEADING,
    HOUR,
    LIMITED,
    MEANWHILE,
    NOW,
    OPTIONAL,
    OPTIONAL_LIMITED,
    PREPARE,
    PREPARE_TOO,
    RETIRED,
    SECOND_CLOCK,
    WAIT,
    Step,
    wait,
)


def read(steps: list[Step], facts: dict[int, Facts] | None = None) -> Timeline[Step]:
    return timeline.read(steps, facts or {}, NOW)


def states(steps: list[Step], facts: dict[int, Facts] | None = None) -> list[str]:
    return [each.state.value for each in read(steps, facts).steps]


DONE = Facts(done_at=NOW)
SKIPPED = Facts(skipped_at=NOW)
RUNNING = Facts(started_at=NOW, shortest_at=NOW + DAY, longest_at=NOW + 4 * DAY)


def ends(longest: timedelta, shortest: timedelta | None = None, **more: object) -> Facts:
    """A clock that ends, and may end, so long from now."""
    shortest_at = NOW + shortest if shortest is not None else None
    return Facts(
        started_at=NOW - 30 * DAY, shortest_at=shortest_at, longest_at=NOW + longest, **more
    )


# --- States ---------------------------------------------------------------------------------------

STATES = {
    "the first step can be done at once": ([ACT, CHECK], {}, "to_do blocked"),
    "a step waits for the required one before it": ([ACT, CHECK], {1: DONE}, "done to_do"),
    "an optional step holds nothing up": ([OPTIONAL, CHECK], {}, "to_do to_do"),
    "a skipped step holds nothing up": ([OPTIONAL, CHECK], {2: SKIPPED}, "skipped to_do"),
    "preparations go in any order": ([PREPARE, PREPARE_TOO, ACT], {4: DONE}, "to_do done blocked"),
    "acts wait for all preparations": (
        [PREPARE, PREPARE_TOO, ACT],
        {3: DONE, 4: DONE},
        "done done to_do",
    ),
    "a preparation after an act waits for it": ([ACT, PREPARE], {}, "to_do blocked"),
    "what is done stays done with an open step before it": ([ACT, CHECK], {9: DONE}, "to_do done"),
    "a wait cannot start before its time": ([ACT, WAIT, CHECK], {}, "to_do blocked blocked"),
    "a wait without a clock is to be started": ([ACT, WAIT], {1: DONE}, "done to_do"),
    "a running wait holds up what follows": ([WAIT, CHECK], {5: RUNNING}, "waiting blocked"),
    "a wait that was ended holds nothing up": ([WAIT, CHECK], {5: DONE}, "done to_do"),
    "meanwhile means while it waits": ([ACT, WAIT, MEANWHILE], {}, "to_do blocked blocked"),
    "meanwhile has begun with the wait": (
        [WAIT, MEANWHILE, CHECK],
        {5: RUNNING},
        "waiting to_do blocked",
    ),
    "meanwhile goes on after the wait": ([WAIT, MEANWHILE, CHECK], {5: DONE}, "done to_do to_do"),
    "meanwhile is never stuck when its wait is retired": (
        [ACT, MEANWHILE, CHECK],
        {1: DONE},
        "done to_do to_do",
    ),
    "nor is a second clock": ([ACT, SECOND_CLOCK, CHECK], {1: DONE}, "done to_do blocked"),
    "the second clock holds up too": (
        [WAIT, SECOND_CLOCK, CHECK],
        {5: DONE, 7: RUNNING},
        "done waiting blocked",
    ),
    "a heading is nothing to do": ([HEADING, ACT], {}, "heading to_do"),
    "a retired step is gone": ([RETIRED, CHECK], {}, "to_do"),
    "a retired step stays where the person has been": ([RETIRED, CHECK], {10: DONE}, "done to_do"),
    "a retired wait runs on": ([wait(5, retired_at=NOW), CHECK], {5: RUNNING}, "waiting blocked"),
}


@pytest.mark.parametrize(("steps", "facts", "expected"), STATES.values(), ids=STATES)
def test_states(steps, facts, expected):
    assert states(steps, facts) == expected.split()


MOMENT = timedelta(microseconds=1)
WAITS = {
    "before the shortest time": (ends(DAY, MOMENT), State.WAITING),
    "exactly at the shortest time": (ends(DAY, 0 * DAY), State.READY),
    "just before the longest time": (ends(MOMENT, -DAY), State.READY),
    "exactly at the longest time": (ends(0 * DAY, -DAY), State.OVER),
    "just before three days without news": (ends(-3 * DAY + MOMENT), State.OVER),
    "exactly three days without news": (ends(-3 * DAY), State.OVERDUE),
    "with a longest time only": (ends(DAY), State.WAITING),
    "without an end that is known": (Facts(started_at=NOW - 1000 * DAY), State.WAITING),
}


@pytest.mark.parametrize(("facts", "expected"), WAITS.values(), ids=WAITS)
def test_a_wait_changes_its_state_at_the_very_moment(facts, expected):
    assert read([WAIT], {5: facts})[5].state is expected


@pytest.mark.parametrize(
    ("left", "expected"), [(MOMENT, "to_do"), (0 * DAY, "lapsed"), (-DAY, "lapsed")]
)
def test_a_deadline_lapses_at_the_very_moment(left, expected):
    assert states([ACT, CHECK], {1: ends(left)}) == [expected, "blocked"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (ends(DAY), "blocked"),
        (ends(DAY, -DAY), "blocked"),
        (ends(-DAY), "to_do"),
        (ends(-9 * DAY), "to_do"),
    ],
)
def test_what_follows_a_wait_can_start_when_its_longest_time_is_over(facts, expected):
    assert read([WAIT, CHECK], {5: facts})[9].state == expected


def test_a_step_that_is_not_on_the_way_is_a_key_error():
    with pytest.raises(KeyError):
        read([ACT])[99]


# --- What follows from the states -----------------------------------------------------------------

NEXT = {
    "the first step": ([ACT, CHECK], {}, 1),
    "an optional step in its turn": ([OPTIONAL, CHECK], {}, 2),
    "not an optional step that was passed": ([OPTIONAL, ACT, CHECK], {1: DONE}, 9),
    "a required step that was missed": ([ACT, Step(2), CHECK], {2: DONE}, 1),
    "what lapsed before all else": ([Step(30), LIMITED, CHECK], {20: ends(-DAY), 30: DONE}, 20),
    "what there is to do meanwhile": ([WAIT, MEANWHILE, CHECK], {5: RUNNING}, 6),
    "the running wait if there is nothing else": (
        [WAIT, MEANWHILE, CHECK],
        {5: RUNNING, 6: DONE},
        5,
    ),
    "the step after a wait that is over": ([WAIT, MEANWHILE, CHECK], {5: ends(-DAY)}, 9),
    "nothing in the end": ([ACT, CHECK], {1: DONE, 9: DONE}, None),
    "nothing when the last wait is over": ([ACT, WAIT], {1: DONE, 5: ends(-DAY)}, None),
    "an optional step before the wait has begun": (
        [ACT, OPTIONAL_LIMITED, CHECK],
        {1: DONE, 21: ends(DAY)},
        21,
    ),
    "an optional step before a deadline": ([ACT, OPTIONAL, LIMITED], {1: DONE, 20: ends(DAY)}, 2),
    "never a heading": ([HEADING, ACT], {}, 1),
}


@pytest.mark.parametrize(("steps", "facts", "expected"), NEXT.values(), ids=NEXT)
def test_next(steps, facts, expected):
    following = read(steps, facts).next
    assert (following.step.id if following else None) == expected


def test_progress_counts_what_is_done_and_skipped_but_no_heading():
    way = read([HEADING, ACT, OPTIONAL, WAIT, CHECK], {1: DONE, 2: SKIPPED, 5: ends(-DAY)})
    assert (way.done, way.total) == (2, 4)


def test_nothing_is_next_where_only_something_to_do_meanwhile_was_left_out():
    way = [ACT, WAIT, MEANWHILE, CHECK]
    assert read(way, {1: DONE, 5: DONE, 9: DONE}).next is None


SIGNED_OUT = {
    "while waiting": (ends(DAY, HOUR, stay_signed_out=True), NOW + DAY),
    "while it could be over": (ends(DAY, -HOUR, stay_signed_out=True), NOW + DAY),
    "not when it is over": (ends(-HOUR, stay_signed_out=True), None),
    "not when signing in does no harm": (ends(DAY), None),
    "not when it was ended": (Facts(NOW, longest_at=NOW + DAY, stay_signed_out=True), None),
}


@pytest.mark.parametrize(("facts", "expected"), SIGNED_OUT.values(), ids=SIGNED_OUT)
def test_signed_out_until(facts, expected):
    assert read([WAIT], {5: facts}).signed_out_until == expected


def test_signed_out_until_the_last_of_two_clocks():
    facts = {5: ends(DAY, stay_signed_out=True), 7: ends(9 * DAY, stay_signed_out=True)}
    assert read([WAIT, SECOND_CLOCK], facts).signed_out_until == NOW + 9 * DAY


def test_the_deadline_is_the_one_that_runs_out_first():
    later, sooner = Step(1, "prepare"), Step(2, "prepare")
    deadline = read([later, sooner], {1: ends(2 * DAY), 2: ends(DAY)}).deadline
    assert deadline is not None
    assert deadline.step is sooner


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (ends(4 * DAY, DAY), NOW + DAY),
        (ends(4 * DAY, -DAY), NOW + 4 * DAY),
        (ends(4 * DAY), NOW + 4 * DAY),
    ],
)
def test_until_is_the_moment_that_matters_next(facts, expected):
    assert read([WAIT], {5: facts})[5].until == expected


def test_meanwhile_lists_acts_but_no_second_clock():
    way = read([WAIT, MEANWHILE, SECOND_CLOCK, CHECK], {5: RUNNING})
    assert [each.step.id for each in way.meanwhile] == [6]
