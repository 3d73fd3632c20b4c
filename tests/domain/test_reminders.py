"""The reminders that a journey ought to have: planned, moved, cancelled, never doubled."""

import pytest

from guides.domain import journeys
from guides.models import Reminder, Step
from tests.domain.trips import CONFIRMING, DAY, HOUR, LEAVING, NOW, Trip
from tests.factories import make_guide, wait

pytestmark = pytest.mark.django_db

BOTH = [("review", "could_be_over", NOW + DAY), ("review", "over", NOW + 4 * DAY)]


@pytest.fixture
def trip():
    return Trip(*LEAVING)


@pytest.fixture
def confirming():
    return Trip(*CONFIRMING)


def planned():
    return list(Reminder.objects.unsent().values_list("step__key", "kind", "due_at"))


def send(kind):
    Reminder.objects.filter(kind=kind).update(sent_at=NOW)


def test_nothing_is_planned_before_a_clock_runs(trip):
    trip.tick("save")
    assert planned() == []


def test_a_wait_has_one_for_its_shortest_and_one_for_its_longest_time(trip):
    trip.tick("send")
    assert planned() == BOTH


def test_a_wait_of_one_length_has_one():
    trip = Trip("send", ("review", wait(4 * DAY, days=4)))
    trip.tick("send")
    assert planned() == [("review", "over", NOW + 4 * DAY)]


def test_a_wait_without_a_known_end_has_none():
    trip = Trip("send", ("review", wait()))
    trip.tick("send")
    assert planned() == []


def test_a_deadline_warns_a_day_before(confirming):
    confirming.tick("send")
    assert planned() == [("confirm", "deadline_near", NOW + 4 * DAY)]


def test_a_short_deadline_warns_at_half_time():
    trip = Trip("send", ("confirm", {"do_within": 24 * HOUR}))
    trip.tick("send")
    assert planned() == [("confirm", "deadline_near", NOW + 12 * HOUR)]


def test_a_deadline_that_was_met_does_not_warn(confirming):
    confirming.tick("send", "confirm")
    assert planned() == []


def test_a_deadline_that_is_open_again_warns_again(confirming):
    confirming.tick("send", "confirm")
    confirming.does(journeys.reopen_step, "confirm")
    assert planned() == [("confirm", "deadline_near", NOW + 4 * DAY)]


def test_moments_that_have_passed_are_not_planned(trip):
    trip.tick("send", happened_at=NOW - 2 * DAY)
    assert planned() == [("review", "over", NOW + 2 * DAY)]


def test_a_start_in_the_past_moves_them(trip):
    trip.tick("send")
    trip.does(journeys.start_wait, "review", started_at=NOW - 12 * HOUR)
    moved = [NOW + 12 * HOUR, NOW + 84 * HOUR]
    assert [due_at for _, _, due_at in planned()] == moved


def test_an_extension_leaves_one_at_the_new_end(trip):
    trip.tick("send")
    trip.extend(7 * DAY)
    assert planned() == [("review", "over", NOW + 11 * DAY)]


@pytest.mark.parametrize("act", [journeys.complete_step, journeys.fail_wait])
def test_the_end_of_a_wait_cancels_them(trip, act):
    trip.tick("send")
    trip.does(act, "review")
    assert planned() == []


def test_unticking_cancels_them_and_ticking_plans_them_anew(trip):
    trip.tick("send")
    trip.does(journeys.reopen_step, "send")
    assert planned() == []
    trip.tick("send", now=NOW)
    assert planned() == BOTH


def test_undo_cancels_and_restores_them(trip):
    trip.tick("send", "review")
    trip.undo()
    assert planned() == BOTH
    trip.undo()
    assert planned() == []


@pytest.mark.parametrize("outcome", ["gone", "gave_up"])
def test_the_end_of_a_journey_cancels_them(trip, outcome):
    trip.tick("send")
    journeys.finish(journey=trip.journey, outcome=outcome, now=NOW)
    assert planned() == []


def test_a_journey_that_is_taken_up_again_has_those_that_lie_ahead(trip):
    trip.tick("send")
    journeys.finish(journey=trip.journey, outcome="gave_up", now=NOW)
    journeys.resume(journey=trip.journey, now=NOW + 2 * DAY)
    assert planned() == BOTH[1:]


def test_one_that_was_sent_is_not_planned_again(trip):
    trip.tick("send")
    send("over")
    trip.does(journeys.complete_step, "phones")
    trip.does(journeys.complete_step, "save")
    assert planned() == BOTH[:1]
    assert Reminder.objects.count() == 2


def test_one_that_was_sent_stays_when_its_step_is_unticked(trip):
    trip.tick("send")
    send("could_be_over")
    trip.does(journeys.reopen_step, "send")
    assert list(Reminder.objects.values_list("kind", flat=True)) == ["could_be_over"]


def test_one_that_is_due_and_not_yet_sent_survives_another_act(trip):
    trip.tick("send")
    trip.does(journeys.complete_step, "phones", NOW + 2 * DAY)
    assert planned() == BOTH


def test_other_acts_leave_the_rows_alone(trip):
    trip.tick("send")
    before = set(Reminder.objects.values_list("pk", flat=True))
    trip.does(journeys.complete_step, "phones")
    assert set(Reminder.objects.values_list("pk", flat=True)) == before


def test_an_editors_change_moves_none(trip):
    trip.tick("send")
    Step.objects.filter(key="review").update(wait_longest=90 * DAY)
    trip.does(journeys.complete_step, "save")
    assert planned() == BOTH


def test_due_is_what_lies_at_or_before_now(trip):
    trip.tick("send")
    assert list(Reminder.objects.due(NOW + DAY - HOUR)) == []
    assert [each.kind for each in Reminder.objects.due(NOW + DAY)] == ["could_be_over"]
    assert [each.kind for each in Reminder.objects.due(NOW + 99 * DAY)] == ["could_be_over", "over"]


def test_reminders_of_another_journey_are_left_alone(trip):
    trip.tick("send")
    other = journeys.start(user=trip.journey.user, guide=make_guide(), now=NOW)
    journeys.finish(journey=other, outcome="gave_up", now=NOW)
    assert planned() == BOTH
