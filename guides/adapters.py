"""How django-allauth behaves here: its words for errors, where it leads, the links in its mails."""

from typing import Any, cast
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from allauth.core import context as current
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from guides.domain import accounts
from guides.models import User
from guides.views import journeys


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
        try:
            return str(super().clean_password(password, user))
        except ValidationError as error:
            raise ValidationError(
                _("Too easy to guess. Take eight characters or more, not what many people take.")
            ) from error

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

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """Whoever had pressed Start has started now: what signs them in begins the journey."""
        response = super().post_login(request, user, **details)
        return _started(request, response.url) or response

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
        """As always; its links keep the language, and the page that the person wanted to see."""
        links = {
            "sign_in_url": _absolute("account_login"),
            "sign_up_url": _absolute("account_signup"),
        }
        super().send_mail(template_prefix, email, {**context, **links})


def _started(request: HttpRequest, url: str) -> HttpResponse | None:
    """The answer to pressing Start, if `url` is where that button of a guide posts to."""
    path = urlsplit(url).path
    language = translation.get_language_from_path(path)
    if not language:
        return None
    with translation.override(language):
        try:
            wanted = resolve(path)
            if wanted.view_name == "catalogue:start":
                return journeys.start(request, **wanted.kwargs)
        except Http404:  # the page that `url` leads to says so
            pass
    return None


def _absolute(name: str) -> str:
    request = current.request
    query = {"language": translation.get_language()}
    if wanted := get_next_redirect_url(request):
        query["next"] = wanted
    return str(request.build_absolute_uri(reverse(name, query=query)))
