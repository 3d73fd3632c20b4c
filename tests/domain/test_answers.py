"""One-tap answers to a reminder: what each does, and when it no longer does anything."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from guides.domain import accounts, answers, journeys, standings, waits
from guides.domain.answers import Answer
from guides.domain.journal import NotPossible
from guides.models import Entry, Reminder
from tests.domain.trips import CONFIRMING, DAY, HOUR, LEAVING, NOW, Trip, refused
from tests.factories import wait

pytestmark = pytest.mark.django_db

ALREADY = "You have answered this already. Your journey is as you left it."
MOVED_ON = "This has moved on since the e-mail was sent. Open your journey to see how it stands."
TOO_OLD = "This link is too old. Open your journey to say how it stands."
ABOUT_A_WAIT = ["could_be_over", "over", "no_answer"]


@pytest.fixture
def trip():
    trip = Trip(*LEAVING)
    trip.tick("send")
    return trip


@pytest.fixture
def confirming():
    trip = Trip(*CONFIRMING)
    trip.tick("send")
    return trip


def tell(trip, kind):
    """The first reminder of that kind, sent when it was due; and an hour later."""
    reminder = trip.journey.reminders.filter(kind=kind)[0]
    reminder.sent_at = reminder.due_at
    reminder.save()
    return reminder, reminder.sent_at + HOUR


def give(reminder, answer, now, days=None):
    answers.give(reminder=reminder, answer=Answer(answer), now=now, days=days)


def ending(trip):
    trip.journey.refresh_from_db()
    return trip.journey.outcome, trip.journey.finished_at


# --- What each does -------------------------------------------------------------------------------


def offered(trip, kind):
    reminder = Reminder(kind=kind, step=trip.way["review"], journey=trip.journey)
    return answers.offered(reminder, standings.of(journey=trip.journey, now=NOW))


def test_which_answers_fit_which_reminder(trip):
    about_a_wait = ["gone", "not_yet", "more_time", "refused"]
    assert {kind: offered(trip, kind) for kind in Reminder.Kind.values} == {
        "lapsed": [],
        "deadline_near": ["done"],
        "last_chance": [],
        "over": about_a_wait,
        "could_be_over": about_a_wait,
        "no_answer": about_a_wait,
        "chosen": [],
        "untouched": [],
    }


def test_a_wait_before_more_that_has_to_be_done_cannot_have_made_it_gone():
    trip = Trip("send", ("review", wait(days=4)), "confirm")
    trip.tick("send")
    assert offered(trip, "over") == ["over", "not_yet", "more_time"]
    reminder, now = tell(trip, "over")
    give(reminder, "over", now)
    assert trip.timeline(now).next.step.key == "confirm"


@pytest.mark.parametrize("kind", ABOUT_A_WAIT)
@pytest.mark.parametrize("outcome", ["gone", "refused"])
def test_it_is_gone_and_they_refused_end_the_journey(trip, kind, outcome):
    reminder, now = tell(trip, kind)
    give(reminder, outcome, now)
    assert (ending(trip), trip.journey.reminders.unsent().count()) == ((outcome, now), 0)


@pytest.mark.parametrize("kind", ABOUT_A_WAIT)
def test_not_yet_asks_again_in_three_days(trip, kind):
    reminder, now = tell(trip, kind)
    give(reminder, "not_yet", now)
    assert trip.clock("review", now) == (None, now + 3 * DAY)
    assert trip.journey.reminders.unsent().first().due_at == now + 3 * DAY


@pytest.mark.parametrize("kind", ABOUT_A_WAIT)
def test_more_time_is_added_to_the_end_or_to_now_if_that_has_passed(trip, kind):
    reminder, now = tell(trip, kind)
    give(reminder, "more_time", now, days=2)
    ends_at = (NOW + 4 * DAY if kind == "could_be_over" else now) + 2 * DAY
    assert trip.clock("review", now) == (None, ends_at)
    assert trip.journey.reminders.unsent().first().due_at == ends_at


def test_more_time_is_counted_as_in_the_wizard(trip):
    reminder, now = tell(trip, "could_be_over")
    give(reminder, "more_time", now, days=7)
    answered = trip.clock("review", now)
    trip.undo(now)
    trip.extend(7 * DAY, now)
    assert answered == trip.clock("review", now)


def test_not_yet_does_not_shorten_a_longer_wait():
    trip = Trip("send", ("review", wait(DAY, days=30)))
    trip.tick("send")
    reminder, now = tell(trip, "could_be_over")
    give(reminder, "not_yet", now)
    assert trip.clock("review", now) == (now + 3 * DAY, NOW + 30 * DAY)
    kinds = trip.journey.reminders.unsent().values_list("kind", "due_at")[:2]
    assert list(kinds) == [("could_be_over", now + 3 * DAY), ("over", NOW + 30 * DAY)]


def test_i_have_done_it_ticks_the_step(confirming):
    reminder, now = tell(confirming, "deadline_near")
    give(reminder, "done", now)
    assert confirming.states(now) == {"send": "done", "confirm": "done", "look": "to_do"}
    assert confirming.at("confirm", now).facts.done_at == now


def test_a_guide_that_only_deactivates_ends_as_deactivated(trip):
    type(trip.guide).objects.update(goal="deactivate")
    reminder, now = tell(trip, "over")
    give(reminder, "gone", now)
    assert ending(trip) == ("deactivated", now)


def test_the_answer_is_kept_with_its_moment(trip):
    reminder, now = tell(trip, "over")
    give(reminder, "not_yet", now)
    reminder.refresh_from_db()
    assert reminder.answered_at == now


UNFIT = [
    (kind, answer)
    for kind in Reminder.Kind.values
    for answer in Answer
    if answer not in answers.possible(Reminder(kind=kind))
]


@pytest.mark.parametrize(("kind", "answer"), UNFIT)
def test_an_answer_that_does_not_fit_changes_nothing(trip, kind, answer):
    Reminder.objects.filter(kind="over").update(kind=kind)
    reminder, now = tell(trip, kind)
    told = refused(give, reminder, answer, now, days=1)
    assert (told, ending(trip)) == ("This answer does not fit the question.", ("", None))


# --- Twice, late, and meanwhile -------------------------------------------------------------------


@pytest.mark.parametrize("first", ["gone", "not_yet", "more_time", "refused"])
@pytest.mark.parametrize("second", ["gone", "not_yet", "more_time", "refused"])
def test_a_second_answer_changes_nothing(trip, first, second):
    reminder, now = tell(trip, "over")
    give(reminder, first, now, days=5)
    before = ending(trip)
    assert refused(give, reminder, second, now + HOUR, days=5) == ALREADY
    assert ending(trip) == before


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_the_same_moment_one_counts(trip):
    reminder, now = tell(trip, "over")

    def click(_):
        try:
            give(reminder, "more_time", now, days=5)
        except NotPossible as reason:
            return str(reason)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(click, range(4)))
    assert sorted(told, key=str) == [None, *[ALREADY] * 3]
    assert Entry.objects.filter(kind="extended").count() == 1


def test_an_answer_counts_for_thirty_days(trip):
    reminder, _ = tell(trip, "over")
    told = refused(give, reminder, "gone", reminder.sent_at + 30 * DAY + HOUR)
    give(reminder, "gone", reminder.sent_at + 30 * DAY)
    assert (told, ending(trip)) == (TOO_OLD, ("gone", reminder.sent_at + 30 * DAY))


def test_an_answer_that_comes_before_the_worker_has_marked_it_as_sent_counts(trip):
    reminder, now = tell(trip, "over")
    Reminder.objects.update(sent_at=None)
    give(reminder, "gone", now)
    reminder.refresh_from_db()
    assert (ending(trip), reminder.sent_at) == (("gone", now), now)


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda trip, now: trip.does(journeys.complete_step, "review", now),
        lambda trip, now: trip.does(waits.fail, "review", now),
        lambda trip, now: trip.does(journeys.reopen_step, "send", now),
        lambda trip, now: trip.does(waits.start, "review", now, started_at=NOW - HOUR),
        lambda trip, now: trip.extend(DAY, now),
    ],
    ids=["ended", "failed", "unticked", "began earlier", "made longer"],
)
@pytest.mark.parametrize("answer", ["gone", "not_yet", "more_time", "refused"])
def test_an_answer_to_what_has_moved_on_changes_nothing(trip, meanwhile, answer):
    reminder, now = tell(trip, "over")
    meanwhile(trip, now)
    told = refused(give, reminder, answer, now, days=5)
    assert (told, ending(trip)) == (MOVED_ON, ("", None))


def test_a_deadline_that_was_met_on_the_page_is_not_met_again(confirming):
    reminder, now = tell(confirming, "deadline_near")
    confirming.tick("confirm", now=now)
    assert refused(give, reminder, "done", now + HOUR) == MOVED_ON


def test_i_have_done_it_after_the_deadline_is_refused(confirming):
    reminder, _ = tell(confirming, "deadline_near")
    told = refused(give, reminder, "done", NOW + 5 * DAY)
    assert told == "The time for this step has passed. Go back to the step before it."


def test_a_journey_that_has_ended_meanwhile_keeps_its_ending(trip):
    reminder, now = tell(trip, "over")
    journeys.finish(journey=trip.journey, outcome="gave_up", now=now)
    assert refused(give, reminder, "gone", now + HOUR) == ALREADY
    assert ending(trip) == ("gave_up", now)


def test_a_journey_that_was_taken_up_again_can_be_answered(trip):
    reminder, now = tell(trip, "over")
    journeys.finish(journey=trip.journey, outcome="gave_up", now=now)
    journeys.resume(journey=trip.journey, now=now)
    give(reminder, "gone", now + HOUR)
    assert ending(trip) == ("gone", now + HOUR)


def test_an_answer_that_was_undone_on_the_page_is_not_given_again_by_the_link(trip):
    reminder, now = tell(trip, "over")
    give(reminder, "not_yet", now)
    trip.undo(now)
    assert trip.clock("review", now) == (NOW + DAY, NOW + 4 * DAY)
    assert refused(give, reminder, "not_yet", now + HOUR) == ALREADY


def test_a_step_that_was_retired_meanwhile_is_answered_all_the_same(trip):
    reminder, now = tell(trip, "over")
    trip.edit("review", retired_at=now)
    give(reminder, "not_yet", now)
    assert trip.clock("review", now) == (None, now + 3 * DAY)


def test_an_answer_after_a_move_to_another_time_zone_counts(trip):
    reminder, now = tell(trip, "over")
    accounts.change_settings(user=trip.journey.user, now=now, time_zone="Asia/Kolkata")
    give(reminder, "gone", now)
    assert ending(trip) == ("gone", now)


@pytest.mark.parametrize("days", [None, 0, -1, 367, 10**6])
def test_a_bad_number_of_days_loses_nothing(trip, days):
    reminder, now = tell(trip, "over")
    told = refused(give, reminder, "more_time", now, days=days)
    assert told == "A waiting period can be made longer by one day up to one year."
    give(reminder, "more_time", now, days=366)
    assert trip.clock("review", now) == (None, now + 366 * DAY)
