"""What people may send, checked: one form per kind of answer."""

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.conf import settings
from django.core.validators import validate_slug
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guides.domain import accounts
from guides.domain.likeness import LONGEST_QUERY
from guides.domain.search import Only
from guides.models import Guide, Journey, User

# Nothing that somebody ticked off here can be older.
FIRST_YEAR = 2026

# --- Signing in: django-allauth's forms, in our words ---------------------------------------------

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

    hints = _HINTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, label in _LABELS.items():
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
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


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


# What reading JSON of any shape may raise.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


class CredentialField(forms.JSONField):
    """What the script of a passkey sends. Django fails on numbers without end, and on lists in
    lists in lists."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except _UNREADABLE:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


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


# --- The search -----------------------------------------------------------------------------------


class SearchForm(forms.Form):
    """What is looked for, and among what.

    Nobody is told that they search wrongly: what makes no sense is left out. The fields belong to
    the form with the id `search`, wherever on the page they stand.
    """

    q = forms.Field(required=False)
    difficulty = forms.ChoiceField(
        label=_("How hard"),
        choices=[("", _("Any")), *Guide.Difficulty.choices],
        required=False,
        widget=forms.Select({"form": "search"}),
    )
    undo = forms.BooleanField(
        label=_("Can be undone"), required=False, widget=forms.CheckboxInput({"form": "search"})
    )
    checked = forms.BooleanField(
        label=_("Has a checked guide"),
        required=False,
        widget=forms.CheckboxInput({"form": "search"}),
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.full_clean()

    def clean_q(self) -> str:
        typed = str(self.cleaned_data["q"] or "")[:LONGEST_QUERY]
        return "".join(letter for letter in typed if letter.isprintable()).strip()

    @property
    def query(self) -> str:
        return self.cleaned_data["q"]

    @property
    def only(self) -> Only:
        said = self.cleaned_data
        return Only(
            difficulty=said.get("difficulty", ""),
            can_be_undone=said["undo"],
            is_checked=said["checked"],
        )

    @property
    def parameters(self) -> QueryDict:
        """For an address that finds the same."""
        parameters = QueryDict(mutable=True)
        for name, value in self.cleaned_data.items():
            if value:
                parameters[name] = "on" if value is True else value
        return parameters


# --- Settings -------------------------------------------------------------------------------------


class LanguageSelect(forms.Select):
    """Each language in its own words, and marked as such for those who have it read to them."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["lang"] = str(value)
        return option


class SettingsForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language of pages and e-mails"),
        choices=settings.LANGUAGES,
        widget=LanguageSelect,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("All dates and times are said in this zone.")
    )
    wants_reminders = forms.BooleanField(
        label=_("Write to me when something is due"),
        help_text=_("When a waiting period ends, and before a deadline."),
        required=False,
    )

    wants_nudges = forms.BooleanField(
        label=_("Remind me of what I have begun and left for a week"), required=False
    )
    shows_names = forms.BooleanField(
        label=_("Name the service in subjects and in the calendar"),
        help_text=_("Off, a phone on a table tells nobody what you are leaving."),
        required=False,
    )
    keeps_days = forms.TypedChoiceField(
        label=_("Forget finished journeys after"), choices=User.KeepsDays, coerce=int
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(person, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = _zone_choices(person)  # type: ignore[attr-defined]


def _zone_choices(person: User) -> list[tuple[str, Any]]:
    """A cities' list in regions, each with the time it is there."""
    now = timezone.now()
    choices: list[tuple[str, Any]] = []
    zones_by_region = accounts.zones_by_region(
        language=get_language() or settings.LANGUAGE_CODE, also=person.time_zone
    )
    for region, zones in zones_by_region:
        options = [
            (
                zone.name,
                _("%(city)s (now %(time)s)")
                % {"city": zone.city, "time": f"{accounts.time_in(zone.name, now):%H:%M}"},
            )
            for zone in zones
        ]
        choices += [(region, options)] if region else options
    return choices


# --- Journeys -----------------------------------------------------------------------------------


class LocalProgressForm(forms.Form):
    """What a browser kept for somebody without an account, as static/js/local.js writes it.

    Cleaned, `progress` is a dict of {step id: moment} by (service, guide).
    """

    progress = forms.CharField(
        max_length=200_000,
        widget=forms.HiddenInput,
        error_messages={"max_length": _("That is too much to take along at once.")},
    )

    def clean_progress(self) -> dict[tuple[str, str], dict[int, datetime]]:
        try:
            kept = json.loads(self.cleaned_data["progress"])
            return {
                _guide_named(name): {int(pk): _moment(at) for pk, at in guide["done"].items()}
                for name, guide in kept.items()
            }
        except (*_UNREADABLE, forms.ValidationError):
            raise forms.ValidationError(
                _("What this browser kept cannot be read. Nothing has been changed.")
            ) from None


def _guide_named(name: str) -> tuple[str, str]:
    service, guide = name.split("/")
    validate_slug(service)  # JSON can name what no database can look for
    validate_slug(guide)
    return service, guide


def _moment(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None or moment.year < FIRST_YEAR:
        raise ValueError
    return moment.astimezone(UTC)


class MomentInput(forms.DateTimeInput):
    """The browser's own date and time field, in the person's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class JourneyForm(forms.Form):
    """Base of the small forms of the wizard: says its first error in one sentence."""

    @property
    def complaint(self) -> str:
        return next((str(messages[0]) for messages in self.errors.values()), "")


class TickForm(JourneyForm):
    happened_at = forms.DateTimeField(
        label=_("When did you do it?"), required=False, widget=MomentInput
    )
    is_sure = forms.BooleanField(required=False, widget=forms.HiddenInput)


class StartWaitForm(JourneyForm):
    started_at = forms.DateTimeField(
        label=_("When did it begin?"), required=False, widget=MomentInput
    )
    until = forms.DateField(label=_("On which day does it end?"), required=False, widget=DayInput)


class DaysField(forms.IntegerField):
    """How much longer a waiting period becomes."""

    default_error_messages = {
        "required": _("Say how many days."),
        "invalid": _("Give the number of days in digits."),
        "min_value": _("A waiting period can be made longer by one day up to one year."),
        "max_value": _("A waiting period can be made longer by one day up to one year."),
    }

    def __init__(self, **options: Any) -> None:
        widget = forms.NumberInput({"inputmode": "numeric"})
        super().__init__(min_value=1, max_value=366, initial=7, widget=widget, **options)


class ExtendWaitForm(JourneyForm):
    days = DaysField(label=_("How many more days?"))
    running_until = forms.DateTimeField(required=False, widget=forms.HiddenInput)


class RemindOnForm(JourneyForm):
    day = forms.DateField(label=_("On which day?"), required=False, widget=DayInput)


class SwitchForm(JourneyForm):
    on = forms.BooleanField(required=False)


class CalendarForm(JourneyForm):
    act = forms.ChoiceField(choices=[("renew", ""), ("revoke", "")])


class AnswerForm(JourneyForm):
    days = DaysField(label=_("How many more days did they ask for?"))

    def __init__(self, *args: Any, asks_for_days: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_for_days:
            del self.fields["days"]


class UndoForm(JourneyForm):
    entry = forms.IntegerField(widget=forms.HiddenInput)


class FinishForm(JourneyForm):
    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=Journey.Outcome.choices,
        error_messages={
            "required": _("Choose how it ended."),
            "invalid_choice": _("Choose how it ended."),
        },
    )
