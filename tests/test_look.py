"""The design system holds together: the component page shows all of it, the tokens are used."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client

from tests import pages

STATIC = Path(project.BASE_DIR, "static")
SHEETS = {
    name: (STATIC / f"css/{name}.css").read_text() for name in ("tokens", "base", "components")
}
# Where a page is laid out: nothing to be looked at by itself.
OF_PAGES = {
    *("guide", "page-narrow", "sign-home", "sign-picture", "sign-text", "today", "trap"),
    *("where-narrow", "wizard", "wizard-now", "with-passkeys"),
}


def rules(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", SHEETS[name], flags=re.DOTALL)


@pytest.fixture
def component_page(client: Client, settings: Any, db: None) -> pages.Part:
    settings.ROOT_URLCONF = "tests.urls"
    return pages.read(client.get("/components/"))


def test_the_component_page_shows_every_component(component_page: pages.Part) -> None:
    shown = {name for part in component_page.all() for name in (part.get("class") or "").split()}
    selectors = re.findall(r"([^{}]+)\{", rules("components"))
    there = {name for each in selectors for name in re.findall(r"\.([a-z][\w-]*)", each)}
    assert there - shown == OF_PAGES


def test_the_component_page_shows_every_colour_and_icon(component_page: pages.Part) -> None:
    swatches = [part["data-token"] for part in component_page.all("span", class_="swatch")]
    painted = re.findall(r"data-token=\"([\w-]+)\"", (STATIC / "css/specimens.css").read_text())
    assert sorted(swatches) == sorted(painted)
    icons = {part["href"].partition("#")[2] for part in component_page.all("use")}
    assert icons == set(re.findall(r'id="([\w-]+)"', (STATIC / "img/icons.svg").read_text()))


def test_colours_are_said_in_the_tokens_alone() -> None:
    drawn = rules("base") + rules("components")
    without_conditions = re.sub(r"@supports[^{]*|var\([^)]*\)|white-space", "", drawn)
    named = r"\b(?:white|black|red|green|blue|gr[ae]y)\b"
    found = re.findall(rf"#[0-9a-f]{{3,8}}\b|\brgba?\(|\bhsla?\(|{named}", without_conditions)
    assert found == []


def test_it_is_there_with_debug_only(client: Client, db: None) -> None:
    assert client.get("/components/").status_code == 404


def test_every_token_is_used_and_every_one_that_is_used_is_there() -> None:
    every_rule = "".join(map(rules, SHEETS))
    defined = set(re.findall(r"--([\w-]+):", every_rule))
    used = set(re.findall(r"var\(--([\w-]+)", every_rule))
    without_fallback = set(re.findall(r"var\(--([\w-]+)\)", every_rule))
    assert (defined - used, without_fallback - defined) == (set(), set())
