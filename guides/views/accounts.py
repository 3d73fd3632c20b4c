"""A person's settings, and the few pages of signing in that differ from django-allauth's own."""

import re
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account import views as allauth
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.utils import get_next_redirect_url
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.generic.base import RedirectView

from guides import forms
from guides.domain import accounts, calendars, reminders
from guides.models import User
from guides.views import access


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    person, now = access.person(request), timezone.now()
    form = forms.SettingsForm(request.POST if request.method == "POST" else None, person=person)
    if not form.is_valid():
        calendar_url = _calendar_url(person)
        context = {
            "form": form,
            "next_reminder": reminders.next_for(person=person),
            "now": now,
            "calendar_url": calendar_url,
            "webcal_url": re.sub("^https?", "webcal", calendar_url),
        }
        return render(request, "accounts/settings.html", context)
    accounts.change_settings(user=person, now=now, **form.cleaned_data)
    with translation.override(person.language):
        messages.success(request, _("Your settings are saved."))
        return redirect("accounts:settings")


def _calendar_url(person: User) -> str:
    if not person.calendar_key:
        return ""
    return settings.SITE_URL + reverse("calendar", args=[person.calendar_key])


# Whoever comes to these two by GET, as after signing in on the way, sees the settings.


@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    """Make, renew or revoke the address of the person's calendar."""
    person = access.person(request)
    form = forms.CalendarForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.cleaned_data["act"] == "renew":
        calendars.renew_address(person=person)
    elif form.is_valid():
        calendars.revoke_address(person=person)
    return redirect(reverse("accounts:settings") + "#calendar")


@login_required
def mail_works(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        accounts.trust_address_again(user=access.person(request))
        messages.success(request, _("Good. We write to you again."))
    return redirect("accounts:settings")


# --- Signing in ---------------------------------------------------------------------------------

# With an address alone, /accounts/login/ sends a code: the same as /accounts/login/code/.
one_entrance = RedirectView.as_view(pattern_name="account_login", query_string=True)


class PasswordSignInView(allauth.LoginView):
    template_name = "account/login_with_password.html"

    def get_form_class(self) -> type[forms.PasswordSignInForm]:
        return forms.PasswordSignInForm


sign_in_with_password = PasswordSignInView.as_view()

View = Callable[[HttpRequest], HttpResponse]


def _leads_back_to_the_entrance(view: View) -> View:
    """The code page `view`. Turning somebody away, it says why, and keeps where they want to go."""

    @wraps(view)
    def page(request: HttpRequest) -> HttpResponse:
        wanted = _wanted(request)
        response = view(request)
        if not isinstance(response, HttpResponseRedirect) or response.url not in _entrances():
            return response
        if request.method == "POST" and not _has_said_why(request):
            messages.error(request, _("That code has run out. Ask for a new one."))
        return redirect(f"{response.url}?{urlencode({'next': wanted})}") if wanted else response

    return page


def _wanted(request: HttpRequest) -> str | None:
    """The page that the person wanted to see: the address says so, or signing up remembers it."""
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    return get_next_redirect_url(request) or (stage.login.redirect_url if stage else None)


def _entrances() -> set[str]:
    return {
        reverse(name) for name in ("account_login", "account_request_login_code", "account_email")
    }


def _has_said_why(request: HttpRequest) -> bool:
    return bool(messages.get_messages(request).added_new)  # type: ignore[union-attr]


# Five tries a code is django-allauth's limit; this one is for whoever asks for many codes.
limited = rate_limit(action="type_code")
confirm_sign_in_code = limited(_leads_back_to_the_entrance(allauth.confirm_login_code))
confirm_address_code = limited(_leads_back_to_the_entrance(allauth.email_verification_sent))
confirm_password_code = limited(_leads_back_to_the_entrance(allauth.confirm_password_reset_code))
