"""The ways to narrow down the list of guides."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guides.domain import needs
from guides.models import Guide, Service


class NeedFilter(admin.SimpleListFilter):
    """What the start page counts."""

    title = _("what they need")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(need.key, need.title) for need in needs.NEEDS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Guide]) -> QuerySet[Guide]:
        for need in needs.NEEDS:
            if need.key == self.value():
                having = need.guides(timezone.localdate()).order_by()
                return queryset.filter(pk__in=having.values("pk"))
        return queryset


class ServiceFilter(admin.SimpleListFilter):
    """By service, sorted by name, those with guides of ours only; two queries for any number."""

    title = _("service")
    parameter_name = "service"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        services = Service.objects.filter(guides__isnull=False, guides__origin=None).distinct()
        names = [(str(each.pk), str(each)) for each in services.prefetch_related("translations")]
        return sorted(names, key=lambda name: name[1].casefold())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Guide]) -> QuerySet[Guide]:
        known = {value for value, _name in self.lookup_choices}
        return queryset.filter(service=self.value()) if self.value() in known else queryset


class ImportedFilter(admin.SimpleListFilter):
    title = _("where it comes from")
    parameter_name = "imported"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Our own")), ("unchecked", _("Imported, not checked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Guide]) -> QuerySet[Guide]:
        match self.value():
            case "no":
                return queryset.filter(origin=None)
            case "unchecked":
                return queryset.filter(origin__isnull=False, checked_on=None)
            case _:
                return queryset


class LanguageMissingFilter(admin.SimpleListFilter):
    title = _("language missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Guide]) -> QuerySet[Guide]:
        if not self.value():
            return queryset
        titled = Guide.translations.rel.related_model.objects.filter(language_code=self.value())
        return queryset.exclude(pk__in=titled.exclude(title="").values("master"))


class CheckedFilter(admin.SimpleListFilter):
    title = _("last checked")
    parameter_name = "checked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("stale", _("Not for six months")), ("fresh", _("Within six months"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Guide]) -> QuerySet[Guide]:
        stale = needs.is_stale(timezone.localdate())
        match self.value():
            case "stale":
                return queryset.filter(stale)
            case "fresh":
                return queryset.exclude(stale)
            case _:
                return queryset
