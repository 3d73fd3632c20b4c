"""What is said on a journey: a small form for each act, and what a browser kept of one."""

import json
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from guides.models import Journey

from .open_to_all import UNREADABLE

# Nothing that somebody ticked off here can be older.
FIRST_YEAR = 2026


class LocalProgressForm(forms.Form):
    """What a browser kept for somebody without an account, as static/js/local.js writes it.

    Cleaned, `progress` is a dict of {step id: moment} by (service, guide).
    """

    progress = forms.CharField(
        max_length=200_000,
        widget=forms.HiddenInput,
        error_messages={"max_length": _("That is too much to move at once.")},
    )

    def clean_progress(self) -> dict[tuple[str, str], dict[int, datetime]]:
        try:
            kept = json.loads(self.cleaned_data["progress"])
            return {
                _guide_named(name): {int(pk): _moment(at) for pk, at in guide["done"].items()}
                for name, guide in kept.items()
            }
        except (*UNREADABLE, forms.ValidationError):
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
