"""The people who have an account, for superusers only, and without anything they are leaving."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from guides.domain import privacy
from guides.models import User


class PersonCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class UserAdmin(auth_admin.UserAdmin):  # type: ignore[type-arg]
    add_form = PersonCreationForm
    list_display = ("email", "language", "is_staff", "is_active", "joined_at")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    search_fields = ("email",)
    ordering = ("email",)
    readonly_fields = ("last_login", "joined_at")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Settings"), {"fields": ("language", "time_zone", "wants_reminders")}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("last_login", "joined_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)
    filter_horizontal = ("groups",)
    actions = ("sign_out",)

    @admin.action(description=_("Sign out everywhere"))
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            privacy.sign_out(person=person)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Nobody asks for people by what they are leaving: `?journeys__guide=1`."""
        return lookup.partition("__")[0] in self.list_filter

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _is_superuser(request)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        privacy.leave(person=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            privacy.leave(person=person)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[User]) -> list[Any]:
        """Not: the log would keep the address of who is gone."""
        return []

    def get_deleted_objects(
        self, objs: Iterable[User], request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[Any], list[Any]]:
        """Names the people only: Django would list every journey that goes with them."""
        people = [str(person) for person in objs]
        return people, {User._meta.verbose_name_plural: len(people)}, set(), []


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)
