"""The first page of somebody who is leaving: what there is to do today comes before everything."""

from datetime import UTC, datetime, timedelta

import pytest

from guides.domain import journeys
from tests import pages
from tests.factories import make_guide, make_service, make_user, make_way, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # in Oslo, a Monday already
DAY = timedelta(days=1)


@pytest.fixture
def alice(client):
    alice = make_user()
    client.force_login(alice)
    return alice


def leave(person, name, *, tick=True, shortest=None, days=4):
    """Leave a service that makes one wait for so many days after the first step."""
    guide = make_guide(service=make_service(name.lower(), name=name))
    review = wait(shortest, fields={"stay_signed_out": True}, **({"days": days} if days else {}))
    way = make_way("ask", ("review", review), "look", guide=guide)
    journey = journeys.start(user=person, guide=guide, now=NOW)
    if tick:
        journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    return journey


def home(client, language="en"):
    return pages.read(client.get(f"/{language}/"))


def today(client, language="en"):
    """The heading, and the services in the rows below it."""
    section = home(client, language).one("section", class_="today")
    rows = [row.one("h3").text for row in section.all(class_="journey-row")]
    return section.one("h1").text, rows


def test_what_is_to_be_done_is_the_first_thing(client, alice):
    leave(alice, "Amazon", tick=False)
    leave(alice, "Netflix")
    page = home(client)
    headings = [each.text for each in page.one("main").all() if each.name in {"h1", "h2", "h3"}]
    assert headings == [
        "1 thing you can do now",
        "Ready now",
        "Amazon",
        "Leave another service",
        "Services",
        "Amazon",
        "Netflix",
    ]
    row = page.one(class_="journey-row")
    assert (row.one("a").text, row.one(class_="journey-go").text) == ("Amazon", "Go on")


def test_what_runs_out_comes_before_what_is_merely_ready(client, alice, clock):
    leave(alice, "Amazon", tick=False)
    guide = make_guide(service=make_service("tumblr", name="Tumblr"))
    way = make_way("ask", ("confirm", {"do_within": 5 * DAY}), guide=guide)
    journey = journeys.start(user=alice, guide=guide, now=NOW)
    journeys.complete_step(journey=journey, step=way["ask"], now=NOW)
    assert today(client) == ("2 things you can do now", ["Amazon", "Tumblr"])
    clock.shift(4.5 * DAY)
    assert today(client) == ("2 things you can do now", ["Tumblr", "Amazon"])


def test_whoever_only_waits_is_told_that_there_is_nothing_to_do_and_until_when(client, alice):
    leave(alice, "Netflix", days=30)
    leave(alice, "Amazon", days=2)
    waiting = home(client).one(class_="today-waiting")
    assert today(client) == ("Nothing to do today", [])
    assert waiting.text == (
        "At Amazon you wait until Wednesday 25 November, 00:30 (in 2 days). "
        "Do not sign in to Amazon until then."
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "At Amazon the wait could be over from Monday 23 November, 12:30 (in 12 hours). "
            "Do not sign in to Amazon until Monday 7 December, 00:30.",
        ),
        (
            "ar",
            "قد ينتهي الانتظار لدى Amazon ابتداءً من الاثنين 23 نوفمبر، 12:30 (بعد 12 ساعة). "
            "لا تسجّل الدخول إلى Amazon قبل الاثنين 7 ديسمبر، 00:30.",
        ),
        (
            "nb",
            "Hos Amazon kan ventetiden være over fra mandag 23. november kl. 12.30 (om 12 timer). "
            "Ikke logg inn på Amazon før mandag 7. desember kl. 00.30.",
        ),
    ],
)
def test_nobody_is_told_to_sign_in_again_at_the_earliest_end(client, alice, language, words):
    leave(alice, "Amazon", shortest=DAY / 2, days=14)
    assert home(client, language).one(class_="today-waiting").text == words


def test_a_wait_without_an_end_is_said_without_one(client, alice):
    leave(alice, "Amazon", days=None)
    waiting = home(client).one(class_="today-waiting")
    assert waiting.text == "At Amazon you are waiting."


def test_a_wait_that_is_over_is_to_be_done(client, alice, clock):
    leave(alice, "Amazon")
    assert today(client) == ("Nothing to do today", [])
    clock.shift(4 * DAY)
    assert today(client) == ("1 thing you can do now", ["Amazon"])


def test_more_than_five_are_counted_and_the_list_has_them(client, alice):
    for number in range(7):
        leave(alice, f"Shop-{number}", tick=False)
    heading, rows = today(client)
    assert (heading, len(rows)) == ("7 things you can do now", 5)
    links = [each["href"] for each in home(client).one("section", class_="today").all("a")]
    assert links[-1] == "/en/journeys/"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Monday 23 November"), ("ar", "الاثنين 23 نوفمبر"), ("nb", "mandag 23. november")],
)
def test_today_is_the_day_where_the_person_lives(client, alice, language, words):
    leave(alice, "Amazon")
    assert home(client, language).one("section", class_="today").one(class_="kicker").text == words


def test_whoever_leaves_nothing_sees_the_page_as_everybody_does(client, alice):
    finished = leave(alice, "Amazon")
    journeys.finish(journey=finished, outcome="gone", now=NOW)
    leave(make_user("bob"), "Netflix", tick=False)
    page = home(client)
    assert page.all(class_="today") == []
    assert page.one("h1").text == "Leave an online service for good"


def test_typing_reads_no_journeys(client, alice, django_assert_num_queries):
    leave(alice, "Amazon")
    client.get("/en/")
    with django_assert_num_queries(5):  # the session, Alice, and three for what is found
        client.get("/en/", {"q": "amazon"}, headers={"HX-Request": "true"})
