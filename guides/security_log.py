"""A line in the log for whatever has to do with signing in, for those who look into an attack.

People stand there under a name that is always the same for one of them, and that nobody can turn
into an address, or into a row, without the secret key.
"""

import logging
from functools import partial
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as second_step
from django.contrib.auth import signals as auth
from django.dispatch import Signal
from django.utils.crypto import salted_hmac

from guides.models import User

logger = logging.getLogger(__name__)

EVENTS: dict[Signal, str] = {
    account.user_logged_in: "signed in",
    auth.user_logged_out: "signed out",
    auth.user_login_failed: "wrong password",
    account.login_code_rejected: "wrong code to sign in",
    account.email_verification_code_rejected: "wrong code for an address",
    account.password_reset_code_rejected: "wrong code for a password",
    account.password_changed: "password changed",
    account.password_set: "password set",
    account.password_reset: "password reset",
    account.email_changed: "address changed",
    second_step.authentication_failed: "wrong second step",
    second_step.authenticator_added: "second step added",
    second_step.authenticator_removed: "second step removed",
    second_step.authenticator_reset: "recovery codes renewed",
}
_receivers: list[Any] = []


def connect() -> None:
    for signal, event in EVENTS.items():
        receiver = partial(_write, event)
        _receivers.append(receiver)  # Django holds on to them weakly
        signal.connect(receiver)


def _write(event: str, user: User | None = None, **_signal: Any) -> None:
    logger.info("%s: %s", event, name_of(user) if user else "somebody")


def name_of(person: User) -> str:
    return "person " + salted_hmac(__name__, str(person.pk), algorithm="sha256").hexdigest()[:10]
