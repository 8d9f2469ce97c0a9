from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people.models import Team, User


class NeverDeleted:
    """People, teams and groups stay for the record: people are made inactive, groups emptied."""

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("email", "name", "function")
        field_classes: ClassVar[dict[str, Any]] = {}


class InvitedForm(forms.ModelForm):  # type: ignore[type-arg]
    """Somebody new without a password: they set their own through “Forgotten?”."""

    class Meta:
        model = User
        fields = ("email", "name", "function")

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return cast("User", super().save(commit))


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

    def get_form(self, request: Any, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None and not request.user.is_superuser:
            kwargs["form"] = InvitedForm
            return admin.ModelAdmin.get_form(self, request, obj, change, **kwargs)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: Any, obj: User | None = None) -> Any:
        """Passwords, flags and permissions are for administrators: they would let one sign in as anybody."""
        if request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        if obj is None:
            return ((None, {"fields": ("email", "name", "function")}),)
        return (
            (None, {"fields": ("email", "name")}),
            self.fieldsets[1],
            (_("Access"), {"fields": ("is_active",)}),
            self.fieldsets[3],
        )

    def get_readonly_fields(self, request: Any, obj: User | None = None) -> tuple[str, ...]:
        """A new address would bring the mail that sets a new password."""
        own = () if obj is None or request.user.is_superuser else ("email",)
        return (*self.readonly_fields, *own)

    def has_change_permission(self, request: Any, obj: User | None = None) -> bool:
        """Administrators are changed by administrators; nobody else changes what they are themselves."""
        mine = obj is not None and (obj.is_superuser or obj == request.user)
        return super().has_change_permission(request, obj) and (request.user.is_superuser or not mine)

    def user_change_password(self, request: Any, id: str, form_url: str = "") -> Any:
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)


@admin.register(Team)
class TeamAdmin(NeverDeleted, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "region", "leader")
    list_select_related = ("leader",)
    search_fields = ("name", "region")
    autocomplete_fields = ("leader",)


class KeptGroupAdmin(NeverDeleted, GroupAdmin):
    """Deals are shared with groups: removing one takes sight from people, and no record would say it."""


admin.site.unregister(Group)
admin.site.register(Group, KeptGroupAdmin)
