"""What is due to be sent, and which worker sends it: each message is claimed for a while by one.

Any number of workers may claim at once. What one that is killed had claimed is claimed again by
another when its lease has run out.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from guides.domain.reminders import is_night
from guides.models import Message, Reminder

BATCH = 500
LONGEST_PAUSE = timedelta(hours=6)  # of a message that could not be sent

_ZONES = sorted(available_timezones())

# --- What is due --------------------------------------------------------------------------------


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


def unsent(now: datetime) -> QuerySet[Message]:
    """Messages that have not got through, for people who still want them and are not asleep."""
    urgent = Reminder.objects.filter(message=OuterRef("pk"), is_urgent=True)
    return Message.objects.open().filter(
        Exists(urgent) | ~Q(user__time_zone__in=_sleeping_zones(now)),
        user__wants_reminders=True,
        user__is_active=True,
        user__bounced_at=None,
    )


def _sleeping_zones(now: datetime) -> list[str]:
    """Where it is night. Zones differ by quarters of an hour, so it is asked once in that time."""
    return _sleeping_at(now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0))


@lru_cache(maxsize=2)
def _sleeping_at(quarter: datetime) -> list[str]:
    return [name for name in _ZONES if is_night(quarter, ZoneInfo(name))]


def overdue(*, now: datetime, by: timedelta) -> int:
    """How many messages and reminders have been due and unsent for longer than `by`."""
    late = now - by
    messages = unsent(now).filter(created_at__lte=late).count()
    return messages + due(now).filter(due_at__lte=late).count()


def given_up() -> QuerySet[Message]:
    """What never got through, the latest first."""
    return Message.objects.exclude(failed_at=None).order_by("-failed_at")


# --- Who sends it -------------------------------------------------------------------------------


@transaction.atomic
def claim(*, now: datetime) -> list[Message]:
    """The next few messages, held for the length of the lease: first those to be tried again."""
    until = now + settings.REMINDER_LEASE
    lease, longest_pause = settings.REMINDER_LEASE, LONGEST_PAUSE
    ready = unsent(now) & Message.objects.claimable(now, lease=lease, longest_pause=longest_pause)
    again = list(skip_locked(ready.select_related("user").order_by("try_at"))[:BATCH])
    for message in again:
        message.claimed_until = until
    Message.objects.filter(pk__in=[message.pk for message in again]).update(claimed_until=until)
    return again + _bundle(now, until, most=BATCH - len(again))


def _bundle(now: datetime, until: datetime, *, most: int) -> list[Message]:
    """Put what is due into new messages, one a person.

    Two workers never take the same person: whom another holds is passed over, never waited for.
    What is due for them is read only then, when nobody else can be bundling it.
    """
    first = due(now).order_by("due_at", "id").select_related("journey__user")[: max(0, most)]
    people = dict.fromkeys(each.journey.user for each in skip_locked(first, "journey__user"))
    theirs = skip_locked(
        Reminder.objects.due(now).filter(
            message=None, journey__wants_reminders=True, journey__user__in=people
        )
    )
    asleep = {person.pk for person in people if person.time_zone in _sleeping_zones(now)}
    ids_by_user = defaultdict(list)
    for pk, user_id, is_urgent in theirs.order_by().values_list(
        "pk", "journey__user_id", "is_urgent"
    ):
        if is_urgent or user_id not in asleep:
            ids_by_user[user_id].append(pk)
    host = urlsplit(settings.SITE_URL).hostname
    messages = Message.objects.bulk_create(
        Message(
            user=person,
            message_id=f"<{uuid.uuid4().hex}@{host}>",
            created_at=now,
            try_at=now,
            claimed_until=until,
        )
        for person in people
        if person.pk in ids_by_user
    )
    its_message = Message.objects.filter(
        pk__in=[message.pk for message in messages], user__journeys=OuterRef("journey")
    )
    bundled = Reminder.objects.filter(pk__in=chain.from_iterable(ids_by_user.values()))
    bundled.update(message=Subquery(its_message.values("pk")[:1]))
    return messages


def skip_locked(rows: QuerySet[Any], of: str = "self") -> QuerySet[Any]:
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=(of,), no_key=True)
    return rows


def hand_back(messages: Iterable[Message]) -> None:
    held = {message.pk: message.claimed_until for message in messages}
    Message.objects.filter(pk__in=held, claimed_until__in=set(held.values())).update(
        claimed_until=None
    )


def held(message: Message) -> QuerySet[Message]:
    """The row of the message, unless its lease ran out and another worker has taken it over."""
    return Message.objects.filter(pk=message.pk, claimed_until=message.claimed_until)
