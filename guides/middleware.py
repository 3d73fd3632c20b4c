"""What surrounds every answer: headers, language and time zone of the person, mail after it."""

import logging
import smtplib
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers

from guides.models import User

logger = logging.getLogger(__name__)

_SIGNING_IN = "/accounts/"


class HeadersMiddleware:
    """What browsers may do with an answer, beside what Django says itself. Outermost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.MORE_HEADERS.items():
            response.setdefault(name, value)
        return response


class PersonMiddleware:
    """Comes after authentication, and after LocaleMiddleware, whose choice it may overrule.

    What somebody sees who is signed in is kept nowhere on the way, nor in the browser.
    Where the address names no language: `?language=`, else the person's own, else that
    of the page one came from (`?next=`), else what LocaleMiddleware found in cookie or browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = _signed_in(request)
        if person:
            timezone.activate(person.zone)
        else:
            timezone.deactivate()
        response = self._in_language(request, person)
        is_personal = person or request.path_info.startswith(_SIGNING_IN)
        if is_personal and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    def _in_language(self, request: HttpRequest, person: User | None) -> HttpResponse:
        if translation.get_language_from_path(request.path_info):
            return self.get_response(request)

        asked_for = _asked_for(request)
        came_from = _language_of(request.GET.get("next", ""))
        own = person and _offered(person.language)
        if language := asked_for or own or came_from:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if to_keep := asked_for or (not own and came_from):
            _keep(response, to_keep)
        return response


def _signed_in(request: HttpRequest) -> User | None:
    """The person; without touching the session of those who have none."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    return request.user


def _asked_for(request: HttpRequest) -> str | None:
    """`?language=`; in admin it chooses the words that an editor works on, not the page."""
    if request.path_info.startswith(reverse("admin:index")):
        return None
    return _offered(request.GET.get("language"))


def _offered(language: str | None) -> str | None:
    return language if language in dict(settings.LANGUAGES) else None


def _language_of(url: str) -> str | None:
    try:
        return translation.get_language_from_path(urlsplit(url).path)
    except ValueError:
        return None


def _keep(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
    )


class MailMiddleware:
    """Sends what was put into `request.mail` when the answer is already on its way.

    A mail server takes its time, and differently for a code than for nothing: whoever waits for
    the answer does not learn from it whether an address is known.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        mail: list[EmailMessage] = []
        request.mail = mail  # type: ignore[attr-defined]
        response = self.get_response(request)
        if mail:
            # Called by the server when it has handed over the last byte.
            response._resource_closers.append(partial(_send, mail))  # type: ignore[attr-defined]
        return response


def _send(mail: list[EmailMessage]) -> None:
    for message in mail:
        try:
            message.send()
        except (smtplib.SMTPException, OSError) as error:
            logger.error("A message about an account did not get out: %s", type(error).__name__)
