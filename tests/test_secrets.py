"""Codes, keys, links and sessions that are another's, altered, expired or used up: none works.

(Signed links of e-mails are also in `test_answer_pages`, codes of the app in `test_second_step`.)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from guides import emails
from guides.domain import privacy
from guides.models import User
from tests import factories, pages
from tests.factories import code_of_last_mail
from tests.test_kept_apart import same_browser
from tests.test_sweeps import World, client_of, everything, hers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADDRESS = {name: f"{name}@example.org" for name in ("alice", "bob")}


# --- Codes that come by e-mail --------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """How somebody asks for a code, where it is typed, and what it opens."""

    ask: Callable[[str], tuple[Client, str]]
    opens: Callable[[Client, Any], bool]


def person_of(name: str) -> User:
    return User.objects.filter(email=ADDRESS[name]).first() or factories.make_user(
        name, password=None
    )


def begin_to_sign_in(name: str) -> tuple[Client, str]:
    person_of(name)
    client = Client()
    client.post("/accounts/login/", {"login": ADDRESS[name]})
    return client, "/accounts/login/code/confirm/"


def begin_to_sign_up(name: str) -> tuple[Client, str]:
    client = Client()
    client.post("/accounts/signup/", {"email": f"new-{name}@example.org"})
    return client, "/accounts/confirm-email/"


def forget_the_password(name: str) -> tuple[Client, str]:
    person_of(name)
    client = Client()
    client.post("/accounts/password/reset/", {"email": ADDRESS[name]})
    return client, "/accounts/password/reset/confirm/"


def begin_to_leave(name: str) -> tuple[Client, str]:
    client = Client()
    client.force_login(person_of(name))
    return client, client.post("/en/settings/leave/").url


def change_the_address(name: str) -> tuple[Client, str]:
    client = client_of(person_of(name))
    client.post("/accounts/email/", {"email": f"new-{name}@example.org", "action_add": "1"})
    return client, "/accounts/confirm-email/"


def is_signed_in(client: Client, answer: Any) -> bool:
    return "_auth_user_id" in client.session


def leads_to_a_new_password(client: Client, answer: Any) -> bool:
    return answer.status_code == 302 and answer.url.endswith("/reset/complete/")


def has_left(client: Client, answer: Any) -> bool:
    return answer.status_code == 302 and answer.url == "/en/goodbye/"


def has_another_address(client: Client, answer: Any) -> bool:
    return User.objects.filter(email__startswith="new-").exists()


WAYS = {
    "sign in": Way(begin_to_sign_in, is_signed_in),
    "sign up": Way(begin_to_sign_up, is_signed_in),
    "password": Way(forget_the_password, leads_to_a_new_password),
    "leave": Way(begin_to_leave, has_left),
    "address": Way(change_the_address, has_another_address),
}


def right(way: Way, clock: Any) -> tuple[Client, str, str]:
    return *way.ask("alice"), code_of_last_mail()


def of_another(way: Way, clock: Any) -> tuple[Client, str, str]:
    client, path = way.ask("alice")
    way.ask("bob")
    return client, path, code_of_last_mail()


def altered(way: Way, clock: Any) -> tuple[Client, str, str]:
    client, path, code = right(way, clock)
    return client, path, code[:-1] + str((int(code[-1]) + 1) % 10)


def expired(way: Way, clock: Any) -> tuple[Client, str, str]:
    client, path, code = right(way, clock)
    clock.shift(timedelta(minutes=15, seconds=1))
    return client, path, code


def of_an_earlier_request(way: Way, clock: Any) -> tuple[Client, str, str]:
    _, _, code = right(way, clock)
    clock.shift(timedelta(minutes=1))
    return *way.ask("alice"), code


def in_another_browser(way: Way, clock: Any) -> tuple[Client, str, str]:
    _, path, code = right(way, clock)
    return Client(), path, code


WRONG = (altered, expired, of_another, of_an_earlier_request, in_another_browser)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_right_code_opens_it(way: Way, clock: Any) -> None:
    client, path, code = right(way, clock)
    assert way.opens(client, client.post(path, {"code": code}))


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_other_code_does(way: Way, wrong: Any, clock: Any) -> None:
    client, path, code = wrong(way, clock)
    assert not way.opens(client, client.post(path, {"code": code}))


@pytest.mark.parametrize("name", ["sign in", "password", "leave"])
def test_a_code_that_was_used_is_used_up(name: str, clock: Any) -> None:
    """Posted again, by a browser that had been copied before."""
    way = WAYS[name]
    client, path, code = right(way, clock)
    copy = same_browser(client)
    opened = client.post(path, {"code": code})
    assert way.opens(client, opened)
    if name == "password":  # it is, when there is a new one
        client.post(opened.url, {"password1": "five words in one row"})
        assert is_signed_in(client, opened)
    assert not way.opens(copy, copy.post(path, {"code": code}))


def test_a_proof_is_good_for_what_it_was_asked_for_and_for_a_while(clock: Any) -> None:
    client, _ = begin_to_leave("alice")
    clock.shift(timedelta(minutes=14))
    asked = client.post("/accounts/email/", {"email": "thief@example.org", "action_add": "1"})
    assert client.post(asked.url, {"code": code_of_last_mail()}).status_code == 302
    assert User.objects.count() == 1
    clock.shift(timedelta(minutes=6))
    assert client.post("/en/settings/leave/").url.startswith("/accounts/prove/")


# --- Sessions -------------------------------------------------------------------------------------


def signs_out(client: Client, person: User) -> None:
    client.post("/accounts/logout/")


def changes_the_password(client: Client, person: User) -> None:
    form = {"oldpassword": "correct horse", "password1": "five words in one row"}
    client.post("/accounts/password/change/", form)


def leaves(client: Client, person: User) -> None:
    privacy.leave(person=person)


def is_shut_out(client: Client, person: User) -> None:
    User.objects.update(is_active=False)


def runs_out(client: Client, person: User) -> None:
    Session.objects.update(expire_date=NOW)


@pytest.mark.parametrize("end", [signs_out, changes_the_password, leaves, is_shut_out, runs_out])
def test_a_copied_session_ends_with_the_one_it_was_copied_from(end: Any) -> None:
    """Of a new password, the browser in which it was made gets a new session; the copy does not."""
    alice = factories.make_user()
    client = client_of(alice)
    copy = same_browser(client)
    assert copy.get("/en/settings/").status_code == 200
    end(client, alice)
    assert copy.get("/en/settings/").url.startswith("/accounts/login/")


def test_whoever_proves_again_who_they_are_gets_a_new_session() -> None:
    """And stays in the list of devices; what was copied before is nobody's."""
    factories.make_user()
    client = Client()
    form = {"login": ADDRESS["alice"], "password": "correct horse"}
    client.post("/accounts/login/password/", form)
    client.get("/en/settings/")
    copy, key = same_browser(client), client.session.session_key
    client.post("/accounts/reauthenticate/", {"password": "correct horse"})
    assert client.session.session_key != key
    assert copy.get("/en/settings/").status_code == 302
    page = pages.read(client.get("/accounts/sessions/"))
    assert page.texts("strong", class_="badge") == ["This device"]


