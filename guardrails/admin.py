from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from guardrails.appoint import appoint, end
from guardrails.working_hours import set_hours
from people.models import Authority, FunctionCalendar

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


@admin.register(FunctionCalendar)
class FunctionCalendarAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Changed by the verb, which writes the ledger. A function without hours could not be asked any more."""

    list_display = ("function", "zone", "opens", "closes", "workdays", "country")

    def has_delete_permission(self, request: HttpRequest, obj: FunctionCalendar | None = None) -> bool:
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: FunctionCalendar | None = None
    ) -> tuple[str, ...]:
        return ("function",) if obj else ()

    def save_model(self, request: Any, obj: FunctionCalendar, form: Any, change: bool) -> None:
        standing = FunctionCalendar.objects.filter(function=obj.function).first()
        obj.pk = set_hours(obj, by=request.user, seen=standing.print if standing else "").pk
