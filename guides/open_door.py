"""The door to what is below /api/: open to every program, and the same for everybody who comes."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

DOOR = "/api/"
METHODS = ("GET", "HEAD", "OPTIONS")
# What tells people apart stays outside, so that nothing of a person can be in an answer.
LEFT_OUTSIDE = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_ACCEPT_LANGUAGE")
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
}
# What browsers ask before a program may ask whether what it has still holds.
PERMISSION = {
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


View = Callable[..., HttpResponse]


class OpenDoorMiddleware:
    """Comes before all that looks at who asks."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(DOOR):
            return self.get_response(request)
        for header in LEFT_OUTSIDE:
            request.META.pop(header, None)
        response = self.get_response(request)
        response.cookies.clear()
        for header in ("Vary", "Content-Language"):
            response.headers.pop(header, None)
        if response.has_header("Content-Encoding"):
            response.headers["Vary"] = "Accept-Encoding"  # packed, it is not for who cannot unpack
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response


def for_programs(view: View) -> View:
    """A view to which pages of others may send their programs, which ask first whether they may."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=PERMISSION)
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return view(request, *args, **kwargs)

    return csrf_exempt(answer)  # it does nothing but read
