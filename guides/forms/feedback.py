"""What people tell of the guides: that a step looks different, and how it went."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guides.domain import figures
from guides.domain.durations import UNITS
from guides.domain.experiences import Waited
from guides.models import Experience, Step
from guides.models.feedback import LONGEST_REPORT

from .accounts import LanguageSelect

# --- A step looks different -----------------------------------------------------------------------

# Nobody writes so fast; whoever takes longer than the other has left the page open meanwhile.
TOO_FAST = timedelta(seconds=2)
TOO_OLD = timedelta(days=1)
# A field that no person sees, so only programs fill it in.
TRAP = "homepage"
_ANOTHER = "other"


class PlainTextField(forms.CharField):
    """Text of several lines, without signs that have no shape; a line end is one sign."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        lines = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        return str(super().to_python("".join(filter(_has_a_place, lines))))


class AddressField(forms.EmailField):
    def to_python(self, value: Any) -> str:
        return str(super().to_python("".join(filter(_has_a_place, str(value or "")))))


def _has_a_place(sign: str) -> bool:
    return sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"}


class ReportForm(forms.Form):
    """Open to everybody, so it looks whether a person is writing; what they wrote is never lost."""

    text = PlainTextField(
        label=_("What is different?"),
        help_text=_("For example: the button has another name, or stands on another page."),
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
        super().__init__(data, initial={"language": get_language()})
        self.step, self.now = step, now

    @property
    def trap(self) -> str:
        return TRAP

    @cached_property
    def opened(self) -> str:
        """Says, signed, when this page was opened; as it came, if that still holds."""
        if self._age is not None and self._age <= TOO_OLD:
            return str(self.data["opened"])
        return signing.dumps([self.step.pk, self.now.timestamp()], salt="report")

    @cached_property
    def _age(self) -> timedelta | None:
        """For how long the page has been open; None if we have never opened it."""
        try:
            step_id, opened_at = signing.loads(self.data.get("opened", ""), salt="report")
        except signing.BadSignature:
            return None
        if step_id != self.step.pk:
            return None
        return timedelta(seconds=self.now.timestamp() - opened_at)

    def clean_language(self) -> str:
        chosen = str(self.cleaned_data["language"])
        return "" if chosen == _ANOTHER else chosen

    def clean(self) -> dict[str, Any]:
        if self._age is None or self._age > TOO_OLD:
            raise forms.ValidationError(
                _("The page was open for too long. Your words are still here: send them once more.")
            )
        if self._age < TOO_FAST or self.data.get(TRAP):
            raise forms.ValidationError(
                _("That was very fast. Your words are still here: send them once more.")
            )
        return self.cleaned_data

    def refuse_so_many(self) -> None:
        too_many = _(
            "Many reports have come from your connection. Wait a few minutes, then send this one "
            "again: your words are still here."
        )
        self.add_error(None, too_many)


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
