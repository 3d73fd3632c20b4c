"""Every shipped guide is whole, says where it comes from, and promises no more than it knows.

Each rule lists what breaks it, by name. The facts of the first two services are in test_facts.py.
"""

from collections.abc import Callable, Iterator
from functools import cache
from io import StringIO
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.management import call_command

from guides.domain import content_files, search
from guides.domain.content_files import ServiceContent
from guides.models import Service

LANGUAGES = ("ar", "en", "nb")
GUIDE_TEXTS = ("title", "summary", "you_lose", "you_need")
STEP_TEXTS = ("title", "body")

# What most people use is told in all languages.
MOST_USED = (
    "aliexpress",
    "amazon",
    "apple",
    "facebook",
    "google",
    "instagram",
    "microsoft",
    "netflix",
    "snapchat",
    "spotify",
    "telegram",
    "tiktok",
    "whatsapp",
    "x",
    "youtube",
)


@cache
def contents() -> list[ServiceContent]:
    return content_files.read(settings.CONTENT_DIR, LANGUAGES)


class Guide(NamedTuple):
    name: str
    facts: dict[str, Any]

    @property
    def way(self) -> list[dict[str, Any]]:
        """Its steps, with those of a guide that it continues with in their place."""
        return [
            each
            for step in self.facts["steps"]
            for each in (
                guides()[step["continues_with"]].way if "continues_with" in step else [step]
            )
        ]


@cache
def guides() -> dict[str, Guide]:
    names = {
        f"{content.slug}/{facts['slug']}": facts
        for content in contents()
        for facts in content.facts["guides"]
    }
    return {name: Guide(name, facts) for name, facts in names.items()}


def breaking(rule: Callable[[Guide], object]) -> list[str]:
    """The names of the guides that break it."""
    return [name for name, guide in guides().items() if not rule(guide)]


def texts(content: ServiceContent, language: str) -> Iterator[tuple[str, str]]:
    """Every text that a language has to have, with its place; empty where it is missing."""
    words = content.words.get(language, {})
    yield f"{content.slug}.about", words.get("about", "")
    for facts in content.facts["guides"]:
        at, guide = (
            f"{content.slug}/{facts['slug']}",
            words.get("guides", {}).get(facts["slug"], {}),
        )
        yield from ((f"{at}.{name}", guide.get(name, "")) for name in GUIDE_TEXTS)
        for step in facts["steps"]:
            of_step = guide.get("steps", {}).get(step["key"], {})
            yield from (
                (f"{at}.{step['key']}.{name}", of_step.get(name, "")) for name in STEP_TEXTS
            )


def told() -> Iterator[tuple[str, str, str, str]]:
    """Place, language, text and the English text of everything that is told."""
    for content in contents():
        english = dict(texts(content, "en"))
        for language in content.words:
            for place, text in texts(content, language):
                yield place, language, text, english[place]


# --- Words ----------------------------------------------------------------------------------------


def test_every_service_is_told_in_english() -> None:
    assert [each.slug for each in contents() if "en" not in each.words] == []


def test_what_most_people_use_is_told_in_every_language() -> None:
    spoken = {each.slug: tuple(sorted(each.words)) for each in contents()}
    assert {slug: spoken.get(slug) for slug in MOST_USED} == dict.fromkeys(MOST_USED, LANGUAGES)


def test_a_language_that_is_there_is_whole() -> None:
    assert [(place, language) for place, language, text, _ in told() if not text.strip()] == []


def test_nothing_is_left_in_english() -> None:
    left = [(place, language) for place, language, text, en in told() if text == en]
    assert [each for each in left if each[1] != "en"] == []


def test_arabic_is_written_in_arabic() -> None:
    arabic = ((place, text) for place, language, text, _ in told() if language == "ar")
    assert [place for place, text in arabic if not any("ء" <= c <= "ي" for c in text)] == []


def test_what_is_bold_ends() -> None:
    assert [(place, language) for place, language, text, _ in told() if text.count("**") % 2] == []


# --- Facts ----------------------------------------------------------------------------------------


def test_every_service_has_a_guide_and_every_guide_is_published() -> None:
    assert [content.slug for content in contents() if not content.facts["guides"]] == []
    assert breaking(lambda guide: guide.facts.get("published")) == []


def test_every_guide_says_when_it_was_checked() -> None:
    assert breaking(lambda guide: "checked_on" in guide.facts) == []


def test_every_guide_has_a_source_and_every_source_a_day() -> None:
    assert breaking(lambda guide: guide.facts.get("sources")) == []
    assert breaking(lambda guide: all("read_on" in each for each in guide.facts["sources"])) == []


def test_every_guide_has_a_source_that_can_be_opened() -> None:
    """But for the one about this site, which is its own source."""
    closed = breaking(lambda guide: any("url" in each for each in guide.facts["sources"]))
    assert closed == ["wayout/close-account"]


def test_every_way_ends_with_a_check() -> None:
    assert breaking(lambda guide: guide.way[-1]["kind"] == "check") == []


def test_every_wait_says_why_and_how_certain() -> None:
    assert (
        breaking(
            lambda guide: all(
                {"wait_reason", "wait_certainty"} <= step.keys()
                for step in guide.way
                if step["kind"] == "wait"
            )
        )
        == []
    )


def test_there_is_a_point_of_no_return_where_there_is_no_return() -> None:
    """One, and nowhere else: it says not to count on it that the account can be brought back."""
    finals = {name: sum("final" in step for step in guide.way) for name, guide in guides().items()}
    wanted = {
        name: int(guide.facts["undo"] in {"never", "unknown"}) for name, guide in guides().items()
    }
    assert finals == wanted


def test_who_only_deactivates_can_come_back() -> None:
    resting = [guide for guide in guides().values() if guide.facts["goal"] == "deactivate"]
    assert [guide.name for guide in resting if guide.facts["undo"] != "always"] == []


# --- Finding --------------------------------------------------------------------------------------


def spellings(content: ServiceContent) -> set[str]:
    words = content.words.values()
    names = {each["name"] for each in words}.union(*(each.get("other_names", ()) for each in words))
    return names.union(content.facts["domains"][:1])


@pytest.mark.django_db
def test_every_service_comes_first_for_each_of_its_spellings() -> None:
    call_command("load_content", stdout=StringIO())
    asked = {query: content.slug for content in contents() for query in spellings(content)}
    slugs = dict(Service.objects.values_list("pk", "slug"))
    assert {query: slugs[search.find(query).ids[0]] for query in asked} == asked
