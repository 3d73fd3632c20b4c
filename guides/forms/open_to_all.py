"""What anybody may send who has found a page: no account, no puzzle, no third party to ask."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

# What reading JSON of any shape may raise.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
# Nobody writes so fast; whoever takes longer than the other has left the page open meanwhile.
TOO_FAST = timedelta(seconds=2)
TOO_OLD = timedelta(days=1)
# A field that no person sees, so only programs fill it in.
TRAP = "homepage"
_SALT = "guides.open_form"


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


class OpenForm(forms.Form):
    """Looks whether a person is writing; what they wrote is never lost."""

    trap = TRAP

    def __init__(self, data: Any = None, *, about: str, now: datetime, **more: Any) -> None:
        """`about` names what is written of: a page that was opened for it serves nothing else."""
        super().__init__(data, **more)
        self.about, self.now = about, now

    @cached_property
    def opened(self) -> str:
        """Says, signed, when this page was opened; as it came, if that still holds."""
        if self._age is not None and self._age <= TOO_OLD:
            return str(self.data["opened"])
        return signing.dumps([self.about, self.now.timestamp()], salt=_SALT)

    @cached_property
    def _age(self) -> timedelta | None:
        """For how long the page has been open; None if we have never opened it."""
        try:
            about, opened_at = signing.loads(self.data.get("opened", ""), salt=_SALT)
        except signing.BadSignature:
            return None
        if about != self.about:
            return None
        return timedelta(seconds=self.now.timestamp() - opened_at)

    def clean(self) -> dict[str, Any]:
        if self._age is None or self._age > TOO_OLD:
            raise forms.ValidationError(
                _("The page was open for too long. Your words are still here: send them once more.")
            )
        is_no_person = self._age < TOO_FAST or self.data.get(TRAP)
        if is_no_person and not self.errors:  # who has something to set right takes longer
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
