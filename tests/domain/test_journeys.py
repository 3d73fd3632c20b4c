"""What a person can do on a journey, and what they are told when it cannot be done."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from guides.domain import journeys
from guides.domain.journeys import NotPossible
from guides.models import Entry, Guide, Journey, Step, User
from tests.factories import make_guide, make_step, make_user, make_way, wait

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHECK = {"kind": "check"}
MEANWHILE = {"while_waiting": True}
# A guide like Amazon's: something optional, a request, a wait, something meanwhile, a check.
LEAVING = (
    ("save", {"kind": "prepare", "is_optional": True}),
    "send",
    ("review", wait(DAY, days=4)),
    ("phones", MEANWHILE),
    ("look", CHECK),
)
# A request that has to be confirmed within five days.
CONFIRMING = ("send", ("confirm", {"do_within": 5 * DAY}), ("look", CHECK))


class Trip:
    """Alice's journey along some steps: acts by key, states by key."""

    def __init__(self, *rows, guide=None):
        self.guide = guide or make_guide()
        self.way = make_way(*rows, guide=self.guide)
        self.journey = journeys.start(user=make_user(), guide=self.guide, now=NOW)

    def tick(self, *keys, now=NOW, **more):
        for key in keys:
            journeys.complete_step(journey=self.journey, step=self.way[key], now=now, **more)

    def does(self, act, key, now=NOW, **more):
        return act(journey=self.journey, step=self.way[key], now=now, **more)

    def extend(self, by, now=NOW, seen="now"):
        end = self.at("review", now).facts.longest_at if seen == "now" else seen
        return self.does(journeys.extend_wait, "review", now, by=by, running_until=end)

    def undo(self, now=NOW):
        last = journeys.last_act(journey=self.journey)
        journeys.undo(journey=self.journey, entry_id=last.pk, now=now)

    def timeline(self, now=NOW):
        return journeys.standing(journey=self.journey, now=now).timeline

    def at(self, key, now=NOW):
        return self.timeline(now)[self.way[key].pk]

    def states(self, now=NOW):
        return {each.step.key: each.state.value for each in self.timeline(now).steps}

    def clock(self, key, now=NOW):
        return self.at(key, now).facts.shortest_at, self.at(key, now).facts.longest_at


@pytest.fixture
def trip():
    return Trip(*LEAVING)


@pytest.fixture
def confirming():
    return Trip(*CONFIRMING)


def refused(act, *args, **more):
    """What the person is told; fails if the journal was changed all the same."""
    before = list(Entry.objects.values())
    with pytest.raises(NotPossible) as refusal:
        act(*args, **more)
    assert list(Entry.objects.values()) == before
    return str(refusal.value)


# --- Beginning and ending -------------------------------------------------------------------------


def test_starting_twice_goes_on_with_the_same_journey(trip):
    again = journeys.start(user=trip.journey.user, guide=trip.guide, now=NOW + DAY)
    assert (again, again.started_at) == (trip.journey, NOW)


def test_two_people_have_a_journey_each(trip):
    assert journeys.start(user=make_user("bob"), guide=trip.guide, now=NOW) != trip.journey


def test_a_finished_guide_can_be_begun_anew(trip):
    journeys.finish(journey=trip.journey, outcome="refused", now=NOW)
    again = journeys.start(user=trip.journey.user, guide=trip.guide, now=NOW + DAY)
    assert again != trip.journey


@pytest.mark.parametrize("outcome", Journey.Outcome.values)
def test_a_journey_ends_with_an_outcome(trip, outcome):
    journeys.finish(journey=trip.journey, outcome=outcome, now=NOW)
    trip.journey.refresh_from_db()
    assert (trip.journey.outcome, trip.journey.finished_at) == (outcome, NOW)


def test_who_says_that_it_is_gone_has_checked(trip):
    trip.tick("send")
    journeys.finish(journey=trip.journey, outcome="gone", now=NOW + 5 * DAY)
    states = trip.states(NOW + 5 * DAY)
    assert (states["review"], states["look"]) == ("done", "done")


def test_a_finished_journey_refuses_every_act(trip):
    trip.tick("send")
    journeys.finish(journey=trip.journey, outcome="gave_up", now=NOW)
    last = journeys.last_act(journey=trip.journey)
    told = "This is finished already. Open it again to change it."
    assert refused(trip.tick, "look") == told
    assert refused(trip.does, journeys.reopen_step, "send") == told
    assert refused(trip.extend, DAY) == told
    assert refused(journeys.finish, journey=trip.journey, outcome="gone", now=NOW) == told
    assert refused(journeys.undo, journey=trip.journey, entry_id=last.pk, now=NOW) == told


