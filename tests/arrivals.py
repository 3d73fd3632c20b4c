"""What somebody has done before they see a page that nobody can open by its address alone."""

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.test import Client

from guides.models import Journey, User
from tests import factories

LOGIN, CONFIRM = "/accounts/login/", "/accounts/login/code/confirm/"
PHONE = "Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"


def arrive(client: Client, who: str, language: str) -> None:
    """`who` is a person, who signs in, or one of those below."""
    if who in BEFORE:
        BEFORE[who](client, language)
    else:
        sign_in(client, who)


def sign_in(client: Client, name: str) -> None:
    client.force_login(User.objects.get(email=f"{name}@example.org"))


def _ask_for_a_code(client: Client, language: str) -> None:
    client.post(LOGIN, {"login": "alice@example.org"})


def _sign_up(client: Client, language: str) -> None:
    client.post("/accounts/signup/", {"email": "new@example.org"})


def _forget_the_password(client: Client, language: str) -> str:
    answer = client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    return str(answer.url)


def _type_the_code(client: Client, language: str) -> None:
    page = _forget_the_password(client, language)
    client.post(page, {"code": factories.code_of_last_mail()})


def _change_the_address(client: Client, language: str) -> None:
    _prove(client, "bob")
    client.post("/accounts/email/", {"email": "new@example.org", "action_add": "1"})


def _undo_what_is_not_the_last(client: Client, language: str) -> None:
    sign_in(client, "first")
    journey = Journey.objects.get(user__email="first@example.org")
    client.post(f"/{language}/journeys/{journey.pk}/undo/", {"entry": 0})


# --- Proofs and second steps ----------------------------------------------------------------------


def _prove(client: Client, name: str) -> None:
    sign_in(client, name)
    factories.prove(client)


def _ask_to_prove(client: Client, language: str) -> None:
    sign_in(client, "bob")
    client.post(f"/{language}/settings/leave/")


def _come_to_the_second_step(client: Client, language: str) -> None:
    client.post(LOGIN, {"login": "secured@example.org"})
    client.post(CONFIRM, {"code": factories.code_of_last_mail()})


def _sign_in_twice(client: Client, language: str) -> None:
    UserSession.objects.all().delete()
    for each in (Client(headers={"user-agent": PHONE}), client):
        each.post(LOGIN, {"login": "bob@example.org"})
        each.post(CONFIRM, {"code": factories.code_of_last_mail()})


BEFORE: dict[str, Callable[[Client, str], Any]] = {
    "signing in": _ask_for_a_code,
    "signing up": _sign_up,
    "forgetful": _forget_the_password,
    "remembering": _type_the_code,
    "moving": _change_the_address,
    "hasty": _undo_what_is_not_the_last,
    "alice, proved": lambda client, _: _prove(client, "alice"),
    "secured, proved": lambda client, _: _prove(client, "secured"),
    "proving": _ask_to_prove,
    "half in": _come_to_the_second_step,
    "on two devices": _sign_in_twice,
}
