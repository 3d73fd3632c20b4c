"""JustDeleteMe's list, as it publishes it (`sites.json`): reading the file, and what it may say.

Whatever is wrong is named. A wrong part is left out of its entry, a wrong entry out of the list;
only a file that is no such list at all is refused.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from guides.domain import spellings
from guides.models import Guide

HOME = "https://justdeleteme.xyz/"
LICENCE = "MIT, © 2013–2020 Robb Lewis, The JDM Contrib Team, & various contributors"

# The list has less than one megabyte; what is larger is something else.
MOST_BYTES = 20_000_000
LONGEST_NAME = 200
LONGEST_LINK = 500
LONGEST_SUBJECT = 200
LONGEST_TEXT = 5000
SHOWN = 60  # characters of a text in a message

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
_link = URLValidator(schemes=["http", "https"])
_address = EmailValidator()


class UnusableFileError(Exception):
    """The file is not JustDeleteMe's list; the text says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One service of the list; `notes` and `links` by language, always with an English link."""

    name: str
    difficulty: str
    domains: tuple[str, ...]
    notes: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    email: str = ""
    subject: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an entry, and whether all of it was left out because of that."""

    entry: str
    reason: str
    is_skipped: bool = False

    def __str__(self) -> str:
        return f"{self.entry}: {self.reason}" + ("; skipped" if self.is_skipped else "")


@dataclass(frozen=True, slots=True)
class Listing:
    """What can be used of a file. `names`: of all entries, also those that cannot be used."""

    entries: list[Entry]
    names: frozenset[str]
    problems: list[Problem]


class _BadEntryError(Exception):
    pass


# --- The file -----------------------------------------------------------------------------------


def read(path: Path) -> Listing:
    """The list in the file. Raises UnusableFileError."""
    rows = _rows(path)
    entries: dict[str, Entry] = {}
    names: set[str] = set()
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=1):
        label = f"entry {number}"
        try:
            name = _name(row)
            label = shown(name)
            names.add(name)
            if name in entries:
                raise _BadEntryError("is in the list twice")
            entries[name] = _entry(row, name, _complaints(label, problems))
        except _BadEntryError as error:
            problems.append(Problem(label, str(error), is_skipped=True))
    if not entries:
        raise UnusableFileError(f"none of its {len(rows)} entries is one of JustDeleteMe’s list")
    return Listing(list(entries.values()), frozenset(names), problems)


def _complaints(label: str, problems: list[Problem]) -> Callable[[str], None]:
    return lambda reason: problems.append(Problem(label, reason))


def _rows(path: Path) -> list[Any]:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnusableFileError(f"it cannot be read ({error.strerror})") from None
    if len(data) > MOST_BYTES:
        raise UnusableFileError(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        rows = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnusableFileError(f"it is not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise UnusableFileError(f"it is not JSON: {error}") from None
    except (ValueError, RecursionError) as error:
        raise UnusableFileError(f"it is no JSON that can be read: {shown(str(error))}") from None
    if not isinstance(rows, list) or not rows:
        raise UnusableFileError("it holds no list of services")
    return rows


def shown(text: str) -> str:
    """The text as it can stand in a message: one short line, without what would move a cursor."""
    line = "".join(letter if letter.isprintable() else "?" for letter in text[: SHOWN + 1])
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


# --- One entry ----------------------------------------------------------------------------------


def _name(row: Any) -> str:
    if not isinstance(row, dict):
        raise _BadEntryError("is not an object")
    reason = _wrong_text(row.get("name"), 10 * LONGEST_TEXT)
    if reason:
        raise _BadEntryError(f"its name {reason}")
    return " ".join(row["name"].split())


def _entry(row: dict[str, Any], name: str, complain: Callable[[str], None]) -> Entry:
    if len(name) > LONGEST_NAME:
        raise _BadEntryError(f"its name is longer than {LONGEST_NAME} characters")
    if row.get("difficulty") not in Guide.Difficulty.values:
        raise _BadEntryError(f"its difficulty is none of {', '.join(Guide.Difficulty.values)}")
    domains = _domains(row.get("domains"), complain)
    links = dict(_by_language(row, "url", _wrong_link, complain))
    if not row.get("url"):
        complain("it has no url, so its front page stands in")
    email = _optional(row, "email", _wrong_address, complain)
    return Entry(
        name=name,
        difficulty=row["difficulty"],
        domains=domains,
        # Where no link can be used, the way begins at the front door.
        links={"en": f"https://{domains[0]}/"} | links,
        notes=dict(_by_language(row, "notes", _wrong_note, complain)),
        email=email,
        subject=_optional(row, "email_subject", _wrong_subject, complain) if email else "",
        body=_optional(row, "email_body", _wrong_note, complain) if email else "",
    )


def _domains(value: Any, complain: Callable[[str], None]) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _BadEntryError("its domains are not a list")
    domains: dict[str, None] = {}
    for text in value:
        domain = spellings.domain_of(text) if isinstance(text, str) else ""
        if domain and len(domain) <= 253:
            domains[domain] = None
        else:
            complain(f"“{shown(str(text))}” is not a domain, left out")
    if not domains:
        raise _BadEntryError("it has no domain")
    return tuple(domains)


Check = Callable[[Any], str | None]


def _by_language(
    row: dict[str, Any], key: str, check: Check, complain: Callable[[str], None]
) -> Iterator[tuple[str, str]]:
    """The values of `key`, which is in English, and of `key_fr` and so on."""
    for name in sorted(row):  # so that `key_en` comes behind `key`, and counts
        language = "en" if name == key else name.removeprefix(f"{key}_")
        if _LANGUAGE.fullmatch(language) and language != name:
            value = _optional(row, name, check, complain)
            if value:
                yield language, value


def _optional(row: dict[str, Any], key: str, check: Check, complain: Callable[[str], None]) -> str:
    """The text, or nothing, where the reason why it cannot be used has been complained about."""
    value = row.get(key)
    if value is None or value == "":
        return ""
    reason = check(value)
    if reason:
        complain(f"its {key} {reason}, left out")
        return ""
    return str(value).strip()


def _wrong_text(value: Any, limit: int) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return "is no text"
    if len(value) > limit:
        return f"is longer than {limit} characters"
    if not _can_be_stored(value):
        return "has characters that cannot be stored"
    return None


def _can_be_stored(value: str) -> bool:
    """PostgreSQL takes no NUL, and half of a surrogate pair is in no encoding."""
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False


def _wrong_note(value: Any) -> str | None:
    return _wrong_text(value, LONGEST_TEXT)


def _wrong_subject(value: Any) -> str | None:
    return _wrong_text(value, LONGEST_SUBJECT)


def _wrong_link(value: Any) -> str | None:
    return _wrong_text(value, LONGEST_LINK) or _refusal(_link, value, "is no link to a website")


def _wrong_address(value: Any) -> str | None:
    return _wrong_text(value, 254) or _refusal(_address, value, "is no e-mail address")


def _refusal(validator: Callable[[str], None], value: str, reason: str) -> str | None:
    try:
        validator(value.strip())
    except ValidationError:
        return f"“{shown(value)}” {reason}"
    return None
