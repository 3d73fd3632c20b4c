"""Pages that are served again: only while they would look the same, only to whom they belong."""

import gzip
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from guides import memory
from guides.domain import catalogue, freshness, journeys, reminders, waits
from guides.domain.freshness import Origin
from guides.memory import Kept, Mark
from guides.middleware import KeptPagesMiddleware
from guides.models import Domain, Guide, Service, Source, Step, User, editions
from tests import pages
from tests.factories import (
    make_editor,
    make_guide,
    make_service,
    make_step,
    make_user,
    make_way,
    wait,
)
from tests.queries import asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LANGUAGES = ("en", "ar", "nb")
HOME, SERVICE, GUIDE = "/en/", "/en/services/amazon/", "/en/services/amazon/contact/"
TOKEN = re.compile(rb"[a-zA-Z0-9]{64}")


@pytest.fixture
def guide():
    service = make_service("amazon", name="Amazon", domains=["amazon.com"], about="A shop.")
    guide = make_guide("contact", service=service, title="Ask them", checked_on=date(2026, 11, 1))
    make_way("send", ("review", wait(days=4)), "look", guide=guide)
    return guide


@pytest.fixture
def edda():
    return make_editor()


def signed_in(person, **options):
    client = Client(**options)
    client.force_login(person)
    return client


def got(client, path, **headers):
    """The answer, and what the database was asked for it."""
    with asked() as queries:
        response = client.get(path, headers=headers)
    return response, queries


def is_kept(client, path, **headers):
    return len(got(client, path, **headers)[1]) == (2 if client.cookies else 0)


def said(client, path):
    return TOKEN.sub(b"TOKEN", client.get(path).content)


def made_anew(client, path):
    memory.pages.clear()
    return said(client, path)


# --- Public pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [HOME, SERVICE, GUIDE])
def test_a_public_page_is_made_once_and_then_served_again_as_it_was(guide, path, language):
    path = path.replace("/en/", f"/{language}/")
    first, second = Client().get(path), got(Client(), path)
    assert (second[0].content, second[0].headers) == (first.content, first.headers)
    assert second[1] == []
    assert pages.read(first).one("html")["lang"] == language


EDITS = {
    "a guide is saved": lambda guide: Guide.objects.get().save(),
    "a guide is unpublished": lambda guide: Guide.objects.update(is_published=False),
    "a guide is translated": lambda guide: guide.translations.create(
        language_code="ar", title="اسأل"
    ),
    "words are changed": lambda guide: guide.translations.update(title="Write to them"),
    "a step is retired": lambda guide: guide.steps.filter(key="send").update(retired_at=NOW),
    "words of a step are changed": lambda guide: guide.steps.first().translations.update(title="x"),
    "a step is new": lambda guide: make_step(guide, "again"),
    "a step is deleted": lambda guide: guide.steps.last().delete(),
    "sources are new": lambda guide: Source.objects.bulk_create([Source(guide=guide, name="Book")]),
    "a service is renamed": lambda guide: guide.service.translations.update(name="Amazonas"),
    "a service is new": lambda guide: make_guide(service=make_service("aliexpress")),
    "a service is deleted": lambda guide: guide.service.delete(),
    "a domain is new": lambda guide: Domain.objects.create(service=guide.service, name="amazon.no"),
    "content is loaded": lambda guide: call_command("load_content", verbosity=0),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_every_change_of_the_catalogue_shows_at_once(guide, edit):
    paths = [HOME, SERVICE, GUIDE, "/ar/services/amazon/contact/"]
    for path in paths:
        Client().get(path)
    edit(guide)
    shown = [said(Client(), path) for path in paths]
    assert shown == [made_anew(Client(), path) for path in paths]


def test_every_table_of_the_catalogue_is_watched(guide):
    """So that a model that is added later is not forgotten."""
    models = [Service, Domain, Guide, Source, Step]
    models += [model._parler_meta.root_model for model in (Service, Guide, Step)]
    guide.sources.create(name="A book")
    for model in models:
        before = catalogue.edition()
        table, key = model._meta.db_table, model._meta.pk.column
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {key} = {key}")  # noqa: S608
        assert catalogue.edition() != before, table


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is no server")
def test_a_database_that_was_away_in_the_meantime_is_asked_again(guide):
    first = Client().get(GUIDE).content
    with connection.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert got(Client(), GUIDE)[0].content == first


def test_a_change_that_is_taken_back_was_none(guide):
    before = Client().get(GUIDE).content
    with transaction.atomic():
        Guide.objects.update(is_published=False)
        assert Client().get(GUIDE).status_code == 404
        transaction.set_rollback(True)
    assert got(Client(), GUIDE)[1] == []
    assert Client().get(GUIDE).content == before


def test_what_an_editor_does_in_admin_shows_at_once(guide, edda):
    Client().get(GUIDE)
    chosen = {"action": "unpublish", "_selected_action": guide.pk}
    signed_in(edda).post("/admin/guides/guide/", chosen)
    assert Client().get(GUIDE).status_code == 404


def test_editors_writing_other_things_make_no_page_stale(guide, edda):
    Client().get(GUIDE)
    make_user("bob").save()
    journeys.start(user=edda, guide=guide, now=NOW)
    assert is_kept(Client(), GUIDE)


def test_the_next_day_a_page_is_made_anew(guide, clock):
    Client().get(GUIDE)
    clock.move_to(datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC))
    assert is_kept(Client(), GUIDE)
    clock.move_to(datetime(2026, 11, 23, 0, 0, 1, tzinfo=UTC))
    assert not is_kept(Client(), GUIDE)


