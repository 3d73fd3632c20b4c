"""Content files of a service, to be offered to the project."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from guides.domain import offering

from .base import CatalogueAdmin


class ExportAdmin(CatalogueAdmin):
    """A download beside each service and guide; of a guide, the whole folder of its service."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.export_view)
        name = f"guides_{self.opts.model_name}_export"
        return [path("<path:object_id>/export/", view, name=name), *super().get_urls()]

    def export_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row: Any = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        service = getattr(row, "service", row)
        archive = offering.pack(service=service)
        if archive is None:
            text = _("Nobody has checked this yet. Check it first, and set the day of the check.")
            messages.error(request, text)
            return redirect(f"admin:guides_{self.opts.model_name}_change", row.pk)
        headers = {"Content-Disposition": f'attachment; filename="{service.slug}.zip"'}
        return HttpResponse(archive, content_type="application/zip", headers=headers)