def test_an_operator_signs_somebody_out_everywhere() -> None:
    alice, root = factories.make_user(), factories.make_user("root", is_staff=True)
    User.objects.filter(pk=root.pk).update(is_superuser=True)
    hers, his = [client_of(alice), client_of(alice)], client_of(factories.make_user("bob"))
    chosen = {"action": "sign_out", "_selected_action": alice.pk}
    client_of(root).post("/admin/guides/user/", chosen)
    answers = [each.get("/en/settings/").status_code for each in (*hers, his)]
    assert answers == [302, 302, 200]


@pytest.mark.parametrize("key", ["", "a" * 32, "\0", "../../etc/passwd", "x" * 4000])
def test_a_session_that_was_made_up_is_nobodys(key: str) -> None:
    factories.make_user()
    assert Client(headers={"cookie": f"sessionid={key}"}).get("/en/settings/").status_code == 302


# --- Links and keys of somebody who is gone, and ids ----------------------------------------------


@pytest.fixture
def world() -> World:
    return World()


def test_no_link_works_any_more_when_its_person_is_gone(world: World) -> None:
    keys = (world.alice.stop_key, world.alice.calendar_key, emails.answer_token(world.reminder))
    stop, calendar, token = keys
    paths = [f"/stop/{stop}/", f"/stop/{stop}/{world.journey.pk}/", f"/calendar/{calendar}.ics"]
    assert [Client().get(path).status_code for path in paths] == [200] * 3
    privacy.leave(person=world.alice)
    before = everything()
    assert [Client().get(path).status_code for path in paths] == [404] * 3
    page = Client().post(f"/answer/{token}/gone/")
    assert (page.status_code, b"Amazon" in page.content, everything()) == (200, False, before)


def altered_keys(key: str) -> list[str]:
    return [key[:-1], key + "x", key.swapcase(), key[::-1], "%" + key[1:], "_" * len(key), "%25"]


def test_a_key_with_another_letter_opens_nothing(world: World) -> None:
    """Nor one that a database would take for a pattern."""
    for key, path in (
        (world.alice.stop_key, "/stop/{}/"),
        (world.alice.calendar_key or "", "/calendar/{}.ics"),
    ):
        for each in altered_keys(key):
            assert Client().get(path.format(each)).status_code == 404, each
            assert Client().post(path.format(each)).status_code in {404, 405}, each


def test_no_id_of_hers_does_anything_in_the_hands_of_another(world: World) -> None:
    """Ids in forms, not in addresses: those are in the table of `test_sweeps`."""
    bob, before = client_of(world.bob), hers(world)
    bob.post(world.path("en/services/<slug:service_slug>/<slug:slug>/start/"))
    his = world.bob.journeys.get().pk
    entry = world.journey.entries.latest("pk").pk
    bob.post(f"/en/journeys/{his}/undo/", {"entry": entry})
    for act in ("action_remove", "action_primary", "action_send"):
        bob.post("/accounts/email/", {"email": world.alice.email, act: "1"})
    bob.post("/accounts/email/", {"email": world.alice.email, "action_add": "1"})
    assert hers(world) == before
    assert world.bob.journeys.get().pk == his


def test_a_journey_or_step_that_is_not_there_is_like_one_of_somebody_else(world: World) -> None:
    alice, steps = client_of(world.alice), factories.make_way("ask")
    other, his = steps["ask"].pk, f"/en/journeys/{uuid4()}/"
    paths = [his, f"{his}record/", f"/en/journeys/{world.journey.pk}/steps/{other}/sure/"]
    assert [alice.get(path).status_code for path in paths] == [404] * 3
    before = hers(world)
    alice.post(f"/en/journeys/{world.journey.pk}/steps/{other}/done/")
    assert (hers(world), mail.outbox) == (before, [])
