"""What somebody says of a service that is in no catalogue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guides.domain import own_services
from guides.models import OwnService


class OwnServiceForm(forms.Form):
    """A service that is in no catalogue; cleaned, `own` is what was said of it."""

    name = forms.CharField(
        label=_("What do you call it?"),
        help_text=_("Only you see this name."),
        max_length=own_services.LONGEST_NAME,
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
        error_messages={
            "required": _("Give it a name."),
            "max_length": _("Choose a shorter name, of at most 80 characters."),
        },
    )
    address = forms.CharField(
        label=_("Its address"),
        help_text=_("A website or an e-mail address, if you know one."),
        required=False,
        max_length=490,
        widget=forms.TextInput(
            {"dir": "ltr", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"max_length": _("This address is too long.")},
    )
    wait_days = forms.IntegerField(
        label=_("How many days may they take to answer?"),
        help_text=_(
            "Leave it empty if you do not know. We then take 30: in Europe the law gives them a "
            "month. You can change it at any time."
        ),
        required=False,
        min_value=1,
        max_value=own_services.LONGEST_WAIT,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages={
            "invalid": _("Give the number of days in digits."),
            "min_value": _("Give a number of days from 1 to 730."),
            "max_value": _("Give a number of days from 1 to 730."),
        },
    )

    def __init__(self, *args: Any, own: OwnService | None = None, **kwargs: Any) -> None:
        if own:
            kwargs["initial"] = {
                "name": own.name,
                "address": own.address,
                "wait_days": own.wait_days,
            }
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        return own_services.clean_name(self.cleaned_data["name"])

    def clean_address(self) -> str:
        return own_services.clean_address(self.cleaned_data["address"])

    @property
    def own(self) -> OwnService:
        return OwnService(**self.cleaned_data)


class SuggestionForm(forms.Form):
    """What an address suggests to fill in; what makes no sense is left out."""

    name = forms.CharField(required=False, max_length=own_services.LONGEST_NAME)
    service = forms.SlugField(required=False)
