"""What was ticked off without an account is taken along: nothing is lost, nothing doubled."""

from datetime import UTC, datetime, timedelta

import pytest

from guides.domain import journeys, local_progress, standings
from guides.models import Entry, Journey
from tests.factories import make_guide, make_user, make_way, wait

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def guide():
    guide = make_guide()
    rows = ("save", "send", ("review", wait(days=4)), ("phones", {"while_waiting": True}))
    make_way(*rows, ("look", {"kind": "check"}), guide=guide)
    return guide


@pytest.fixture
def alice():
    return make_user()


def kept(guide, **moments):
    return {guide.steps.get(key=key).pk: moment for key, moment in moments.items()}


def take(user, guide, now=NOW, **moments):
    return local_progress.take_along(user=user, guide=guide, done=kept(guide, **moments), now=now)


def states(journey, now=NOW):
    timeline = standings.of(journey=journey, now=now).timeline
    return {each.step.key: each.state.value for each in timeline.steps}


def test_ticks_are_taken_along_with_their_moments_and_their_waits_run_from_then(alice, guide):
    taken = take(alice, guide, save=NOW - 2 * DAY, send=NOW - DAY)
    entries = taken.journey.entries.filter(kind="done").values_list("step__key", "happened_at")
    assert (taken.count, dict(entries)) == (2, {"save": NOW - 2 * DAY, "send": NOW - DAY})
    review = standings.of(journey=taken.journey, now=NOW).timeline[guide.steps.get(key="review").pk]
    assert (review.state.value, review.facts.longest_at) == ("waiting", NOW + 3 * DAY)
    assert taken.journey.started_at == NOW - 2 * DAY


def test_taking_along_twice_doubles_nothing(alice, guide):
    first = take(alice, guide, save=NOW - 2 * DAY, send=NOW - DAY)
    again = take(alice, guide, now=NOW + HOUR, save=NOW - 2 * DAY, send=NOW - DAY)
    assert (again.journey, again.count) == (first.journey, 0)
    assert (Journey.objects.count(), Entry.objects.filter(kind="done").count()) == (1, 2)


def test_beside_a_journey_that_runs_what_is_missing_is_added_and_what_is_there_stays(alice, guide):
    journey = journeys.start(user=alice, guide=guide, now=NOW - 3 * DAY)
    save = guide.steps.get(key="save")
    journeys.complete_step(journey=journey, step=save, now=NOW - 3 * DAY)
    taken = take(alice, guide, save=NOW - 2 * DAY, send=NOW - DAY)
    ticks = journey.entries.filter(kind="done").values_list("step__key", "happened_at")
    assert (taken.journey, taken.count) == (journey, 1)
    assert dict(ticks) == {"save": NOW - 3 * DAY, "send": NOW - DAY}


def test_after_the_journey_was_finished_it_is_not_begun_anew(alice, guide):
    first = take(alice, guide, save=NOW - 2 * DAY)
    journeys.finish(journey=first.journey, outcome="gone", now=NOW)
    again = take(alice, guide, save=NOW - 2 * DAY)
    assert (again.journey, again.count, Journey.objects.count()) == (first.journey, 0, 1)


def test_another_try_after_a_finished_journey_is_a_new_one(alice, guide):
    first = take(alice, guide, save=NOW - 2 * DAY)
    journeys.finish(journey=first.journey, outcome="refused", now=NOW - DAY)
    again = take(alice, guide, save=NOW - HOUR)
    assert (again.count, Journey.objects.count()) == (1, 2)


def test_whoever_went_on_after_a_wait_has_seen_its_end(alice, guide):
    taken = take(alice, guide, save=NOW - 9 * DAY, send=NOW - 9 * DAY, look=NOW - DAY)
    done = states(taken.journey)
    assert (taken.count, done["review"], done["look"]) == (3, "done", "done")


def test_what_is_done_while_waiting_ends_no_wait(alice, guide):
    taken = take(alice, guide, save=NOW - DAY, send=NOW - DAY, phones=NOW - HOUR)
    assert (taken.count, states(taken.journey)["review"]) == (3, "waiting")


def test_a_step_that_is_gone_or_whose_turn_has_not_come_is_left_out(alice, guide):
    done = {**kept(guide, save=NOW, review=NOW), 999_999: NOW}
    taken = local_progress.take_along(user=alice, guide=guide, done=done, now=NOW)
    assert (taken.count, taken.journey.entries.count()) == (1, 1)


def test_a_browser_whose_clock_runs_ahead_ticked_now(alice, guide):
    taken = take(alice, guide, save=NOW + DAY)
    assert (taken.journey.entries.get().happened_at, taken.journey.started_at) == (NOW, NOW)


def test_another_persons_journey_is_none_of_it(alice, guide):
    bob = make_user("bob")
    take(bob, guide, save=NOW - DAY)
    taken = take(alice, guide, save=NOW - DAY)
    assert (taken.journey.user, taken.count) == (alice, 1)
