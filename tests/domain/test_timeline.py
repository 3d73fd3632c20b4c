"""The timeline by the table: which states follow from which facts. Pure, without a database."""

from datetime import timedelta

import pytest

from guides.domain import timeline
from guides.domain.timeline import Facts, State, Timeline
from tests.domain.plain import DAY, HOUR, NOW, Entry, Step, wait


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

ACT, OPTIONAL, PREPARE, CHECK = (
    Step(1),
    Step(2, is_optional=True),
    Step(3, "prepare"),
    Step(9, "check"),
)
PREPARE_TOO, WAIT = Step(4, "prepare"), wait(5)
MEANWHILE, SECOND_CLOCK = Step(6, while_waiting=True), wait(7, while_waiting=True)
HEADING, RETIRED = Step(8, continues_with_id=77), Step(10, retired_at=NOW)

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


# --- The journal ----------------------------------------------------------------------------------


def test_the_last_start_and_the_last_extension_of_a_clock_count():
    entries = [
        Entry(5, "started", NOW - DAY, NOW, NOW + DAY, stay_signed_out=True),
        Entry(5, "started", NOW - 2 * DAY, NOW - DAY, NOW + 2 * DAY, stay_signed_out=True),
        Entry(5, "extended", NOW, None, NOW + 9 * DAY),
    ]
    expected = Facts(None, None, NOW - 2 * DAY, None, NOW + 9 * DAY, stay_signed_out=True)
    assert timeline.read_journal(entries) == {5: expected}


def test_ticks_and_skips_are_facts_and_going_back_is_none():
    entries = [
        Entry(1, "done"),
        Entry(2, "skipped"),
        *(Entry(3, k) for k in ("reopened", "failed", "lapsed")),
    ]
    assert timeline.read_journal(entries) == {1: DONE, 2: SKIPPED}


# --- What follows from the states -----------------------------------------------------------------

LIMITED = Step(20, do_within=5 * DAY)
OPTIONAL_LIMITED = Step(21, is_optional=True, do_within=5 * DAY)
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
    assert (way.done, way.total, way.is_complete) == (2, 4, False)


def test_a_journey_is_complete_without_its_optional_and_meanwhile_steps():
    assert read([OPTIONAL, ACT, WAIT, MEANWHILE], {1: DONE, 5: ends(-DAY)}).is_complete


@pytest.mark.parametrize("facts", [ends(DAY), ends(DAY, -DAY), Facts()])
def test_a_journey_is_not_complete_while_it_waits(facts):
    assert not read([ACT, WAIT], {1: DONE, 5: facts}).is_complete


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


# --- What hangs together --------------------------------------------------------------------------

SEND, REVIEW = Step(1), wait(2)
ANCHORS = {
    "the required step before it": ([ACT, WAIT], 5, 1),
    "not an optional one": ([ACT, OPTIONAL, WAIT], 5, 1),
    "an optional step's is the nearest of all": ([ACT, OPTIONAL, OPTIONAL_LIMITED], 21, 2),
    "not a heading": ([ACT, HEADING, WAIT], 5, 1),
    "not a retired step": ([ACT, RETIRED, WAIT], 5, 1),
    "of a second clock, the first one's": ([ACT, WAIT, MEANWHILE, SECOND_CLOCK], 7, 1),
    "a wait after a wait": ([ACT, WAIT, wait(50)], 50, 5),
    "none: the person says when": ([OPTIONAL, WAIT], 5, None),
}


@pytest.mark.parametrize(("steps", "step_id", "expected"), ANCHORS.values(), ids=ANCHORS)
def test_a_clock_is_counted_from(steps, step_id, expected):
    step = next(each for each in steps if each.id == step_id)
    found = timeline.anchor(steps, step)
    assert (found.id if found else None) == expected


def test_both_clocks_start_with_the_step_before_them_but_no_retired_one():
    steps = [ACT, WAIT, MEANWHILE, SECOND_CLOCK, CHECK]
    assert timeline.clocks_from(steps, ACT) == [WAIT, SECOND_CLOCK]
    assert timeline.clocks_from([ACT, wait(5, retired_at=NOW)], ACT) == []


def test_a_wait_until_a_date_is_started_by_the_person():
    assert timeline.clocks_from([ACT, wait(5, until_date=True)], ACT) == []


FALLS = {
    "nothing hangs on an act without a clock": ([ACT, Step(2), CHECK], 1, set()),
    "its wait and all after it": ([ACT, WAIT, MEANWHILE, CHECK], 1, {5, 6, 9}),
    "of a wait, what had to wait for it": ([ACT, WAIT, MEANWHILE, CHECK], 5, {9}),
    "a limited act, and what followed from that": ([ACT, LIMITED, WAIT, CHECK], 1, {20, 5, 9}),
    "a limited act alone": ([ACT, LIMITED, CHECK], 1, {20}),
    "a retired wait that still runs": ([ACT, wait(5, retired_at=NOW), CHECK], 1, {5, 9}),
}


@pytest.mark.parametrize(("steps", "step_id", "expected"), FALLS.values(), ids=FALLS)
def test_falls_with(steps, step_id, expected):
    step = next(each for each in steps if each.id == step_id)
    assert timeline.falls_with(steps, step) == expected


BACK = {
    "to the step it names": ([ACT, Step(2), wait(5, goes_back_to_id=1)], 1),
    "else to where its clock was started": ([ACT, Step(2), wait(5)], 2),
    "not to a retired step": ([Step(1, retired_at=NOW), Step(2), wait(5, goes_back_to_id=1)], 2),
    "never ahead": ([ACT, wait(5, goes_back_to_id=9), CHECK], 1),
    "else to itself": ([OPTIONAL, WAIT], 5),
    "else to itself, behind a heading": ([HEADING, WAIT], 5),
}


@pytest.mark.parametrize(("steps", "expected"), BACK.values(), ids=BACK)
def test_going_back_leads(steps, expected):
    step = next(each for each in steps if each.id == 5)
    assert timeline.step_to_go_back_to(steps, step).id == expected
