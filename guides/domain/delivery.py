"""Sending the reminders that are due: claim, send, record, one message after the other."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from guides import emails
from guides.domain import journeys
from guides.models import Reminder

logger = logging.getLogger(__name__)

BATCH = 50
# Whoever claims a reminder has this long to send it before another worker may.
LEASE = timedelta(minutes=10)


@dataclass
class Counts:
    sent: int = 0
    failed: int = 0


def deliverable(now: datetime) -> QuerySet[Reminder]:
    """What is due, unclaimed, and for people who want it and have proved that the address is theirs."""
    proved = EmailAddress.objects.filter(
        user=OuterRef("journey__user"), email=OuterRef("journey__user__email"), verified=True
    )
    return Reminder.objects.due(now).filter(
        Q(claimed_until=None) | Q(claimed_until__lte=now),
        Exists(proved),
        journey__wants_reminders=True,
        journey__user__wants_reminders=True,
        journey__user__is_active=True,
    )


def send_due(*, now: datetime) -> Counts:
    """Send everything that is due. What cannot be sent stays due and is tried again after LEASE."""
    counts = Counts()
    mail = get_connection()
    try:
        while batch := _claim(now):
            for reminder in batch:
                if _send(reminder, mail, now):
                    counts.sent += 1
                else:
                    counts.failed += 1
    finally:
        mail.close()
    return counts


@transaction.atomic
def _claim(now: datetime) -> list[Reminder]:
    """The next few reminders, marked so that no other worker takes them."""
    rows = deliverable(now).order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    ids = list(rows.values_list("pk", flat=True)[:BATCH])
    Reminder.objects.filter(pk__in=ids).update(claimed_until=now + LEASE)
    claimed = Reminder.objects.filter(pk__in=ids).select_related("step", "journey__guide__service", "journey__user")
    return list(
        claimed.prefetch_related(
            "step__translations",
            "journey__guide__translations",
            "journey__guide__service__translations",
        )
    )


def _send(reminder: Reminder, mail: BaseEmailBackend, now: datetime) -> bool:
    """Send one reminder and record it. One that fails never stops the others."""
    here = journeys.standing(journey=reminder.journey, now=now)
    following = here.timeline.next
    try:
        message = emails.reminder(reminder=reminder, next_step=following and following.step, now=now)
        message.connection = mail
        mail.open()  # one connection for all of them, and a new one after a failure
        message.send()
    except (SMTPException, OSError) as error:
        # The text of an SMTP error often quotes the address, which does not belong into a log.
        logger.warning("A reminder could not be sent: %s", type(error).__name__)
        mail.close()
        return False
    Reminder.objects.filter(pk=reminder.pk).update(sent_at=now, claimed_until=None)
    return True
