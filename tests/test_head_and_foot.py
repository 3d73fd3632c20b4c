"""What stands around every page: where one is, the languages, the look; and what one can copy."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from guides.domain import calendars
from tests import pages
from tests.factories import make_guide, make_service, make_user

pytestmark = pytest.mark.django_db
in_a_browser = pytest.mark.browser
for_good = pytest.mark.django_db(transaction=True)

PAPER = {"light": "rgb(243, 243, 236)", "dark": "rgb(15, 22, 19)"}

# --- Where one is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/en/", {"/en/": "page"}),
        ("/en/?q=amazon", {"/en/": "page"}),
        ("/en/services/amazon/", {"/en/": "true"}),
        ("/en/journeys/", {"/en/journeys/": "page"}),
        ("/en/settings/", {"/en/settings/": "page"}),
        ("/accounts/email/", {}),
        ("/en/nowhere/", {}),
    ],
)
def test_the_head_marks_where_one_is(client: Client, path: str, marked: dict[str, str]) -> None:
    make_guide("contact", service=make_service("amazon"))
    client.force_login(make_user())
    links = pages.read(client.get(path)).one("nav", class_="site-nav").all("a")
    assert {link["href"]: link["aria-current"] for link in links if link.get("aria-current")} == (
        marked
    )


def test_the_head_marks_the_journeys_above_a_journey(client: Client) -> None:
    alice = make_user()
    client.force_login(alice)
    journey = alice.journeys.create(guide=make_guide(), started_at="2026-11-20T12:00Z")
    head = pages.read(client.get(f"/en/journeys/{journey.pk}/")).one("nav", class_="site-nav")
    assert head.one("a", aria_current="true")["href"] == "/en/journeys/"


# --- What a screen reader says --------------------------------------------------------------------


@in_a_browser
@for_good
@pytest.mark.parametrize("width", [1280, 360])
def test_the_head_is_read_alike_wide_and_narrow(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/en/")
    expect(page.get_by_role("banner")).to_match_aria_snapshot("""
        - banner:
          - link "Wayout"
          - navigation "Main":
            - list:
              - listitem:
                - link "Sign in"
          - 'button "Language: English"'
    """)
    expect(page.get_by_role("contentinfo")).to_match_aria_snapshot("""
        - group "Colours:":
          - radio "As this device" [checked]
          - radio "Light"
          - radio "Dark"
    """)


@in_a_browser
@for_good
def test_what_was_refused_is_announced_and_leads_to_its_field(page: Page) -> None:
    page.goto("/accounts/login/?language=en")
    page.locator("[name=login]").fill("kari")
    page.get_by_role("button", name="Send me a code").click()
    told = "Something is missing: an address looks like name@example.org."
    expect(page.get_by_role("alert", name="There is a problem")).to_be_focused()
    field = page.get_by_role("textbox", name="E-mail address")
    expect(field).to_have_accessible_description(told)
    expect(field).to_have_attribute("aria-invalid", "true")
    page.get_by_role("link", name=told).click()
    expect(field).to_be_focused()


# --- Languages ------------------------------------------------------------------------------------


@in_a_browser
@for_good
@pytest.mark.parametrize("javascript", [True, False])
def test_the_menu_of_languages_opens_and_closes(new_page: Any, javascript: bool) -> None:
    page: Page = new_page(locale="en", java_script_enabled=javascript)
    page.goto("/en/")
    menu, button = page.locator("#languages"), page.locator(".language-menu button")
    expect(menu).to_be_hidden()
    button.click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(menu.locator("[lang=ar]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/ar/$"))


# --- Light or dark --------------------------------------------------------------------------------


def looks(page: Page, scheme: str) -> None:
    expect(page.locator("html")).to_have_css("background-color", PAPER[scheme])


def choose(page: Page, value: str) -> None:
    page.locator(f".appearance input[value='{value}']").check()


@in_a_browser
@for_good
@pytest.mark.parametrize(("system", "other"), [("light", "dark"), ("dark", "light")])
def test_one_may_choose_otherwise_than_the_system(new_page: Any, system: str, other: str) -> None:
    page: Page = new_page(color_scheme=system)
    page.goto("/en/")
    looks(page, system)
    choose(page, other)
    looks(page, other)
    page.goto("/ar/")
    looks(page, other)
    expect(page.locator(f".appearance input[value={other}]")).to_be_checked()
    choose(page, "")
    looks(page, system)
    page.emulate_media(color_scheme=other)
    looks(page, other)
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies() == []


@in_a_browser
@for_good
def test_the_choice_holds_before_anything_is_painted(new_page: Any) -> None:
    page: Page = new_page(color_scheme="light")
    page.goto("/en/")
    choose(page, "dark")
    # The first time that there is something to paint.
    page.add_init_script(
        "new MutationObserver(() => { if (document.body) globalThis.firstTheme ??= "
        "getComputedStyle(document.documentElement).backgroundColor; })"
        ".observe(document, { childList: true, subtree: true })"
    )
    page.goto("/en/")
    assert page.evaluate("firstTheme") == PAPER["dark"]
    colours = page.locator("meta[name=theme-color][media=all]")
    assert [each.get_attribute("content") for each in colours.all()] == ["#18211d"]


@in_a_browser
@for_good
def test_another_tab_follows_and_nonsense_is_ignored(new_page: Any) -> None:
    page: Page = new_page(color_scheme="light")
    page.goto("/en/")
    other = page.context.new_page()
    other.goto("/en/")
    choose(page, "dark")
    looks(other, "dark")
    other.evaluate("localStorage.setItem('theme', 'plaid')")
    looks(page, "light")
    expect(page.locator(".appearance input[value='']")).to_be_checked()


@in_a_browser
@for_good
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_javascript_the_system_decides(new_page: Any, scheme: str) -> None:
    page: Page = new_page(color_scheme=scheme, java_script_enabled=False)
    page.goto("/en/")
    looks(page, scheme)
    expect(page.locator(".appearance")).to_be_hidden()


def test_the_frame_of_the_browser_has_the_colours_of_the_head(client: Client) -> None:
    tokens = Path(settings.BASE_DIR, "static/css/tokens.css").read_text()
    light, dark = re.findall(r"--surface: light-dark\((#\w+), (#\w+)\)", tokens)[0]
    metas = pages.read(client.get("/en/")).all("meta", name="theme-color")
    assert [(meta["media"], meta["content"]) for meta in metas] == [
        ("(prefers-color-scheme: light)", light),
        ("(prefers-color-scheme: dark)", dark),
    ]


# --- What other programs show ---------------------------------------------------------------------


def test_the_manifest_names_icons_that_are_there(client: Client) -> None:
    manifest = client.get(reverse("manifest"))
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    files = {
        icon["src"]: Path(settings.BASE_DIR, icon["src"].lstrip("/"))
        for icon in manifest.json()["icons"]
    }
    sizes = [sides_of(file) for file in files.values()]
    assert sizes == [tuple(map(int, icon["sizes"].split("x"))) for icon in manifest.json()["icons"]]


def test_the_social_card_has_its_size_and_is_small() -> None:
    card = Path(settings.BASE_DIR, "static/img/social-card.png")
    assert (sides_of(card), card.stat().st_size < 40_000) == ((1200, 630), True)


def sides_of(png: Path) -> tuple[int, int]:
    header = png.read_bytes()[16:24]
    return int.from_bytes(header[:4]), int.from_bytes(header[4:])


# --- What one can copy ----------------------------------------------------------------------------


@in_a_browser
@for_good
def test_the_address_of_the_calendar_is_copied(new_page: Any, live_server: Any) -> None:
    alice, browser = make_user(), Client()
    calendars.renew_address(person=alice)
    browser.force_login(alice)
    page: Page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cookie = {"name": "sessionid", "value": browser.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    page.goto("/en/settings/")
    page.locator("[data-copy]").click()
    expect(page.locator("[role=status].copied")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{live_server.url}/calendar/{alice.calendar_key}.ics"
