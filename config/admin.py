"""The admin as a whole: Django's, but for a request that makes Django fail, and for passwords."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite, apps
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class Site(AdminSite):
    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Django looks a row up by the field that `_to_field` names, also by one without a name."""

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if "" in {request.GET.get("_to_field"), request.POST.get("_to_field")}:
                raise BadRequest("There is no field without a name.")
            return view(request, *args, **kwargs)

        return super().admin_view(guarded, cacheable)

    def password_change(  # type: ignore[override]  # Django's shows a page of its own
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """As for everybody: tries are counted, and the person is told of it by mail."""
        return redirect("account_change_password")


class AdminConfig(apps.AdminConfig):
    default_site = "config.admin.Site"
