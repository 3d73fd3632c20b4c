"""Signing up, signing in and a forgotten password tell nobody whether an address is known.

Not by what they say, set or lead to, and not by how long they take: the same number of queries
and of passwords hashed, and mail that is sent only when the answer is out.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth import hashers
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from guides.middleware import MailMiddleware
from tests import factories

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "alice@example.org", "nobody@example.org"
Ask = Callable[[Client, str], Any]


@pytest.fixture(autouse=True)
def _world() -> Iterator[None]:
    factories.make_user()
    factories.make_user("nopassword", password=None)
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        yield


def sign_in(client: Client, email: str) -> Any:
    return client.post("/accounts/login/", {"login": email})


def another_code(client: Client, email: str) -> Any:
    return client.post("/accounts/login/code/confirm/", {"action": "resend"})


def wrong_code(client: Client, email: str) -> Any:
    return client.post("/accounts/login/code/confirm/", {"code": "00000000"})


def with_password(client: Client, email: str) -> Any:
    form = {"login": email, "password": "not this one"}
    return client.post("/accounts/login/password/", form)


def sign_up(client: Client, email: str) -> Any:
    return client.post("/accounts/signup/", {"email": email})


def another_sign_up_code(client: Client, email: str) -> Any:
    return client.post("/accounts/confirm-email/", {"action": "resend"})


def wrong_sign_up_code(client: Client, email: str) -> Any:
    return client.post("/accounts/confirm-email/", {"code": "00000000"})


def forgotten(client: Client, email: str) -> Any:
    return client.post("/accounts/password/reset/", {"email": email})


def wrong_reset_code(client: Client, email: str) -> Any:
    return client.post("/accounts/password/reset/confirm/", {"code": "00000000"})


# What is asked, and what has to be asked before.
ASKED: list[tuple[Ask, list[Ask]]] = [
    (sign_in, []),
    (sign_in, [sign_in]),
    (another_code, [sign_in]),
    (wrong_code, [sign_in]),
    (with_password, []),
    (sign_up, []),
    (another_sign_up_code, [sign_up]),
    (wrong_sign_up_code, [sign_up]),
    (forgotten, []),
    (wrong_reset_code, [forgotten]),
]


def told(response: Any, email: str) -> tuple[Any, ...]:
    """Everything that comes over the wire, without what differs at every request."""
    body = re.sub(rb'value="\w{64}"|x-csrftoken": "\w+', b"", response.content)
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    cookies = {
        name: {key: value for key, value in morsel.items() if key != "expires"}
        for name, morsel in response.cookies.items()
    }
    return response.status_code, headers, cookies, body.replace(email.encode(), b"ADDRESS")


def ask(act: Ask, before: list[Ask], email: str) -> dict[str, Any]:
    cache.clear()  # counting a first try takes other queries than counting a second
    client, hashed = Client(), []
    for each in before:
        each(client, email)
    make = hashers.MD5PasswordHasher.encode
    with pytest.MonkeyPatch.context() as patch, CaptureQueriesContext(connection) as queries:
        patch.setattr(
            hashers.MD5PasswordHasher,
            "encode",
            lambda *args, **options: hashed.append(1) or make(*args, **options),
        )
        response = act(client, email)
    # PostgreSQL declares a cursor for a look-up that is read row by row.
    done = [query["sql"].split()[0].replace("DECLARE", "SELECT") for query in queries]
    page = client.get(response.url) if response.status_code == 302 else response
    return {
        "answer": told(response, email),
        "next page": told(page, email),
        "hashed": len(hashed),
        "queries": done,
    }


@pytest.mark.parametrize(("act", "before"), ASKED, ids=lambda each: getattr(each, "__name__", ""))
def test_a_known_and_an_unknown_address_are_answered_alike(act: Ask, before: list[Ask]) -> None:
    known, unknown = ask(act, before, KNOWN), ask(act, before, UNKNOWN)
    done = Counter(known.pop("queries")), Counter(unknown.pop("queries"))
    assert known == unknown
    # Exactly the same rows are written; a look-up more or less is lost in everything around it.
    more, less = done[0] - done[1], done[1] - done[0]
    assert {*more, *less} - {"SAVEPOINT", "RELEASE", "ROLLBACK"} <= {"SELECT"}
    assert (more + less)["SELECT"] <= 6
    assert done[0].total() > 10


def test_an_account_without_a_password_takes_as_long_as_one_with() -> None:
    emails = KNOWN, UNKNOWN, "nopassword@example.org"
    assert len({ask(with_password, [], email)["hashed"] for email in emails}) == 1


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
@pytest.mark.parametrize("act", [sign_in, sign_up, forgotten])
def test_each_gets_one_message(act: Ask, email: str) -> None:
    act(Client(), email)
    assert [message.to for message in mail.outbox] == [[email]]


def test_mail_is_sent_when_the_answer_is_out() -> None:
    sent: list[str] = []

    class Message:
        def send(self) -> None:
            sent.append("a message")

    def view(request: Any) -> HttpResponse:
        request.mail.append(Message())
        return HttpResponse("the answer")

    response = MailMiddleware(view)(RequestFactory().post("/"))
    assert (sent, response.content) == ([], b"the answer")
    response.close()  # as the server does after the last byte
    assert sent == ["a message"]