def test_a_finished_journey_stays_finished_when_its_guide_changes(trip):
    journeys.finish(journey=trip.journey, outcome="no_answer", now=NOW)
    make_step(trip.guide, "new")
    trip.journey.refresh_from_db()
    assert trip.journey.outcome == "no_answer"


def test_a_finished_journey_can_be_taken_up_where_it_was(trip):
    trip.tick("send")
    before = trip.states()
    journeys.finish(journey=trip.journey, outcome="gave_up", now=NOW)
    journeys.resume(journey=trip.journey, now=NOW)
    trip.journey.refresh_from_db()
    assert (trip.journey.finished_at, trip.journey.outcome, trip.states()) == (None, "", before)


def test_a_finished_journey_is_not_taken_up_beside_a_new_one(trip):
    journeys.finish(journey=trip.journey, outcome="gave_up", now=NOW)
    journeys.start(user=trip.journey.user, guide=trip.guide, now=NOW)
    told = refused(journeys.resume, journey=trip.journey, now=NOW)
    assert told == "You have begun this guide anew. Go on there."


# --- Ticking --------------------------------------------------------------------------------------


def test_a_new_journey_begins_at_its_first_step(trip):
    states = {"save": "to_do", "send": "to_do", "review": "blocked", "phones": "blocked"}
    assert trip.states() == {**states, "look": "blocked"}


def test_a_tick_starts_the_wait_that_follows(trip):
    trip.tick("send")
    assert trip.at("review").state == "waiting"
    assert trip.clock("review") == (NOW + DAY, NOW + 4 * DAY)


def test_a_second_tick_changes_nothing(trip):
    trip.tick("send")
    before = list(Entry.objects.values())
    assert trip.does(journeys.complete_step, "send", NOW + HOUR) is None
    assert list(Entry.objects.values()) == before


def test_a_second_skip_changes_nothing(trip):
    trip.does(journeys.skip_step, "save")
    assert trip.does(journeys.skip_step, "save") is None


def test_a_second_untick_changes_nothing(trip):
    trip.tick("send")
    trip.does(journeys.reopen_step, "send")
    assert trip.does(journeys.reopen_step, "send") is None


def test_a_skipped_step_can_still_be_done(trip):
    trip.does(journeys.skip_step, "save")
    trip.tick("save")
    assert trip.states()["save"] == "done"


def test_a_step_that_cannot_start_yet_is_not_ticked(trip):
    told = "This step cannot start yet. Finish the ones before it first."
    assert refused(trip.tick, "look") == told
    assert refused(trip.tick, "phones") == told


def test_a_needed_step_is_not_skipped(trip):
    told = refused(trip.does, journeys.skip_step, "send")
    assert told == "This step is needed: it cannot be skipped."


def test_a_step_that_is_done_is_not_skipped(trip):
    trip.tick("save")
    assert refused(trip.does, journeys.skip_step, "save") == "This step is done already."


def test_a_heading_is_not_ticked():
    other = make_guide()
    make_step(other, "sign-in")
    trip = Trip(("go-on", {"continues_with": other}))
    assert refused(trip.tick, "go-on") == "There is nothing to tick here."


def test_the_steps_of_the_other_guide_are_ticked_like_ones_own():
    other = make_guide()
    theirs = make_way("sign-in", guide=other)
    trip = Trip("menu", ("go-on", {"continues_with": other}))
    trip.way |= theirs
    trip.tick("menu", "sign-in")
    assert trip.states() == {"menu": "done", "go-on": "heading", "sign-in": "done"}


def test_a_step_of_a_guide_that_is_not_on_the_way_is_not_ticked(trip):
    trip.way |= make_way("elsewhere")
    assert refused(trip.tick, "elsewhere") == "This step is no longer part of the guide."


def test_going_on_after_a_wait_that_is_over_ends_it(trip):
    trip.tick("send")
    trip.tick("look", now=NOW + 4 * DAY)
    assert trip.states(NOW + 9 * DAY)["review"] == "done"


def test_what_is_done_meanwhile_does_not_end_the_wait(trip):
    trip.tick("send")
    trip.tick("phones", now=NOW + 4 * DAY)
    assert trip.states(NOW + 4 * DAY)["review"] == "over"


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
    trip.does(journeys.start_wait, "review", started_at=NOW - 2 * DAY)
    assert trip.clock("review") == (NOW - DAY, NOW + 2 * DAY)


def test_a_running_wait_cannot_turn_out_to_begin_in_the_future(trip):
    trip.tick("send")
    told = refused(trip.does, journeys.start_wait, "review", started_at=NOW + HOUR)
    assert told == "That moment is in the future. Give one in the past."


# --- Waits ----------------------------------------------------------------------------------------


