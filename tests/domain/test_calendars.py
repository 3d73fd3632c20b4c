"""The calendar of a person, read back with another library and line by line against RFC 5545."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from django.utils import translation

from guides.domain import calendars, journeys, waits
from guides.models import CalendarEvent, User
from tests.domain.trips import CONFIRMING, DAY, HOUR, LEAVING, NOW, Trip
from tests.factories import make_guide, make_user, make_way, wait

pytestmark = pytest.mark.django_db

STAMP = re.compile(r"\d{8}T\d{6}Z")


@pytest.fixture
def trip():
    return Trip(*LEAVING)


@pytest.fixture
def waiting(trip):
    trip.tick("send")
    return trip


def feed(**settings):
    User.objects.filter(email="alice@example.org").update(**settings or {"is_active": True})
    return calendars.feed(person=User.objects.get(email="alice@example.org"))


def read(file):
    """The events, in their order; strictly: vobject complains of what RFC 5545 does not allow."""
    calendar = vobject.readOne(file.decode(), validate=True)
    return list(calendar.contents.get("vevent", []))


def rows(file):
    """What matters of each event: when, how often changed, and whether it still holds."""
    return [
        (each.dtstart.value, int(each.sequence.value), each.status.value) for each in read(file)
    ]


def uids(file):
    return [each.uid.value for each in read(file)]


def named(**settings):
    return [each.summary.value for each in read(feed(**settings))]


# --- What stands in it ----------------------------------------------------------------------------


def test_a_running_wait_stands_at_its_end(waiting):
    assert rows(feed()) == [(NOW + 4 * DAY, 0, "CONFIRMED")]


def test_a_deadline_stands_at_its_end():
    Trip(*CONFIRMING).tick("send")
    assert rows(feed()) == [(NOW + 5 * DAY, 0, "CONFIRMED")]


def test_two_clocks_are_two_events():
    second = wait(days=90, fields={"while_waiting": True})
    Trip("send", ("recoverable", wait(days=30)), ("complete", second)).tick("send")
    assert [row[0] for row in rows(feed())] == [NOW + 30 * DAY, NOW + 90 * DAY]
    assert len(set(uids(feed()))) == 2


@pytest.mark.parametrize("ticked", [[], ["send"]], ids=["not begun", "no known end"])
def test_what_has_no_end_yet_is_not_in_it(ticked):
    Trip("send", ("review", wait())).tick(*ticked)
    assert rows(feed()) == []


def test_the_events_of_others_are_not_in_it(waiting):
    guide = make_guide()
    way = make_way("ask", ("review", wait(days=9)), guide=guide)
    journey = journeys.start(user=make_user("bob"), guide=guide, now=NOW)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    assert rows(feed()) == [(NOW + 4 * DAY, 0, "CONFIRMED")]


@pytest.mark.parametrize(
    ("rows", "alarm"), [(LEAVING, timedelta()), (CONFIRMING, -DAY)], ids=["wait", "deadline"]
)
def test_an_alarm_rings_when_a_wait_ends_and_a_day_before_a_deadline(rows, alarm):
    Trip(*rows).tick("send")
    (event,) = read(feed())
    rings = event.valarm
    assert (rings.action.value, rings.trigger.value) == ("DISPLAY", alarm)
    assert rings.description.value == event.summary.value


def test_the_alarm_of_a_wait_that_ends_at_night_rings_in_the_morning(waiting):
    CalendarEvent.objects.update(starts_at=datetime(2026, 11, 26, 3, 0, tzinfo=UTC))
    User.objects.update(time_zone="Europe/Oslo")  # where that is 4 in the morning
    (event,) = read(feed())
    assert event.valarm.trigger.value == 4 * HOUR


# --- What becomes of it ---------------------------------------------------------------------------


def test_an_end_that_moves_counts_up_under_the_same_name(waiting):
    name = uids(feed())
    waiting.extend(7 * DAY, NOW + HOUR)
    assert rows(feed()) == [(NOW + 11 * DAY, 1, "CONFIRMED")]
    waiting.extend(DAY, NOW + 2 * HOUR)
    assert (rows(feed()), uids(feed())) == ([(NOW + 12 * DAY, 2, "CONFIRMED")], name)


def test_a_change_is_stamped_with_its_moment(waiting):
    waiting.extend(7 * DAY, NOW + HOUR)
    (event,) = read(feed())
    assert event.dtstamp.value == event.last_modified.value == NOW + HOUR


def test_what_moves_no_end_counts_nothing_up(waiting):
    waiting.does(journeys.complete_step, "phones", NOW + HOUR)
    waiting.does(waits.go_on, "review", NOW, by=DAY)
    assert rows(feed()) == [(NOW + 4 * DAY, 0, "CONFIRMED")]


@pytest.mark.parametrize(
    "act",
    [
        lambda trip: trip.undo(NOW + HOUR),
        lambda trip: trip.does(journeys.reopen_step, "send", NOW + HOUR),
        lambda trip: trip.does(journeys.complete_step, "review", NOW + HOUR),
        lambda trip: trip.does(waits.fail, "review", NOW + HOUR),
        lambda trip: journeys.finish(journey=trip.journey, outcome="gone", now=NOW + HOUR),
    ],
    ids=["undone", "unticked", "ended early", "failed", "finished"],
)
def test_what_falls_away_before_it_comes_is_cancelled_and_rings_no_more(waiting, act):
    name = uids(feed())
    act(waiting)
    assert (rows(feed()), uids(feed())) == ([(NOW + 4 * DAY, 1, "CANCELLED")], name)
    assert "valarm" not in read(feed())[0].contents


def test_what_is_begun_again_holds_again_under_the_same_name(waiting):
    name = uids(feed())
    waiting.undo()
    waiting.tick("send", now=NOW + DAY)
    assert (rows(feed()), uids(feed())) == ([(NOW + 5 * DAY, 2, "CONFIRMED")], name)


def test_what_is_cancelled_counts_up_only_once(waiting):
    waiting.undo()
    waiting.tick("save", now=NOW + HOUR)
    assert rows(feed()) == [(NOW + 4 * DAY, 1, "CANCELLED")]


def test_what_has_happened_stays(waiting):
    journeys.finish(journey=waiting.journey, outcome="gone", now=NOW + 5 * DAY)
    assert rows(feed()) == [(NOW + 4 * DAY, 0, "CONFIRMED")]


def test_a_journey_that_is_taken_up_again_is_back_in_it(waiting):
    journeys.finish(journey=waiting.journey, outcome="gave_up", now=NOW)
    journeys.resume(journey=waiting.journey, now=NOW)
    assert rows(feed()) == [(NOW + 4 * DAY, 2, "CONFIRMED")]


def test_a_move_to_another_time_zone_moves_nothing(waiting):
    before = rows(feed())
    assert rows(feed(time_zone="Pacific/Apia")) == before


# --- Names ----------------------------------------------------------------------------------------


def name(trip, **names):
    for language, words in names.items():
        service = trip.guide.service
        service.translations.update_or_create(language_code=language, defaults={"name": words})


def test_a_name_tells_nothing_unless_one_wants_it(waiting):
    name(waiting, en="Amazon")
    assert named() == ["A waiting period ends"]
    assert re.search(rb"amazon|review|close", feed(), re.IGNORECASE) is None
    assert named(shows_names=True) == ["Amazon: Review"]


def test_a_deadline_has_a_name_of_its_own():
    Trip(*CONFIRMING).tick("send")
    assert named() == ["Time to act runs out"]


def test_an_arabic_calendar_speaks_arabic(waiting):
    name(waiting, en="Amazon", ar="أمازون")
    waiting.way["review"].translations.create(language_code="ar", title="انتظر")
    with translation.override("ar"):
        neutral = translation.gettext("A waiting period ends")
    assert named(language="ar") == [neutral]
    assert named(shows_names=True) == ["أمازون: انتظر"]


@pytest.mark.parametrize("words", ["A, B; C", "back\\slash", "two\nlines", 'say "hi"', "x" * 120])
def test_every_sign_in_a_name_comes_back(waiting, words):
    name(waiting, en=words)
    assert named(shows_names=True) == [f"{words}: Review"]


# --- RFC 5545, line by line -----------------------------------------------------------------------


@pytest.fixture
def rich(waiting):
    """A feed in which much is said: a long Arabic name, a deadline, something cancelled."""
    name(waiting, en="Amazon", ar="أمازون وكل ما يتبعها من الخدمات والمتاجر والأجهزة " * 2)
    guide = make_guide()
    way = make_way("ask", ("confirm", {"do_within": 5 * DAY}), guide=guide)
    journey = journeys.start(user=waiting.journey.user, guide=guide, now=NOW)
    entry = journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    journeys.undo(journey=journey, entry_id=entry.pk, now=NOW + HOUR)
    return feed(language="ar", shows_names=True)


def properties(file):
    """Every content line, unfolded (3.1), as name and value."""
    unfolded = file.decode().replace("\r\n ", "")
    return [re.split(r"[:;]", line, maxsplit=1) for line in unfolded.split("\r\n")[:-1]]


def test_lines_end_in_crlf_and_are_folded_at_75_octets_between_signs(rich):
    lines = rich.split(b"\r\n")
    assert (lines[-1], re.findall(rb"\r(?!\n)|(?<!\r)\n", rich)) == (b"", [])
    assert [line for line in lines if len(line) > 75] == []
    assert [line for line in lines if line.startswith(b" ")] != []
    assert b"".join(line.decode().encode() for line in lines) == b"".join(lines)


def test_the_calendar_has_what_it_must_have_once(rich):
    names = [each for each, _ in properties(rich)]
    assert [names.count(each) for each in ("PRODID", "VERSION", "METHOD")] == [1, 1, 0]
    assert properties(rich)[0] == ["BEGIN", "VCALENDAR"]
    assert properties(rich)[-1] == ["END", "VCALENDAR"]


def test_an_event_has_what_it_must_have_once(rich):
    must = ["uid", "dtstamp", "dtstart", "summary", "sequence", "status", "class", "transp"]
    counts = [{key: len(each.contents[key]) for key in must} for each in read(rich)]
    assert counts == [dict.fromkeys(must, 1)] * 2
    assert [each.status.value for each in read(rich)] == ["CONFIRMED", "CANCELLED"]


def test_every_moment_is_said_in_utc(rich):
    moments = [value for key, value in properties(rich) if key.startswith(("DT", "LAST-"))]
    assert [value for value in moments if not STAMP.fullmatch(value)] == []
    assert len(moments) == 6


def test_a_name_of_an_event_is_its_own_in_the_whole_world(rich):
    host = {name.partition("@")[2] for name in uids(rich)}
    assert (host, len(set(uids(rich)))) == ({"testserver"}, 2)


# --- One by itself --------------------------------------------------------------------------------


def test_a_file_of_its_own_has_the_name_that_it_has_in_the_feed(waiting):
    event = CalendarEvent.objects.get()
    assert calendars.single(person=waiting.journey.user, event=event) == feed()


# --- The address ----------------------------------------------------------------------------------


def test_an_address_is_made_renewed_and_revoked():
    person, keys = make_user(), []
    for act in (calendars.renew_address, calendars.renew_address, calendars.revoke_address):
        act(person=person)
        keys.append(User.objects.get().calendar_key)
    assert (len(keys[0]), len(keys[1]), keys[2]) == (16, 16, None)
    assert keys[0] != keys[1]
