"""Leaving Wayout in a real browser: how many screens somebody sees between home and goodbye."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.utils.translation import gettext, override
from playwright.sync_api import Frame, Page, expect

from guides.models import User
from tests import factories
from tests.factories import code_of_last_mail, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 3


def with_a_code(person: User, page: Page) -> None:
    page.locator("[name=code]").fill(code_of_last_mail())


def with_the_password(person: User, page: Page) -> None:
    page.locator("[name=password]").fill("correct horse")


def with_the_app(person: User, page: Page) -> None:
    page.locator("[name=code]").first.fill(factories.app_code())


# How somebody proves who they are, and what they have to do so.
PROOFS: dict[str, tuple[Callable[[User, Page], None], dict[str, Any]]] = {
    "code": (with_a_code, {"password": None}),
    "password": (with_the_password, {}),
    "app": (with_the_app, {"password": None}),
}


def signed_in(page: Page, person: User, url: str) -> None:
    session = {"name": "sessionid", "value": factories.session_of(person), "url": url}
    page.context.add_cookies([session])


def screens(page: Page) -> list[str]:
    """Grows by the address of each page that is shown from now on."""
    seen: list[str] = []

    def shown(frame: Frame) -> None:
        if frame == page.main_frame:
            seen.append(frame.url.partition("?")[0])

    page.on("framenavigated", shown)
    return seen


@pytest.mark.parametrize("has_javascript", [True, False], ids=["javascript", "plain"])
@pytest.mark.parametrize("language", ["en", "ar", "nb"])
@pytest.mark.parametrize("proof", PROOFS)
def test_from_home_to_goodbye_there_are_three_screens_at_most(
    new_page: Callable[..., Page], live_server: Any, proof: str, language: str, has_javascript: bool
) -> None:
    prove, has = PROOFS[proof]
    alice = make_user(language=language, **has)
    if proof == "app":
        factories.TOTP.activate(alice, factories.APP_KEY)
    page = new_page(locale=language, java_script_enabled=has_javascript)
    signed_in(page, alice, live_server.url)
    page.goto(f"/{language}/")
    seen, main = screens(page), page.locator("main")
    page.locator(f"header a[href='/{language}/settings/']").click()
    main.locator(f"a[href='/{language}/settings/leave/']").click()
    main.locator("form .button-danger").click()
    prove(alice, page)
    main.locator("form button.button-large, form button.button").first.click()
    expect(page).to_have_url(f"{live_server.url}/{language}/goodbye/")
    between = seen[:-1]
    assert (len(between), len(set(between))) == (MOST, MOST), between
    assert not User.objects.exists()
    with override(language):
        assert mail.outbox[-1].subject == gettext("Your Wayout account is closed")


def test_after_signing_out_going_back_shows_nothing(
    new_page: Callable[..., Page], live_server: Any
) -> None:
    """Neither what the browser kept nor what it still draws is a page of hers."""
    page = new_page()
    signed_in(page, make_user(), live_server.url)
    page.goto("/en/journeys/")
    page.goto("/en/settings/")
    expect(page.get_by_text("alice@example.org")).to_be_visible()
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/en/")
    page.go_back()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    assert "alice@example.org" not in page.content()
