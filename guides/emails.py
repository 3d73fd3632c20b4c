"""The messages that Wayout itself sends. (django-allauth sends the sign-in codes.)

A message is rendered in the person's language and time zone, as text and as HTML. Unless the person
wants it otherwise, its subject names no service: a phone on a table tells nobody what they leave.
"""

import secrets
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape, format_html

from guides.models import Message, OwnService, Reminder, Service, Step, User

ANSWER_SALT = "guides.answer"
# Goes to the next line as a whole, where it fits on one.
WHOLE_DATE = '<span class="date">{}</span>'


@dataclass(frozen=True, slots=True)
class Part:
    """What one message says about one journey; `answers` are values with a label."""

    reminder: Reminder
    next_step: Step | None
    answers: Sequence[Any]

    @property
    def service(self) -> Service | OwnService:
        return self.reminder.journey.service


class Letters:
    """Draws up the messages of one batch, as in a mail merge.

    What several people are told alike is rendered once for each language, with gaps for their dates
    and addresses. Lives no longer than a batch, so that an editor's change shows in the next.
    """

    def __init__(self) -> None:
        self._drafts: dict[Hashable, Draft] = {}
        self._moment = get_template("emails/_moment.txt")

    def reminders(self, *, message: Message, parts: Sequence[Part]) -> EmailMultiAlternatives:
        """Everything that is due for one person, most urgent first, each with what to do next."""
        person = message.user
        with translation.override(person.language), timezone.override(person.zone):
            drafts = [self._part(part, person) for part in parts]
            frame = self._draft("reminders", len(parts), {"count": len(parts)})
            stop_url = _url("stop", person.stop_key)
            return _message(
                to=person,
                message_id=message.message_id,
                stop_url=stop_url,
                subject=drafts[0].subject if len(parts) == 1 else frame.subject,
                text=_fill(
                    frame.text,
                    {"parts": "\n\n\n".join(draft.text for draft in drafts), "stop_url": stop_url},
                ),
                html=_fill(
                    frame.html,
                    {"parts": "".join(draft.html for draft in drafts), "stop_url": stop_url},
                ),
            )

    def _part(self, part: Part, person: User) -> "Draft":
        reminder, following = part.reminder, part.next_step
        same = (reminder.kind, reminder.step_id, part.service, following and following.pk)
        draft = self._draft(
            "reminder",
            (*same, person.shows_names),
            {"part": part, "shows_names": person.shows_names},
        )
        step = f"?step={following.pk}" if following else ""
        gaps = {
            "date": self._moment.render({"moment": reminder.about_at}),
            "url": _url("journeys:wizard", reminder.journey_id) + step,
            "answer_url": _url("answer", answer_token(reminder)) if part.answers else "",
            "journey_stop_url": _url("stop_journey", person.stop_key, reminder.journey_id),
        }
        in_html = {name: escape(value) for name, value in gaps.items()}
        in_html["date"] = format_html(WHOLE_DATE, gaps["date"])
        return Draft(draft.subject, _fill(draft.text, gaps), _fill(draft.html, in_html))

    def _draft(self, name: str, key: Hashable, context: dict[str, Any]) -> "Draft":
        """`emails/<name>.subject.txt`, `.txt`, `.html`, with gaps; rendered once for each key."""
        full_key = (translation.get_language(), name, key)
        if full_key not in self._drafts:
            self._drafts[full_key] = _render(name, context)
        return self._drafts[full_key]


# --- About the account ----------------------------------------------------------------------------


def farewell(person: User) -> EmailMultiAlternatives:
    """The last message: the account is closed, and this address is forgotten."""
    return _letter("farewell", person, {})


def unused_account(person: User, *, goes_at: datetime) -> EmailMultiAlternatives:
    """The account will be forgotten on the day of `goes_at` unless its person comes back."""
    return _letter("unused_account", person, {"goes_at": goes_at})


def _letter(name: str, person: User, context: dict[str, Any]) -> EmailMultiAlternatives:
    with translation.override(person.language), timezone.override(person.zone):
        sign_in = reverse("account_login", query={"language": person.language})
        draft = _render(name, {"sign_in_url": settings.SITE_URL + sign_in} | context)
    message = EmailMultiAlternatives(
        subject=draft.subject,
        body=draft.text + "\n",
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(draft.html, "text/html")
    return message


# --- Rendering ----------------------------------------------------------------------------------


class Draft(NamedTuple):
    subject: str
    text: str
    html: str


_SECRET = secrets.token_hex(8)
GAPS = ("parts", "date", "url", "answer_url", "journey_stop_url", "stop_url")


def _render(name: str, context: dict[str, Any]) -> Draft:
    context = {gap: _gap(gap) for gap in GAPS} | context
    return Draft(
        " ".join(render_to_string(f"emails/{name}.subject.txt", context).split()),
        render_to_string(f"emails/{name}.txt", context).strip(),
        render_to_string(f"emails/{name}.html", context),
    )


def _gap(name: str) -> str:
    """Stands for a value that differs from person to person. Nobody can type it: it is secret."""
    return f"\ue000{_SECRET}{name}\ue001"


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(_gap(name), value)
    return text


def _message(
    *, to: User, message_id: str, stop_url: str, subject: str, text: str, html: str
) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=subject,
        body=text + "\n",
        to=[to.email],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Message-ID": message_id,
        },
    )
    message.attach_alternative(html, "text/html")
    return message


# --- Addresses in messages ----------------------------------------------------------------------


def answer_token(reminder: Reminder) -> str:
    """A signed name of one reminder, under which its answers are given."""
    return signing.Signer(salt=ANSWER_SALT).sign(str(reminder.pk))


def read_answer_token(token: str) -> int:
    """The reminder's id. Raises BadSignature for anything that we did not sign."""
    return int(signing.Signer(salt=ANSWER_SALT).unsign(token))


def _url(name: str, *args: Any) -> str:
    return settings.SITE_URL + _path(name, len(args), translation.get_language()) % args


@cache
def _path(name: str, count: int, language: str) -> str:
    """The path of a page, with `%s` for what differs: to look it up for each message takes longer
    than to fill it in. The ids and keys in it are such as need no quoting."""
    stand_ins = [UUID(int=number) for number in range(count)]
    path = reverse(name, args=stand_ins).replace("%", "%%")
    for stand_in in stand_ins:
        path = path.replace(str(stand_in), "%s")
    return path
