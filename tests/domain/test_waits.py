"""Waiting periods of a journey: begun, moved, ended, made longer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from guides.domain import catalogue, journeys, waits
from tests.domain.trips import (
    CHECK,
    CONFIRMING,
    DAY,
    HOUR,
    LEAVING,
    MEANWHILE,
    NOW,
    Trip,
    refused,
)
from tests.factories import wait

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip():
    return Trip(*LEAVING)


# --- When it happened -----------------------------------------------------------------------------


def test_a_tick_can_say_that_it_was_done_earlier(trip):
    trip.tick("send", happened_at=NOW - 2 * DAY)
    assert trip.clock("review") == (NOW - DAY, NOW + 2 * DAY)


def test_a_moment_in_the_future_is_refused(trip):
    told = refused(trip.tick, "send", happened_at=NOW + HOUR)
    assert told == "That moment is in the future. Give one in the past."


def test_a_browser_whose_clock_runs_ahead_a_little_means_now(trip):
    trip.tick("send", happened_at=NOW + timedelta(minutes=2))
    assert trip.clock("review") == (NOW + DAY, NOW + 4 * DAY)


def test_a_moment_more_than_a_year_ago_is_refused(trip):
    told = refused(trip.tick, "send", happened_at=NOW - 367 * DAY)
    assert told == "That was more than a year ago. Give a later date."


def test_a_running_wait_can_turn_out_to_have_begun_earlier(trip):
    trip.tick("send")
    trip.does(waits.start, "review", started_at=NOW - 2 * DAY)
    assert trip.clock("review") == (NOW - DAY, NOW + 2 * DAY)


def test_a_running_wait_cannot_turn_out_to_begin_in_the_future(trip):
    trip.tick("send")
    told = refused(trip.does, waits.start, "review", started_at=NOW + HOUR)
    assert told == "That moment is in the future. Give one in the past."


# --- Waits ----------------------------------------------------------------------------------------


def test_a_wait_that_comes_first_is_started_by_the_person():
    trip = Trip(("quiet", wait(days=60)), "close")
    trip.does(waits.start, "quiet", started_at=NOW - 10 * DAY)
    assert trip.clock("quiet") == (None, NOW + 50 * DAY)


def test_starting_a_wait_twice_does_not_move_its_clock():
    trip = Trip(("quiet", wait(days=60)), "close")
    trip.does(waits.start, "quiet")
    assert trip.does(waits.start, "quiet", NOW + HOUR) is None
    assert trip.clock("quiet") == (None, NOW + 60 * DAY)


def test_starting_the_second_wait_ends_the_first_that_is_over():
    trip = Trip("send", ("review", wait(days=4)), ("erasure", wait(days=30)))
    trip.tick("send")
    trip.does(waits.start, "erasure", NOW + 5 * DAY)
    assert trip.states(NOW + 9 * DAY) == {"send": "done", "review": "done", "erasure": "waiting"}


def test_the_second_wait_starts_when_the_first_is_ended():
    trip = Trip("send", ("review", wait(days=4)), ("erasure", wait(days=30)))
    trip.tick("send")
    trip.tick("review", now=NOW + 2 * DAY)
    assert trip.clock("erasure") == (None, NOW + 32 * DAY)


def test_two_clocks_start_together():
    second = wait(days=90, fields=MEANWHILE)
    trip = Trip("send", ("recoverable", wait(days=30)), ("complete", second), ("look", CHECK))
    trip.tick("send")
    assert trip.clock("recoverable") == (None, NOW + 30 * DAY)
    assert trip.clock("complete") == (None, NOW + 90 * DAY)


UNTIL = wait(fields={"until_date": True, "stay_signed_out": True})


def test_a_wait_until_a_date_ends_when_that_day_is_over_where_the_person_is():
    trip = Trip("cancel", ("paid", UNTIL), "close")
    trip.tick("cancel")
    trip.does(waits.start, "paid", until=date(2027, 1, 31))
    ends_at = datetime(2027, 1, 31, 23, tzinfo=UTC)
    assert trip.clock("paid") == (None, ends_at)
    assert trip.timeline().signed_out_until == ends_at


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (None, "Give the day on which the waiting ends."),
        (date(2037, 1, 1), "The day must be within the next ten years."),
        (date.max, "The day must be within the next ten years."),
        (date(2020, 1, 1), "The day must be within the next ten years."),
        (date.min, "The day must be within the next ten years."),
    ],
)
def test_a_wait_until_a_date_needs_a_sensible_one(until, expected):
    trip = Trip(("paid", UNTIL))
    assert refused(trip.does, waits.start, "paid", until=until) == expected


def test_a_wait_until_a_date_can_get_another_one():
    trip = Trip(("paid", UNTIL))
    trip.does(waits.start, "paid", until=date(2027, 1, 31))
    trip.does(waits.start, "paid", until=date(2027, 2, 28))
    assert trip.does(waits.start, "paid", NOW + HOUR, until=date(2027, 2, 28)) is None
    assert trip.clock("paid") == (None, datetime(2027, 2, 28, 23, tzinfo=UTC))


def test_a_wait_cannot_start_before_the_step_before_it(trip):
    told = refused(trip.does, waits.start, "review")
    assert told == "This step cannot start yet. Finish the ones before it first."


def test_only_a_wait_can_be_waited(trip):
    assert refused(trip.does, waits.start, "send") == "This step is not a waiting period."


def test_a_wait_that_has_ended_does_not_start_again(trip):
    trip.tick("send", "review")
    told = refused(trip.does, waits.start, "review")
    assert told == "This waiting period has ended already."


def test_a_wait_that_has_not_begun_cannot_be_over():
    trip = Trip(("quiet", wait(days=60)))
    assert refused(trip.tick, "quiet") == "This waiting period has not begun yet."


def test_a_wait_can_end_early(trip):
    trip.tick("send", "review", now=NOW + HOUR)
    assert trip.states(NOW + HOUR)["look"] == "to_do"


def test_an_ended_wait_that_is_opened_again_runs_on(trip):
    trip.tick("send", "review", "look")
    trip.does(journeys.reopen_step, "review", NOW + HOUR)
    assert trip.clock("review") == (NOW + DAY, NOW + 4 * DAY)
    assert trip.states(NOW + HOUR)["look"] == "blocked"


# --- Longer ---------------------------------------------------------------------------------------


def test_a_wait_is_extended_from_its_end(trip):
    trip.tick("send")
    trip.extend(7 * DAY, NOW + DAY)
    assert trip.clock("review") == (None, NOW + 11 * DAY)


def test_an_overdue_wait_is_extended_from_now(trip):
    trip.tick("send")
    trip.extend(7 * DAY, NOW + 30 * DAY)
    assert trip.clock("review") == (None, NOW + 37 * DAY)
    assert trip.states(NOW + 30 * DAY)["review"] == "waiting"


@pytest.mark.parametrize("by", [timedelta(), -DAY, 367 * DAY, 3653 * DAY])
def test_a_wait_is_not_extended_by_nothing_or_by_years(trip, by):
    trip.tick("send")
    told = refused(trip.extend, by)
    assert told == "A waiting period can be made longer by one day up to one year."


def test_a_wait_is_not_extended_twice_by_a_double_click(trip):
    trip.tick("send")
    trip.extend(7 * DAY)
    told = refused(trip.extend, 7 * DAY, seen=NOW + 4 * DAY)
    assert told == "This waiting period was changed in the meantime. Please look again."


def test_only_a_running_wait_is_extended(trip):
    told = "Only a running waiting period can be made longer."
    assert refused(trip.extend, DAY) == told
    trip.tick("send", "review")
    assert refused(trip.extend, DAY) == told


# --- An editor makes something else of the step ---------------------------------------------------

RUNS = (
    "A waiting period or deadline of this step is running for somebody, so its kind cannot "
    "change. Remove the step, and add a new one with another key."
)
AMIDST = {
    "a running wait": (LEAVING, "review", ["send"], "act", RUNS),
    "a running deadline": (CONFIRMING, "confirm", ["send"], "wait", RUNS),
    "a wait that has ended": (LEAVING, "review", ["send", "review"], "act", ""),
    "a wait that has not begun": (LEAVING, "review", [], "act", ""),
    "an act that becomes a preparation": (CONFIRMING, "confirm", ["send"], "prepare", ""),
    "a wait that stays one": (LEAVING, "review", ["send"], "wait", ""),
}


@pytest.mark.parametrize(
    ("rows", "key", "ticked", "becomes", "expected"), AMIDST.values(), ids=AMIDST
)
def test_the_kind_of_a_step_is_kept_while_its_clock_runs(rows, key, ticked, becomes, expected):
    trip = Trip(*rows)
    trip.tick(*ticked)
    step = trip.way[key]
    assert catalogue.problem_of_new_kind(step, was=step.kind, becomes=becomes) == expected


def test_a_clock_that_was_taken_back_or_of_a_finished_journey_runs_no_longer(trip):
    review = trip.way["review"]
    trip.tick("send")
    trip.does(journeys.reopen_step, "send")
    assert catalogue.problem_of_new_kind(review, was="wait", becomes="act") == ""
    trip.tick("send")
    journeys.finish(journey=trip.journey, outcome="gave_up", now=NOW)
    assert catalogue.problem_of_new_kind(review, was="wait", becomes="act") == ""
