"""Services that one person names for themselves: what may be typed, and what becomes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from guides.domain import (
    content_files,
    journeys,
    overviews,
    own_services,
    own_ways,
    privacy,
    reminders,
    search,
    standings,
    waits,
)
from guides.domain.journal import NotPossible
from guides.models import Guide, Journey, OwnService, Service
from tests import factories

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def alice(db):
    factories.make_general_guide()
    return factories.make_user()


@pytest.fixture
def gym(alice):
    return factories.make_own(alice, address="https://gym.example/", wait_days=14, now=NOW)


def own_columns(journey):
    journey.refresh_from_db()
    return journey.own_name, journey.own_address, journey.own_wait_days


def ask(journey, now=NOW):
    for key in ("find", "ask"):
        step = journey.guide.steps.get(key=key)
        journeys.complete_step(journey=journey, step=step, now=now)


def running_wait(journey, now=NOW):
    (wait,) = standings.of(
        journey=Journey.objects.get(pk=journey.pk), now=now
    ).timeline.running_waits
    return wait


# --- What may be typed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  My\t gym\n", "My gym"),
        ("نادي الحي", "نادي الحي"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),  # a joiner that Persian needs
        ("👩\u200d🚀 club", "👩\u200d🚀 club"),
        ("Cafe\u0301", "Café"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_name_is_taken_as_it_is(typed, name):
    assert own_services.clean_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    ["Gym\x00", "\x1b[31mGym", "\u202emyg", "Gym\u2069", "\ue000gap", "\u200f\u200e", "!?-"],
)
def test_what_nobody_can_see_is_no_name(typed):
    with pytest.raises(ValidationError):
        own_services.clean_name(typed)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("", ""),
        (" gym.example ", "https://gym.example"),
        ("http://gym.example/a?b=c", "http://gym.example/a?b=c"),
        ("HTTPS://gym.example", "HTTPS://gym.example"),
        ("حمام.example/باب", "https://حمام.example/باب"),
        ("gym.example:8080", "https://gym.example:8080"),
        ("post@gym.example", "post@gym.example"),
        ("MailTo:post@gym.example", "post@gym.example"),
    ],
)
def test_an_address_is_one_of_a_page_or_a_mailbox(typed, address):
    assert own_services.clean_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "javascript://gym.example/%0aalert(1)",
        "java\nscript:alert(1)",
        "data:text/html,hello",
        "ftp://gym.example/",
        "file:///etc/passwd",
        "https://alice:secret@gym.example/",
        "gym",
        "the gym round the corner",
        "post@gym.example?bcc=bob@example.org",
        "a@b",
        "https://[",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(ValidationError):
        own_services.clean_address(typed)


# --- Leaving one ----------------------------------------------------------------------------------


def test_the_way_carries_what_the_person_knows(gym):
    steps = {each.key: each for each in standings.of(journey=gym, now=NOW).steps}
    links = {key: step.link for key, step in steps.items() if step.link}
    assert links == dict.fromkeys(["find", "check-gone"], "https://gym.example/")
    wait = steps["answer"]
    assert (wait.wait_shortest, wait.wait_longest, wait.wait_certainty) == (None, 14 * DAY, "")


def test_the_guide_itself_stays_as_it_is_for_everybody_else(gym, alice):
    bobs = factories.make_own(factories.make_user("bob"), "Club", now=NOW)
    here, there = standings.of_all(journeys=[gym, bobs], now=NOW)
    lengths = [each.steps[2].wait_longest for each in (here, there)]
    assert lengths == [14 * DAY, 30 * DAY]
    assert Guide.objects.get().steps.get(key="answer").wait_longest == 30 * DAY


def test_the_wait_ends_when_the_person_said(gym, alice):
    ask(gym)
    assert running_wait(gym).facts.longest_at == NOW + 14 * DAY
    assert reminders.next_for(person=alice).about_at == NOW + 14 * DAY


def test_a_wait_that_began_earlier_is_as_long_as_the_person_said(gym):
    ask(gym)
    step = gym.guide.steps.get(key="answer")
    waits.start(journey=gym, step=step, started_at=NOW - DAY, now=NOW)
    assert running_wait(gym).facts.longest_at == NOW + 13 * DAY


def test_who_knows_no_length_waits_as_long_as_the_guide_says(alice):
    journey = factories.make_own(alice, now=NOW)
    ask(journey)
    assert running_wait(journey).facts.longest_at == NOW + 30 * DAY


def test_several_run_side_by_side(gym, alice):
    factories.make_own(alice, "Bookshop", now=NOW)
    factories.make_own(factories.make_user("bob"), "My gym", now=NOW)
    assert set(alice.journeys.values_list("own_name", flat=True)) == {"My gym", "Bookshop"}


@pytest.mark.parametrize("name", ["My gym", "MY GYM"])
def test_the_same_one_is_not_left_twice_at_once(gym, alice, name):
    with pytest.raises(own_services.AlreadyLeaving) as told:
        factories.make_own(alice, name, now=NOW)
    assert (told.value.journey, alice.journeys.count()) == (gym, 1)


def test_nor_by_two_clicks_at_the_same_moment(gym, alice):
    with pytest.raises(IntegrityError), transaction.atomic():
        Journey.objects.create(user=alice, guide=gym.guide, started_at=NOW, own_name="my GYM")
    again = journeys.start(user=alice, guide=gym.guide, now=NOW, own_name="my GYM")
    assert again == gym


def test_one_that_is_finished_can_be_left_again_and_then_not_resumed(gym, alice):
    journeys.finish(journey=gym, outcome="gave_up", now=NOW)
    factories.make_own(alice, "my gym", now=NOW)
    with pytest.raises(NotPossible, match="started this guide again"):
        journeys.resume(journey=gym, now=NOW)


def test_another_that_runs_does_not_keep_one_from_being_resumed(gym, alice):
    journeys.finish(journey=gym, outcome="gave_up", now=NOW)
    factories.make_own(alice, "Bookshop", now=NOW)
    journeys.resume(journey=gym, now=NOW)
    assert alice.journeys.running().count() == 2


def test_nobody_leaves_a_thousand_at_once(alice, monkeypatch):
    monkeypatch.setattr(own_services, "MOST", 2)
    for name in ("One", "Two"):
        factories.make_own(alice, name, now=NOW)
    with pytest.raises(NotPossible, match="a lot at once"):
        factories.make_own(alice, "Three", now=NOW)


def test_without_the_general_guide_the_person_is_told(alice):
    Guide.objects.update(is_published=False)
    with pytest.raises(NotPossible, match="not there just now"):
        factories.make_own(alice, now=NOW)


# --- Changing it ----------------------------------------------------------------------------------


def test_it_can_be_called_otherwise(gym):
    other = OwnService("The gym", "post@gym.example", 14)
    own_services.change(journey=gym, own=other, now=NOW)
    assert own_columns(gym) == ("The gym", "post@gym.example", 14)
    assert gym.entries.count() == 0


@pytest.mark.parametrize(("days", "ends"), [(21, 21), (3, 3), (None, 30)])
def test_a_running_wait_counts_anew_from_its_beginning(gym, days, ends):
    ask(gym)
    later = NOW + 5 * DAY
    own = OwnService("My gym", "", days)
    own_services.change(journey=gym, own=own, now=later)
    wait = running_wait(gym, later)
    assert (wait.facts.started_at, wait.facts.longest_at) == (NOW, NOW + ends * DAY)


def test_a_wait_that_was_extended_stays_so_if_only_the_name_changes(gym):
    ask(gym)
    own_services.change(journey=gym, own=OwnService("Gym", "", 14), now=NOW + DAY)
    assert gym.entries.filter(kind="started").count() == 1


def test_two_cannot_be_called_the_same(gym, alice):
    shop = factories.make_own(alice, "Bookshop", now=NOW)
    with pytest.raises(own_services.AlreadyLeaving) as told:
        own_services.change(journey=shop, own=OwnService("my gym"), now=NOW)
    assert (told.value.journey, own_columns(shop)[0]) == (gym, "Bookshop")


def test_what_is_finished_is_not_changed(gym):
    journeys.finish(journey=gym, outcome="gone", now=NOW)
    with pytest.raises(NotPossible, match="finished already"):
        own_services.change(journey=gym, own=OwnService("Gym"), now=NOW)


# --- Letters --------------------------------------------------------------------------------------


def letters(journey, key="ask"):
    step = journey.guide.steps.get(key=key)
    return own_ways.letters_for(journey=journey, step=step)


def test_the_letter_is_there_in_every_language_that_of_the_page_first(alice):
    gym = factories.make_own(alice, "My 50 % gym", address="post@gym.example", now=NOW)
    with translation.override("nb"):
        written = letters(gym)
        assert translation.get_language() == "nb"
    assert [each.language for each in written] == ["nb", "en", "ar"]
    assert {each.letter_to for each in written} == {"post@gym.example"}
    assert len({each.letter_subject for each in written}) == 3
    assert ["My 50 % gym" in each.letter_body for each in written] == [True] * 3
    assert ["17" in each.letter_body for each in written] == [True] * 3


def test_without_an_address_it_goes_to_nobody_yet(gym):
    assert {each.letter_to for each in letters(gym)} == {""}


def test_nowhere_else_is_a_letter(gym, alice):
    guide = factories.make_guide()
    factories.make_step(guide, "ask")
    elsewhere = journeys.start(user=alice, guide=guide, now=NOW)
    assert (letters(gym, "find"), letters(elsewhere)) == ([], [])


# --- Nobody else ever sees it ---------------------------------------------------------------------


def test_the_catalogue_learns_nothing_of_it(gym):
    assert list(Service.objects.values_list("slug", flat=True)) == ["any-service"]
    assert search.find("My gym").ids == search.find_any("My gym").ids == []


def test_lists_say_its_name_and_for_others_that_of_their_service(gym, alice):
    other = journeys.start(user=alice, guide=factories.make_guide(), now=NOW)
    glances = overviews.of(person=alice, now=NOW).groups["ready"]
    names = {each.journey: each.names["en"] for each in glances}
    assert names == {gym: "My gym", other: other.guide.service.slug.title()}
    assert {each.names["ar"] for each in glances if each.journey == gym} == {"My gym"}


def test_one_takes_it_along(gym, alice):
    (row,) = privacy.described(person=alice, now=NOW)["journeys"]
    taken = {name: row[name] for name in row if name.startswith("own_") or name == "guide"}
    assert taken == {
        "guide": "any-service/general",
        "own_name": "My gym",
        "own_address": "https://gym.example/",
        "own_wait_days": 14,
    }


def test_it_is_forgotten_with_its_journey(gym, alice):
    journeys.finish(journey=gym, outcome="gone", now=NOW)
    alice.keeps_days = 30
    alice.save()
    privacy.forget(now=NOW + 31 * DAY)
    assert not Journey.objects.filter(own_name="My gym").exists()


def test_it_can_be_deleted_alone(gym, alice):
    shop = factories.make_own(alice, "Bookshop", now=NOW)
    ask(gym)
    own_services.forget(journey=gym)
    assert list(alice.journeys.all()) == [shop]
    assert reminders.next_for(person=alice) is None


# --- The shipped guide ----------------------------------------------------------------------------


def test_the_steps_that_are_known_by_name_are_shipped():
    contents = content_files.read(settings.CONTENT_DIR, ("en", "ar", "nb"))
    (general,) = (each for each in contents if each.slug == own_ways.GENERAL[0])
    (facts,) = general.facts["guides"]
    known = {own_ways.FIND, own_ways.ASK, own_ways.CHECK}
    assert facts["slug"] == own_ways.GENERAL[1]
    assert known - {step["key"] for step in facts["steps"]} == set()
    assert set(general.words) == {"en", "ar", "nb"}
