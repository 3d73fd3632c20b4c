"""What people reported about steps, for editors to read and to mark as handled; nobody writes it.

How it went for people is not here: only what the guides tell of it is for anybody to see.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.template.defaultfilters import truncatechars
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guides.domain import reports
from guides.models import StepReport
from guides.templatetags.wayout import language_name

from .base import HandledFilter, ToldAdmin


class ManyFilter(admin.SimpleListFilter):
    title = gettext_lazy("how many")
    parameter_name = "many"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        label = ngettext(
            "At least %(count)d open on the step",
            "At least %(count)d open on the step",
            reports.MANY,
        )
        return [("yes", label % {"count": reports.MANY})]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        many = reports.needing_an_editor().values("pk").order_by()
        return queryset.filter(step__in=many) if self.value() == "yes" else queryset


@admin.register(StepReport)
class StepReportAdmin(ToldAdmin):
    list_display = ("excerpt", "service", "where", "seen_in", "sent_at", "open_on_step")
    list_filter = (HandledFilter, ManyFilter, "language")
    search_fields = ("text", "step__guide__service__slug", "step__guide__slug", "step__key")
    actions = ("mark_as_handled",)
    fields = ("service", "where", "text", "seen_in", "answer_to", "sent_at", "handled_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[StepReport]:
        of_step = StepReport.objects.filter(step=OuterRef("step"), handled_at=None).order_by()
        count = of_step.values("step").annotate(count=Count("pk")).values("count")
        found: QuerySet[StepReport] = super().get_queryset(request)
        return (
            found.annotate(open_count=Subquery(count))
            .select_related("step__guide__service")
            .prefetch_related(
                "step__translations",
                "step__guide__translations",
                "step__guide__service__translations",
            )
        )

    def has_change_permission(self, request: HttpRequest, obj: StepReport | None = None) -> bool:
        """To handle them in the list; the words of other people nobody changes."""
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(description=gettext_lazy("what is different"))
    def excerpt(self, report: StepReport) -> str:
        return truncatechars(report.text, 80)

    @admin.display(description=gettext_lazy("service"), ordering="step__guide__service__slug")
    def service(self, report: StepReport) -> str:
        return str(report.step.guide.service)

    @admin.display(description=gettext_lazy("step"), ordering="step__guide__slug")
    def where(self, report: StepReport) -> str:
        """Leads to the guide, where the step is to be mended."""
        address = reverse("admin:guides_guide_change", args=[report.step.guide_id])
        return format_html('<a href="{}">{}: {}</a>', address, report.step.guide, report.step)

    @admin.display(description=gettext_lazy("language"), ordering="language")
    def seen_in(self, report: StepReport) -> str:
        return language_name(report.language) if report.language else _("Another one")

    @admin.display(description=gettext_lazy("answer to"))
    def answer_to(self, report: StepReport) -> str:
        if not report.reply_to:
            return "–"
        return format_html('<a dir="ltr" href="mailto:{0}">{0}</a>', report.reply_to)

    @admin.display(description=gettext_lazy("open on the step"), ordering="open_count")
    def open_on_step(self, report: Any) -> str:
        """Leads to all that are open on the same step."""
        address = reverse("admin:guides_stepreport_changelist")
        count = report.open_count or 0
        return format_html('<a href="{}?step={}">{}</a>', address, report.step_id, count)

    @admin.action(description=gettext_lazy("Handled"), permissions=["change"])
    def mark_as_handled(self, request: HttpRequest, queryset: QuerySet[StepReport]) -> None:
        chosen = StepReport.objects.filter(pk__in=queryset.values("pk").order_by())
        count = reports.handle(reports=chosen, now=timezone.now())
        text = ngettext("%(count)d report is handled.", "%(count)d reports are handled.", count)
        messages.success(request, text % {"count": count})