def test_what_networks_add_to_a_link_makes_no_other_page(guide):
    first = Client().get(GUIDE)
    again, queries = got(Client(), GUIDE + "?fbclid=x&utm_source=y")
    assert (again.content, queries) == (first.content, [])


def test_a_page_that_was_asked_for_with_a_query_is_not_kept(guide):
    Client().get(GUIDE + "?utm_source=somebody")
    assert b"somebody" not in Client().get(GUIDE).content


def test_a_search_is_another_page(guide):
    Client().get(HOME)
    assert pages.read(Client().get(HOME + "?q=nowhere")).all(class_="result") == []
    assert len(pages.read(Client().get(HOME)).all(class_="result")) == 1


def test_the_part_that_javascript_asks_for_is_not_served_as_the_page(guide):
    part = Client().get(HOME, headers={"HX-Request": "true"})
    whole = Client().get(HOME)
    assert (b"<html" in part.content, b"<html" in whole.content) == (False, True)
    assert Client().get(HOME, headers={"HX-Request": "true"}).content == part.content


def test_what_is_not_there_is_not_kept(guide):
    path = "/en/services/amazon/other/"
    assert Client().get(path).status_code == 404
    make_guide("other", service=guide.service)
    assert Client().get(path).status_code == 200


def test_a_page_kept_for_one_host_or_scheme_lets_no_other_in(guide, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(GUIDE, secure=True).status_code == 200
    assert Client().get(GUIDE).url == f"https://testserver{GUIDE}"
    assert Client().get(GUIDE, secure=True, headers={"Host": "evil.example"}).status_code == 400


def test_a_public_page_sets_no_cookie_and_has_no_token(guide):
    for path in (HOME, SERVICE, GUIDE):
        for _ in range(2):
            client = Client()
            assert TOKEN.findall(client.get(path).content) == []
            assert client.cookies == {}


# --- Public pages, and people ---------------------------------------------------------------------


def test_somebody_signed_in_neither_gets_nor_leaves_a_kept_page(guide):
    alice = make_user()
    nobodys = Client().get(GUIDE).content
    hers = signed_in(alice).get(GUIDE)
    assert [b"My journeys" in each for each in (nobodys, hers.content)] == [False, True]
    memory.pages.clear()
    signed_in(alice).get(GUIDE)
    assert Client().get(GUIDE).content == nobodys


@pytest.mark.parametrize(
    "cookie", [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"]
)
def test_a_page_made_for_somebody_with_a_cookie_is_private(guide, cookie):
    client = Client()
    client.cookies[cookie] = "x" * 32
    response = client.get(GUIDE)
    assert "no-store" in response["Cache-Control"]
    assert not is_kept(Client(), GUIDE)


def test_the_cookie_of_the_language_makes_no_difference(guide):
    Client().get(GUIDE)
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    assert got(client, GUIDE)[1] == []


def test_what_a_public_page_says_to_somebody_is_made_anew(guide):
    alice = make_user()
    client, journey = signed_in(alice), journeys.start(user=alice, guide=guide, now=NOW)
    address = f"/en/journeys/{journey.pk}/"
    assert address in client.get(GUIDE).content.decode()
    journeys.finish(journey=journey, outcome="gave_up", now=NOW)
    assert address not in client.get(GUIDE).content.decode()


def answer_with_a_cookie():
    response = HttpResponse()
    response.set_cookie(settings.CSRF_COOKIE_NAME, "hers")
    return response


@pytest.mark.parametrize("answer", [answer_with_a_cookie(), HttpResponse(status=404)])
def test_a_public_answer_with_a_cookie_or_an_error_is_not_kept(rf, answer):
    answer.mark = Mark(Origin(), freshness.facts(Origin(), now=NOW))
    answers = iter([answer, HttpResponse("another")])
    middleware = KeptPagesMiddleware(lambda request: next(answers))
    assert [middleware(rf.get(HOME)).content for _ in range(2)] == [b"", b"another"]


def test_an_editor_sees_a_draft_and_nobody_else_does(guide, edda):
    Guide.objects.update(is_published=False)
    assert signed_in(edda).get(GUIDE).status_code == 200
    assert Client().get(GUIDE).status_code == 404


# --- ETags and compression ------------------------------------------------------------------------


@pytest.mark.parametrize("path", [HOME, SERVICE, GUIDE, HOME + "?q=amazon"])
def test_a_page_that_one_has_is_not_sent_again(guide, path):
    first = Client().get(path)
    for _ in range(2):
        again = Client().get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == first["Cache-Control"] == "public, no-cache"


def test_a_page_that_has_changed_is_sent_again(guide):
    etag = Client().get(GUIDE)["ETag"]
    guide.translations.update(title="Write to them")
    again = Client().get(GUIDE, headers={"If-None-Match": etag})
    assert (again.status_code, b"Write to them" in again.content) == (200, True)


def test_each_gets_the_page_as_they_can_read_it(guide):
    plain, packed = Client().get(GUIDE), Client().get(GUIDE, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == plain.content
    assert [each.get("Content-Encoding") for each in (plain, packed)] == [None, "gzip"]
    assert "Accept-Encoding" in packed["Vary"]
    assert got(Client(), GUIDE)[0].content == plain.content


def test_what_is_ones_own_is_not_compressed_with_what_others_may_choose(guide):
    alice, packed = signed_in(make_user()), {"Accept-Encoding": "gzip"}
    paths = ["/en/settings/", "/en/settings/?guess=calendar"]
    sent = [alice.get(path, headers=packed).get("Content-Encoding") for path in paths]
    assert sent == ["gzip", None]


# --- One's own pages ------------------------------------------------------------------------------


class Alice:
    """Her browser, and her journey along the guide."""

    def __init__(self, guide):
        self.person, self.guide = make_user(), guide
        self.journey = journeys.start(user=self.person, guide=guide, now=NOW)
        self.way = {step.key: step for step in guide.steps.all()}
        self.client = signed_in(self.person)
        self.wizard, self.list = f"/en/journeys/{self.journey.pk}/", "/en/journeys/"
        self.client.get(self.wizard)  # brings the cookie of the forms

    def does(self, act, key="", **more):
        act(journey=self.journey, now=NOW, **({"step": self.way[key]} if key else {}), **more)

    def undoes(self):
        last = self.journey.entries.filter(caused_by=None).latest("id")
        self.does(journeys.undo, entry_id=last.pk)

    def waits_longer(self, days=7):
        ends_at = self.journey.entries.get(kind="started").longest_at
        self.does(waits.extend, "review", by=timedelta(days), running_until=ends_at)


@pytest.fixture
def alice(guide):
    return Alice(guide)


def test_a_page_of_ones_own_is_served_again_for_a_moment(alice, clock):
    for path in (alice.wizard, alice.list):
        first = alice.client.get(path)
        again, queries = got(alice.client, path)
        assert (again.content, again.headers, len(queries)) == (first.content, first.headers, 2)
    clock.shift(timedelta(seconds=31))
    assert not is_kept(alice.client, alice.wizard)


def test_it_may_not_be_kept_anywhere_else(alice):
    for _ in range(2):
        response = alice.client.get(alice.wizard)
        assert "no-store" in response["Cache-Control"]
        assert "private" in response["Cache-Control"]
        assert "ETag" not in response


# What happens, one after the other.
STORY = {
    "she ticks a step": lambda alice: alice.does(journeys.complete_step, "send"),
    "she takes it back": lambda alice: alice.undoes(),
    "she ticks it again": lambda alice: alice.does(journeys.complete_step, "send"),
    "she moves": lambda alice: User.objects.update(time_zone="Africa/Cairo"),
    "she waits longer": lambda alice: alice.waits_longer(),
    "she waits for another time": lambda alice: (alice.undoes(), alice.waits_longer(days=3)),
    "she wants no reminders": lambda alice: reminders.switch(
        person=alice.person, journey=alice.journey, on=False
    ),
    "her address fails": lambda alice: User.objects.update(bounced_at=NOW),
    "an editor changes a step": lambda alice: alice.way["review"].translations.update(title="Rest"),
    "an editor adds a step": lambda alice: make_step(alice.guide, "more"),
    "she ticks the wait": lambda alice: alice.does(journeys.complete_step, "review"),
    "she opens it again": lambda alice: alice.does(journeys.reopen_step, "review"),
    "she begins another": lambda alice: journeys.start(
        user=alice.person, guide=make_guide(), now=NOW
    ),
    "she ends it": lambda alice: alice.does(journeys.finish, outcome="gave_up"),
    "she takes it up again": lambda alice: alice.does(journeys.resume),
    "an entry is gone": lambda alice: alice.journey.entries.earliest("id").delete(),
}


def test_whatever_happens_shows_at_once(alice):
    paths = (alice.wizard, alice.list)
    for thing, happens in STORY.items():
        before = [said(alice.client, path) for path in paths]
        happens(alice)
        shown = [said(alice.client, path) for path in paths]
        assert shown == [made_anew(alice.client, path) for path in paths], thing
        assert shown != before, thing


def test_the_other_steps_are_other_pages(alice):
    alice.does(journeys.complete_step, "send")
    opened = [
        pages.read(alice.client.get(f"{alice.wizard}?step={alice.way[key].pk}")).one(
            id="step-title"
        )
        for key in ("send", "review")
    ]
    assert [each.text for each in opened] == ["Send", "Review"]


def test_nobody_else_gets_it(alice):
    bob = make_user("bob")
    alice.client.get(alice.wizard)
    assert signed_in(bob).get(alice.wizard).status_code == 404
    assert Client().get(alice.wizard).status_code == 302


def test_who_has_signed_out_does_not_get_it_either(alice):
    alice.client.get(alice.wizard)
    thief = Client()
    thief.cookies = alice.client.cookies.copy()
    assert thief.get(alice.wizard).status_code == 200
    alice.client.post("/accounts/logout/")
    assert thief.get(alice.wizard).status_code == 302


def test_who_was_locked_out_does_not_get_it_either(alice):
    alice.client.get(alice.wizard)
    User.objects.update(is_active=False)
    assert alice.client.get(alice.wizard).status_code == 302


def test_what_her_session_holds_makes_another_page(alice):
    alice.client.get(alice.wizard)
    session = alice.client.session
    session["something"] = "new"
    session.save()
    assert not is_kept(alice.client, alice.wizard)


def test_a_message_is_said_once(alice):
    address = f"{alice.wizard}steps/{alice.way['look'].pk}/done/"
    alice.client.get(alice.wizard)
    alice.client.post(address)  # cannot start yet
    shown = [pages.said(pages.read(alice.client.get(alice.wizard))) for _ in range(3)]
    assert [len(each) for each in shown] == [1, 0, 0]


@pytest.mark.parametrize("has_cookie", [True, False])
def test_the_forms_of_a_page_that_is_served_again_work(alice, has_cookie):
    client = signed_in(alice.person, enforce_csrf_checks=True)
    if has_cookie:
        client.get(alice.wizard)
    client.get(alice.wizard)
    if not has_cookie:
        client.cookies.pop(settings.CSRF_COOKIE_NAME)
    form = pages.read(client.get(alice.wizard)).all("form", method="post")[0]
    token = form.fields["csrfmiddlewaretoken"]
    sent = client.post(f"{alice.wizard}remind-on/", {"csrfmiddlewaretoken": token})
    assert (sent.status_code, sent["Location"]) == (302, alice.wizard)


# --- The memory -----------------------------------------------------------------------------------


def test_what_was_asked_for_last_is_kept():
    some = memory.Memory(most=2)
    pages = {key: Kept(None, NOW.timestamp() + 1, key, None, None) for key in "abc"}
    for key in "ab":
        some.keep(key, pages[key])
    some.get("a")
    some.keep("c", pages["c"])
    assert [some.get(key) for key in "abc"] == [pages["a"], None, pages["c"]]


# --- Nothing else than what is compared goes into a page ------------------------------------------

COMPARED = set(editions._tables())
# Whatever else a page of one's own reads shows within MOMENT: this is only what has been sent.
HERS = {"django_session", "guides_user", "guides_journey", "guides_entry", "guides_reminder"}


def tables_read(client, path):
    memory.pages.clear()
    queries = " ".join(got(client, path)[1])
    return set(re.findall(r'(?:FROM|JOIN) "?(\w+)"?', queries))


@pytest.mark.parametrize("path", [HOME, SERVICE, GUIDE])
def test_a_public_page_is_made_from_the_catalogue_alone(guide, path):
    # Whether the journey is one's own, the guide asks for nobody too.
    assert tables_read(Client(), path) - COMPARED <= {"guides_journey"}


def test_a_page_of_ones_own_is_made_from_what_is_compared(alice):
    alice.does(journeys.complete_step, "send")
    for path in (alice.wizard, alice.list):
        assert tables_read(alice.client, path) - COMPARED <= HERS, path


# --- What is remembered of the ways ---------------------------------------------------------------


def test_the_steps_of_a_guide_are_read_once_an_edition(guide):
    catalogue.way(guide)
    with asked() as queries:
        titles = [catalogue.text(step, "title", "en")[0] for step in catalogue.way(guide)]
    assert (titles, queries) == (["Send", "Review", "Look"], [])
    guide.steps.filter(key="look").delete()
    assert [step.key for step in catalogue.way(guide)] == ["send", "review"]


def test_no_more_guides_are_remembered_than_there_is_room_for(guide, monkeypatch):
    monkeypatch.setattr(catalogue, "MOST_REMEMBERED", 3)
    guides = [guide, *(make_guide() for _ in range(9))]
    for each in guides:
        assert catalogue.way(each) == list(each.steps.all())
    assert len(catalogue._memory[1]) == 2
