from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people.models import Team, User


class NeverDeleted:
    """People and teams stay for the record: they are made inactive, not removed."""

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("email", "name", "function")
        field_classes: ClassVar[dict[str, Any]] = {}


@admin.register(User)
class PersonAdmin(NeverDeleted, UserAdmin):  # type: ignore[type-arg]
    add_form = NewPersonForm
    list_display = ("name", "email", "function", "job_title", "team", "is_active")
    list_filter = ("function", "is_active", "team")
    list_select_related = ("team",)
    search_fields = ("name", "email", "job_title")
    ordering = ("name", "pk")
    autocomplete_fields = ("manager", "team")
    readonly_fields = ("last_login",)
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        (_("Work"), {"fields": ("function", "job_title", "team", "manager", "timezone")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Seen"), {"fields": ("last_login",)}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "function", "usable_password", "password1", "password2")}),
    )


@admin.register(Team)
class TeamAdmin(NeverDeleted, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "region", "leader")
    list_select_related = ("leader",)
    search_fields = ("name", "region")
    autocomplete_fields = ("leader",)
