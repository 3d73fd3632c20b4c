"""Sending what is due: claim, send, record, one message after the other.

Nothing is lost when a worker is killed: what it had claimed goes out from another, under the same
`Message-ID` (`domain.claims`).
"""

import logging
import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from time import monotonic, sleep
from typing import Any

import psycopg
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import OuterRef, Subquery

from guides import emails
from guides.domain import answers, claims, standings
from guides.domain.post import Broken, Down, Later, Post, Refused
from guides.domain.standings import Standing
from guides.domain.timeline import State
from guides.models import Journey, Message, Reminder, Step, User

logger = logging.getLogger(__name__)

# A worker that has held its claims for this part of the lease hands back what it has not begun.
HOLD = 0.25
# A message is tried for this long, and at least so often: a clock that jumps ahead ends nothing.
TRY_FOR = timedelta(days=3)
FEWEST_TRIES = 10
# After so many messages in a row that ended in a broken connection, the server counts as down.
BROKEN_IN_A_ROW = 3
# Written out because it is done for every message: compiling it would take longer than doing it.
# Only this one is prepared: others need plans that know how few rows are asked for.
RECORD = "UPDATE guides_message SET sent_at = %s, claimed_until = NULL WHERE id = %s"
# Seconds between the tries to record what was sent while the database does not answer.
PAUSES_OF_THE_DATABASE = (0.1, 0.5, 1, 2, 4, 8)


