"""What the content files may say: each key, and what it must be. Pure: imports no Django."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guides.domain import durations

_DOMAIN = re.compile(r"(?!www\.)([a-z0-9-]+\.)+[a-z0-9-]{2,}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: in which file, at which key, and why."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.file}: {self.key}: {self.reason}" if self.key else f"{self.file}: {self.reason}"
        )


# --- One value ----------------------------------------------------------------------------------

Check = Callable[[Any], str | None]


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return "must be a text that is not empty"
    return "has a character that cannot be kept (NUL)" if "\0" in value else None


def _up_to(limit: int, check: Check) -> Check:
    def both(value: Any) -> str | None:
        too_long = f"is longer than {limit} characters"
        return check(value) or (too_long if len(value) > limit else None)

    return both


def _slug(value: Any) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        return None
    return "must be small letters, digits and single hyphens"


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _day(value: Any) -> str | None:
    return (
        None if type(value) is date else "must be a date like 2026-11-22, without quotation marks"
    )


def _texts(value: Any) -> str | None:
    if isinstance(value, list) and not any(map(_up_to(253, _text), value)):
        return None
    return "must be a list of texts"


def _domains(value: Any) -> str | None:
    if isinstance(value, list) and all(
        isinstance(name, str) and _DOMAIN.fullmatch(name) for name in value
    ):
        return None
    return "must be a list of domains like amazon.com: small letters, without www."


def _address(value: Any) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"(https?://|mailto:|tel:)\S+", value):
        return None
    return "must be an address that begins with https://"


def _language(value: Any) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"[a-z]{2,3}", value):
        return None
    return "must be the code of a language, such as “en”"


def _length(value: Any) -> str | None:
    if not isinstance(value, str):
        return "must be a length of time like “4 days”"
    try:
        durations.parse(value)
    except ValueError as error:
        return str(error)
    return None


def _guide_path(value: Any) -> str | None:
    if isinstance(value, str) and re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", value):
        return None
    return "must name a guide like “aliexpress/computer”"


def _one_of(*choices: str) -> Check:
    def check(value: Any) -> str | None:
        return None if value in choices else "must be one of " + ", ".join(choices)

    return check


# --- Tables -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table:
    """The keys that a table may have, and what each must be."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check] = field(default_factory=dict)
    nested: Collection[str] = ()

    def problems(self, data: Any, file: str, at: str) -> Iterator[Problem]:
        if not isinstance(data, dict):
            yield Problem(file, at, "must be a table")
            return
        for key in self.required:
            if key not in data:
                yield Problem(file, key_path(at, key), "is missing")
        checks = {**self.required, **self.optional}
        for key, value in data.items():
            if key in self.nested:
                continue
            reason = checks[key](value) if key in checks else "is not a key that we know"
            if reason:
                yield Problem(file, key_path(at, key), reason)


# As long as the columns of the database are.
SHORT_SLUG = _up_to(80, _slug)
ADDRESS = _up_to(500, _address)
TITLE = _up_to(200, _text)

SERVICE = Table({"slug": SHORT_SLUG, "domains": _domains}, nested=["guides"])
GUIDE = Table(
    {
        "slug": SHORT_SLUG,
        "goal": _one_of("close", "erase", "deactivate"),
        "channel": _one_of("website", "phone_browser", "app", "email", "telephone"),
        "difficulty": _one_of("easy", "medium", "hard", "limited", "impossible"),
        "undo": _one_of("never", "while_waiting", "always", "unknown"),
    },
    {"checked_on": _day, "published": _flag},
    nested=["sources", "steps"],
)
SOURCE = Table(
    {"name": _up_to(300, _text)}, {"language": _language, "url": ADDRESS, "read_on": _day}
)
STEP = Table(
    {"key": SHORT_SLUG, "kind": _one_of("prepare", "act", "wait", "check")},
    {
        "while_waiting": _flag,
        "optional": _flag,
        "final": _flag,
        "link": ADDRESS,
        "letter_to": _up_to(254, _text),
        "letter_subject": TITLE,
        "letter_body": _text,
        "wait_shortest": _length,
        "wait_longest": _length,
        "in_business_days": _flag,
        "until_date": _flag,
        "wait_reason": _one_of("review", "processing", "grace", "cool_down", "quiet"),
        "wait_certainty": _one_of("stated", "reported", "guessed", "noted"),
        "stay_signed_out": _flag,
        "do_within": _length,
        "goes_back_to": _slug,
        "continues_with": _guide_path,
    },
)
LENGTHS = ("wait_shortest", "wait_longest", "do_within")
SERVICE_WORDS = Table({"name": TITLE}, {"other_names": _texts, "about": _text}, nested=["guides"])
GUIDE_WORDS = Table(
    {"title": TITLE}, {"summary": _text, "you_lose": _text, "you_need": _text}, nested=["steps"]
)
STEP_WORDS = Table({"title": TITLE}, {"body": _text})


def key_path(*keys: str) -> str:
    return ".".join(key for key in keys if key)
