"""How it went where there is no guide."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guides.domain import stories
from guides.models import Service

from .open_to_all import OpenForm, PlainTextField


class StoryForm(OpenForm):
    text = PlainTextField(
        label=_("What did you do, and how long did it take?"),
        help_text=_("A few words are enough. Please write nothing that tells who you are."),
        max_length=stories.LONGEST,
        widget=forms.Textarea({"rows": 8, "dir": "auto"}),
        error_messages={
            "required": _("Write a few words."),
            "max_length": _("That is too long: at most 2,000 characters."),
        },
    )

    def __init__(self, data: Any = None, *, service: Service, now: datetime) -> None:
        super().__init__(data, about=f"service {service.pk}", now=now)