def test_a_wait_that_comes_first_is_started_by_the_person():
    trip = Trip(("quiet", wait(days=60)), "close")
    trip.does(journeys.start_wait, "quiet", started_at=NOW - 10 * DAY)
    assert trip.clock("quiet") == (None, NOW + 50 * DAY)


def test_starting_a_wait_twice_does_not_move_its_clock():
    trip = Trip(("quiet", wait(days=60)), "close")
    trip.does(journeys.start_wait, "quiet")
    assert trip.does(journeys.start_wait, "quiet", NOW + HOUR) is None
    assert trip.clock("quiet") == (None, NOW + 60 * DAY)


def test_starting_the_second_wait_ends_the_first_that_is_over():
    trip = Trip("send", ("review", wait(days=4)), ("erasure", wait(days=30)))
    trip.tick("send")
    trip.does(journeys.start_wait, "erasure", NOW + 5 * DAY)
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


def test_a_wait_until_a_date_ends_when_that_day_begins_where_the_person_is():
    trip = Trip("cancel", ("paid", UNTIL), "close")
    trip.tick("cancel")
    trip.does(journeys.start_wait, "paid", until=date(2027, 1, 31))
    ends_at = datetime(2027, 1, 30, 23, tzinfo=UTC)
    assert trip.clock("paid") == (None, ends_at)
    assert trip.timeline().signed_out_until == ends_at


@pytest.mark.parametrize(("until", "expected"), [
    (None, "Give the day on which the waiting ends."),
    (date(2037, 1, 1), "The day must be within the next ten years."),
    (date.max, "The day must be within the next ten years."),
    (date(2020, 1, 1), "The day must be within the next ten years."),
    (date.min, "The day must be within the next ten years."),
])  # fmt: skip
def test_a_wait_until_a_date_needs_a_sensible_one(until, expected):
    trip = Trip(("paid", UNTIL))
    assert refused(trip.does, journeys.start_wait, "paid", until=until) == expected


def test_a_wait_until_a_date_can_get_another_one():
    trip = Trip(("paid", UNTIL))
    trip.does(journeys.start_wait, "paid", until=date(2027, 1, 31))
    trip.does(journeys.start_wait, "paid", until=date(2027, 2, 28))
    assert trip.does(journeys.start_wait, "paid", NOW + HOUR, until=date(2027, 2, 28)) is None
    assert trip.clock("paid") == (None, datetime(2027, 2, 27, 23, tzinfo=UTC))


def test_a_wait_cannot_start_before_the_step_before_it(trip):
    told = refused(trip.does, journeys.start_wait, "review")
    assert told == "This step cannot start yet. Finish the ones before it first."


def test_only_a_wait_can_be_waited(trip):
    assert refused(trip.does, journeys.start_wait, "send") == "This step is not a waiting period."


def test_a_wait_that_has_ended_does_not_start_again(trip):
    trip.tick("send", "review")
    told = refused(trip.does, journeys.start_wait, "review")
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
    assert told == "A waiting period can be made longer by one hour up to one year."


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


# --- Going back -----------------------------------------------------------------------------------


def test_a_failed_wait_leads_back_to_the_step_it_names():
    trip = Trip("choose", *LEAVING[1:])
    edit(trip, "review", goes_back_to=trip.way["choose"])
    trip.tick("choose", "send", "phones")
    trip.does(journeys.fail_wait, "review", NOW + DAY)
    assert set(trip.states(NOW + DAY).values()) == {"to_do", "blocked"}
    assert trip.timeline(NOW + DAY).next.step == trip.way["choose"]


def test_a_failed_wait_keeps_what_came_before_the_step_to_repeat(trip):
    trip.tick("save", "send")
    trip.does(journeys.fail_wait, "review")
    assert (trip.states()["save"], trip.states()["send"]) == ("done", "to_do")


def test_a_wait_that_failed_starts_afresh(trip):
    trip.tick("send")
    trip.does(journeys.fail_wait, "review", NOW + DAY)
    trip.tick("send", now=NOW + 2 * DAY)
    assert trip.clock("review") == (NOW + 3 * DAY, NOW + 6 * DAY)


def test_only_a_running_wait_fails(trip):
    told = "Only a running waiting period can fail."
    assert refused(trip.does, journeys.fail_wait, "review") == told
    assert refused(trip.does, journeys.fail_wait, "send") == told


def test_a_lapsed_step_is_not_ticked(confirming):
    confirming.tick("send")
    told = refused(confirming.tick, "confirm", now=NOW + 5 * DAY)
    assert told == "The time for this step has passed. Go back to the step before it."


