from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from guardrails.appoint import appoint, end
from people.models import Authority

GIVEN = ("user", "function", "level", "region", "since")


@admin.register(Authority)
class AuthorityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Given once, then only ended: both by the verbs, which write the ledger."""

    list_display = (*GIVEN, "until")
    list_filter = ("function", "level", "region")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user",)
    ordering = ("function", "level", "user__name", "pk")

    def has_delete_permission(self, request: HttpRequest, obj: Authority | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Authority | None = None) -> tuple[str, ...]:
        return (*GIVEN, "until") if obj else GIVEN

    def get_readonly_fields(self, request: HttpRequest, obj: Authority | None = None) -> tuple[str, ...]:
        return GIVEN if obj else ()

    def save_model(self, request: Any, obj: Authority, form: Any, change: bool) -> None:
        if not change:
            obj.pk = appoint(obj.user, obj.function, obj.level, obj.region, obj.since, by=request.user).pk
        elif obj.until:
            end(obj, obj.until, by=request.user)
