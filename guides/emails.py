"""One function for each message that Wayout itself sends. (django-allauth sends the sign-in codes.)

A message is rendered in the person's language and time zone, as text and as HTML. Unless the person
wants it otherwise, its subject names no service: a phone on a table tells nobody what they leave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from guides.models import Message, Reminder, Service, Step, User

ANSWER_SALT = "guides.answer"


@dataclass(frozen=True)
class Part:
    """What one message says about one journey; `answers` are values with a label."""

    reminder: Reminder
    next_step: Step | None
    answers: Sequence[Any]

    @property
    def service(self) -> Service:
        return self.reminder.journey.guide.service

    @cached_property
    def said(self) -> str:
        """What has happened, in one or two sentences."""
        return render_to_string("emails/_said.txt", {"part": self}).strip()

    @cached_property
    def url(self) -> str:
        path = reverse("journeys:wizard", args=[self.reminder.journey_id])
        return _url(f"{path}?step={self.next_step.pk}" if self.next_step else path)

    @property
    def stop_url(self) -> str:
        journey = self.reminder.journey
        return _url(reverse("stop_journey", args=[journey.user.stop_key, journey.pk]))

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """Label and address of each one-tap answer."""
        return [
            (str(each.label), _url(reverse("answer", args=[answer_token(self.reminder, each.value)])))
            for each in self.answers
        ]


def reminders(*, message: Message, parts: Sequence[Part], now: datetime) -> EmailMultiAlternatives:
    """Everything that is due for one person, most urgent first, each with the one thing to do next."""
    person = message.user
    for part in parts:
        part.reminder.journey.user = person
    with translation.override(person.language), timezone.override(person.zone):
        context = {
            "parts": parts,
            "first": parts[0],
            "person": person,
            "stop_url": _url(reverse("stop", args=[person.stop_key])),
            "now": now,
        }
        return _message("reminders", to=person, message_id=message.message_id, context=context)


def _message(
    name: str, *, to: User, message_id: str, context: dict[str, Any]
) -> EmailMultiAlternatives:
    """Render `emails/<name>.subject.txt`, `.txt` and `.html` in the language that is active."""
    message = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"emails/{name}.subject.txt", context).split()),
        body=render_to_string(f"emails/{name}.txt", context).strip() + "\n",
        to=[to.email],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{_url(reverse('stop', args=[to.stop_key]))}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Message-ID": message_id,
        },
    )
    message.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    return message


def answer_token(reminder: Reminder, answer: str) -> str:
    """A signed name for one answer to one reminder, for use in an address."""
    return signing.dumps([reminder.pk, answer], salt=ANSWER_SALT)


def read_answer_token(token: str) -> tuple[int, str]:
    """The reminder's id and the answer. Raises BadSignature for anything that we did not sign."""
    reminder_id, answer = signing.loads(token, salt=ANSWER_SALT)
    return reminder_id, answer


def _url(path: str) -> str:
    return settings.SITE_URL + path
