"""The history of a guide: who changed what and when, and the way back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guides.domain import history, revisions
from guides.models import Guide, Revision

from .base import CatalogueAdmin

ON_A_PAGE = 20


class HistoryAdmin(CatalogueAdmin):
    """Every change made in the admin goes down in the history; the history has its pages."""

    # --- Noting ---

    @contextmanager
    def noting(self, request: HttpRequest, guide: Guide, act: Revision.Act) -> Iterator[None]:
        by: Any = request.user
        with history.changing(guide=guide, act=act, by=by, now=timezone.now()):
            yield

    def save_model(self, request: HttpRequest, obj: Guide, form: Any, change: bool) -> None:
        form.said_before = history.said_by(obj) if change else None
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        by: Any = request.user
        revisions.keep(
            guide=form.instance,
            before=form.said_before,
            after=history.said_by(form.instance),
            act=Revision.Act.EDITED if change else Revision.Act.WRITTEN,
            by=by,
            now=timezone.now(),
        )

    def delete_model_translation(self, request: HttpRequest, translation: Any) -> None:
        with self.noting(request, translation.master, Revision.Act.EDITED):
            super().delete_model_translation(request, translation)

    # --- Pages ---

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.revision_view)
        route = "<path:object_id>/history/<int:revision_id>/"
        return [path(route, view, name="guides_guide_revision"), *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        guide = self._guide_or_404(request, object_id)
        kept = guide.revisions.select_related("by")
        page = Paginator(kept, ON_A_PAGE).get_page(request.GET.get("page"))
        older = kept[page.end_index() : page.end_index() + 1]
        context = {
            **self._context(request, guide),
            "title": _("History of “%(guide)s”") % {"guide": guide},
            "page": page,
            "rows": list(_compared([*page.object_list, *older], len(page.object_list))),
            "now": page.number == 1 and kept.first(),
        }
        return TemplateResponse(request, "admin/guides/guide/history.html", context)

    def revision_view(self, request: HttpRequest, object_id: str, revision_id: int) -> HttpResponse:
        """What going back would change; going back is a POST."""
        guide = self._guide_or_404(request, object_id)
        if not self.has_change_permission(request, guide):
            raise PermissionDenied
        revision = get_object_or_404(guide.revisions.select_related("by"), pk=revision_id)
        if request.method == "POST":
            return self._go_back(request, guide, revision)
        context = {
            **self._context(request, guide),
            "title": _("Going back to an earlier version of “%(guide)s”") % {"guide": guide},
            "revision": revision,
            "differences": history.differences(history.said_by(guide), revisions.read(revision)),
        }
        return TemplateResponse(request, "admin/guides/guide/revision.html", context)

    def _go_back(self, request: HttpRequest, guide: Guide, revision: Revision) -> HttpResponse:
        by: Any = request.user
        now: datetime = timezone.now()
        try:
            retired = history.go_back(revision=revision, by=by, now=now)
        except ValidationError as error:
            messages.error(request, _("Nothing was changed: %s") % " ".join(error.messages))
            return redirect("admin:guides_guide_history", guide.pk)
        messages.success(request, _("The guide says again what it said then."))
        if retired:
            text = ngettext(
                "%(count)d step of today is retired.",
                "%(count)d steps of today are retired.",
                retired,
            )
            messages.warning(request, text % {"count": retired})
        return redirect(reverse("admin:guides_guide_change", args=[guide.pk]))

    def _guide_or_404(self, request: HttpRequest, object_id: str) -> Guide:
        guide: Guide | None = self.get_object(request, unquote(object_id))
        if guide is None:
            raise Http404
        if not self.has_view_or_change_permission(request, guide):
            raise PermissionDenied
        return guide

    def _context(self, request: HttpRequest, guide: Guide) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "guide": guide,
            "media": self.media,
            "may_change": self.has_change_permission(request, guide),
        }


def _compared(kept: list[Revision], count: int) -> Iterator[tuple[Revision, Any]]:
    """Each of the first `count` revisions with what it changed; nothing for the first of all."""
    said = [revisions.read(revision) for revision in kept]
    changes: list[Any] = [history.differences(older, newer) for newer, older in pairwise(said)]
    yield from zip(kept[:count], [*changes, []], strict=False)
