"""What a guide said, kept whenever it changes; `domain.history` compares and goes back."""

import tomllib
from datetime import datetime
from typing import Any, NamedTuple

import tomli_w

from guides.models import Guide, Revision, User


class Said(NamedTuple):
    """Facts and words of a guide, as its content files have them."""

    facts: dict[str, Any]
    words: dict[str, dict[str, Any]]


def keep(
    *,
    guide: Guide,
    before: Said | None,
    after: Said,
    act: Revision.Act,
    by: User | None,
    now: datetime,
) -> None:
    """Keep what the guide says now, and what it said `before` unless that is kept already.

    So nothing has to be kept of the thousands of guides that nobody has changed yet.
    """
    if before == after and act != Revision.Act.MERGED:  # moving alone is worth a line
        return
    last = guide.revisions.first()
    if before and (last is None or read(last) != before):
        _write(guide, before, Revision.Act.FOUND, None, now)
    _write(guide, after, act, by, now)


def _write(guide: Guide, said: Said, act: Revision.Act, by: User | None, now: datetime) -> None:
    Revision.objects.create(
        guide=guide, said=tomli_w.dumps(said._asdict()), act=act, by=by, made_at=now
    )


def read(revision: Revision) -> Said:
    return Said(**tomllib.loads(revision.said))
