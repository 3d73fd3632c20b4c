"""Stopping reminders from an e-mail, the health of the site, and the outbox of a development machine."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from guides.domain import reminders
from guides.models import User
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
        reminders.stop(person=person, journey=journey)
    with translation.override(person.language):
        context = {"journey": journey, "key": key, "is_stopped": is_stopped}
        return render(request, "reminders/stop.html", context)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


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
    """Every kept message, the newest first. Django writes several into one file, with a ruler after each."""
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
