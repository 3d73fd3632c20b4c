"""What an e-mail leads to, the health of the site, and the outbox of a development machine."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from guides import forms
from guides.domain import answers, calendars, claims, journal, reminders
from guides.models import Reminder
from guides.views import access


# A mail program answers the List-Unsubscribe header with one POST and no cookie (RFC 8058); the
# unguessable key in the address stands in for the token.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, key: str, journey_id: UUID | None = None) -> HttpResponse:
    """Stop the reminders of a person, or of one journey: GET shows a button, POST acts."""
    person, journey = access.stop_key_or_404(key, journey_id)
    is_stopped = request.method == "POST"
    if is_stopped:
        reminders.switch(person=person, journey=journey, on=False)
    with translation.override(person.language):
        context = {"journey": journey, "key": key, "is_stopped": is_stopped}
        return render(request, "reminders/stop.html", context)


# The signed address stands in for the session, and its token for the one against forgery: the
# browser that opens the link from an e-mail has neither.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str, answer: str) -> HttpResponse:
    """Answer a reminder from the e-mail: GET says what will happen, POST does it."""
    now = timezone.now()
    reminder, chosen = access.answer_or_404(token, answer)
    if reminder is None:
        return render(request, "reminders/answer.html", {"why_not": answers.too_old()})
    person = reminder.journey.user
    form = forms.AnswerForm(
        request.POST if request.method == "POST" else None,
        asks_for_days=chosen is answers.Answer.MORE_TIME,
    )
    with translation.override(person.language), timezone.override(person.zone):
        context = {"reminder": reminder, "answer": chosen, "form": form, "person": person}
        if form.is_valid():
            context |= _answered(reminder, chosen, form.cleaned_data.get("days"), now)
        else:
            context["why_not"] = answers.why_not(reminder=reminder, now=now)
        return render(request, "reminders/answer.html", context)


def _answered(
    reminder: Reminder, answer: answers.Answer, days: int | None, now: datetime
) -> dict[str, Any]:
    try:
        answers.give(reminder=reminder, answer=answer, days=days, now=now)
    except journal.NotPossible as reason:
        return {"why_not": str(reason)}
    return {"is_answered": True}


@never_cache
@require_safe
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that runs for a person, for their calendar program to fetch again and again."""
    person = access.calendar_or_404(key)
    return HttpResponse(calendars.feed(person=person), content_type="text/calendar; charset=utf-8")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Says that the web answers; with `?reminders` also that nothing due has been left unsent."""
    late = 0
    if "reminders" in request.GET:
        late = claims.overdue(now=timezone.now(), by=settings.REMINDER_LATE_AFTER)
    text = f"{late} reminders are late\n" if late else "ok\n"
    return HttpResponse(text, status=503 if late else 200, content_type="text/plain")


# --- The outbox of a development machine --------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """One message that was written to a file instead of being sent."""

    name: str
    message: EmailMessage

    @property
    def text(self) -> str:
        body = self.message.get_body(["plain"])
        return body.get_content() if body else ""

    @property
    def html(self) -> str:
        body = self.message.get_body(["html"])
        return body.get_content() if body else ""


def _kept() -> list[Kept]:
    """Every kept message, the newest first. Django rules off each message within a file."""
    kept = []
    for path in sorted(Path(settings.OUTBOX_DIR).glob("*.log"), reverse=True):
        parts = path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
        for number, part in reversed(list(enumerate(parts))):
            if part.strip():
                message = email.message_from_bytes(part.lstrip(), policy=email.policy.default)
                kept.append(Kept(f"{path.stem}.{number}", message))
    return kept


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    return render(request, "reminders/outbox.html", {"kept": _kept()})


@require_safe
def outbox_message(request: HttpRequest, name: str) -> HttpResponse:
    for each in _kept():
        if each.name == name:
            return render(request, "reminders/outbox_message.html", {"kept": each})
    raise Http404


@require_safe
def outbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of a message by itself, as a mail program would show it."""
    for each in _kept():
        if each.name == name:
            response = HttpResponse(each.html)
            response._csp_update = {"style-src": "'unsafe-inline'"}  # type: ignore[attr-defined]
            return response
    raise Http404
