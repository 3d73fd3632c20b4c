"""How often something may be tried: each form that sends mail or checks a secret, between all
processes together."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from guides.domain import housekeeping
from tests import factories
from tests.doors import Door, Site, undone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALICE = "alice@example.org"


def signed_in() -> Client:
    client = Client()
    client.force_login(factories.make_user())
    factories.prove(client)
    return client


def second_step() -> Client:
    """Somebody who knows the password, and guesses the rest."""
    factories.make_second_step(factories.make_user())
    client = Client()
    form = {"login": ALICE, "password": "correct horse"}
    assert client.post("/accounts/login/password/", form).url == "/accounts/2fa/authenticate/"
    return client


def waiting_for_code() -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": ALICE})
    return client


CODE = {"code": "00000000"}
# The page, what is posted, from where, how often it may be in one minute.
LIMITED: dict[str, tuple[str, dict[str, str], Callable[[], Client], int]] = {
    "sign in": ("/accounts/login/", {"login": ALICE}, Client, 3),
    "sign up": ("/accounts/signup/", {"email": "new@example.org"}, Client, 1),
    "forgotten": ("/accounts/password/reset/", {"email": ALICE}, Client, 3),
    "address": ("/accounts/email/", {"email": "n@example.org", "action_add": "1"}, signed_in, 1),
    "password": ("/accounts/login/password/", {"login": ALICE, "password": "x"}, Client, 5),
    "is it you": ("/accounts/reauthenticate/", {"password": "x"}, signed_in, 5),
    "change": ("/accounts/password/change/", {"oldpassword": "x"}, signed_in, 5),
    "second step": ("/accounts/2fa/authenticate/", CODE, second_step, 5),
    "app": ("/accounts/2fa/totp/activate/", CODE, signed_in, 5),
    "passkey": ("/accounts/2fa/webauthn/login/", {"credential": "{}"}, Client, 10),
    "code": ("/accounts/login/code/confirm/", CODE, waiting_for_code, 5),
}


def is_refused(response: Any) -> bool:
    if response.status_code == 429:
        return True
    form = (response.context or {}).get("form")
    told = str(form.errors if form else "") + str(response.cookies)
    return "Too many tries" in told or "That was quick" in told


@pytest.mark.parametrize("name", LIMITED)
def test_not_more_often_than_so(name: str) -> None:
    path, form, begin, often = LIMITED[name]
    client = begin()
    before = len(mail.outbox)
    answers = [is_refused(client.post(path, form)) for _ in range(often)]
    sent = len(mail.outbox)
    refused = [is_refused(client.post(path, form)) for _ in range(3)]
    if name == "code":  # the fifth wrong one ends it: there is nothing left to try
        assert "_auth_user_id" not in client.session
        return
    assert (answers, refused) == ([False] * often, [True] * 3)
    assert len(mail.outbox) == sent <= before + often


# The fields in which something is typed that is then compared with a secret.
SECRETS = {"code", "password", "oldpassword", "old_password", "credential"}
MANY, MAILS, NEW = 35, 5, "fresh@example.org"
# What a new passkey says of itself, and a password that Root gives to somebody.
NOT_COMPARED = ("/accounts/2fa/webauthn/add/", "/admin/guides/user/")


def test_no_form_that_sends_mail_or_checks_a_secret_can_be_sent_without_end() -> None:
    """All forms of the site, as `tests.doors` finds them along the URL configuration."""
    unbounded, checked = [], set()
    for door in Site().doors:
        if door.method == "GET" or door.path.startswith(NOT_COMPARED):
            continue
        secrets = dict.fromkeys(SECRETS & door.fields.keys(), "00000000")
        addresses = {name: NEW for name in ("email", "login") if name in door.fields}
        values = [*{**dict(door.sound), **addresses, **secrets}.items()]
        for visitor in door.visitors:
            with undone(visitor):
                times = range(MANY if secrets else MAILS + 3)
                answers = [door.send(visitor, values) for _ in times]
                is_bounded = not secrets or is_refused(answers[-1]) or is_over(answers[-1], door)
                if len(mail.outbox) > MAILS or not is_bounded:
                    unbounded.append((str(door), len(mail.outbox), answers[-1].status_code))
                checked |= {door.path} if secrets or mail.outbox else set()
    assert unbounded == []
    assert {path for path, *_ in LIMITED.values()} <= checked


def is_over(answer: Any, door: Door) -> bool:
    """Led away: there is nothing more to try here."""
    return answer.status_code == 302 and not answer.url.startswith(door.path)


def test_nobody_is_buried_in_codes(clock: Any) -> None:
    for _ in range(60):
        Client().post("/accounts/login/", {"login": ALICE})
        clock.shift(timedelta(minutes=1))
    assert len(mail.outbox) == 10


# Where a code is asked for, in which field the address is typed, and where the code is.
CODES = [
    ("/accounts/login/", "login", "/accounts/login/code/confirm/"),
    ("/accounts/signup/", "email", "/accounts/confirm-email/"),
    ("/accounts/password/reset/", "email", "/accounts/password/reset/confirm/"),
]


@pytest.mark.parametrize(("asked", "field", "typed"), CODES)
def test_many_codes_cannot_be_typed_from_one_place(asked: str, field: str, typed: str) -> None:
    answers = []
    for number in range(8):
        client = Client()
        client.post(asked, {field: f"{number}@example.org"})
        answers += [client.post(typed, CODE).status_code for _ in range(4)]
    assert answers == [200] * 30 + [429] * 2


@pytest.mark.django_db(transaction=True)
def test_another_process_counts_on() -> None:
    for _ in range(3):
        Client().post("/accounts/login/", {"login": ALICE})
    script = (
        "import django, time_machine; django.setup()\n"
        "from django.test import Client, utils; utils.setup_test_environment()\n"
        "with time_machine.travel('2026-11-22T12:00:30Z', tick=False):\n"
        "    for login in ('alice@example.org', 'bob@example.org'):\n"
        "        page = Client().post('/accounts/login/', {'login': login})\n"
        "        print(page.status_code, b'Too many tries' in page.content)\n"
    )
    row = connection.settings_dict
    url = f"sqlite:///{row['NAME']}"
    if connection.vendor == "postgresql":
        url = os.environ["DATABASE_URL"].replace("/wayout?", f"/{row['NAME']}?")
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("200 True\n302 False\n", 0), done.stderr


def test_what_has_run_out_is_cleared_away() -> None:
    now = timezone.now()
    for name, seconds in (("old", 60), ("young", 7200)):
        cache.set(name, "x", seconds)
    later = now + timedelta(hours=1)
    assert "1 counted tries" in housekeeping.clear(now=later, dry_run=True)
    assert "1 counted tries" in housekeeping.clear(now=later)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache")
        assert cursor.fetchone() == (1,)
    assert cache.get("young") == "x"
