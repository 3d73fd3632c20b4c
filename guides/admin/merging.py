"""Two services that are the same: which one stays, what will happen, and doing it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guides.domain import merging
from guides.models import Guide, Service

from .base import CatalogueAdmin

THIS, OTHER = "this", "other"


class MergeForm(forms.Form):
    other = forms.ModelChoiceField(Service.objects.all(), label=gettext_lazy("The other service"))
    stays = forms.ChoiceField(
        label=gettext_lazy("Which one stays?"),
        widget=forms.RadioSelect,
        initial=OTHER,
    )

    def __init__(self, data: QueryDict | None, *, service: Service, site: AdminSite) -> None:
        super().__init__(data)
        self.service = service
        stays: Any = self.fields["stays"]
        stays.choices = ((OTHER, _("The other one")), (THIS, str(service)))
        other: Any = self.fields["other"]
        other.queryset = Service.objects.exclude(pk=service.pk)
        other.widget = AutocompleteSelect(Guide._meta.get_field("service"), site)
        other.widget.choices = other.choices

    @property
    def pair(self) -> tuple[Service, Service]:
        """The one that stays, and the one that goes."""
        other = self.cleaned_data["other"]
        if self.cleaned_data["stays"] == THIS:
            return self.service, other
        return other, self.service


class MergeAdmin(CatalogueAdmin):
    """A button beside each service, and an action for two that are ticked in the list."""

    actions = ("merge",)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.merge_view)
        name = "guides_service_merge"
        return [path("<path:object_id>/merge/", view, name=name), *super().get_urls()]

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        service: Service | None = self.get_object(request, unquote(object_id))
        if service is None:
            raise Http404
        if not self._may_merge(request, service):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else request.GET
        form = MergeForm(data if "other" in data else None, service=service, site=self.admin_site)
        if form.is_valid() and request.method == "POST":
            return self._merge(request, *form.pair)
        plan = _plan(form)
        if form.is_bound and plan is None:
            messages.error(request, _("Choose the other service, and which one stays."))
            form = MergeForm(None, service=service, site=self.admin_site)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Merging “%(service)s” with another service") % {"service": service},
            "service": service,
            "form": form,
            "plan": plan,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/guides/service/merge.html", context)

    def _merge(self, request: HttpRequest, stays: Service, goes: Service) -> HttpResponse:
        by: Any = request.user
        gone = str(goes)
        merging.merge(stays=stays, goes=goes, by=by, now=timezone.now())
        text = _("“%(goes)s” is part of “%(stays)s” now.") % {"goes": gone, "stays": stays}
        self.log_change(request, stays, text)
        messages.success(request, text)
        return redirect("admin:guides_service_change", stays.pk)

    def _may_merge(self, request: HttpRequest, service: Service) -> bool:
        may_change = self.has_change_permission(request, service)
        return may_change and self.has_delete_permission(request, service)

    @admin.action(description=gettext_lazy("Merge two that are the same"), permissions=["delete"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Service]) -> HttpResponse | None:
        if queryset.count() != 2:
            messages.error(request, _("Tick the two services that are the same."))
            return None
        this, other = queryset
        query = QueryDict(mutable=True)
        query.update({"other": str(other.pk), "stays": OTHER})
        url = reverse("admin:guides_service_merge", args=[this.pk])
        return redirect(f"{url}?{query.urlencode()}")


def _plan(form: MergeForm) -> merging.Plan | None:
    if not form.is_valid():
        return None
    stays, goes = form.pair
    return merging.plan(stays=stays, goes=goes)
