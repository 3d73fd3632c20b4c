"""The forms of the catalogue's admin: words in one language, lengths of time, lists."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from parler.forms import TranslatableModelForm

from guides.domain import catalogue, durations, spellings
from guides.models import Guide, Step

from .links import mark

# --- Fields -------------------------------------------------------------------------------------


class LengthField(forms.CharField):
    """A length of time, entered and shown as “4 days” or “24 hours”."""

    default_error_messages = {
        "invalid": _(
            "“%(text)s” is not a length of time. Write it in English, such as “4 days” or "
            "“24 hours”, ten years at most."
        )
    }

    def prepare_value(self, value: Any) -> Any:
        return durations.write(value) if isinstance(value, timedelta) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return durations.parse(text)
        except ValueError as error:
            message = self.error_messages["invalid"]
            raise ValidationError(message, code="invalid", params={"text": text}) from error


class TextLinesField(forms.CharField):
    """Lines as content files have them: a browser sends each with a carriage return."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial, self.to_python(data))


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in (super().to_python(value) or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class DomainField(forms.CharField):
    """An internet domain; of a pasted address, the domain in it."""

    default_error_messages = {
        "invalid": _("“%(text)s” is not an internet domain. Write it like “amazon.com”."),
        "unique": _("This domain belongs to a service already."),
    }

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        domain = spellings.domain_of(text)
        if text and not domain:
            message = self.error_messages["invalid"]
            raise ValidationError(message, code="invalid", params={"text": text})
        return domain


# --- Words in one language ----------------------------------------------------------------------


class WordsForm(TranslatableModelForm):
    """A form whose words are those of one language, and may be left out while another has some."""

    name_field = "title"
    slug_field = "slug"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.slug_field in self.fields:
            self.fields[self.slug_field].required = False
        self.speak(self.language_code)

    def speak(self, language: str) -> None:
        """Mark the fields with their language and direction; beside them, show the original."""
        direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
        others = self._other_languages(language)
        for name in self._translated_fields:
            field = self.fields[name]
            field.widget.attrs.update(lang=language, dir=direction)
            if others:
                field.required = False
                field.help_text = self._original(name, others) or field.help_text

    def _other_languages(self, language: str) -> list[str]:
        present = set(self.instance.get_available_languages()) if self.instance.pk else set()
        return [code for code, _name in settings.LANGUAGES if code in present - {language}]

    def _original(self, name: str, others: list[str]) -> str:
        if self.language_code == settings.LANGUAGE_CODE:
            return ""
        language = others[0]
        text = getattr(self.instance.get_translation(language), name)
        direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
        text = "\n".join(text) if isinstance(text, list) else text
        html = '<span class="original" lang="{}" dir="{}">{}</span>'
        return format_html(html, language, direction, text) if text else ""

    @property
    def is_wordless(self) -> bool:
        """Nothing is said in this language, which is fine: another language says it."""
        words = [self.cleaned_data.get(name) for name in self._translated_fields]
        return not any(words) and bool(self._other_languages(self.language_code))

    def clean(self) -> Any:
        super().clean()
        name = self.name_field
        if name in self.fields and not self.is_wordless and self.cleaned_data.get(name) == "":
            field = self.fields[name]
            self.add_error(name, ValidationError(field.error_messages["required"], "required"))
        if self.slug_field == "slug" and self.cleaned_data.get("slug") == "":
            self._give_slug()
        return self.cleaned_data

    def _give_slug(self) -> None:
        """Keep the address there is; a new one is made from the name."""
        name = self.cleaned_data.get(self.name_field, "")
        slug = self.initial.get("slug") or slugify(name)[:80]
        self.cleaned_data["slug"] = slug
        if not slug:
            self.add_error("slug", _("Write an address name in Latin letters."))

    def save_translated_fields(self) -> None:
        if not self.is_wordless:
            super().save_translated_fields()
            if isinstance(self.instance, Guide | Step) and self._has_new_words():
                self.instance.changed_at = timezone.now()

    def _has_new_words(self) -> bool:
        return not {*self._translated_fields}.isdisjoint(self.changed_data)

    def _save_m2m(self) -> None:
        super()._save_m2m()
        language = self.language_code
        if self._translated_fields and self.is_wordless and self.instance.has_translation(language):
            self.instance.delete_translation(language)


class ServiceForm(WordsForm):
    name_field = "name"

    other_names = LinesField(
        label=_("Other spellings"),
        required=False,
        help_text=_("One a line; people search by them."),
    )


class GuideForm(WordsForm):
    pass


class StepForm(WordsForm):
    slug_field = "key"

    place = forms.IntegerField(
        label=_("Place"),
        required=False,
        min_value=1,
        help_text=_("The other steps make room. Left empty, a new step comes last."),
    )
    bring_back = forms.BooleanField(label=_("Bring this step back"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["link"].help_text = mark(self.instance)
        bring_back = self.fields["bring_back"]
        if self.instance.retired_at:
            bring_back.help_text = _(
                "Retired on %(date)s: only people who have been at this step still see it."
            ) % {"date": formats.date_format(timezone.localtime(self.instance.retired_at))}
        else:
            bring_back.widget = forms.HiddenInput()

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.cleaned_data.get("bring_back"):
            self.instance.retired_at = None
        if self.errors or self.instance.retired_at:
            return
        for name, problem in catalogue.problems_of_step(self.instance).items():
            self.add_error(name, problem)
        self._refuse_new_kind()

    def _refuse_new_kind(self) -> None:
        was, becomes = self.initial.get("kind", ""), self.instance.kind
        if "kind" in self.changed_data and self.instance.pk:
            problem = catalogue.problem_of_new_kind(self.instance, was=was, becomes=becomes)
            if problem:
                self.add_error("kind", problem)


class DomainForm(forms.ModelForm):  # type: ignore[type-arg]
    place = forms.IntegerField(label=_("Place"), required=False, min_value=1)
    name = DomainField(label=_("Domain"))
