"""Going back on a journey: failed waits, lapsed deadlines, unticking, undo."""

import pytest

from guides.domain import journeys, waits
from tests.domain.trips import CHECK, CONFIRMING, DAY, HOUR, LEAVING, NOW, Trip, refused

pytestmark = pytest.mark.django_db


MOVED_ON = (
    "Nothing was changed. Your journey has moved on since, so it is too late to undo this here."
)


@pytest.fixture
def trip():
    return Trip(*LEAVING)


@pytest.fixture
def confirming():
    return Trip(*CONFIRMING)


# --- Going back -----------------------------------------------------------------------------------


def test_a_failed_wait_leads_back_to_the_step_it_names():
    trip = Trip("choose", *LEAVING[1:])
    trip.edit("review", goes_back_to=trip.way["choose"])
    trip.tick("choose", "send", "phones")
    trip.does(waits.fail, "review", NOW + DAY)
    assert set(trip.states(NOW + DAY).values()) == {"to_do", "blocked"}
    assert trip.timeline(NOW + DAY).next.step == trip.way["choose"]


def test_a_failed_wait_keeps_what_came_before_the_step_to_repeat(trip):
    trip.tick("save", "send")
    trip.does(waits.fail, "review")
    assert (trip.states()["save"], trip.states()["send"]) == ("done", "to_do")


def test_a_wait_that_failed_starts_afresh(trip):
    trip.tick("send")
    trip.does(waits.fail, "review", NOW + DAY)
    trip.tick("send", now=NOW + 2 * DAY)
    assert trip.clock("review") == (NOW + 3 * DAY, NOW + 6 * DAY)


def test_a_wait_that_was_said_to_be_over_can_have_been_in_vain(trip):
    trip.tick("save", "send", "review")
    trip.does(waits.fail, "review")
    states = trip.states()
    assert (states["send"], states["review"], states["look"]) == ("to_do", "blocked", "blocked")
    trip.undo()
    assert trip.states()["review"] == "done"


def test_only_a_wait_that_has_begun_fails(trip):
    told = "Only a waiting period that has begun can fail."
    assert refused(trip.does, waits.fail, "review") == told
    assert refused(trip.does, waits.fail, "send") == told


def test_a_lapsed_step_is_not_ticked(confirming):
    confirming.tick("send")
    told = refused(confirming.tick, "confirm", now=NOW + 5 * DAY)
    assert told == "The time for this step has passed. Go back to the step before it."


def test_a_lapsed_step_that_was_done_in_time_is_ticked(confirming):
    confirming.tick("send")
    confirming.tick("confirm", now=NOW + 6 * DAY, happened_at=NOW + 3 * DAY)
    assert confirming.states(NOW + 6 * DAY)["confirm"] == "done"


def test_a_lapsed_step_was_not_done_before_its_time_began(confirming):
    confirming.tick("send")
    late = {"now": NOW + 6 * DAY, "happened_at": NOW - HOUR}
    told = refused(confirming.tick, "confirm", **late)
    assert told == "The time for this step has passed. Go back to the step before it."
    confirming.tick("confirm", now=NOW + 6 * DAY, happened_at=NOW)
    assert confirming.states(NOW + 6 * DAY)["confirm"] == "done"


def test_a_lapsed_deadline_leads_back_and_starts_afresh(confirming):
    confirming.tick("send")
    confirming.does(waits.go_back_after_deadline, "confirm", NOW + 6 * DAY)
    expected = {"send": "to_do", "confirm": "blocked", "look": "blocked"}
    assert confirming.states(NOW + 6 * DAY) == expected
    confirming.tick("send", now=NOW + 7 * DAY)
    assert confirming.clock("confirm") == (None, NOW + 12 * DAY)


def test_nobody_goes_back_while_there_is_time(confirming):
    confirming.tick("send")
    told = refused(confirming.does, waits.go_back_after_deadline, "confirm")
    assert told == "There is still time for this step."


# --- Unticking and undo ---------------------------------------------------------------------------


def test_unticking_takes_its_wait_and_what_came_after_back(trip):
    trip.tick("save", "send", "phones")
    trip.does(journeys.reopen_step, "send")
    expected = {"save": "done", "send": "to_do", "review": "blocked", "phones": "blocked"}
    assert trip.states() == {**expected, "look": "blocked"}


def test_unticking_a_step_without_a_clock_leaves_the_rest_ticked():
    trip = Trip("sign-in", "open-page", ("look", CHECK))
    trip.tick("sign-in", "open-page")
    trip.does(journeys.reopen_step, "sign-in")
    assert trip.states() == {"sign-in": "to_do", "open-page": "done", "look": "blocked"}


def test_unticking_a_step_with_a_deadline_leaves_the_deadline(confirming):
    confirming.tick("send", "confirm")
    confirming.does(journeys.reopen_step, "confirm")
    assert confirming.clock("confirm") == (None, NOW + 5 * DAY)


def test_unticking_before_a_deadline_takes_the_deadline_back(confirming):
    confirming.tick("send")
    confirming.does(journeys.reopen_step, "send")
    assert confirming.clock("confirm") == (None, None)


ACTS = {
    "tick": lambda trip: trip.tick("look", now=NOW + 5 * DAY),
    "end early": lambda trip: trip.tick("review"),
    "skip": lambda trip: trip.does(journeys.skip_step, "save"),
    "untick": lambda trip: trip.does(journeys.reopen_step, "send"),
    "start earlier": lambda trip: trip.does(waits.start, "review", started_at=NOW - DAY),
    "extend": lambda trip: trip.extend(DAY),
    "fail": lambda trip: trip.does(waits.fail, "review"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_undo_restores_what_was_before(trip, act):
    trip.tick("send", "phones")
    before = trip.timeline()
    act(trip)
    assert trip.timeline() != before
    trip.undo()
    assert trip.timeline() == before


def test_undo_goes_back_act_by_act(trip):
    for act in (lambda: trip.tick("save"), lambda: trip.tick("send"), lambda: trip.tick("review")):
        act()
    for _ in range(3):
        trip.undo()
    assert set(trip.states().values()) == {"to_do", "blocked"}


def test_an_undo_of_something_older_changes_nothing(trip):
    old = trip.does(journeys.complete_step, "save")
    trip.tick("send")
    told = refused(journeys.undo, journey=trip.journey, entry_id=old.pk, now=NOW)
    assert told == MOVED_ON


def test_a_second_undo_by_a_double_click_changes_nothing(trip):
    trip.tick("save")
    entry = trip.does(journeys.complete_step, "send")
    trip.undo()
    told = refused(journeys.undo, journey=trip.journey, entry_id=entry.pk, now=NOW)
    assert told == MOVED_ON
