"""Which browsers somebody is signed in with, knowing as little about them as will do.

django-allauth's list of sessions asks for an IP address and a full user agent. What is kept here is
"Firefox · Android", enough to recognise one's own phone, and no address. That a browser has been
signed in before, the browser itself remembers, in a signed cookie.
"""

import re
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from guides.models import User

# The first that fits, for most browsers name others, too. Our own short names fit as well, so that
# shortening twice changes nothing.
_BROWSERS = {
    "Edge": r"\bEdg(e|A|iOS)?\b",
    "Opera": r"\b(OPR|OPT|Opera)\b",
    "Samsung Internet": r"\bSamsung(Browser| Internet)\b",
    "Firefox": r"\b(Firefox|FxiOS)\b",
    "Chrome": r"\b((Headless)?Chrome|Chromium|CriOS)\b",
    "Safari": r"\bSafari\b",
}
_SYSTEMS = {
    "Android": r"\bAndroid\b",
    "iOS": r"\b(iPhone|iPad|iPod|iOS)\b",
    "Windows": r"\bWindows\b",
    "ChromeOS": r"\b(CrOS|ChromeOS)\b",
    "macOS": r"\b(Macintosh|macOS)\b",
    "Linux": r"\bLinux\b",
}
_SALT = "guides.devices"
# So many people may share a browser and still be known in it.
_PEOPLE = 5
NO_ADDRESS = "0.0.0.0"  # noqa: S104


def seen_as(user_agent: str) -> str:
    """The browser and the system: "Firefox · Android"; "" if neither is known."""
    return " · ".join(filter(None, (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))))


def _first(patterns: dict[str, str], text: str) -> str:
    return next((name for name, pattern in patterns.items() if re.search(pattern, text)), "")


def keep_little(instance: Any, **_signal: Any) -> None:
    """Before a row of django-allauth's list is saved: no address, and of the browser its name."""
    instance.ip = NO_ADDRESS
    instance.user_agent = seen_as(instance.user_agent)


def renew(request: HttpRequest, **step: Any) -> None:
    """Whoever has proved again who they are gets a new session, as on signing in: what somebody may
    have copied before is worth nothing any more. The list goes on with the new one."""
    if step.get("reauthenticated"):
        old = request.session.session_key
        request.session.cycle_key()
        new = request.session.session_key
        UserSession.objects.filter(session_key=old).update(session_key=new)


# --- Known browsers -------------------------------------------------------------------------------


def is_known(request: HttpRequest, person: User) -> bool:
    return _mark(person) in _marks(request)


def remember(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Let the browser remember that `person` signed in here; the mark says nothing to others."""
    marks = [_mark(person), *(mark for mark in _marks(request) if mark != _mark(person))]
    response.set_signed_cookie(
        settings.DEVICES_COOKIE_NAME,
        ".".join(marks[:_PEOPLE]),
        salt=_SALT,
        max_age=settings.DEVICES_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _mark(person: User) -> str:
    return salted_hmac(_SALT, str(person.pk), algorithm="sha256").hexdigest()[:32]


def _marks(request: HttpRequest) -> list[str]:
    cookie = request.get_signed_cookie(
        settings.DEVICES_COOKIE_NAME,
        default="",
        salt=_SALT,
        max_age=settings.DEVICES_COOKIE_AGE,
    )
    return cookie.split(".") if cookie else []
