"""A person's settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from guides.domain import accounts
from guides.models import User


class LanguageSelect(forms.Select):
    """Each language in its own words, and marked as such for those who have it read to them."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value in dict(settings.LANGUAGES):
            option["attrs"]["lang"] = str(value)
        return option


class SettingsForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language of pages and e-mails"),
        choices=settings.LANGUAGES,
        widget=LanguageSelect,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("All dates and times are shown in this zone.")
    )
    wants_reminders = forms.BooleanField(
        label=_("E-mail me when something is due"),
        help_text=_("When a waiting period ends, and before a deadline."),
        required=False,
    )

    wants_nudges = forms.BooleanField(
        label=_("Remind me of a journey I have not touched for a week"), required=False
    )
    shows_names = forms.BooleanField(
        label=_("Name the service in subjects and in the calendar"),
        help_text=_("While this is off, nobody who sees your phone learns what you are leaving."),
        required=False,
    )
    keeps_days = forms.TypedChoiceField(
        label=_("Delete finished journeys after"), choices=User.KeepsDays, coerce=int
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(person, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = _zone_choices(person)  # type: ignore[attr-defined]


def _zone_choices(person: User) -> list[tuple[str, Any]]:
    """A cities' list in regions, each with the time it is there."""
    now = timezone.now()
    clock = pgettext("date format, see Django’s date filter", "H:i")
    choices: list[tuple[str, Any]] = []
    zones_by_region = accounts.zones_by_region(
        language=get_language() or settings.LANGUAGE_CODE, also=person.time_zone
    )
    for region, zones in zones_by_region:
        options = [
            (
                zone.name,
                _("%(city)s (now %(time)s)")
                % {"city": zone.city, "time": date_format(accounts.time_in(zone.name, now), clock)},
            )
            for zone in zones
        ]
        choices += [(region, options)] if region else options
    return choices
