"""Takes a picture of every page and state: `make gallery`, then open var/gallery/index.html.

Three languages, wide and 360 px, light and dark. `make test` leaves it out, for it judges nothing.
Some of them only: `make gallery ONLY=sign-in`.
"""

import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils.html import format_html, format_html_join
from playwright.sync_api import Page

from tests import stage
from tests.looker import NARROW, WIDE, Looker
from tests.sights import SIGHTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

FOLDER = Path(settings.VAR_DIR, "gallery")
ONLY = os.environ.get("ONLY", "")
LANGUAGES, SCHEMES = ["en", "ar", "nb"], ["light", "dark"]
PAGE = """<!doctype html><meta charset="utf-8"><title>Gallery</title>
<style>body {{ font: 16px sans-serif; background: #888 }} img {{ inline-size: 190px; margin: 4px }}
img[src*="360"] {{ inline-size: 90px }} h2 {{ margin-block: 1em 0 }}</style>{}"""


@pytest.fixture(scope="module")
def built(browser: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with django_db_blocker.unblock(), stage.built() as everything:
        yield everything


# In a fixture, because a test keeps what it writes to itself until its end.
@pytest.fixture(scope="module", params=LANGUAGES)
def pictures(request: Any, browser: Any, built: Any) -> None:
    everybody, server = built
    looker = Looker(browser, everybody, server.url, request.param)
    for sight in SIGHTS:
        if ONLY in sight.name:
            take(looker.look_at(sight), f"{sight.name}.{looker.language}")
    looker.page.goto("about:blank")
    for name, letter in looker.stage.letters(looker.language):
        if ONLY in name:
            looker.page.set_content(str(letter.alternatives[0].content))
            take(looker.page, f"{name}.{looker.language}")
    looker.context.close()


def test_there_is_a_page_that_shows_them(pictures: None) -> None:
    (FOLDER / "index.html").write_text(index())


def take(page: Page, name: str) -> None:
    for size, scheme in product([WIDE, NARROW], SCHEMES):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        path = FOLDER / f"{name}.{size['width']}.{scheme}.png"
        page.screenshot(path=path, full_page=True, animations="disabled")


def index() -> str:
    """Every picture there is, those of one page in one row."""
    names = sorted({path.name.partition(".")[0] for path in FOLDER.glob("*.png")})
    rows = ((name, row(name)) for name in names)
    return format_html(PAGE, format_html_join("\n", "<h2>{}</h2>{}", rows))


def row(name: str) -> str:
    found = sorted(path.name for path in FOLDER.glob(f"{name}.*.png"))
    link = '<a href="{0}"><img src="{0}" alt="" loading="lazy"></a>'
    return format_html_join("", link, ((each,) for each in found))
