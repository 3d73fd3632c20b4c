"""Passkeys in a real browser, whose own virtual authenticator makes and uses them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core import mail
from django.test import Client
from playwright.sync_api import CDPSession, Page, expect

from guides import forms
from guides.models import User
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def alice() -> User:
    return factories.make_user()


def give_authenticator(page: Page) -> tuple[CDPSession, str]:
    """What a phone has: keeps keys, and knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def sign_in_as(page: Page, person: User, base_url: str) -> None:
    page.context.add_cookies(
        [{"name": "sessionid", "value": factories.session_of(person, proved=True), "url": base_url}]
    )


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Name of the passkey").fill("My phone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")


def test_a_passkey_signs_in_by_itself(
    new_page: Callable[..., Page], live_server: Any, alice: User
) -> None:
    page = new_page()
    give_authenticator(page)
    sign_in_as(page, alice, live_server.url)
    add_passkey(page)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator("dt")).to_have_text("My phone")
    page.goto("/en/settings/")
    page.locator("main").get_by_role("button", name="Sign out").click()

    page.goto("/accounts/login/?next=/en/settings/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/en/settings/")
    expect(page.get_by_text("alice@example.org")).to_be_visible()
    assert alice.authenticator_set.get(type="webauthn").last_used_at is not None


def test_a_passkey_is_the_second_step_after_a_code(
    new_page: Callable[..., Page], live_server: Any, alice: User
) -> None:
    page = new_page()
    give_authenticator(page)
    sign_in_as(page, alice, live_server.url)
    add_passkey(page)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(alice.email)
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/login/code/confirm/")
    page.get_by_label("Code").fill(factories.code_of_last_mail())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    page.goto("/en/settings/")  # not signed in yet
    page.wait_for_url("**/accounts/2fa/authenticate/")
    page.get_by_role("button", name="Use my passkey").click()
    page.wait_for_url("**/en/journeys/")


def test_whoever_breaks_off_is_told_so_and_stays_out(
    new_page: Callable[..., Page], live_server: Any, alice: User
) -> None:
    page = new_page()
    session, authenticator = give_authenticator(page)
    sign_in_as(page, alice, live_server.url)
    add_passkey(page)
    page.context.clear_cookies()
    wrong_finger = {"authenticatorId": authenticator, "isUserVerified": False}
    session.send("WebAuthn.setUserVerified", wrong_finger)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-failed]")).to_be_focused()
    page.goto("/en/settings/")
    assert "/accounts/login/" in page.url


def test_without_passkeys_the_button_is_not_there(new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.get_by_role("button", name="Send me a code")).to_be_visible()


def test_what_a_passkey_answered_opens_nothing_a_second_time(
    new_page: Callable[..., Page], live_server: Any, alice: User
) -> None:
    page = new_page()
    give_authenticator(page)
    sign_in_as(page, alice, live_server.url)
    add_passkey(page)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/en/journeys/")
    answer = parse_qs(sent.value.post_data or "")["credential"][0]
    for thief in (Client(), Client()):
        thief.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
        thief.post("/accounts/2fa/webauthn/login/", {"credential": answer})
        assert "_auth_user_id" not in thief.session


@pytest.mark.parametrize("language", ["ar", "nb"])
def test_another_persons_passkey_opens_nothing_of_alices(
    new_page: Callable[..., Page], live_server: Any, alice: User, language: str
) -> None:
    """A registration made for one session is refused in another: the challenge is not theirs."""
    page = new_page()
    give_authenticator(page)
    sign_in_as(page, alice, live_server.url)
    page.goto(f"/accounts/2fa/webauthn/add/?language={language}")
    page.evaluate("document.cookie")  # the page is open; the session changes below it
    sign_in_as(page, factories.make_user("bob"), live_server.url)
    page.locator("#passkey-button").click()
    expect(page.locator(".error-summary, h1").first).to_be_visible()
    assert not User.objects.filter(authenticator__type="webauthn").exists()
    assert mail.outbox == []


@pytest.mark.parametrize("sent", ["[" * 100_000, "9" * 5000, "{"])
def test_what_cannot_be_read_is_refused_and_not_shown_again(sent: str) -> None:
    form = forms.PasskeySignInForm({"credential": sent})
    assert (form.is_valid(), "[[[" in str(form), "999" in str(form)) == (False, False, False)
