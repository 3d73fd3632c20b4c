"""The component page: what a page is made of, in every state. For designers; only with DEBUG."""

import re
from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from guides.domain.choices import Device
from guides.domain.timeline import State
from guides.forms import DaysField, LanguageSelect
from guides.models import Guide, Journey, Step
from guides.views import specimens

# What others noted, each in its own language.
QUOTED = [
    ("en", "ltr", "Write to them. The account is deleted after 30 days."),
    ("ar", "rtl", "اكتب إليهم. يُحذف الحساب بعد 30 يومًا."),
]


class Specimen(forms.Form):
    """A field of each look."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    code = forms.CharField(
        label=gettext_lazy("Code"), help_text=gettext_lazy("Eight digits, good for 15 minutes.")
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of pages and e-mails"),
        choices=settings.LANGUAGES,
        widget=LanguageSelect,
    )
    days = DaysField(label=gettext_lazy("How many more days?"))
    wants_reminders = forms.BooleanField(
        label=gettext_lazy("E-mail me when something is due"), required=False
    )


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    states = [SimpleNamespace(state=state, until=None) for state in State if state != State.HEADING]
    states.append(SimpleNamespace(state=State.TO_DO, until=now))
    levels = (constants.SUCCESS, constants.INFO, constants.WARNING, constants.ERROR)
    specimen = specimens.shown(now)
    context = {
        "now": now,
        "tokens": _named("css/tokens.css", r"(?m)^  --([\w-]+): #"),
        "icons": _named("img/icons.svg", r'id="([\w-]+)"'),
        "states": states,
        "kinds": Step.Kind.values,
        "difficulties": Guide.Difficulty.choices,
        "outcomes": Journey.Outcome,
        "names": ["AliExpress", "Booking.com", "ChatGPT (OpenAI)", "Vipps MobilePay"],
        "devices": list(Device),
        "quoted": QUOTED,
        "form": Specimen({"email": "kari", "language": "nb", "wants_reminders": "on"}),
        "samples": [Message(level, _("Your settings are saved.")) for level in levels],
        "specimen": specimen,
        "stands": [specimen[name] for name in ("waiting", "ready", "over", "overdue")],
    }
    return render(request, "look/components.html", context)


def _named(file: str, pattern: str) -> list[str]:
    """The names in a static file, so that the page shows whatever is added there."""
    return re.findall(pattern, Path(settings.BASE_DIR, "static", file).read_text())
