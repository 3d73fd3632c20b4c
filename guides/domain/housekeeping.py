"""Rows that have served their purpose, cleared once a day by the reminder loop."""

from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from guides.domain import privacy, tries
from guides.models import CalendarEvent, Message, Reminder, StepReport

# Longer than a link in an e-mail answers (`domain.answers.GOOD_FOR`): it says what became of it.
KEPT_FOR = timedelta(days=90)
# Rows deleted at a time: neither memory nor the lock of SQLite is held for more.
AT_A_TIME = 1000


def clear(*, now: datetime, dry_run: bool = False) -> str:
    """Delete what is over for longer than KEPT_FOR, and sessions that have ended; says how much.

    Also forgets finished journeys and unused accounts, see `domain.privacy.forget`.
    A reminder that is still unsent by then is one that nobody wants, or that cannot reach them.
    """
    old = now - KEPT_FOR
    is_over = Q(sent_at__lt=old) | Q(failed_at__lt=old)
    is_unwanted = Q(due_at__lt=old, sent_at=None, failed_at=None)
    cancelled = CalendarEvent.objects.filter(is_cancelled=True, changed_at__lt=old)
    rows: dict[str, QuerySet[Any]] = {
        "reminders": Reminder.objects.filter(is_over | is_unwanted),
        "messages": Message.objects.filter(is_over | Q(created_at__lt=old)),
        "calendar events": cancelled,
        "reports": StepReport.objects.filter(handled_at__lt=old),
        "sessions": Session.objects.filter(expire_date__lt=now),
    }
    rows["devices"] = UserSession.objects.exclude(
        session_key__in=Session.objects.filter(expire_date__gte=now).values("pk")
    )
    counts = {name: each.count() if dry_run else _delete(each) for name, each in rows.items()}
    counts["addresses of reports"] = _forget_addresses(old, dry_run=dry_run)
    counts["counted tries"] = tries.clear(now=now, dry_run=dry_run)
    forgotten = privacy.forget(now=now, dry_run=dry_run)
    counts |= {"finished journeys": forgotten.journeys, "unused accounts": forgotten.accounts}
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    beginning = "Would clear" if dry_run else "Cleared"
    return f"{beginning} {told}. {forgotten.warnings} people warned."


def _delete(rows: QuerySet[Any]) -> int:
    count = 0
    while ids := list(rows.order_by().values_list("pk", flat=True)[:AT_A_TIME]):
        count += rows.model._default_manager.filter(pk__in=ids).delete()[0]
    return count


def _forget_addresses(old: datetime, *, dry_run: bool) -> int:
    """Where to send an answer to a report, when it has been handled or nobody will."""
    over = StepReport.objects.filter(Q(handled_at__isnull=False) | Q(sent_at__lt=old))
    over = over.exclude(reply_to="")
    return over.count() if dry_run else over.update(reply_to="")
