"""Whoever tries to get at a page that was kept for somebody else, or to leave one for others."""

import gzip
import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from guides import devices, memory
from guides.domain import freshness, privacy
from guides.domain.freshness import Origin
from guides.memory import Mark
from guides.middleware import KeptPagesMiddleware
from guides.models import User
from tests import factories, pages
from tests.test_headers import HEADERS, wrong
from tests.test_kept_pages import GUIDE, HOME, NOW, SERVICE, Alice, guide, signed_in

__all__ = ["guide"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def alice(guide):
    return Alice(guide)


@pytest.fixture
def bob():
    return factories.make_user("bob")


def same_browser(client, **options):
    """Another one with the same cookies, as a thief would have it, or a second tab."""
    copy = Client(**options)
    copy.cookies = client.cookies.copy()
    return copy


# --- One's own pages ------------------------------------------------------------------------------


def cookies(alice, bob):
    """Cookie headers that resemble hers, and belong to somebody else or to nobody."""
    hers, his = alice.client.session.session_key, signed_in(bob).session.session_key
    name = "sessionid"
    token = alice.client.cookies["csrftoken"].value
    return {
        "none": "",
        "his": f"{name}={his}",
        "his, and her token of the forms": f"{name}={his}; csrftoken={token}",
        "hers, then his": f"{name}={hers}; {name}={his}",
        "hers in other letters": f"{name}={hers.upper()}",
        "hers and more": f"{name}={hers}x",
        "hers without its end": f"{name}={hers[:-1]}",
        "hers under another name": f"session={hers}; sessionid2={hers}; SESSIONID={hers}",
        "her token of the forms": f"csrftoken={token}",
        "hers in a language": f"django_language=en%3B%20{name}%3D{hers}",
        "hers, quoted away": f'django_language="x; {name}={hers}x"',
    }


def main_of(answer):
    """What the page says, without the links around it that lead to the same in other languages."""
    return (
        str([link["href"] for link in pages.read(answer).one("main").all("a")])
        if answer.content
        else ""
    )


def test_no_cookie_that_resembles_hers_opens_her_page(alice, bob):
    assert alice.wizard in main_of(alice.client.get(alice.list))
    for kind, header in cookies(alice, bob).items():
        for path in (alice.wizard, alice.list, HOME):
            answer = Client(headers={"cookie": header}).get(path)
            if path == alice.wizard:
                assert answer.status_code in {302, 404}, kind
            assert alice.wizard not in main_of(answer), (kind, path)


def test_the_page_is_there_to_be_opened_with_her_own_cookie(alice):
    header = f"sessionid={alice.client.session.session_key}"
    assert Client(headers={"cookie": header}).get(alice.wizard).status_code == 200


def leaves(alice):
    privacy.leave(person=alice.person)


def changes_her_password(alice):
    alice.person.set_password("five words in one row")
    alice.person.save()


def signs_out_elsewhere(alice):
    other = signed_in(alice.person)
    other.get(alice.list)
    other.post("/accounts/sessions/")


def is_signed_out_by_the_operator(alice):
    Session.objects.all().delete()


def has_been_away_for_two_weeks(alice):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


ENDS = (
    leaves,
    changes_her_password,
    signs_out_elsewhere,
    is_signed_out_by_the_operator,
    has_been_away_for_two_weeks,
)


@pytest.mark.parametrize("end", ENDS)
def test_what_was_kept_for_her_ends_with_her_session(alice, end):
    UserSession.objects.create(
        user=alice.person, session_key=alice.client.session.session_key, ip=devices.NO_ADDRESS
    )
    assert same_browser(alice.client).get(alice.wizard).status_code == 200
    end(alice)
    answers = [same_browser(alice.client).get(path) for path in (alice.wizard, alice.list)]
    assert [answer.status_code for answer in answers] == [302, 302]


def test_two_people_at_one_browser_see_each_their_own(alice, bob):
    browser = alice.client
    browser.get(alice.list)
    browser.post("/accounts/logout/")
    browser.force_login(bob)
    page = pages.read(browser.get(alice.list))
    assert (page.all(class_="journey"), browser.get(alice.wizard).status_code) == ([], 404)
    assert str(alice.journey.pk) not in browser.get(HOME).content.decode()


def test_whoever_takes_over_a_session_takes_over_no_page(alice, bob):
    """As if the row had become another person's, under the key that her browser has."""
    assert alice.client.get(alice.wizard).status_code == 200
    his = Session.objects.get(pk=signed_in(bob).session.session_key)
    Session.objects.filter(pk=alice.client.session.session_key).update(
        session_data=his.session_data
    )
    assert alice.client.get(alice.wizard).status_code == 404


def test_a_session_that_was_planted_is_not_signed_in(alice):
    planted = Client()
    planted.post("/accounts/login/", {"login": "bob@example.org"})  # so that there is one
    thief = same_browser(planted)
    key = planted.session.session_key
    planted.post("/accounts/login/", {"login": alice.person.email})
    planted.post("/accounts/login/code/confirm/", {"code": factories.code_of_last_mail()})
    assert planted.get(alice.wizard).status_code == 200
    assert (planted.session.session_key == key, thief.get(alice.wizard).status_code) == (False, 302)


def test_a_session_that_somebody_made_up_is_not_taken_over(alice):
    browser = Client()
    browser.cookies["sessionid"] = "a" * 32
    browser.post("/accounts/login/", {"login": alice.person.email})
    browser.post("/accounts/login/code/confirm/", {"code": factories.code_of_last_mail()})
    assert browser.session.session_key != "a" * 32
    assert browser.get(alice.wizard).status_code == 200


def test_a_page_of_somebody_without_a_cookie_would_be_for_all_and_is_not_kept(rf, alice):
    """There is no such page; if there was one, it would have no key of its own."""
    origin = Origin(alice.person.pk, alice.client.session.session_key)
    answers = [HttpResponse("hers"), HttpResponse("nobody's")]
    answers[0].mark = Mark(origin, freshness.facts(origin, now=NOW))
    given = iter(answers)
    middleware = KeptPagesMiddleware(lambda request: next(given))
    assert [middleware(rf.get(HOME)).content for _ in answers] == [b"hers", b"nobody's"]


def test_an_editor_who_is_none_any_more_sees_no_draft(guide):
    edda = factories.make_user("edda", is_staff=True, is_superuser=True)
    guide.is_published = False
    guide.save()
    client = signed_in(edda)
    assert client.get(GUIDE).status_code == 200
    User.objects.filter(pk=edda.pk).update(is_staff=False, is_superuser=False)
    assert client.get(GUIDE).status_code == 404


# --- Public pages ---------------------------------------------------------------------------------

# What a visitor may send along, none of which the next one is to notice.
TRICKS = {
    "another host behind the proxy": {"headers": {"X-Forwarded-Host": "evil.example"}},
    "another port": {"headers": {"Host": "testserver:8443"}},
    "another scheme": {"headers": {"X-Forwarded-Proto": "https"}},
    "another method": {"headers": {"X-HTTP-Method-Override": "POST"}},
    "another address": {"headers": {"X-Original-URL": "/en/privacy/", "X-Rewrite-URL": "/ar/"}},
    "htmx": {"headers": {"HX-Request": "true"}},
    "htmx, going back": {"headers": {"HX-Request": "true", "HX-History-Restore-Request": "true"}},
    "htmx, encoded": {"headers": {"HX-Request": "%74rue", "HX-Request-URI-AutoEncoded": "true"}},
    "a part": {"headers": {"Range": "bytes=0-9"}},
    "conditions": {"headers": {"If-Match": '"x"', "If-None-Match": '"x"'}},
    "a moment": {"headers": {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}},
    "languages": {"headers": {"Accept-Language": "ar"}},
    "no encoding": {"headers": {"Accept-Encoding": "gzip;q=0"}},
    "the cookie of the language": {"headers": {"Cookie": "django_language=ar"}},
    "a strange cookie": {"headers": {"Cookie": "=x; ; django_language=<script>"}},
    "a message": {"headers": {"Cookie": "messages=forged"}},
    "a session": {"headers": {"Cookie": "sessionid=" + "a" * 32}},
    "where it came from": {"headers": {"Referer": "https://evil.example/<script>"}},
    "an empty query": {"query": "&&&"},
    "a query": {"query": "utm_source=<script>"},
    "a search": {"query": "q=nowhere"},
}


def told(response):
    content = response.content
    if response.get("Content-Encoding") == "gzip":  # which is another one each time, on purpose
        content = gzip.decompress(content)
    return response.status_code, content, dict(response.headers), response.cookies


@pytest.mark.parametrize("path", [HOME, SERVICE, GUIDE])
@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_what_somebody_sends_along_leaves_nothing_for_the_next(guide, path, trick):
    clean = told(Client().get(path))
    memory.pages.clear()
    Client().get(path, QUERY_STRING=trick.get("query", ""), headers=trick.get("headers"))
    assert told(Client().get(path)) == clean


@pytest.mark.parametrize("path", [HOME, SERVICE, GUIDE])
@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_nor_does_what_was_kept_change_what_they_get(guide, path, trick):
    """A page out of the memory is what it would be without, header by header."""
    send = {"QUERY_STRING": trick.get("query", ""), "headers": trick.get("headers")}
    clean = told(Client().get(path, **send))
    memory.pages.clear()
    Client().get(path)
    again = told(Client().get(path, **send))
    # What a query adds to links within the page, a page that was kept without does not have.
    assert without_links(again) == without_links(clean)


def without_links(told):
    status, content, headers, cookies = told
    headers = {
        name: value for name, value in headers.items() if name not in {"ETag", "Content-Length"}
    }
    return status, re.sub(rb'(href|value)="[^"]*"', b"", content), headers, cookies


def test_another_host_gets_nothing(guide):
    for path in (HOME, SERVICE, GUIDE):
        Client().get(path)
        assert Client().get(path, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("is_kept", [False, True])
@pytest.mark.parametrize("path", [HOME, SERVICE, GUIDE])
def test_a_head_is_the_page_without_its_text(guide, path, is_kept):
    if is_kept:
        Client().get(path)
    head, page = Client().head(path), Client().get(path)
    del page.headers["ETag"]  # which Django cannot tell from no text
    assert told(head) == (200, b"", dict(page.headers), page.cookies)


@pytest.mark.parametrize("path", [HOME, SERVICE, GUIDE])
def test_a_kept_page_has_every_header(guide, path):
    for _ in range(2):
        answer = Client().get(path)
        assert wrong(answer) == {}
        assert {"Cookie", "Accept-Encoding"} <= set(re.split(", *", answer["Vary"]))


@pytest.mark.parametrize("path", [HOME, SERVICE, GUIDE])
def test_a_condition_that_does_not_hold_is_answered_with_the_headers_too(guide, path):
    Client().get(path)
    refused = Client().get(path, headers={"If-Match": '"x"', "If-None-Match": '"y"'})
    assert refused.status_code == 412
    assert {name: refused.headers.get(name) for name in HEADERS} == HEADERS


def test_her_own_kept_page_has_every_header(alice):
    for path in (alice.wizard, alice.list):
        for _ in range(2):
            answer = alice.client.get(path)
            assert wrong(answer) == {}
            assert "no-store" in answer["Cache-Control"]
