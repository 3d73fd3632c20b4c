"""How django-allauth behaves here: its words for errors, where it leads, what its mails say."""

import base64
import hashlib
from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from guides import devices
from guides.domain import accounts
from guides.models import User
from guides.views import journeys, own_services

# Whoever guesses a password of this site begins with them.
EASY_WORDS = ("wayout", "way out")

# What an account's owner is told about by mail, by the name that django-allauth gives to it. The
# old address learns that it was left, not for which: others may read what comes there.
NOTICES = {
    "account/email/email_changed": _(
        "Your account has a new e-mail address: nothing more is sent to this one"
    ),
    "account/email/password_changed": _("Your Wayout password was changed"),
    "account/email/password_reset": _("Your Wayout password was changed, with a code"),
    "account/email/password_set": _("Your account now has a password"),
    "account/email/new_sign_in": _(
        "Somebody signed in to your account, with a browser that had not been used for it"
    ),
    "mfa/email/totp_activated": _("Signing in to your account now takes an app, too"),
    "mfa/email/totp_deactivated": _("Signing in to your account no longer takes an app"),
    "mfa/email/webauthn_added": _("Your account has a new passkey"),
    "mfa/email/webauthn_removed": _("A passkey of your account was removed"),
    "mfa/email/recovery_codes_generated": _(
        "Your account has new recovery codes: the old ones no longer work"
    ),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _(
            "The address or the password is not right. You can also sign in with a code by e-mail."
        ),
        "email_taken": _("This address belongs to another account. Take another one."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This is not the code that we sent last."),
        "incorrect_password": _("This is not your password."),
        "rate_limited": _("That was quick. Wait a minute, then ask for a new code."),
        "too_many_login_attempts": _("Too many tries. Wait a little, then ask for a new code."),
    }

    def get_login_stages(self) -> list[str]:
        own = {
            "allauth.account.stages.LoginByCodeStage": "guides.stages.SignInByCode",
            "allauth.account.stages.EmailVerificationStage": "guides.stages.VerifyAddress",
        }
        return [own.get(stage, stage) for stage in super().get_login_stages()]

    def clean_password(self, password: str, user: Any = None) -> str:
        """One reason in our words instead of up to three."""
        reason = _("Too easy to guess. Take eight characters or more, not what many people take.")
        if any(word in password.lower() for word in EASY_WORDS):
            raise ValidationError(reason)
        try:
            return str(super().clean_password(password, user))
        except ValidationError as error:
            raise ValidationError(reason) from error

    # --- Where it leads -------------------------------------------------------------------------

    def is_safe_url(self, url: str | None) -> bool:
        """Not if it cannot be read, such as "https://[", on which django-allauth fails."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        with translation.override(cast(User, request.user).language):
            return str(super().get_login_redirect_url(request))

    def post_login(self, request: HttpRequest, user: Any, **login: Any) -> HttpResponse:
        """Whoever had pressed Start has started now: what signs them in begins the journey.

        The person is told of a sign-in from a browser that is new to them.
        """
        response = super().post_login(request, user, **login)
        response = _started(request, response.url) or response
        if not login["signup"] and not devices.is_known(request, user):
            self.send_notification_mail("account/email/new_sign_in", user)
        devices.remember(request, response, user)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:settings")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """After a change of address. (After signing up, one goes on to where one wanted to go.)"""
        return reverse("accounts:settings")

    # --- Addresses ------------------------------------------------------------------------------

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """A new address has been proved: what had come back from the old one is forgotten."""
        is_confirmed = bool(super().confirm_email(request, email_address))
        if is_confirmed:
            accounts.trust_address_again(user=email_address.user)
        return is_confirmed

    # --- Messages -------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Draw it up now, and leave it to `MailMiddleware` to send.

        Its links keep the language, and the page that the person wanted to see.
        """
        links = {
            "sign_in_url": _absolute("account_login"),
            "sign_up_url": _absolute("account_signup"),
        }
        context = {**context, **links, "email": email}
        current.request.mail.append(self.render_mail(template_prefix, email, context))

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """One of NOTICES, in the language of the person."""
        with translation.override(user.language), timezone.override(user.zone):
            told = {
                "what": NOTICES[template_prefix],
                "is_old_address": template_prefix == "account/email/email_changed",
                "moment": timezone.now(),
                "browser": devices.seen_as(self.get_http_user_agent(self.request)),
                "devices_url": settings.SITE_URL
                + reverse("usersessions_list", query={"language": user.language}),
                "contact": settings.SECURITY_CONTACT,
            }
            self.send_mail("account/email/notice", email or user.email, told)


def _started(request: HttpRequest, url: str) -> HttpResponse | None:
    """The answer to pressing Start, if `url` is where that button of a guide posts to.

    The same for whoever had named a service of their own.
    """
    path = urlsplit(url).path
    language = translation.get_language_from_path(path)
    if not language:
        return None
    with translation.override(language):
        try:
            wanted = resolve(path)
            if wanted.view_name == "catalogue:start":
                return journeys.start(request, **wanted.kwargs)
            if wanted.view_name == "journeys:add":
                return own_services.take_up(request)
        except Http404:  # the page that `url` leads to says so
            pass
    return None


def _absolute(name: str) -> str:
    request = current.request
    query = {"language": translation.get_language()}
    if wanted := get_next_redirect_url(request):
        query["next"] = wanted
    return str(request.build_absolute_uri(reverse(name, query=query)))


class SecondStepAdapter(DefaultMFAAdapter):
    """Passkeys, the app and recovery codes, in our words; their secrets encrypted."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _("Recovery codes are for when you have a second step."),
        "incorrect_code": _("This code is not right, or it has been used already."),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        return _locks().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _locks().decrypt(encrypted_text).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = user.authenticator_set.filter(type=type).count() + 1
        return str(_("Passkey %(number)d") % {"number": number})

    def _get_site_name(self) -> str:
        return "Wayout"


def _locks() -> MultiFernet:
    """From the secret key, which is not in the database; the latest locks, all open."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"guides.second-step" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
