"""Rows that have served their purpose, cleared once a day by the reminder loop."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q

from guides.models import CalendarEvent, Message, Reminder

# Longer than a link in an e-mail answers (`domain.answers.GOOD_FOR`), so that it can say what became of it.
KEPT_FOR = timedelta(days=90)


def clear(*, now: datetime) -> str:
    """Delete what is over for longer than KEPT_FOR, and sessions that have ended; says how much."""
    old = now - KEPT_FOR
    is_over = Q(sent_at__lt=old) | Q(failed_at__lt=old)
    counts = {
        "reminders": Reminder.objects.filter(is_over).delete()[0],
        "messages": Message.objects.filter(is_over).delete()[0],
        "calendar events": CalendarEvent.objects.filter(
            is_cancelled=True, changed_at__lt=old
        ).delete()[0],
        "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
    }
    return "Cleared " + ", ".join(f"{count} {name}" for name, count in counts.items()) + "."
