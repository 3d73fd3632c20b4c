"""One function for each message that Wayout itself sends. (django-allauth sends the sign-in codes.)

A message is rendered in the person's language and time zone, as text and as HTML. Its subject
names no service: a phone on a table tells nobody what somebody is leaving.
"""

from datetime import datetime
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from guides.models import Reminder, Step, User


def reminder(*, reminder: Reminder, next_step: Step | None, now: datetime) -> EmailMultiAlternatives:
    """The message for one reminder: what has happened, and the one thing to do next."""
    journey, person = reminder.journey, reminder.journey.user
    with translation.override(person.language), timezone.override(person.zone):
        path = reverse("journeys:wizard", args=[journey.pk])
        return _message(
            "reminder",
            to=person,
            context={
                "reminder": reminder,
                "journey": journey,
                "service": journey.guide.service,
                "next_step": next_step,
                "url": _url(f"{path}?step={next_step.pk}" if next_step else path),
                "stop_url": _url(reverse("stop_journey", args=[person.stop_key, journey.pk])),
                "now": now,
            },
        )


def _message(name: str, *, to: User, context: dict[str, Any]) -> EmailMultiAlternatives:
    """Render `emails/<name>.subject.txt`, `.txt` and `.html` in the language that is active."""
    message = EmailMultiAlternatives(
        subject=render_to_string(f"emails/{name}.subject.txt", context).strip(),
        body=render_to_string(f"emails/{name}.txt", context).strip() + "\n",
        to=[to.email],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{_url(reverse('stop', args=[to.stop_key]))}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Message-ID": make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
        },
    )
    message.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    return message


def _url(path: str) -> str:
    return settings.SITE_URL + path
