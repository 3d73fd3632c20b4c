"""Leaving Wayout, taking one's data along, and forgetting by itself."""

import io
import json
import logging
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Count, DateTimeField, Exists, F, Max, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from guides import emails
from guides.domain import standings, tries
from guides.domain.personal_data import REGISTER, addresses_of, erase, sessions_of
from guides.domain.post import Later, Post, Refused
from guides.domain.standings import Standing
from guides.models import Entry, Guide, Journey, OwnService, Reminder, Service, Step, User

logger = logging.getLogger(__name__)

EXPORT_VERSION = 1

# An account that was not used for so long is forgotten …
FORGOTTEN_AFTER = timedelta(days=730)
# … after two warnings: the first so long before, the second so long after the first.
WARNED_BEFORE = timedelta(days=60)
BETWEEN_WARNINGS = timedelta(days=30)
WARNINGS = 2


# --- Leaving ------------------------------------------------------------------------------------


def counts(*, person: User) -> dict[str, int]:
    """How many journeys would go with the account."""
    return person.journeys.aggregate(
        running=Count("pk", filter=Q(finished_at=None)),
        finished=Count("pk", filter=~Q(finished_at=None)),
    )


def leave(*, person: User) -> None:
    """Close the account at once and for good; afterwards say so once to the address.

    Nothing is kept: see the register in `domain.personal_data`.
    """
    farewell = emails.farewell(person)
    with transaction.atomic():
        tries.forget(person_id=person.pk, addresses=addresses_of(person))
        erase(person)
        transaction.on_commit(lambda: _send(farewell))


def sign_out(*, person: User) -> None:
    """On every device, by somebody else: an operator, since the person cannot."""
    with transaction.atomic():
        sessions_of(person).delete()
        UserSession.objects.filter(user=person).delete()


def _send(message: EmailMessage) -> None:
    """Once only: the address is forgotten, so nobody could try again."""
    post = Post()
    try:
        post.send(message)
    except (Later, Refused) as reason:
        logger.warning("A farewell did not get through: %s", reason)
    finally:
        post.close()


# --- Taking one's data along ----------------------------------------------------------------------


def export(*, person: User, now: datetime) -> bytes:
    """A ZIP with `wayout.json` (docs/EXPORT.md says what is in it) and a page that one can read."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("wayout.json", json.dumps(described(person=person, now=now), indent=2))
        archive.writestr("wayout.html", _as_page(person, now))
    return written.getvalue()


def described(*, person: User, now: datetime) -> dict[str, Any]:
    """Everything in the register that is no secret, section by section. Moments are in UTC."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for held in REGISTER:
        if held.section:
            rows = sections.setdefault(held.section, [])
            described = [_described(row, held.fields) for row in held.of(person)]
            if rows and len(rows) == len(described):  # more columns of the same rows
                for row, more in zip(rows, described, strict=True):
                    row.update(more)
            else:
                rows.extend(described)
    return {"format": "wayout-export", "version": EXPORT_VERSION, "made_at": _said(now)} | sections


def _described(row: Model, fields: Iterable[str]) -> dict[str, Any]:
    return {"id": str(row.pk)} | {name: _said(getattr(row, name)) for name in fields}


def _said(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case datetime() | date():
            return value.isoformat()
        case Guide():
            return f"{value.service.slug}/{value.slug}"
        case Step():
            return value.key
        case Model():
            return str(value.pk)
        case _:
            return str(value)


@dataclass(frozen=True, slots=True)
class Record:
    """What was asked of whom and when, on one journey."""

    here: Standing
    journal: list[Entry]

    @property
    def journey(self) -> Journey:
        return self.here.journey

    @property
    def service(self) -> Service | OwnService:
        return self.journey.service


def record(*, journey: Journey, now: datetime) -> Record:
    """The journey as evidence, printable; what was taken back is part of it."""
    entries = journey.entries.select_related("step").prefetch_related("step__translations")
    return Record(standings.of(journey=journey, now=now), list(entries))


def _as_page(person: User, now: datetime) -> str:
    journeys = person.journeys.select_related("guide__service").prefetch_related(
        "guide__translations", "guide__service__translations"
    )
    records = [record(journey=journey, now=now) for journey in journeys]
    with translation.override(person.language), timezone.override(person.zone):
        context = {"person": person, "records": records, "now": now}
        return render_to_string("privacy/export.html", context)


# --- Forgetting by itself -------------------------------------------------------------------------


@dataclass
class Forgotten:
    """What a round of forgetting did, or would do."""

    journeys: int = 0
    warnings: int = 0
    accounts: int = 0


def forget(*, now: datetime, dry_run: bool = False) -> Forgotten:
    """Finished journeys whose time is over, and accounts that nobody has used for two years.

    An account goes only after two warnings that got out; whoever comes back starts afresh.
    """
    finished, unused, gone = _finished(now), _to_warn(now), _to_forget(now)
    if dry_run:
        return Forgotten(finished.count(), unused.count(), gone.count())
    done = Forgotten(journeys=finished.count())
    finished.delete()
    post = Post()
    for person in unused.iterator():
        done.warnings += _warn(person, now, post)
    post.close()
    for person in gone:
        leave(person=person)
        done.accounts += 1
    return done


def _finished(now: datetime) -> QuerySet[Journey]:
    over = Q()
    for days in set(User.KeepsDays.values) - {User.KeepsDays.FOREVER}:
        over |= Q(user__keeps_days=days, finished_at__lt=now - timedelta(days=days))
    return Journey.objects.filter(over)


def _unused(now: datetime, since: timedelta) -> QuerySet[User]:
    """People who did nothing here for so long, and wait for nothing: no editor, no date to come."""
    waits = Reminder.objects.unsent().filter(journey__user=OuterRef("pk"), due_at__gt=now)
    used_at = Greatest(
        Coalesce("last_login", "joined_at", output_field=DateTimeField()),
        Coalesce(Max("journeys__entries__recorded_at"), "joined_at", output_field=DateTimeField()),
    )
    return User.objects.annotate(used_at=used_at).filter(
        ~Exists(waits), used_at__lt=now - since, is_staff=False
    )


def _to_warn(now: datetime) -> QuerySet[User]:
    """Never warned since they were last here, or once and long enough ago."""
    return _unused(now, FORGOTTEN_AFTER - WARNED_BEFORE).filter(
        Q(warned_at=None)
        | Q(warned_at__lt=F("used_at"))
        | Q(warnings__lt=WARNINGS, warned_at__lt=now - BETWEEN_WARNINGS)
    )


def _to_forget(now: datetime) -> QuerySet[User]:
    return _unused(now, FORGOTTEN_AFTER).filter(
        warnings__gte=WARNINGS,
        warned_at__gte=F("used_at"),
        warned_at__lt=now - BETWEEN_WARNINGS,
    )


def _warn(person: Any, now: datetime, post: Post) -> bool:
    """Only a warning that got out counts, or one that never will: the address is no more."""
    is_first = person.warned_at is None or person.warned_at < person.used_at
    goes_at = now + (WARNED_BEFORE if is_first else BETWEEN_WARNINGS)
    try:
        if person.bounced_at is None:
            post.send(emails.unused_account(person, goes_at=goes_at))
    except Refused:
        person.bounced_at = now
    except Later as reason:
        logger.warning("A warning to an unused account is put off: %s", reason)
        return False
    person.warnings = 1 if is_first else person.warnings + 1
    person.warned_at = now
    person.save(update_fields=["warnings", "warned_at", "bounced_at"])
    return True
