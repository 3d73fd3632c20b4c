"""What everybody meets, in a real Chromium: every page and state, three languages, light and dark.

One walk a language looks at everything; the tests say what may not have been found on it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.conf import settings
from django.utils.html import escape
from playwright.sync_api import Page

from tests import chromium, stage
from tests.looker import Looker
from tests.sights import NO_PAGES, SIGHTS, Sight
from tests.test_sweeps import ROUTES

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LANGUAGES = ["en", "ar", "nb"]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
EYES = Path(__file__).with_name("eyes.js").read_text()
# WCAG 2.2 and best practices
EVERY_RULE = {**chromium.AS_IT_IS, "rules": {"target-size": {"enabled": True}}}
COLOURS = {**chromium.AS_IT_IS, "runOnly": ["color-contrast", "link-in-text-block"]}
# A message is a part of the mail program's page, which has the landmarks.
OF_A_LETTER = {"rules": {name: {"enabled": False} for name in ("region", "landmark-one-main")}}

KINDS = {
    "answer": "another status than the one that was meant",
    "cookie": "a cookie before one is needed",
    "barrier": "what axe calls a violation, in the light",
    "barrier in the dark": "colours that cannot be told apart",
    "barrier where it is narrow": "what axe calls a violation, 320 px wide in the dark",
    "target": "something to press below 24 px, a main one below 44",
    "target where it is narrow": "the same, 320 px wide",
    "word": "a word of another language that is not marked as such",
    "focus": "a stop that Tab does not reach in order, or that cannot be seen",
    "cut off": "sideways scrolling or lost text at 320 px, which is 400 % of 1280",
    "head": "a head of more than one line at 320 px",
    "problem": "an error in the console, a breach of the policy, a call of another host",
}

# --- The list is whole ----------------------------------------------------------------------------


def test_every_page_is_among_the_sights() -> None:
    pages = {row.removeprefix("GET ") for row in ROUTES if row.startswith("GET ")}
    ours = {route for route in pages if not route.startswith("admin/")}
    assert ours - {sight.route for sight in SIGHTS} == NO_PAGES


def test_every_sight_has_a_name_of_its_own() -> None:
    assert len({sight.name for sight in SIGHTS}) == len(SIGHTS)


# --- The walk -------------------------------------------------------------------------------------

Found = dict[str, dict[str, list[str]]]


@pytest.fixture(scope="module")
def built(browser: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock(), stage.built() as everything:
        yield everything


@pytest.fixture(scope="module", params=LANGUAGES)
def looker(request: Any, browser: Any, built: Any) -> Iterator[Looker]:
    everybody, server = built
    looker = Looker(browser, everybody, server.url, request.param, script=AXE + EYES)
    yield looker
    looker.context.close()


@pytest.fixture(scope="module")
def found(looker: Looker) -> Found:
    """What was found of each kind, sight by sight."""
    found: Found = defaultdict(dict)
    for sight in SIGHTS:
        for kind, wrong in look(looker, sight, looker.look_at(sight)):
            if wrong:
                found[kind][sight.name] = wrong
    return found


def look(looker: Looker, sight: Sight, page: Page) -> Iterator[tuple[str, list[str]]]:
    yield "answer", [str(looker.status)] if looker.status != sight.status else []
    if sight.who is None and "language=" not in sight.path:
        yield "cookie", [name for name in cookies(page) if name != needed(page)]
    yield "barrier", page.evaluate("eyes.barriers", EVERY_RULE)
    yield "target", page.evaluate("eyes.smallTargets()")
    yield "word", page.evaluate("eyes.strangeWords", strange(looker))
    yield "focus", tab_through(page)
    page.emulate_media(color_scheme="dark")
    yield "barrier in the dark", page.evaluate("eyes.barriers", COLOURS)
    page.set_viewport_size({"width": 320, "height": 256})
    yield "barrier where it is narrow", page.evaluate("eyes.barriers", EVERY_RULE)
    yield "target where it is narrow", page.evaluate("eyes.smallTargets()")
    yield "cut off", page.evaluate("eyes.cutOff()")
    yield "head", page.evaluate("eyes.highHead()")
    if sight.status < 500:  # Chromium itself reports such an answer
        yield "problem", list(looker.problems)


def cookies(page: Page) -> list[str]:
    return [str(cookie.get("name")) for cookie in page.context.cookies()]


def needed(page: Page) -> str:
    """The cookie that guards a form, where there is one."""
    guarded = page.locator("main [name=csrfmiddlewaretoken]").count()
    return settings.CSRF_COOKIE_NAME if guarded else ""


def tab_through(page: Page) -> list[str]:
    for _ in range(page.evaluate("eyes.beginTabbing()")):
        page.keyboard.press("Tab")
    return page.evaluate("eyes.endTabbing()")


def strange(looker: Looker) -> dict[str, object]:
    """Arabic script on a page in English, Latin on one in Arabic, English words on a Norwegian one.

    Names that the guides themselves leave as they are may stand anywhere.
    """
    patterns = {
        "en": "[\u0600-\u06ff]+",
        "ar": "[a-z]{2,}",
        "nb": r"\b(the|and|you|your|with|this|that|we|is|are|not|what|when|it|on)\b",
    }
    names = stage.names_kept_in_arabic() if looker.language == "ar" else []
    return {"pattern": patterns[looker.language], "allowed": names}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_found(found: Found, kind: str) -> None:
    assert found[kind] == {}, KINDS[kind]


def test_nothing_else_is_looked_for(found: Found) -> None:
    assert set(found) <= set(KINDS)


# --- Letters --------------------------------------------------------------------------------------


def test_every_letter_can_be_read_by_everybody(looker: Looker) -> None:
    found: Found = defaultdict(dict)
    page, linked = looker.page, re.compile(r"https?://\S+")
    for name, message in looker.stage.letters(looker.language):
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto("about:blank")  # where no policy of ours holds
        page.set_content(message.alternatives[0].content)
        page.add_style_tag(content="html { background: Canvas }")  # the mail program's paper
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found[name][scheme] = page.evaluate("eyes.barriers", OF_A_LETTER)
        found[name]["narrow"] = page.evaluate("eyes.cutOff()")
        found[name]["word"] = page.evaluate("eyes.strangeWords", strange(looker))
        page.set_content(f"<p>{escape(linked.sub('', f'{message.subject} {message.body}'))}</p>")
        found[name]["text"] = page.evaluate("eyes.strangeWords", strange(looker))
    wrong = {(name, kind): each for name in found for kind, each in found[name].items() if each}
    assert (wrong, len(found) > 10) == ({}, True)


def test_the_answers_of_a_letter_are_as_wide_as_a_phone_one_below_the_other(looker: Looker) -> None:
    looker.page.set_viewport_size({"width": 360, "height": 640})
    looker.page.goto("about:blank")
    message = dict(looker.stage.letters(looker.language))["letter-over"]
    looker.page.set_content(message.alternatives[0].content)
    boxes = [each.bounding_box() or {} for each in looker.page.locator(".answer").all()]
    assert {(box["x"], box["width"]) for box in boxes} == {(16, 360 - 2 * 16)}
    assert len({box["y"] for box in boxes}) == len(boxes) == 4
