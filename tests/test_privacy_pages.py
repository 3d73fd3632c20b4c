"""The pages about what Wayout knows of a person, through real HTTP: read, take along, leave."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from guides.domain import journeys
from guides.domain.personal_data import REGISTER
from guides.models import User
from tests import pages
from tests.factories import make_guide, make_user, make_way

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEAVE, SETTINGS, PROVE = "/en/settings/leave/", "/en/settings/", "/accounts/prove/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def code():
    return re.findall(r"^\d{4}-\d{4}$", mail.outbox[-1].body, re.MULTILINE)[0]


# --- Leaving ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_clicks_and_a_code_and_everything_is_gone():
    client = signed_in(make_user(password=None))
    begun = client.get(SETTINGS)
    assert LEAVE in [link["href"] for link in pages.read(begun).all("a")]
    asked = client.post(LEAVE)
    assert asked.url.partition("?")[0] == PROVE
    assert User.objects.count() == 1
    gone = client.post(asked.url, {"code": code()})
    assert (gone.status_code, gone.url) == (302, "/en/goodbye/")
    assert (User.objects.count(), "_auth_user_id" in client.session) == (0, False)
    assert [message.subject for message in mail.outbox] == [
        "Your code",
        "Your Wayout account is closed",
    ]


def test_whoever_has_a_password_proves_it_with_that():
    client = signed_in(make_user(password="correct horse"))
    asked = client.post(LEAVE)
    assert asked.url.partition("?")[0] == "/accounts/reauthenticate/"
    client.post(asked.url, {"password": "wrong horse"})
    assert User.objects.count() == 1
    gone = client.post(asked.url, {"password": "correct horse"})
    assert (gone.url, User.objects.count()) == ("/en/goodbye/", 0)


def test_the_page_says_before_what_goes_and_a_get_deletes_nothing():
    alice = make_user()
    for outcome in ("", "", "gone"):
        guide = make_guide()
        make_way("ask", guide=guide)
        journey = journeys.start(user=alice, guide=guide, now=timezone.now())
        if outcome:
            journeys.finish(journey=journey, outcome=outcome, now=timezone.now())
    page = pages.read(signed_in(alice).get(LEAVE))
    assert page.one("section").texts("li")[:2] == [
        "2 journeys still under way. We can no longer remind you of them.",
        "1 finished journey",
    ]
    assert User.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "0000-0000", "\0", "x" * 100_000])
def test_a_wrong_code_deletes_nothing_and_says_why(typed):
    client = signed_in(make_user(password=None))
    asked = client.post(LEAVE)
    answer = client.post(asked.url, {"code": typed})
    assert (answer.status_code, User.objects.count()) == (200, 1)
    assert pages.read(answer).all(class_="error-summary")


def test_a_code_that_has_not_come_is_sent_anew_and_the_first_no_longer_works():
    client = signed_in(make_user(password=None))
    asked = client.post(LEAVE)
    first = code()
    again = client.post(asked.url, {"action": "resend"})
    page = pages.read(client.get(again.url))
    assert pages.said(page) == ["We have sent a new code. The one before it no longer works."]
    assert (len(mail.outbox), first == code()) == (2, False)
    client.post(asked.url, {"code": first})
    assert User.objects.count() == 1
    client.post(asked.url, {"code": code()}, follow=True)
    assert User.objects.count() == 0


def test_a_new_code_is_sent_twice_and_not_without_end():
    client = signed_in(make_user(password=None))
    asked = client.post(LEAVE)
    buttons = len(pages.read(client.get(asked.url)).all("button", value="resend"))
    for _ in range(5):
        client.post(asked.url, {"action": "resend"})
    page = pages.read(client.get(asked.url))
    assert (buttons, len(mail.outbox), page.all("button", value="resend")) == (1, 3, [])


def test_after_five_wrong_codes_one_has_to_begin_again():
    client = signed_in(make_user(password=None))
    asked = client.post(LEAVE)
    right = code()
    answers = [client.post(asked.url, {"code": "0000-0000"}) for _ in range(5)]
    assert [each.status_code for each in answers] == [200, 200, 200, 200, 302]
    client.post(asked.url, {"code": right})
    assert User.objects.count() == 1


def test_a_code_that_has_run_out_deletes_nothing():
    client = signed_in(make_user(password=None))
    with time_machine.travel(NOW, tick=False) as clock:
        asked = client.post(LEAVE)
        clock.shift(15 * 60 + 1)
        answer = client.post(asked.url, {"code": code()})
    assert (answer.url, User.objects.count()) == (SETTINGS, 1)


def test_the_code_of_one_person_does_not_prove_another():
    alice, bob = signed_in(make_user(password=None)), signed_in(make_user("bob", password=None))
    alice.post(LEAVE)
    hers = code()
    asked = bob.post(LEAVE)
    bob.post(asked.url, {"code": hers})
    assert User.objects.count() == 2


def test_codes_are_not_sent_without_end():
    client = signed_in(make_user(password=None))
    for _ in range(10):
        client.post(LEAVE)
    assert len(mail.outbox) == 3


# --- Taking along -------------------------------------------------------------------------------


def test_one_click_takes_everything_along():
    answer = signed_in(make_user()).get("/en/settings/export/")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert (answer["Content-Type"], names) == ("application/zip", ["wayout.json", "wayout.html"])
    assert answer["Content-Disposition"] == 'attachment; filename="wayout.zip"'


@time_machine.travel("2026-11-22 13:05Z", tick=False)
def test_a_record_lists_what_was_done_and_when():
    alice, guide = make_user(), make_guide()
    way = make_way("ask", "send", guide=guide)
    journey = journeys.start(user=alice, guide=guide, now=timezone.now())
    for step in way.values():
        journeys.complete_step(journey=journey, step=step, now=timezone.now())
    page = pages.read(signed_in(alice).get(f"/en/journeys/{journey.pk}/record/"))
    assert [row.texts("td") for row in page.one("tbody").all("tr")] == [
        ["22 November 2026, 14:05", "Ask Done"],
        ["22 November 2026, 14:05", "Send Done"],
    ]


# --- The privacy page -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar", "nb"])
def test_the_privacy_page_says_everything_that_is_in_the_register(language):
    page = pages.read(Client().get(f"/{language}/privacy/"))
    with translation.override(language):
        told = {(held.what, held.why, held.until): str(held.what) for held in REGISTER}
        wanted = list(told.values())  # what several say alike, once
    assert page.one("dl").texts("dt") == wanted
