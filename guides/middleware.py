"""What surrounds every answer: who may keep it, headers, language, time zone, mail after it."""

import logging
import smtplib
import time
from collections.abc import Callable, Hashable
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, get_conditional_response
from django_htmx.middleware import HtmxDetails

from guides import memory
from guides.domain import freshness
from guides.memory import Kept, Mark
from guides.models import User
from guides.open_door import DOOR

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]


# --- Headers --------------------------------------------------------------------------------------


class HeadersMiddleware:
    """What browsers may do with an answer, beside what Django says itself."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.MORE_HEADERS.items():
            response.setdefault(name, value)
        return response


class MethodsMiddleware:
    """Nothing is asked for in another way: no view has to wonder what it would do then."""

    METHODS = ("GET", "HEAD", "POST")  # what programs may ask for, guides/open_door.py says

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in self.METHODS and not request.path_info.startswith(DOOR):
            return HttpResponseNotAllowed(self.METHODS)
        return self.get_response(request)


# --- Pages that are served again ------------------------------------------------------------------

# What a page of one's own says of the time ("in 5 minutes", "the wait is over"), and of reminders
# that were sent in the meantime, may be this old. A public page is made anew each day.
MOMENT, DAY = 30, 24 * 60 * 60


class KeptPagesMiddleware:
    """Serves a page again while it would look the same: to everybody, or an own one to its owner.

    First of all, so that nothing needs doing to what is finished. Each process keeps its own pages,
    but asks the database whether they still hold: a change shows at once, whoever made it.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _asks_for_a_page(request):
            return self.get_response(request)
        key = _key(request)
        kept = memory.pages.get(key)
        if kept and _still_holds(kept.mark, request):
            return _served_again(kept, request)
        response = self.get_response(request)
        if mark := _may_be_kept(request, response):
            until = _in_a_moment() if mark.origin.person_id else _midnight()
            kept = Kept(mark, until, response.content, response.headers, response.cookies)
            memory.pages.keep(key, kept)
        return response


# Conditions that only the whole stack answers as it should, with all headers.
_RARE_CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")


def _asks_for_a_page(request: HttpRequest) -> bool:
    path = request.path_info
    return (
        request.method == "GET"
        and settings.KEEPS_PAGES
        and (translation.get_language_from_path(path) is not None or path.startswith(DOOR))
        and not any(each in request.META for each in _RARE_CONDITIONS)
    )


def _key(request: HttpRequest) -> Hashable:
    """Of everything that a page depends on and that comes with the request."""
    header = request.META.get
    is_nobodys = _is_nobodys(request)
    return (
        request.scheme,
        header("HTTP_HOST"),
        request.path,
        "gzip" in header("HTTP_ACCEPT_ENCODING", ""),
        "HTTP_HX_REQUEST" in request.META and _asked_by_htmx(request),
        "" if is_nobodys else header("HTTP_COOKIE"),
        "" if is_nobodys else header("QUERY_STRING"),
    )


def _asked_by_htmx(request: HttpRequest) -> tuple[bool, bool]:
    """As the views read it: not by the words of the headers, which can be written in many ways."""
    htmx = HtmxDetails(request)
    return bool(htmx), htmx.history_restore_request


def _still_holds(mark: Mark, request: HttpRequest) -> bool:
    if not request.GET.keys().isdisjoint(mark.heeds):
        return False
    return freshness.facts(mark.origin, now=timezone.now()) == mark.facts


def _served_again(kept: Kept, request: HttpRequest) -> HttpResponseBase:
    response = HttpResponse(kept.body)
    response.headers, response.cookies = kept.headers, kept.cookies
    if "HTTP_IF_NONE_MATCH" in request.META:
        etag = kept.headers.get("ETag")
        return get_conditional_response(request, etag=etag, response=response) or response
    return response


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> Mark | None:
    """Its mark; unless the page is public and yet made for one person, or for one query."""
    mark: Mark | None = getattr(response, "mark", None)
    if mark is None or response.status_code != 200:
        return None
    if mark.origin.person_id:
        return None if _is_nobodys(request) else mark  # without a cookie it would be for all
    is_for_all = (
        _is_nobodys(request) and not request.META.get("QUERY_STRING") and not response.cookies
    )
    return mark if is_for_all else None


def _in_a_moment() -> float:
    return time.time() + MOMENT


def _midnight() -> float:
    return (time.time() // DAY + 1) * DAY


def _is_nobodys(request: HttpRequest) -> bool:
    """The request brings nothing along that tells people apart, such as a session."""
    return request.COOKIES.keys() <= {settings.LANGUAGE_COOKIE_NAME}


# --- Who may keep a page, and how it is sent ------------------------------------------------------


class PrivatePagesMiddleware:
    """Nothing that is a person's own is kept anywhere: not by a proxy, not by the browser.

    Nor is what no view calls public.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not _is_nobodys(request) or not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages, but never what is a person's own together with what others may choose.

    From the length of such a page one could guess at what is in it (BREACH). The token of the forms
    is another one in each answer, and GZipMiddleware makes lengths vary; this closes the door.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.GET and not _is_nobodys(request):
            return response
        return super().process_response(request, response)


# --- Language and time zone -----------------------------------------------------------------------


class PersonMiddleware:
    """Comes after authentication, and after LocaleMiddleware, whose choice it may overrule.

    Where the address names no language: `?language=`, else the person's own, else that
    of the page one came from (`?next=`), else what LocaleMiddleware found in cookie or browser.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = _signed_in(request)
        if person:
            timezone.activate(person.zone)
        else:
            timezone.deactivate()
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


# --- Mail -----------------------------------------------------------------------------------------


class MailMiddleware:
    """Sends what was put into `request.mail` when the answer is already on its way.

    A mail server takes its time, and differently for a code than for nothing: whoever waits for
    the answer does not learn from it whether an address is known.
    """

    def __init__(self, get_response: View) -> None:
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
