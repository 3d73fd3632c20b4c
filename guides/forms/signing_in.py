"""Signing in and the second step: django-allauth's forms, in our words."""

import unicodedata
from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guides.domain import accounts
from guides.models import User

from .open_to_all import UNREADABLE

_LABELS = {
    "email": _("E-mail address"),
    "login": _("E-mail address"),
    "code": _("Code"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "name": _("Name of the passkey"),
}
_HINTS = {
    "code": _("Eight digits, good for 15 minutes."),
    "password1": _("At least eight characters. A few words in a row are easy to remember."),
}
_ADDRESS_ERRORS = {
    "required": _("Give your e-mail address."),
    "invalid": _("Something is missing: an address looks like name@example.org."),
}
_ERRORS = {
    "email": _ADDRESS_ERRORS,
    "login": _ADDRESS_ERRORS,
    "code": {"required": _("Type the code.")},
    "name": {"required": _("Give it a name.")},
    "password": {"required": _("Type your password.")},
    "oldpassword": {"required": _("Type your current password.")},
    "password1": {"required": _("Type a new password.")},
}
_ATTRIBUTES = {
    "email": {"dir": "ltr"},
    "login": {"dir": "ltr"},
    "code": {"dir": "ltr", "inputmode": "numeric"},
}


class InOurWords(forms.Form):
    """No placeholders, and a new password is typed once: who mistypes it still gets in by code."""

    labels = _LABELS
    hints = _HINTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, label in self.labels.items():
            if field := self.fields.get(name):
                field.label = label
                field.help_text = self.hints.get(name, "")
                field.error_messages.update(_ERRORS[name])
                field.widget.attrs.pop("placeholder", None)
                field.widget.attrs.update(_ATTRIBUTES.get(name, {}))
        self._take_the_focus()

    def _take_the_focus(self) -> None:
        """Where there is one thing to type, one can type at once; else the page is read first."""
        to_type = self.visible_fields()
        for field in to_type:
            field.field.widget.attrs.pop("autofocus", None)
        if len(to_type) == 1:
            to_type[0].field.widget.attrs["autofocus"] = True


class SignInForm(InOurWords, allauth.LoginForm):
    """Asks for the address alone: a code is sent to it."""


class PasswordSignInForm(InOurWords, allauth.LoginForm):
    def _setup_password_field(self) -> None:
        """Keeps the field, which django-allauth drops where signing up asks for no password."""


class SignUpForm(InOurWords, allauth.SignupForm):
    # Filled in by the browser, and only a guess: whatever comes, it is never an error.
    time_zone = forms.Field(required=False, widget=forms.HiddenInput({"data-time-zone": True}))

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        accounts.settle_in(user=user, **self._beginning)

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            accounts.go_through_the_motions(**self._beginning)
        return super().try_save(request)

    @property
    def _beginning(self) -> dict[str, str]:
        guess = self.cleaned_data["time_zone"] or ""
        return {"language": get_language() or "", "time_zone_guess": guess}


class CodeForm(InOurWords):
    def clean_code(self) -> str:
        """Takes the digits of any script: an Arabic keyboard may write ١٢٣."""
        code = self.cleaned_data["code"]
        self.cleaned_data["code"] = "".join(str(unicodedata.decimal(sign, sign)) for sign in code)
        return str(super().clean_code())  # type: ignore[misc]


class SignInCodeForm(CodeForm, allauth.ConfirmLoginCodeForm):
    pass


class AddressCodeForm(CodeForm, allauth.ConfirmEmailVerificationCodeForm):
    pass


class PasswordCodeForm(CodeForm, allauth.ConfirmPasswordResetCodeForm):
    pass


class ChangeAddressForm(InOurWords, allauth.AddEmailForm):
    labels = {**_LABELS, "email": _("New e-mail address")}


class ForgottenPasswordForm(InOurWords, allauth.ResetPasswordForm):
    pass


class NewPasswordForm(InOurWords, allauth.ResetPasswordKeyForm):
    pass


class SetPasswordForm(InOurWords, allauth.SetPasswordForm):
    pass


class ChangePasswordForm(InOurWords, allauth.ChangePasswordForm):
    pass


class ProvePasswordForm(InOurWords, allauth.ReauthenticateForm):
    pass


# --- The second step ------------------------------------------------------------------------------


class SecondStepForm(CodeForm, second_step.AuthenticateForm):
    """A code of the app, or one of the recovery codes."""

    hints = {"code": _("Six digits from your app, or one of your recovery codes.")}


class ProveSecondStepForm(CodeForm, second_step.ReauthenticateForm):
    hints = SecondStepForm.hints


class ActivateAppForm(CodeForm, app.ActivateTOTPForm):
    hints = {"code": _("The six digits that the app shows now.")}


class CredentialField(forms.JSONField):
    """What the script of a passkey sends. Django fails on numbers without end, and on lists in
    lists in lists."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except UNREADABLE:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What is shown again: nothing of what cannot be read."""
        try:
            return super().bound_data(data, initial)
        except UNREADABLE:
            return None


class PasskeySignInForm(passkeys.LoginWebAuthnForm):
    credential = CredentialField()


class PasskeySecondStepForm(passkeys.AuthenticateWebAuthnForm):
    credential = CredentialField()


class ProvePasskeyForm(passkeys.ReauthenticateWebAuthnForm):
    credential = CredentialField()


_PASSKEY_HINTS = {"name": _("To tell it from others: “My phone”.")}


class AddPasskeyForm(InOurWords, passkeys.AddWebAuthnForm):
    hints = _PASSKEY_HINTS
    credential = CredentialField()
    name = forms.CharField(max_length=60, required=False)
    # Always one to sign in with by itself. django-allauth's script reads it from a check box.
    passwordless = forms.BooleanField(
        required=False, initial=True, widget=forms.CheckboxInput({"hidden": True})
    )


class NamePasskeyForm(InOurWords, passkeys.EditWebAuthnForm):
    hints = _PASSKEY_HINTS
    name = forms.CharField(max_length=60)
