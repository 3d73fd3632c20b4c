"""Makes the people, services and guides of the tests.

Alice owns what a test is about, Bob is somebody else, Edda edits the catalogue.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from guides.domain import search
from guides.models import Guide, Service, Step, User

_numbers = count(1)
# One step: its key, and its fields; the kind is "act" unless said otherwise.
Row = str | tuple[str, dict[str, Any]]


def make_user(name: str = "alice", **fields: Any) -> User:
    """Alice, Bob, Charlie or Edda, with a verified address such as alice@example.org."""
    user = User.objects.create_user(
        f"{name}@example.org", **{"password": "correct horse", "time_zone": "Europe/Oslo", **fields}
    )
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def make_service(
    slug: str = "", *, name: str = "", domains: Sequence[str] = (), **words: Any
) -> Service:
    """A service that the search finds by its name and domains."""
    service = Service.objects.create(slug=slug or f"service-{next(_numbers)}")
    service.translations.create(language_code="en", name=name or service.slug.title(), **words)
    for position, domain in enumerate(domains):
        service.domains.create(name=domain, position=position)
    search.index([service])
    return service


def make_guide(
    slug: str = "",
    *,
    service: Service | None = None,
    title: str = "Close the account",
    **fields: Any,
) -> Guide:
    """A published guide without steps."""
    guide = Guide.objects.create(
        service=service or make_service(),
        slug=slug or f"guide-{next(_numbers)}",
        **{"is_published": True, **fields},
    )
    if title:
        guide.translations.create(language_code="en", title=title)
    return guide


def make_step(guide: Guide, key: str = "", *, title: str = "", **fields: Any) -> Step:
    """A step after all others of the guide. Of a wait, `wait_longest` is enough."""
    key = key or f"step-{next(_numbers)}"
    if fields.get("kind") == Step.Kind.WAIT:
        fields.setdefault("wait_reason", Step.WaitReason.REVIEW)
    fields.setdefault("position", guide.steps.count())
    step = Step.objects.create(guide=guide, key=key, **fields)
    step.translations.create(language_code="en", title=title or key.replace("-", " ").capitalize())
    return step


def make_way(*rows: Row, guide: Guide | None = None) -> dict[str, Step]:
    """The steps of a guide by key, from a short list.

    >>> make_way("send", ("review", wait(days=4)), ("look", {"kind": "check"}))
    """
    guide = guide or make_guide()
    pairs = [(row, {}) if isinstance(row, str) else row for row in rows]
    return {key: make_step(guide, key, **fields) for key, fields in pairs}


def wait(
    shortest: timedelta | None = None, *, fields: dict[str, Any] | None = None, **length: int
) -> dict[str, Any]:
    """The fields of a waiting period that takes `length` at longest: `wait(days=4)`."""
    return {
        "kind": Step.Kind.WAIT,
        "wait_shortest": shortest,
        "wait_longest": timedelta(**length) if length else None,
        **(fields or {}),
    }