def test_a_lapsed_step_that_was_done_in_time_is_ticked(confirming):
    confirming.tick("send")
    confirming.tick("confirm", now=NOW + 6 * DAY, happened_at=NOW + 3 * DAY)
    assert confirming.states(NOW + 6 * DAY)["confirm"] == "done"


def test_a_lapsed_deadline_leads_back_and_starts_afresh(confirming):
    confirming.tick("send")
    confirming.does(journeys.go_back_after_deadline, "confirm", NOW + 6 * DAY)
    expected = {"send": "to_do", "confirm": "blocked", "look": "blocked"}
    assert confirming.states(NOW + 6 * DAY) == expected
    confirming.tick("send", now=NOW + 7 * DAY)
    assert confirming.clock("confirm") == (None, NOW + 12 * DAY)


def test_nobody_goes_back_while_there_is_time(confirming):
    confirming.tick("send")
    told = refused(confirming.does, journeys.go_back_after_deadline, "confirm")
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
    "start earlier": lambda trip: trip.does(journeys.start_wait, "review", started_at=NOW - DAY),
    "extend": lambda trip: trip.extend(DAY),
    "fail": lambda trip: trip.does(journeys.fail_wait, "review"),
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
    assert told == "Something has changed since then, so this cannot be undone here."


def test_a_second_undo_by_a_double_click_changes_nothing(trip):
    trip.tick("save")
    entry = trip.does(journeys.complete_step, "send")
    trip.undo()
    told = refused(journeys.undo, journey=trip.journey, entry_id=entry.pk, now=NOW)
    assert told == "Something has changed since then, so this cannot be undone here."


# --- An edited guide ------------------------------------------------------------------------------


def edit(trip, key, **fields):
    Step.objects.filter(pk=trip.way[key].pk).update(**fields)
    trip.way[key].refresh_from_db()


def test_a_running_clock_does_not_move_when_an_editor_changes_the_wait(trip):
    trip.tick("send")
    edit(trip, "review", wait_shortest=9 * DAY, wait_longest=90 * DAY, stay_signed_out=True)
    assert trip.clock("review") == (NOW + DAY, NOW + 4 * DAY)
    assert trip.timeline().signed_out_until is None


def test_a_new_step_appears_as_not_done(trip):
    trip.tick("save", "send", "review", "look")
    make_step(trip.guide, "new")
    assert trip.states()["new"] == "to_do"
    assert not trip.timeline().is_complete


def test_a_new_step_before_what_is_done_comes_next(trip):
    trip.tick("send")
    make_step(trip.guide, "new", position=0)
    assert (trip.timeline().next.step.key, trip.at("review").state) == ("new", "waiting")


def test_a_retired_step_disappears_unless_it_was_done(trip):
    trip.tick("save")
    edit(trip, "save", retired_at=NOW)
    edit(trip, "phones", retired_at=NOW)
    assert list(trip.states()) == ["save", "send", "review", "look"]


def test_a_retired_step_is_not_ticked(trip):
    edit(trip, "save", retired_at=NOW)
    assert refused(trip.tick, "save") == "This step is no longer part of the guide."


def test_unticking_takes_a_retired_wait_back_too(trip):
    trip.tick("send")
    edit(trip, "review", retired_at=NOW)
    trip.does(journeys.reopen_step, "send")
    assert list(trip.states()) == ["save", "send", "phones", "look"]


# --- Many at once ---------------------------------------------------------------------------------


def test_standings_come_in_the_order_asked_for_with_the_same_number_of_queries(
    trip, django_assert_num_queries
):
    bob = journeys.start(user=make_user("bob"), guide=trip.guide, now=NOW)
    other = journeys.start(user=bob.user, guide=make_guide(), now=NOW)
    wanted = [other, trip.journey, bob]
    with django_assert_num_queries(4):
        found = journeys.standings(journeys=wanted, now=NOW)
    assert [here.journey for here in found] == wanted


def at_once(act, times=2):
    """Calls `act` in several threads at the same time; gives what each returned or raised."""
    results, barrier = [], Barrier(times)

    def run():
        barrier.wait()
        try:
            results.append(act())
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_tick_at_the_same_time_write_one_entry(trip):
    results = at_once(lambda: trip.does(journeys.complete_step, "send"))
    assert sorted(result is None for result in results) == [False, True]
    assert Entry.objects.filter(kind="done").count() == 1
    assert Entry.objects.filter(kind="started").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_begin_at_the_same_time_begin_one_journey():
    user, guide = make_user(), make_guide()

    def begin():
        return journeys.start(
            user=User.objects.get(pk=user.pk), guide=Guide.objects.get(pk=guide.pk), now=NOW
        )

    first, second = at_once(begin)
    assert first == second
    assert Journey.objects.count() == 1
