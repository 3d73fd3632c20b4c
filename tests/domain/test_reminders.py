"""The reminders that a journey ought to have: planned, moved, cancelled, never doubled."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guides.domain import accounts, journeys, reminders, waits
from guides.models import Message, Reminder, Step, User
from tests.domain.trips import CONFIRMING, DAY, HOUR, LEAVING, NOW, Trip, refused
from tests.factories import make_guide, make_step, wait

pytestmark = pytest.mark.django_db


def ending(at):
    """What is said of a wait from its end on."""
    later = [("review", "no_answer", at + 3 * DAY), ("review", "no_answer", at + 14 * DAY)]
    return [("review", "over", at), *later]


ALL = [("review", "could_be_over", NOW + DAY), *ending(NOW + 4 * DAY)]
LIMITED = [("confirm", "deadline_near", NOW + 4 * DAY), ("confirm", "lapsed", NOW + 5 * DAY)]
GRACE = {"wait_reason": Step.WaitReason.GRACE}


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


def test_a_wait_says_its_shortest_and_longest_time_and_asks_twice_more(trip):
    trip.tick("send")
    assert planned() == ALL


def test_a_wait_of_one_length_has_none_for_its_shortest():
    trip = Trip("send", ("review", wait(4 * DAY, days=4)))
    trip.tick("send")
    assert planned() == ending(NOW + 4 * DAY)


def test_a_wait_of_which_only_the_shortest_time_is_known_ends_then():
    trip = Trip("send", ("review", wait(2 * DAY)))
    trip.tick("send")
    assert planned() == ending(NOW + 2 * DAY)


def test_a_grace_period_has_a_last_chance_a_day_before_its_end():
    trip = Trip("send", ("review", wait(days=30, fields=GRACE)))
    trip.tick("send")
    chance = ("review", "last_chance", NOW + 29 * DAY)
    assert planned() == [chance, *ending(NOW + 30 * DAY)]


def test_a_short_grace_period_has_its_last_chance_at_half_time():
    trip = Trip("send", ("review", wait(hours=12, fields=GRACE)))
    trip.tick("send")
    assert planned()[0] == ("review", "last_chance", NOW + 6 * HOUR)


def test_a_wait_without_a_known_end_has_none():
    trip = Trip("send", ("review", wait()))
    trip.tick("send")
    assert planned() == []


def test_a_deadline_warns_a_day_before_and_says_that_it_has_lapsed(confirming):
    confirming.tick("send")
    assert planned() == LIMITED


def test_a_short_deadline_warns_at_half_time():
    trip = Trip("send", ("confirm", {"do_within": 10 * HOUR}))
    trip.tick("send")
    assert planned()[0] == ("confirm", "deadline_near", NOW + 5 * HOUR)


def test_a_warning_comes_before_what_it_is_about(confirming):
    confirming.tick("send")
    rows = Reminder.objects.values_list("kind", "about_at", "is_urgent")
    ends_at = NOW + 5 * DAY
    assert list(rows) == [("deadline_near", ends_at, False), ("lapsed", ends_at, False)]


def test_asking_again_is_about_the_end_of_the_wait(trip):
    trip.tick("send")
    about = Reminder.objects.filter(kind="no_answer").values_list("about_at", flat=True)
    assert list(about) == [NOW + 4 * DAY] * 2


def test_a_deadline_that_was_met_does_not_warn(confirming):
    confirming.tick("send", "confirm")
    assert planned() == []


def test_a_deadline_that_is_open_again_warns_again(confirming):
    confirming.tick("send", "confirm")
    confirming.does(journeys.reopen_step, "confirm")
    assert planned() == LIMITED


def test_going_back_after_a_deadline_leaves_none(confirming):
    confirming.tick("send")
    send("lapsed")
    confirming.does(waits.go_back_after_deadline, "confirm", NOW + 5 * DAY)
    assert planned() == []


def test_moments_that_have_passed_are_not_planned(trip):
    trip.tick("send", happened_at=NOW - 2 * DAY)
    assert planned() == ending(NOW + 2 * DAY)


def test_a_start_in_the_past_moves_them(trip):
    trip.tick("send")
    trip.does(waits.start, "review", started_at=NOW - 2 * HOUR)
    moved = ("review", "could_be_over", NOW + 22 * HOUR)
    assert planned() == [moved, *ending(NOW + 94 * HOUR)]


def test_an_extension_leaves_those_from_the_new_end_on(trip):
    trip.tick("send")
    trip.extend(7 * DAY)
    assert planned() == ending(NOW + 11 * DAY)


@pytest.mark.parametrize("act", [journeys.complete_step, waits.fail])
def test_the_end_of_a_wait_cancels_them(trip, act):
    trip.tick("send")
    trip.does(act, "review")
    assert planned() == []


def test_unticking_cancels_them_and_ticking_plans_them_anew(trip):
    trip.tick("send")
    trip.does(journeys.reopen_step, "send")
    assert planned() == []
    trip.tick("send", now=NOW)
    assert planned() == ALL


def test_undo_cancels_and_restores_them(trip):
    trip.tick("send", "review")
    trip.undo()
    assert planned() == ALL
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
    assert planned() == ALL[1:]


def test_one_that_was_sent_is_not_planned_again(trip):
    trip.tick("send")
    send("over")
    trip.does(journeys.complete_step, "phones")
    trip.does(journeys.complete_step, "save")
    assert planned() == [ALL[0], *ALL[2:]]
    assert Reminder.objects.count() == 4


def test_one_that_was_sent_stays_when_its_step_is_unticked(trip):
    trip.tick("send")
    send("could_be_over")
    trip.does(journeys.reopen_step, "send")
    assert list(Reminder.objects.values_list("kind", flat=True)) == ["could_be_over"]


def test_one_that_is_due_and_not_yet_sent_survives_another_act(trip):
    trip.tick("send")
    trip.does(journeys.complete_step, "phones", NOW + 2 * DAY)
    assert planned() == ALL


def test_other_acts_leave_the_rows_alone(trip):
    trip.tick("send")
    before = set(Reminder.objects.values_list("pk", flat=True))
    trip.does(journeys.complete_step, "phones")
    assert set(Reminder.objects.values_list("pk", flat=True)) == before


def test_an_editors_change_moves_none(trip):
    trip.tick("send")
    Step.objects.filter(key="review").update(wait_longest=90 * DAY)
    trip.does(journeys.complete_step, "save")
    assert planned() == ALL


def test_due_is_what_lies_at_or_before_now(trip):
    trip.tick("send")
    assert list(Reminder.objects.due(NOW + DAY - HOUR)) == []
    assert [each.kind for each in Reminder.objects.due(NOW + DAY)] == ["could_be_over"]
    assert Reminder.objects.due(NOW + 99 * DAY).count() == 4


def test_reminders_of_another_journey_are_left_alone(trip):
    trip.tick("send")
    other = journeys.start(user=trip.journey.user, guide=make_guide(), now=NOW)
    journeys.finish(journey=other, outcome="gave_up", now=NOW)
    assert planned() == ALL


def test_one_whose_message_has_just_gone_out_is_kept(trip):
    trip.tick("send")
    said = Message.objects.create(
        user=trip.journey.user, message_id="<1@x>", created_at=NOW, try_at=NOW, sent_at=NOW
    )
    Reminder.objects.filter(kind="over").update(message=said)
    trip.does(journeys.complete_step, "review")
    assert list(Reminder.objects.values_list("kind", flat=True)) == ["over"]


# --- Days that the person chose -------------------------------------------------------------------


def remind_on(trip, day, now=NOW):
    journeys.remind_on(journey=trip.journey, day=day, now=now)


@pytest.mark.parametrize(
    ("day", "due_at"),
    [
        (date(2026, 11, 23), datetime(2026, 11, 23, 8, tzinfo=UTC)),
        (date(2027, 7, 1), datetime(2027, 7, 1, 7, tzinfo=UTC)),  # summer time
        (date(2036, 11, 22), datetime(2036, 11, 22, 8, tzinfo=UTC)),  # ten years ahead
    ],
)
def test_a_chosen_day_begins_at_nine_where_the_person_is(trip, day, due_at):
    remind_on(trip, day)
    assert planned() == [("save", "chosen", due_at)]


def test_a_chosen_day_is_about_the_next_step(trip):
    remind_on(trip, date(2027, 7, 1))
    trip.tick("send", "review")
    assert planned() == [("look", "chosen", datetime(2027, 7, 1, 7, tzinfo=UTC))]


def test_another_day_takes_the_place_of_the_first(trip):
    remind_on(trip, date(2027, 7, 1))
    remind_on(trip, date(2026, 12, 1))
    assert planned() == [("save", "chosen", datetime(2026, 12, 1, 8, tzinfo=UTC))]


def test_a_chosen_day_can_be_taken_back(trip):
    remind_on(trip, date(2027, 7, 1))
    remind_on(trip, None)
    assert planned() == []


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2020, 1, 1), date(2036, 11, 30)])
def test_a_day_that_cannot_be_chosen_changes_nothing(trip, day):
    remind_on(trip, date(2027, 7, 1))
    told = refused(remind_on, trip, day)
    trip.journey.refresh_from_db()
    assert told == "Choose a day from tomorrow on, within the next ten years."
    assert trip.journey.remind_on == date(2027, 7, 1)


def test_tomorrow_is_tomorrow_where_the_person_is(trip):
    User.objects.update(time_zone="Pacific/Apia")  # there it is the 23rd already
    trip.journey.refresh_from_db()
    assert refused(remind_on, trip, date(2026, 11, 23)).startswith("Choose a day from tomorrow")
    remind_on(trip, date(2026, 11, 24))
    assert planned() == [("save", "chosen", datetime(2026, 11, 23, 20, tzinfo=UTC))]


# --- Left for a week ------------------------------------------------------------------------------


@pytest.fixture
def nudged():
    """Somebody who wants to hear of what they left for a week."""
    trip = Trip(*LEAVING)
    change_settings(trip, wants_nudges=True)
    return trip


def change_settings(trip, now=NOW, **choices):
    user = User.objects.get(pk=trip.journey.user_id)
    accounts.change_settings(user=user, now=now, **choices)
    trip.journey.refresh_from_db()


def test_what_is_left_for_a_week_is_said_to_those_who_want_it(nudged):
    nudged.tick("save", now=NOW + DAY)
    assert planned() == [("send", "untouched", NOW + 8 * DAY)]


def test_what_is_begun_and_never_touched_is_said_too(nudged):
    Reminder.objects.all().delete()
    guide = make_guide()
    make_step(guide, "ask")
    journeys.start(user=nudged.journey.user, guide=guide, now=NOW + DAY)
    assert planned() == [("ask", "untouched", NOW + 8 * DAY)]


def test_whoever_waits_has_left_nothing(nudged):
    nudged.tick("send")
    assert planned() == ALL


def test_switching_it_off_takes_it_back(nudged):
    change_settings(nudged, wants_nudges=False)
    assert planned() == []


# --- Quiet hours ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "moment", "due_at"),
    [
        ("Europe/Oslo", "2026-11-22 20:59", "2026-11-22 20:59"),
        ("Europe/Oslo", "2026-11-22 21:00", "2026-11-23 08:00"),
        ("Europe/Oslo", "2026-11-23 00:00", "2026-11-23 08:00"),
        ("Europe/Oslo", "2026-11-23 07:59", "2026-11-23 08:00"),
        ("Europe/Oslo", "2026-11-23 08:00", "2026-11-23 08:00"),
        ("Europe/Oslo", "2026-12-31 23:30", "2027-01-01 08:00"),
        ("Asia/Kolkata", "2026-11-22 20:45", "2026-11-22 20:45"),
        ("Asia/Kolkata", "2026-11-22 21:15", "2026-11-23 08:00"),
        ("Pacific/Apia", "2026-11-22 22:30", "2026-11-23 08:00"),
        ("Pacific/Apia", "2026-11-23 12:00", "2026-11-23 12:00"),
    ],
)
def test_nobody_is_written_to_between_nine_in_the_evening_and_eight(zone, moment, due_at):
    zone = ZoneInfo(zone)
    moment, due_at = (datetime.fromisoformat(f"{each}:00") for each in (moment, due_at))
    there = moment.replace(tzinfo=zone).astimezone(UTC)
    assert reminders.after_night(there, zone) == due_at.replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "due_at"),
    [
        ("2026-10-24T20:00Z", "2026-10-25T07:00Z"),  # winter time begins in this night
        ("2026-10-25T00:30Z", "2026-10-25T07:00Z"),  # 02:30, for the first time
        ("2026-10-25T01:30Z", "2026-10-25T07:00Z"),  # 02:30, for the second time
        ("2027-03-27T21:00Z", "2027-03-28T06:00Z"),  # summer time begins in this night
        ("2027-03-28T05:59Z", "2027-03-28T06:00Z"),
        ("2027-03-28T06:00Z", "2027-03-28T06:00Z"),
    ],
)
def test_eight_is_eight_on_the_days_when_the_clocks_change(moment, due_at):
    there = datetime.fromisoformat(moment)
    morning = reminders.after_night(there, ZoneInfo("Europe/Oslo"))
    assert morning == datetime.fromisoformat(due_at)


@pytest.mark.parametrize(
    ("length", "due_at", "is_urgent"),
    [
        # From 13:00 on; the warning falls to half time.
        (timedelta(hours=20), datetime(2026, 11, 23, 7, tzinfo=UTC), False),  # ends at 09:00
        (timedelta(hours=19), datetime(2026, 11, 22, 21, 30, tzinfo=UTC), True),  # ends at 08:00
        (timedelta(hours=18), datetime(2026, 11, 22, 21, tzinfo=UTC), True),
    ],
)
@pytest.mark.parametrize("kind", ["deadline_near", "last_chance"])
def test_a_warning_comes_at_night_if_the_morning_is_too_late(kind, length, due_at, is_urgent):
    limited = {"do_within": length}
    if kind == "last_chance":
        limited = wait(length, fields={**GRACE, "wait_longest": length})
    Trip("send", ("limited", limited)).tick("send")
    row = Reminder.objects.values_list("due_at", "is_urgent").get(kind=kind)
    assert row == (due_at, is_urgent)


def test_an_end_that_falls_into_the_night_is_said_in_the_morning(trip):
    trip.tick("send", now=NOW + 12 * HOUR)  # one o'clock in the night
    rows = Reminder.objects.values_list("due_at", "about_at")
    morning = NOW + 19 * HOUR
    assert [row[0] for row in rows] == [morning + days * DAY for days in (1, 4, 7, 18)]
    assert list(rows)[1] == (morning + 4 * DAY, NOW + 12 * HOUR + 4 * DAY)


# --- The person moves -----------------------------------------------------------------------------


def test_another_time_zone_moves_what_is_due_into_its_morning(trip):
    trip.tick("send")
    change_settings(trip, time_zone="Pacific/Auckland")  # 12:00 is an hour after midnight there
    morning = NOW + 7 * HOUR
    assert [due_at for _, _, due_at in planned()] == [
        morning + days * DAY for days in (1, 4, 7, 18)
    ]


def test_what_was_said_before_the_move_is_not_said_again(trip):
    trip.tick("send")
    send("could_be_over")
    change_settings(trip, now=NOW + DAY + HOUR, time_zone="Pacific/Auckland")
    assert [kind for _, kind, _ in planned()] == ["over", "no_answer", "no_answer"]


def test_a_day_that_was_said_is_not_said_again_after_a_move(trip):
    remind_on(trip, date(2026, 11, 23))
    send("chosen")
    change_settings(trip, now=NOW + 21 * HOUR, time_zone="America/New_York")
    assert planned() == []


def test_an_end_that_was_moved_by_hours_is_said_again(trip):
    trip.tick("send")
    send("over")
    trip.does(waits.start, "review", started_at=NOW - HOUR)
    assert planned()[1] == ("review", "over", NOW + 4 * DAY - HOUR)


# --- Which is next --------------------------------------------------------------------------------


def test_the_next_and_the_last_one_of_a_journey(trip):
    trip.tick("send")
    assert reminders.last_and_next(journey=trip.journey)[0] is None
    send("could_be_over")
    last, following = reminders.last_and_next(journey=trip.journey)
    assert (last.kind, following.kind) == ("could_be_over", "over")


@pytest.mark.parametrize(
    "change",
    [
        lambda trip: reminders.switch(person=trip.journey.user, on=False),
        lambda trip: reminders.switch(person=trip.journey.user, journey=trip.journey, on=False),
        lambda trip: User.objects.update(bounced_at=NOW),
    ],
)
def test_a_person_to_whom_nothing_is_sent_has_no_next_one(trip, change):
    trip.tick("send")
    assert reminders.next_for(person=trip.journey.user).kind == "could_be_over"
    change(trip)
    assert reminders.next_for(person=User.objects.get()) is None
