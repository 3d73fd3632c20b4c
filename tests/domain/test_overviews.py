"""All journeys at a glance: the groups, and the axis on which what waits is drawn."""

import pytest

from guides.domain import journeys, overviews
from guides.domain.overviews import Axis, Stretch
from tests.domain.trips import DAY, HOUR, NOW, Trip
from tests.factories import make_guide, make_user, make_way, wait

pytestmark = pytest.mark.django_db


def waiting(*waits, now=NOW):
    """Alice's overview while these waits run beside one another."""
    rows = [(f"wait-{number}", fields) for number, fields in enumerate(waits)]
    trip = Trip("send", *rows)
    trip.tick("send")
    return overviews.of(person=trip.journey.user, now=now)


def beside(fields):
    return {**fields, "while_waiting": True}


@pytest.mark.parametrize(
    ("longest", "days"),
    [(1, 1), (4, 1), (5, 2), (8, 2), (9, 4), (16, 4), (28, 7), (56, 14), (112, 28), (400, 28)],
)
def test_the_axis_is_just_long_enough(longest, days):
    assert waiting(wait(days=longest)).axis == Axis(NOW, days * DAY)


def test_without_a_known_end_the_axis_is_short():
    assert waiting(wait()).axis.part == DAY


def test_the_marks_are_where_the_parts_begin():
    assert Axis(NOW, 7 * DAY).marks == [NOW, NOW + 7 * DAY, NOW + 14 * DAY, NOW + 21 * DAY]


STRETCHES = {
    "one length": ([wait(days=4)], Stretch(100, 100)),
    "two lengths": ([wait(DAY, days=4)], Stretch(25, 100)),
    "two clocks: until the first, and until the last": (
        [wait(days=4), beside(wait(days=16))],
        Stretch(25, 100),
    ),
    "longer than the axis": ([wait(days=224)], Stretch(100, 200)),
    "without an end": ([wait()], Stretch(0, 101)),
    "one of two without an end": ([wait(days=2), beside(wait())], Stretch(50, 101)),
}


@pytest.mark.parametrize(("waits", "expected"), STRETCHES.values(), ids=STRETCHES)
def test_how_a_wait_is_drawn(waits, expected):
    (glance,) = waiting(*waits).groups["waiting"]
    assert glance.stretch == expected
    assert expected.goes_on is (expected.most > 100)


def test_what_does_not_wait_is_not_drawn():
    trip = Trip("send")
    (glance,) = overviews.of(person=trip.journey.user, now=NOW).groups["ready"]
    assert (glance.stretch, glance.timeline.next.step) == (None, trip.way["send"])


def test_of_what_is_finished_only_the_journey_is_read():
    alice, ended = make_user(), []
    for number in range(2):
        guide = make_guide()
        make_way("send", guide=guide)
        ended.append(journeys.start(user=alice, guide=guide, now=NOW))
        journeys.finish(journey=ended[-1], outcome="gone", now=NOW + number * HOUR)
    overview = overviews.of(person=alice, now=NOW + DAY)
    assert overview.groups == {}
    assert [each.journey for each in overview.finished] == [ended[1], ended[0]]
    assert {each.timeline for each in overview.finished} == {None}


def test_the_names_of_a_service_come_in_every_language():
    trip = Trip("send")
    service = trip.guide.service
    service.translations.create(language_code="ar", name="أمازون")
    (glance,) = overviews.of(person=trip.journey.user, now=NOW).groups["ready"]
    assert glance.names == {"en": service.slug.title(), "ar": "أمازون"}


def test_nobody_sees_the_journeys_of_another():
    Trip("send")
    overview = overviews.of(person=make_user("bob"), now=NOW)
    assert (overview.groups, overview.finished, overview.is_long) == ({}, [], False)