@dataclass
class Counts:
    """What a round did, in messages."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    dropped: int = 0  # what was to be said had been withdrawn
    is_down: bool = False

    def __iadd__(self, other: "Counts") -> "Counts":
        self.sent += other.sent
        self.later += other.later
        self.failed += other.failed
        self.dropped += other.dropped
        self.is_down = other.is_down
        return self

    @property
    def total(self) -> int:
        return self.sent + self.later + self.failed + self.dropped

    def __bool__(self) -> bool:
        return self.total > 0


# --- A round ------------------------------------------------------------------------------------


def send_batch(
    *, post: Post, now: datetime, is_stopping: Callable[[], bool] = lambda: False
) -> Counts:
    """Send the next few messages that are due; `total` is 0 when there are none.

    When asked to stop, it finishes the message in hand and hands the others back.
    """
    begun = monotonic()
    counts = Counts()
    waiting = deque(_drawn_up(claims.claim(now=now), now, counts))
    broken_in_a_row = 0
    while waiting:
        message, letter = waiting.popleft()
        try:
            post.send(letter)
        except Refused as reason:
            _fail(message, str(reason), now, is_bounce=True)
            counts.failed += 1
        except Down as reason:
            waiting.appendleft((message, letter))
            counts.is_down, failure = True, str(reason)
        except Later as reason:
            failure = str(reason)
            _try_later(message, failure, now)
            counts.later += 1
            broken_in_a_row = broken_in_a_row + 1 if isinstance(reason, Broken) else 0
            counts.is_down = broken_in_a_row == BROKEN_IN_A_ROW
        except Exception as error:  # such as an address that cannot be written down
            _spoilt(message, error, now, counts)
        else:
            _record(message, now)
            counts.sent += 1
            broken_in_a_row = 0
        if counts.is_down:
            counts.later += len(waiting)
            _wait_for_the_server((message for message, _ in waiting), failure, now)
            break
        if is_stopping() or monotonic() - begun > HOLD * settings.REMINDER_LEASE.total_seconds():
            claims.hand_back(message for message, _ in waiting)
            break
    _record_reminders()
    return counts


def send_due(*, now: datetime) -> Counts:
    """Send all that is due, until nothing is left or the server is down. `now` is the beginning."""
    post, counts, begun = Post(), Counts(), monotonic()
    try:
        while batch := send_batch(post=post, now=now + timedelta(seconds=int(monotonic() - begun))):
            counts += batch
            if batch.is_down:
                break
    finally:
        post.close()
    return counts


# --- Drawing up ---------------------------------------------------------------------------------


def _drawn_up(
    messages: list[Message], now: datetime, counts: Counts
) -> Iterator[tuple[Message, EmailMessage]]:
    """Each message with what is sent; without those that have nothing to say any more.

    All of a batch before the first is sent: drawing up and sending in turns takes longer.
    """
    reminders: dict[int | None, list[Reminder]] = defaultdict(list)
    found = Reminder.objects.unsent().filter(message__in=messages, journey__wants_reminders=True)
    # Fetched ahead rather than joined, so that what many journeys share is read once.
    for reminder in found.select_related("journey").prefetch_related(
        "journey__guide__service__translations"
    ):
        reminders[reminder.message_id].append(reminder)
    read = standings.reader(journeys={r.journey for r in chain(*reminders.values())}, now=now)
    letters = emails.Letters()
    withdrawn = [message.pk for message in messages if message.pk not in reminders]
    Message.objects.filter(pk__in=withdrawn).delete()
    counts.dropped += len(withdrawn)
    for message in messages:
        if message.pk in reminders:
            try:
                parts = _parts(reminders[message.pk], read)
                yield message, letters.reminders(message=message, parts=parts)
            except DatabaseError:
                raise
            except Exception as error:  # one that cannot be rendered never stops the others
                _spoilt(message, error, now, counts)


def _parts(reminders: Iterable[Reminder], read: Callable[[Journey], Standing]) -> list[emails.Part]:
    parts = []
    for reminder in sorted(_latest(reminders), key=_urgency):
        here = read(reminder.journey)
        fitting = answers.offered(reminder, here)
        parts.append(emails.Part(reminder=reminder, next_step=_next_step(here), answers=fitting))
    return parts


def _latest(reminders: Iterable[Reminder]) -> Iterable[Reminder]:
    """Of several about the same step, the one that was due last: it says where things stand."""
    by_step = {(each.journey_id, each.step_id): each for each in sorted(reminders, key=_due_at)}
    return by_step.values()


def _due_at(reminder: Reminder) -> datetime:
    return reminder.due_at


def _urgency(reminder: Reminder) -> tuple[int, datetime]:
    return Reminder.Kind.values.index(reminder.kind), reminder.due_at


def _next_step(here: Standing) -> Step | None:
    """What to do now; nothing where the time for it has passed: the page leads back."""
    following = here.timeline.next
    return following.step if following and following.state is not State.LAPSED else None


# --- Recording ----------------------------------------------------------------------------------


def _record(message: Message, now: datetime) -> None:
    """At once, message by message. Their reminders follow when the batch is done: one that is in a
    message is never sent again, whatever it says itself.

    The server has it, so while the database is away for a moment this waits for it.
    """
    sent_at = connection.ops.adapt_datetimefield_value(now)
    for pause in (*PAUSES_OF_THE_DATABASE, None):
        try:
            _execute_prepared(RECORD, [sent_at, message.pk])
        except (OperationalError, InterfaceError):
            if pause is None or connection.in_atomic_block:
                raise
            connection.close()
            sleep(pause)
        else:
            return


def _execute_prepared(statement: str, values: list[Any]) -> None:
    if connection.vendor == "sqlite":  # which keeps what it has parsed
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
        return
    connection.ensure_connection()
    with connection.wrap_database_errors:
        psycopg.Cursor(connection.connection).execute(statement, values, prepare=True)


@transaction.atomic
def _record_reminders() -> None:
    """What is in messages that were sent; also by workers that were killed before they could."""
    unmarked = claims.skip_locked(
        Reminder.objects.unsent().filter(message__sent_at__isnull=False).order_by()
    )
    sent_at = Message.objects.filter(pk=OuterRef("message")).values("sent_at")
    ids = list(unmarked.values_list("pk", flat=True))
    Reminder.objects.filter(pk__in=ids).update(sent_at=Subquery(sent_at))


@transaction.atomic
def _fail(message: Message, reason: str, now: datetime, *, is_bounce: bool = False) -> None:
    # The person first, as everywhere: who locks in another order may block another for ever.
    person = User.objects.select_for_update().get(pk=message.user_id)
    if not claims.held(message).update(failed_at=now, claimed_until=None, failure=reason):
        return
    Reminder.objects.filter(message=message).update(failed_at=now)
    if is_bounce:
        person.bounced_at = now
        person.save(update_fields=["bounced_at"])


def _try_later(
    message: Message, reason: str, now: datetime, pause: timedelta | None = None
) -> None:
    """Put the message off, longer each time and never all to the same moment; or give up."""
    tries = message.attempts + 1
    if tries >= FEWEST_TRIES and now - message.created_at >= TRY_FOR:
        logger.error("Message %s is given up after %s tries: %s", message.pk, tries, reason)
        _fail(message, reason, now)
        return
    try_at = now + (pause or pause_after(tries))
    claims.held(message).update(attempts=tries, try_at=try_at, claimed_until=None, failure=reason)


def _spoilt(message: Message, error: Exception, now: datetime, counts: Counts) -> None:
    """A mistake of ours, perhaps mended tomorrow. Its text is not logged: it may hold addresses."""
    logger.error("Message %s cannot be written: %s", message.pk, type(error).__name__)
    _try_later(message, type(error).__name__, now)
    counts.later += 1


def _wait_for_the_server(messages: Iterable[Message], reason: str, now: datetime) -> None:
    """That is not their fault: their pause does not grow, so that they go out once it is back."""
    for message in messages:
        _try_later(message, reason, now, pause_after(1))


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries: it doubles up to LONGEST_PAUSE, and is jittered."""
    pause = min(claims.LONGEST_PAUSE, settings.REMINDER_PAUSE * 2 ** min(tries - 1, 20))
    return pause * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing
