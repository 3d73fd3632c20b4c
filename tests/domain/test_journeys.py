"""What a person can do on a journey, and what they are told when it cannot be done."""

import pytest

from guides.domain import journeys, standings
from guides.models import Entry, Guide, Journey, User
from tests.domain.trips import DAY, HOUR, LEAVING, NOW, Trip, at_once, refused
from tests.factories import make_guide, make_step, make_user, make_way
from tests.queries import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip():
    return Trip(*LEAVING)


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
    last = standings.of(journey=trip.journey, now=NOW).last_act
    told = "This is finished already. Open it again to change it."
    assert refused(trip.tick, "look") == told
    assert refused(trip.does, journeys.reopen_step, "send") == told
    assert refused(trip.extend, DAY) == told
    assert refused(journeys.finish, journey=trip.journey, outcome="gone", now=NOW) == told
    assert refused(journeys.undo, journey=trip.journey, entry_id=last.id, now=NOW) == told


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
    assert told == "You have started this guide again. Go on there."


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


# --- An edited guide ------------------------------------------------------------------------------


def test_a_running_clock_does_not_move_when_an_editor_changes_the_wait(trip):
    trip.tick("send")
    trip.edit("review", wait_shortest=9 * DAY, wait_longest=90 * DAY, stay_signed_out=True)
    assert trip.clock("review") == (NOW + DAY, NOW + 4 * DAY)
    assert trip.timeline().signed_out_until is None


def test_a_new_step_appears_as_not_done(trip):
    trip.tick("save", "send", "review", "look")
    make_step(trip.guide, "new")
    assert trip.states()["new"] == "to_do"
    assert trip.timeline().next.step.key == "new"


def test_a_new_step_before_what_is_done_comes_next(trip):
    trip.tick("send")
    make_step(trip.guide, "new", position=0)
    assert (trip.timeline().next.step.key, trip.at("review").state) == ("new", "waiting")


def test_a_retired_step_disappears_unless_it_was_done(trip):
    trip.tick("save")
    trip.edit("save", retired_at=NOW)
    trip.edit("phones", retired_at=NOW)
    assert list(trip.states()) == ["save", "send", "review", "look"]


def test_a_retired_step_is_not_ticked(trip):
    trip.edit("save", retired_at=NOW)
    assert refused(trip.tick, "save") == "This step is no longer part of the guide."


def test_unticking_takes_a_retired_wait_back_too(trip):
    trip.tick("send")
    trip.edit("review", retired_at=NOW)
    trip.does(journeys.reopen_step, "send")
    assert list(trip.states()) == ["save", "send", "phones", "look"]


# --- Many at once ---------------------------------------------------------------------------------


def test_standings_come_in_the_order_asked_for_with_the_same_number_of_queries(trip):
    bob = journeys.start(user=make_user("bob"), guide=trip.guide, now=NOW)
    other = journeys.start(user=bob.user, guide=make_guide(), now=NOW)
    wanted = [other, trip.journey, bob]
    with asked() as queries:
        found = standings.of_all(journeys=wanted, now=NOW)
    assert len(queries) == 3
    assert [here.journey for here in found] == wanted


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
