"""What the admin of services and of guides have in common."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q, QuerySet, TextField
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from parler.admin import TranslatableAdmin

from guides.models import Guide, Journey, Service

from .forms import TextLinesField

Deleted = tuple[list[Any], dict[Any, int], set[Any], list[Any]]


class ToldAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What people tell us: nobody writes it for them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        what = {"subtitle": self.opts.verbose_name, **(extra_context or {})}
        return super().delete_view(request, object_id, what)


class HandledFilter(admin.SimpleListFilter):
    """Of what people tell us: what is still open, unless one asks for more."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("handled", _("Handled")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        unasked, *others = super().choices(changelist)
        yield {**unasked, "display": _("Open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "handled":
                return queryset.filter(handled_at__isnull=False)
            case "all":
                return queryset
            case _:
                return queryset.filter(handled_at=None)


class OfferedLanguage:
    """Of the words that are edited; parler would fail on a `?language=` that is not offered."""

    def _language(self, request: HttpRequest, obj: Any = None) -> str:
        asked_for = super()._language(request, obj)  # type: ignore[misc]  # of parler's class beside it
        return asked_for if asked_for in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class CatalogueAdmin(OfferedLanguage, TranslatableAdmin):
    """What services and guides have in common: a preview, and that nobody's journey is cut off."""

    formfield_overrides = {TextField: {"form_class": TextLinesField}}

    class Media:
        css = {"all": ["css/admin.css"]}
        js = ["js/admin.js"]

    def view_on_site(self, obj: Service | Guide) -> str:
        """The public page, in the language that is being edited."""
        with translation.override(obj.get_current_language()):
            return obj.get_absolute_url()

    def get_deleted_objects(self, objs: Sequence[Any], request: HttpRequest) -> Deleted:
        """Refuses while journeys lead through it, and never shows whose they are."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        guides = self.guides_of(objs).select_related("service")
        reasons = [reason for guide in guides for reason in _reasons_to_keep(guide, protected)]
        return ([], {}, set(), reasons) if reasons else (deleted, counts, perms_needed, [])

    def guides_of(self, objs: Sequence[Any]) -> QuerySet[Guide]:
        raise NotImplementedError


def _reasons_to_keep(guide: Guide, protected: list[Any]) -> list[str]:
    through = Q(guide=guide) | Q(entries__step__guide=guide) | Q(reminders__step__guide=guide)
    count = Journey.objects.filter(through).distinct().count()
    reasons = []
    if count:
        text = ngettext(
            "%(count)d journey leads through “%(guide)s”. Unpublish it instead.",
            "%(count)d journeys lead through “%(guide)s”. Unpublish it instead.",
            count,
        )
        reasons.append(text % {"count": count, "guide": guide})
    if protected:
        for other in Guide.objects.filter(steps__continues_with=guide).distinct():
            text = _("“%(other)s” continues with “%(guide)s”.")
            reasons.append(text % {"other": other, "guide": guide})
    return reasons
