"""What people tell of the guides: that a step looks different, and how it went."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guides.domain import figures
from guides.domain.durations import UNITS
from guides.domain.experiences import Waited
from guides.models import Experience, Step
from guides.models.feedback import LONGEST_REPORT

from .accounts import LanguageSelect
from .open_to_all import AddressField, OpenForm, PlainTextField

# --- A step looks different -----------------------------------------------------------------------

_ANOTHER = "other"


class ReportForm(OpenForm):
    text = PlainTextField(
        label=_("What is different?"),
        help_text=_("For example: the button has another name, or is on another page."),
        max_length=LONGEST_REPORT,
        widget=forms.Textarea({"rows": 6, "dir": "auto"}),
        error_messages={
            "required": _("Say what is different."),
            "max_length": _("That is too long: at most 2,000 characters."),
        },
    )
    language = forms.ChoiceField(
        label=_("In which language do you see it?"),
        help_text=_("The language of the service’s page or app."),
        choices=[*settings.LANGUAGES, (_ANOTHER, _("Another one"))],
        widget=LanguageSelect,
        error_messages={
            "required": _("Choose a language."),
            "invalid_choice": _("Choose a language."),
        },
    )
    reply_to = AddressField(
        label=_("Your e-mail address"),
        help_text=_("Only if you would like an answer. Deleted once an editor has seen to it."),
        max_length=254,
        required=False,
        widget=forms.EmailInput({"dir": "ltr", "autocomplete": "email"}),
        error_messages={
            "invalid": _("Something is missing: an address looks like name@example.org."),
            "max_length": _("Something is missing: an address looks like name@example.org."),
        },
    )

    def __init__(self, data: Any = None, *, step: Step, now: datetime) -> None:
        initial = {"language": get_language()}
        super().__init__(data, about=f"step {step.pk}", now=now, initial=initial)

    def clean_language(self) -> str:
        chosen = str(self.cleaned_data["language"])
        return "" if chosen == _ANOTHER else chosen


# --- How it went ----------------------------------------------------------------------------------

_HOURS, _DAYS = "hour", "day"


class ExperienceForm(forms.Form):
    """Whether it worked, and of each wait how long it took: filled in with what we know."""

    worked = forms.ChoiceField(
        label=_("Did it work?"),
        choices=Experience.Worked.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Say whether it worked."),
            "invalid_choice": _("Say whether it worked."),
        },
    )

    def __init__(self, data: Any = None, *, waits: Sequence[Waited], worked: str = "") -> None:
        super().__init__(data, initial={"worked": worked})
        self.waits = waits
        for each in waits:
            is_short = each.length < figures.IN_DAYS_FROM
            unit = _HOURS if is_short else _DAYS
            self.fields[f"count_{each.step.pk}"] = _count(each.length // UNITS[unit])
            self.fields[f"unit_{each.step.pk}"] = forms.ChoiceField(
                label=_("Hours or days"),
                choices=[(_HOURS, _("hours")), (_DAYS, _("days"))],
                initial=unit,
            )

    @property
    def rows(self) -> list[tuple[Waited, forms.BoundField, forms.BoundField]]:
        return [
            (each, self[f"count_{each.step.pk}"], self[f"unit_{each.step.pk}"])
            for each in self.waits
        ]

    @property
    def lengths(self) -> Mapping[int, timedelta]:
        """By the id of the wait; without those that were left empty."""
        said = self.cleaned_data
        return {
            each.step.pk: count * UNITS[said[f"unit_{each.step.pk}"]]
            for each in self.waits
            if (count := said[f"count_{each.step.pk}"])
        }


def _count(known: int) -> forms.IntegerField:
    wrong = _("Give a number from 1 to 999, or leave it empty.")
    return forms.IntegerField(
        label=_("How long did it take?"),
        min_value=1,
        max_value=999,
        initial=known,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
    )
