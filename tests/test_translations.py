"""The catalogues of words: nothing left in English, nothing lost on the way to another language."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog, Message, pofile
from django.conf import settings

PLURAL_FORMS = {"ar": 6, "nb": 2}
# What a translation has to keep: the gaps that are filled in, and elements of HTML.
KEPT = re.compile(r"%\(\w+\)[sd]|</?\w+")


def catalogue(language: str) -> Catalog:
    path = Path(settings.LOCALE_PATHS[0], language, "LC_MESSAGES", "django.po")
    with path.open("rb") as file:
        return pofile.read_po(file, locale=language)


def forms(message: Message) -> list[str]:
    """What is said in English, by number."""
    return list(message.id) if message.pluralizable else [message.id]


def said(message: Message) -> list[str]:
    return list(message.string) if message.pluralizable else [message.string]


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


@pytest.fixture(params=PLURAL_FORMS)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_everything_is_translated_in_every_number(language: str) -> None:
    wanting = [
        message.id
        for message in messages(language)
        if message.fuzzy
        or not all(said(message))
        or len(said(message)) != (PLURAL_FORMS[language] if message.pluralizable else 1)
    ]
    assert wanting == []


def test_what_is_filled_in_and_marked_up_is_kept(language: str) -> None:
    wrong = [
        (message.id, text)
        for message in messages(language)
        for text in said(message)
        # "one day" may leave out the number, and some languages have more forms than English
        if not set(KEPT.findall(text)) <= set(KEPT.findall(" ".join(forms(message))))
        or (not message.pluralizable and count(text) != count(message.id))
    ]
    assert wrong == []


def count(text: str) -> list[str]:
    return sorted(KEPT.findall(text))


def test_norwegian_does_not_tear_the_word_for_email() -> None:
    torn = [
        text for message in messages("nb") for text in said(message) if "e-post" in text.lower()
    ]
    assert torn == []
