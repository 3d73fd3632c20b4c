"""Sending what is due: claim, send, record, one message after the other.

Any number of workers may run at once. Nothing is lost when one is killed: what it had claimed is
claimed again when its lease has run out, and goes out under the same `Message-ID`.
"""

import logging
import random
import smtplib
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from guides import emails
from guides.domain import answers, standings
from guides.domain.reminders import is_night
from guides.domain.standings import Standing
from guides.models import Message, Reminder, Step, User

logger = logging.getLogger(__name__)

BATCH = 100
# A worker that has held its claims for this part of the lease hands back what it has not begun.
HOLD = 0.25
# A message is tried for this long, and at least so often: a clock that jumps ahead gives up nothing.
TRY_FOR = timedelta(days=3)
FEWEST_TRIES = 10
LONGEST_PAUSE = timedelta(hours=6)
# After so many messages in a row that ended in a broken connection, the server counts as down.
BROKEN_IN_A_ROW = 3

_ZONES = sorted(available_timezones())


@dataclass
class Counts:
    """What a round did, in messages."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    is_down: bool = False

    def __iadd__(self, other: "Counts") -> "Counts":
        self.sent += other.sent
        self.later += other.later
        self.failed += other.failed
        self.is_down = other.is_down
        return self

    @property
    def total(self) -> int:
        return self.sent + self.later + self.failed


# --- The connection -----------------------------------------------------------------------------


class Down(Exception):
    """The mail server cannot be reached, or does not speak with us."""


class Refused(Exception):
    """The server will never take this message for this address."""


class Later(Exception):
    """The server does not take this message now."""


class Broken(Later):
    """The connection ended in the middle of this message."""


class Post:
    """A connection to the mail server that stays open from one message to the next."""

    def __init__(self) -> None:
        self._connection = get_connection()
        self._is_open = False

    def open(self) -> None:
        """Raises Down."""
        if self._is_open:
            return
        try:
            self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Down(type(error).__name__) from None
        self._is_open = True

    def send(self, message: EmailMessage) -> None:
        """Raises Down, Refused, Later or Broken."""
        self.open()
        try:
            self._connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            raise (Refused if code >= 500 else Later)(f"{code}") from None
        except smtplib.SMTPDataError as error:
            raise (Refused if error.smtp_code >= 500 else Later)(f"{error.smtp_code}") from None
        except smtplib.SMTPSenderRefused as error:
            raise Later(f"{error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Broken(type(error).__name__) from None

    def close(self) -> None:
        self._is_open = False
        try:
            self._connection.close()
        except (smtplib.SMTPException, OSError):
            self._connection.connection = None


# --- A round ------------------------------------------------------------------------------------


def send_batch(
    *, post: Post, now: datetime, is_stopping: Callable[[], bool] = lambda: False
) -> Counts:
    """Send the next few messages that are due; `total` is 0 when there are none.

    When asked to stop, it finishes the message in hand and hands the others back.
    """
    counts = Counts()
    begun = monotonic()
    broken = 0
    waiting = _prepared(claim(now=now), now)
    while waiting:
        if is_stopping() or monotonic() - begun > HOLD * settings.REMINDER_LEASE.total_seconds():
            _hand_back(message for message, _ in waiting)
            break
        message, draw_up = waiting.pop(0)
        try:
            post.send(draw_up())
        except Refused as reason:
            _fail(message, str(reason), now, is_bounce=True)
            counts.failed += 1
        except Later as reason:
            broken = broken + 1 if isinstance(reason, Broken) else 0
            _try_later([message], str(reason), now)
            counts.later += 1
        except Down as reason:
            broken = BROKEN_IN_A_ROW
            _try_later([message], str(reason), now)
            counts.later += 1
        except Exception as error:  # a message that cannot be rendered never stops the others
            logger.error("Message %s cannot be written: %s", message.pk, type(error).__name__)
            _fail(message, type(error).__name__, now)
            counts.failed += 1
        else:
            broken = 0
            _record(message, now)
            counts.sent += 1
        if broken >= BROKEN_IN_A_ROW:
            counts.is_down = True
            counts.later += len(waiting)
            _try_later([message for message, _ in waiting], "down", now)
            break
    if counts.sent:
        _record_reminders()
    return counts


def send_due(*, now: datetime) -> Counts:
    """Send all that is due, until nothing is left or the server is down."""
    post, counts = Post(), Counts()
    try:
        while (batch := send_batch(post=post, now=now)).total:
            counts += batch
            if batch.is_down:
                break
    finally:
        post.close()
    return counts


# --- Claiming -----------------------------------------------------------------------------------


def due(now: datetime) -> QuerySet[Reminder]:
    """Reminders that are due and in no message yet, for people who want them and can get them.

    By night, in the person's time zone, only those for which the morning would be too late.
    """
    proved = EmailAddress.objects.filter(
        user=OuterRef("journey__user"), email=OuterRef("journey__user__email"), verified=True
    )
    return Reminder.objects.due(now).filter(
        Q(is_urgent=True) | ~Q(journey__user__time_zone__in=_sleeping_zones(now)),
        Exists(proved),
        message=None,
        journey__wants_reminders=True,
        journey__user__wants_reminders=True,
        journey__user__is_active=True,
        journey__user__bounced_at=None,
    )


def _sleeping_zones(now: datetime) -> list[str]:
    """Where it is night. Zones differ by quarters of an hour, so it is asked once in that time."""
    return _sleeping_at(now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0))


@lru_cache(maxsize=2)
def _sleeping_at(quarter: datetime) -> list[str]:
    return [name for name in _ZONES if is_night(quarter, ZoneInfo(name))]


@transaction.atomic
def claim(*, now: datetime) -> list[Message]:
    """The next few messages, held for the length of the lease: first those to be tried again."""
    urgent = Reminder.objects.filter(message=OuterRef("pk"), is_urgent=True)
    ready = Message.objects.claimable(
        now, lease=settings.REMINDER_LEASE, longest_pause=LONGEST_PAUSE
    ).filter(
        Exists(urgent) | ~Q(user__time_zone__in=_sleeping_zones(now)),
        user__wants_reminders=True,
        user__is_active=True,
        user__bounced_at=None,
    )
    ids = list(_skip_locked(ready.order_by("try_at")).values_list("pk", flat=True)[:BATCH])
    ids += _bundle(now, BATCH - len(ids))
    claimed = Message.objects.filter(pk__in=ids)
    claimed.update(claimed_until=now + settings.REMINDER_LEASE)
    return list(claimed.select_related("user"))


def _bundle(now: datetime, most: int) -> list[int]:
    """Put what is due into new messages, one a person; returns their ids.

    Two workers never take the same person: what another holds is passed over, never waited for.
    """
    if most <= 0:
        return []
    first = _skip_locked(due(now).order_by("due_at", "id"))[:most]
    user_ids = {user_id for user_id in first.values_list("journey__user_id", flat=True)}
    people = _skip_locked(User.objects.filter(pk__in=user_ids).order_by("pk"))
    host = urlsplit(settings.SITE_URL).hostname
    messages = Message.objects.bulk_create(
        Message(
            user_id=user_id, message_id=f"<{uuid.uuid4().hex}@{host}>", created_at=now, try_at=now
        )
        for user_id in people.values_list("pk", flat=True)
    )
    ids = [message.pk for message in messages]
    theirs = _skip_locked(due(now).filter(journey__user__messages__in=ids))
    its_message = Message.objects.filter(pk__in=ids, user__journeys=OuterRef("journey"))
    bundled = Reminder.objects.filter(pk__in=list(theirs.values_list("pk", flat=True)))
    bundled.update(message=Subquery(its_message.values("pk")[:1]))
    return ids


def _skip_locked(rows: QuerySet[Any]) -> QuerySet[Any]:
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
    return rows


# --- Drawing up ---------------------------------------------------------------------------------


def _prepared(
    messages: list[Message], now: datetime
) -> list[tuple[Message, Callable[[], EmailMessage]]]:
    """Each message with the function that renders it; those with nothing left to say are dropped."""
    reminders: dict[int | None, list[Reminder]] = defaultdict(list)
    found = Reminder.objects.unsent().filter(message__in=messages)
    # Fetched ahead rather than joined, so that what many journeys share is read once.
    for reminder in found.select_related("journey").prefetch_related(
        "step__translations", "journey__guide__service__translations"
    ):
        reminders[reminder.message_id].append(reminder)
    journeys = {r.journey_id: r.journey for rows in reminders.values() for r in rows}
    here = {each.journey.pk: each for each in standings.of_all(journeys=journeys.values(), now=now)}
    Message.objects.filter(pk__in=[m.pk for m in messages if m.pk not in reminders]).delete()
    letters = emails.Letters()
    return [
        (message, _writer(message, reminders[message.pk], here, letters))
        for message in messages
        if message.pk in reminders
    ]


def _writer(
    message: Message,
    reminders: list[Reminder],
    here: dict[Any, Standing],
    letters: emails.Letters,
) -> Callable[[], EmailMessage]:
    parts = [
        emails.Part(
            reminder=reminder,
            next_step=_next_step(here[reminder.journey_id]),
            answers=answers.offered(reminder),
        )
        for reminder in sorted(_latest(reminders), key=_urgency)
    ]
    return lambda: letters.reminders(message=message, parts=parts)


def _latest(reminders: Iterable[Reminder]) -> Iterable[Reminder]:
    """Of several about the same step, the one that was due last: it says where things stand."""
    by_step = {(each.journey_id, each.step_id): each for each in sorted(reminders, key=_due_at)}
    return by_step.values()


def _due_at(reminder: Reminder) -> datetime:
    return reminder.due_at


def _urgency(reminder: Reminder) -> tuple[int, datetime]:
    return Reminder.Kind.values.index(reminder.kind), reminder.due_at


def _next_step(here: Standing) -> Step | None:
    following = here.timeline.next
    return following.step if following else None


# --- Recording ----------------------------------------------------------------------------------


def _record(message: Message, now: datetime) -> None:
    """At once, message by message. Their reminders follow when the batch is done: one that is in a
    message is never sent again, whatever it says itself."""
    Message.objects.filter(pk=message.pk).update(sent_at=now, claimed_until=None)


def _record_reminders() -> None:
    """Also for workers that were killed before they could."""
    unmarked = Reminder.objects.unsent().filter(message__sent_at__isnull=False)
    sent_at = Message.objects.filter(pk=OuterRef("message")).values("sent_at")
    unmarked.update(sent_at=Subquery(sent_at))


@transaction.atomic
def _fail(message: Message, reason: str, now: datetime, *, is_bounce: bool = False) -> None:
    Message.objects.filter(pk=message.pk).update(failed_at=now, claimed_until=None, failure=reason)
    Reminder.objects.filter(message=message).update(failed_at=now)
    if is_bounce:
        User.objects.filter(pk=message.user_id).update(bounced_at=now)


def _try_later(messages: Iterable[Message], reason: str, now: datetime) -> None:
    """Put off each message, longer each time and never all to the same moment; or give up."""
    for message in messages:
        tries = message.attempts + 1
        if tries >= FEWEST_TRIES and now - message.created_at >= TRY_FOR:
            logger.error("Message %s is given up after %s tries: %s", message.pk, tries, reason)
            _fail(message, reason, now)
            continue
        Message.objects.filter(pk=message.pk).update(
            attempts=tries, try_at=now + pause_after(tries), claimed_until=None, failure=reason
        )


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries: doubling from REMINDER_PAUSE to LONGEST_PAUSE, jittered."""
    pause = min(LONGEST_PAUSE, settings.REMINDER_PAUSE * 2 ** min(tries - 1, 20))
    return pause * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing


def _hand_back(messages: Iterable[Message]) -> None:
    ids = [message.pk for message in messages]
    Message.objects.filter(pk__in=ids).update(claimed_until=None)


# --- For the operator ---------------------------------------------------------------------------


def overdue(*, now: datetime, by: timedelta) -> int:
    """How many messages and reminders have been due and unsent for longer than `by`."""
    late = now - by
    messages = Message.objects.open().filter(created_at__lte=late).count()
    return messages + due(now).filter(due_at__lte=late).count()
