"""A fresh proof of who somebody is, asked for before what cannot be undone.

django-allauth asks for a password or a second factor, but not those who have neither. They get a
code by e-mail, as when they sign in.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Self, cast

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import ratelimit
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from guides.models import User

View = Callable[..., HttpResponse]
_STATE = "proof_by_code"


class ProofByCode(AbstractCodeVerificationProcess):
    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        self._request = request
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
            user=cast(User, request.user),
        )

    @classmethod
    def begin(cls, request: HttpRequest) -> None:
        person = cast(User, request.user)
        process = cls(request, cls.initial_state(person, person.email))
        process.send()
        process.persist()

    @classmethod
    def resume(cls, request: HttpRequest) -> Self | None:
        """What has begun and can still succeed: not too old, and not tried too often."""
        state = request.session.get(_STATE)
        return state and cls(request, state).abort_if_invalid()

    def send(self) -> None:
        adapter = get_adapter()
        code = self.state["code"] = adapter.generate_login_code()
        adapter.send_mail("account/email/proof_code", self.state["email"], {"code": code})

    @property
    def can_resend(self) -> bool:
        return not self.is_resend_quota_reached(app_settings.LOGIN_BY_CODE_MAX_RESEND_COUNT)

    def resend(self) -> None:
        """Another code in place of the first; wrong tries and time count on."""
        self.send()
        self.record_resend()
        self.persist()

    def persist(self) -> None:
        self._request.session[_STATE] = self.state

    def abort(self) -> None:
        self._request.session.pop(_STATE, None)

    def finish(self) -> HttpResponse | None:
        """Go on with what was asked for; None if that is forgotten."""
        self.abort()
        record_authentication(self._request, self.user, method="code", reauthenticated=True)
        return reauthentication.resume_request(self._request)


def needed(view: View, *, even_to_look: bool = False) -> View:
    """Let a POST reach `view` only from somebody who proved a moment ago who they are.

    Others prove it first; then what they posted goes on by itself. `even_to_look`: a GET, too.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_look = request.method != "POST"
        if (is_look and not even_to_look) or _is_fresh(request):
            return view(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if reauthentication.get_reauthentication_flows(request.user):
            return reauthentication.suspend_request(request, reverse("account_reauthenticate"))
        if is_look:  # which sends nothing
            return render(request, "account/offer_proof.html")
        email = request.user.email
        if not ratelimit.consume(request, action="request_login_code", key=email):
            return ratelimit.respond_429(request)
        ProofByCode.begin(request)
        if "prove" in request.POST:
            query = {REDIRECT_FIELD_NAME: request.get_full_path()}
            return redirect(reverse("prove", query=query))
        return reauthentication.suspend_request(request, reverse("prove"))

    return guarded


def _is_fresh(request: HttpRequest) -> bool:
    records = get_authentication_records(request, cast(User, request.user))
    latest = max((each["at"] for each in records if each.get("reauthenticated")), default=0)
    return time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT
