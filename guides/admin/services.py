"""Services: their names in each language, their domains, and two that are the same made one."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from guides.domain import search
from guides.models import Domain, Guide, Service

from .base import CatalogueAdmin
from .exporting import ExportAdmin
from .forms import DomainForm, ServiceForm
from .merging import MergeAdmin
from .rows import OrderedRows


class ServiceChangeList(ChangeList):
    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Service]:
        services: QuerySet[Service] = super().get_queryset(request, *args, **kwargs)
        services = services.annotate(guide_count=Count("guides"))
        return services.prefetch_related("translations", "domains")


class DomainInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Domain
    form = DomainForm
    formset = OrderedRows
    fields = ("place", "name")
    extra = 0


@admin.register(Service)
class ServiceAdmin(MergeAdmin, ExportAdmin, CatalogueAdmin):
    form = ServiceForm
    inlines = (DomainInline,)
    fields = ("name", "slug", "other_names", "about")
    list_display = ("name_of", "domain_names", "guide_count")
    search_fields = ("search_keys__key",)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {"slug": ("name",)}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ServiceChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Service], search_term: str
    ) -> Any:
        """Found as the public finds it: by any spelling, a domain or a pasted address."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=search.find_any(search_term).ids), False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        search.index([form.instance])

    def delete_model_translation(self, request: HttpRequest, translation: Any) -> None:
        super().delete_model_translation(request, translation)
        search.index([translation.master])

    def guides_of(self, objs: Sequence[Any]) -> Any:
        return Guide.objects.filter(service__in=[service.pk for service in objs])

    @admin.display(description=gettext_lazy("name"), ordering="slug")
    def name_of(self, service: Service) -> str:
        return str(service)

    @admin.display(description=gettext_lazy("domains"))
    def domain_names(self, service: Service) -> str:
        return ", ".join(domain.name for domain in service.domains.all())

    @admin.display(description=gettext_lazy("guides"))
    def guide_count(self, service: Any) -> int:
        return int(service.guide_count)
