"""Guides: a whole guide on one page, its words in one language at a time."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db.models import (
    Count,
    DurationField,
    Model,
    Prefetch,
    QuerySet,
    TextField,
    URLField,
)
from django.forms import Textarea
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from parler.admin import TranslatableStackedInline

from guides.domain import catalogue, links, translations
from guides.models import Guide, Revision, Source, Step

from .base import CatalogueAdmin, OfferedLanguage
from .exporting import ExportAdmin
from .filters import (
    CheckedFilter,
    ImportedFilter,
    LanguageMissingFilter,
    NeedFilter,
    ServiceFilter,
)
from .forms import GuideForm, LengthField, StepForm, TextLinesField
from .history import HistoryAdmin
from .links import mark
from .rows import StepFormSet

# An address that is typed without its scheme.
ADDRESSES: dict[Any, dict[str, Any]] = {URLField: {"assume_scheme": "https"}}


class GuideChangeList(ChangeList):
    """The rows with all that their columns say, in as many queries however many rows there are."""

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Guide]:
        live = Step.objects.filter(retired_at=None).prefetch_related("translations")
        guides: QuerySet[Guide] = super().get_queryset(request, *args, **kwargs)
        guides = guides.annotate(journey_count=Count("journeys"))
        return guides.prefetch_related(
            "translations", "service__translations", Prefetch("steps", live)
        )


class SourceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Source
    fields = ("name", "language", "url", "read_on", "link")
    readonly_fields = ("link",)
    extra = 0
    formfield_overrides = ADDRESSES

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return links.with_dead_since(super().get_queryset(request), "url")

    @admin.display(description=gettext_lazy("link"))
    def link(self, source: Source) -> str:
        return mark(source)


class StepInline(OfferedLanguage, TranslatableStackedInline):
    model = Step
    form = StepForm
    formset = StepFormSet
    fk_name = "guide"
    extra = 0
    formfield_overrides = {
        DurationField: {"form_class": LengthField},
        TextField: {"form_class": TextLinesField},
        **ADDRESSES,
    }
    fieldsets = (
        (None, {"fields": ("bring_back", ("place", "kind"), "title", "body", "link")}),
        (
            gettext_lazy("Letter"),
            {"classes": ["collapse"], "fields": ("letter_to", "letter_subject", "letter_body")},
        ),
        (
            gettext_lazy("Waiting and time limits"),
            {
                "classes": ["collapse"],
                "fields": (
                    ("wait_shortest", "wait_longest", "do_within"),
                    ("wait_reason", "wait_certainty"),
                    ("in_business_days", "until_date", "stay_signed_out"),
                ),
            },
        ),
        (
            gettext_lazy("Place in the guide"),
            {
                "classes": ["collapse"],
                "fields": (
                    "key",
                    ("is_optional", "while_waiting", "is_final"),
                    ("goes_back_to", "continues_with"),
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Step]:
        steps: QuerySet[Step] = super().get_queryset(request)
        return links.with_dead_since(steps.prefetch_related("translations"), "link")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {"key": ("title",)}

    def get_extra(self, request: HttpRequest, obj: Guide | None = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    def get_formset(self, request: HttpRequest, obj: Guide | None = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        # Django refuses to delete a protected row and names what protects it: people's progress.
        # StepFormSet retires such a step instead.
        formset.form.hand_clean_DELETE = lambda form: None
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        elif isinstance(field, LengthField):
            field.widget.attrs.update(placeholder="4 days", size=12, dir="ltr", lang="en")
        elif field and isinstance(field.widget, Textarea):
            field.widget.attrs["rows"] = 5
        return field


@admin.register(Guide)
class GuideAdmin(HistoryAdmin, ExportAdmin, CatalogueAdmin):
    form = GuideForm
    inlines = (StepInline, SourceInline)
    actions = ("publish", "unpublish", "checked_today", "translations_are_right")
    autocomplete_fields = ("service",)
    list_display = (
        "service",
        "name_of",
        "goal",
        "channel",
        "is_published",
        "checked_on",
        "languages",
        "journey_count",
    )
    list_display_links = ("name_of",)
    list_filter = (
        NeedFilter,
        ImportedFilter,
        ServiceFilter,
        "is_published",
        LanguageMissingFilter,
        CheckedFilter,
    )
    readonly_fields = ("noted",)
    search_fields = (
        "translations__title",
        "service__translations__name",
        "service__domains__name",
        "slug",
    )
    ordering = ("service__slug", "position", "id")
    fieldsets = (
        (None, {"fields": ("service", "title", "slug", "summary")}),
        (
            gettext_lazy("What to expect"),
            {"fields": (("goal", "channel"), ("difficulty", "undo"), "you_lose", "you_need")},
        ),
        (gettext_lazy("On the site"), {"fields": (("is_published", "checked_on"), "position")}),
    )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {"slug": ("title",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Guide]:
        guides: QuerySet[Guide] = super().get_queryset(request)
        return guides.select_related("service", "origin")

    def get_fieldsets(self, request: HttpRequest, obj: Guide | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not hasattr(obj, "origin"):
            return fieldsets
        return (*fieldsets, (gettext_lazy("Imported"), {"fields": ("noted",)}))

    @admin.display(description=gettext_lazy("what is noted there"))
    def noted(self, guide: Guide) -> str:
        """In all languages; escaped, for it is the text of strangers."""
        notes = [note for note in guide.origin.notes.all() if note.text]
        rows = format_html_join("", "<p><b>{}</b> {}</p>", ((n.language, n.text) for n in notes))
        return format_html("<p>{}</p>{}", guide.origin, rows)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return GuideChangeList

    def guides_of(self, objs: Sequence[Any]) -> Any:
        return Guide.objects.filter(pk__in=[guide.pk for guide in objs])

    # --- Saving ---

    def save_model(self, request: HttpRequest, obj: Guide, form: Any, change: bool) -> None:
        if not change:
            obj.is_published = False
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for step in [step for formset in formsets for step in getattr(formset, "retired", [])]:
            text = _("“%(step)s” is retired, not deleted: people on their way have been there.")
            messages.warning(request, text % {"step": step})
        if not change and form.cleaned_data.get("is_published"):
            self._publish(request, form.instance)

    def _publish(self, request: HttpRequest, guide: Guide) -> bool:
        try:
            with self.noting(request, guide, Revision.Act.PUBLISHED):
                catalogue.publish(guide)
        except ValidationError as error:
            text = _("“%(guide)s” is not published: %(reasons)s")
            messages.error(request, text % {"guide": guide, "reasons": " ".join(error.messages)})
            return False
        return True

    # --- Columns ---

    @admin.display(description=gettext_lazy("title"))
    def name_of(self, guide: Guide) -> str:
        return str(guide)

    @admin.display(description=gettext_lazy("complete in"))
    def languages(self, guide: Guide) -> str:
        """The languages in which the guide and each of its steps have a title."""
        parts: list[Model] = [guide, *guide.steps.all()]
        return ", ".join(code for code, _name in settings.LANGUAGES if _all_say(parts, code))

    @admin.display(description=gettext_lazy("journeys"))
    def journey_count(self, guide: Any) -> int:
        return int(guide.journey_count)

    # --- Actions ---

    @admin.action(description=gettext_lazy("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Guide]) -> None:
        count = sum(self._publish(request, guide) for guide in queryset)
        if count:
            text = ngettext(
                "%(count)d guide is published.", "%(count)d guides are published.", count
            )
            messages.success(request, text % {"count": count})

    @admin.action(description=gettext_lazy("Unpublish"), permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Guide]) -> None:
        count = 0
        for guide in queryset:
            with self.noting(request, guide, Revision.Act.UNPUBLISHED):
                count += Guide.objects.filter(pk=guide.pk).update(is_published=False)
        text = ngettext(
            "%(count)d guide is a draft now.", "%(count)d guides are drafts now.", count
        )
        messages.success(request, text % {"count": count})

    @admin.action(description=gettext_lazy("Checked today"), permissions=["change"])
    def checked_today(self, request: HttpRequest, queryset: QuerySet[Guide]) -> None:
        count, today = 0, timezone.localdate()
        for guide in queryset:
            with self.noting(request, guide, Revision.Act.CHECKED):
                count += Guide.objects.filter(pk=guide.pk).update(checked_on=today)
        text = ngettext(
            "%(count)d guide is marked as checked today.",
            "%(count)d guides are marked as checked today.",
            count,
        )
        messages.success(request, text % {"count": count})

    @admin.action(
        description=gettext_lazy("Translations are right as they are"), permissions=["change"]
    )
    def translations_are_right(self, request: HttpRequest, queryset: QuerySet[Guide]) -> None:
        for guide in queryset:
            translations.confirm(guide=guide, now=timezone.now())
        count = len(queryset)
        text = ngettext(
            "The translations of %(count)d guide count as up to date.",
            "The translations of %(count)d guides count as up to date.",
            count,
        )
        messages.success(request, text % {"count": count})


def _all_say(parts: list[Any], language: str) -> bool:
    return all(
        any(words.language_code == language and words.title for words in part.translations.all())
        for part in parts
    )
