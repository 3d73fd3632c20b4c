"""Stories of services without a guide: editors read them, write a guide, and tick them off."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guides.models import Story

from .base import HandledFilter, ToldAdmin


@admin.register(Story)
class StoryAdmin(ToldAdmin):
    list_display = ("sent_on", "service_name", "language", "text", "is_handled")
    list_filter = (HandledFilter, "language")
    list_per_page = 50
    fields = readonly_fields = ("service", "text", "language", "sent_on", "handled_at")
    actions = ("handle",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        return super().get_queryset(request).prefetch_related("service__translations")

    def has_change_permission(self, request: HttpRequest, obj: Story | None = None) -> bool:
        """Nobody puts words into the mouths of others."""
        return False

    @admin.display(description=_("service"))
    def service_name(self, story: Story) -> str:
        return str(story.service)

    @admin.display(description=_("handled"), boolean=True)
    def is_handled(self, story: Story) -> bool:
        return story.handled_at is not None

    @admin.action(description=_("Handled"), permissions=["view"])
    def handle(self, request: HttpRequest, queryset: QuerySet[Story]) -> None:
        queryset.filter(handled_at=None).update(handled_at=timezone.now())
