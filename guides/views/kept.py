"""Marks pages that may be served again while they would look the same (guides/middleware.py)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from guides.domain import freshness
from guides.domain.freshness import Origin
from guides.memory import Mark
from guides.views import access

View = Callable[..., HttpResponse]


def public(*heeds: str) -> Callable[[View], View]:
    """The same page for everybody who is not signed in, made from the catalogue; sets no cookie.

    `heeds` names what it reads of the query. With anything else, such as what advertisements and
    networks add to a link, it is the same page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            facts = freshness.facts(Origin(), now=timezone.now())
            response = view(request, *args, **kwargs)
            response.mark = Mark(Origin(), facts, heeds)  # type: ignore[attr-defined]
            # Anybody may keep it, and asks whether it still holds: an answer without a body.
            patch_cache_control(response, public=True, no_cache=True)
            return response

        return page

    return decorate


def own(view: View) -> View:
    """A page of somebody who is signed in, made from the catalogue and their own journeys."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        origin = Origin(access.person(request).pk, request.session.session_key)
        facts = freshness.facts(origin, now=timezone.now())
        response = view(request, *args, **kwargs)
        response.mark = Mark(origin, facts)  # type: ignore[attr-defined]
        return response

    return page
