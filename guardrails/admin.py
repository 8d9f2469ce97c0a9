from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from base.words import say
from guardrails.appoint import appoint, end
from guardrails.authority_forms import Ending, Giving, policy_now
from guardrails.enrol import note_person, standing_of
from people.admin import PersonAdmin
from people.models import Authority, User

admin.site.unregister(User)


@admin.register(User)
class RecordedPersonAdmin(PersonAdmin):
    """Whoever is added or made something else stands in the ledger, with who did it."""

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        before = standing_of(User.objects.get(pk=obj.pk)) if change else None
        super().save_model(request, obj, form, change)
        note_person(obj, before, by=request.user)


GIVEN = ("user", "function", "level_name", "region", "since")


@admin.register(Authority)
class AuthorityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Given once, then only ended: both by the verbs, which write the ledger."""

    list_filter = ("function", "level", "region")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user",)
    ordering = ("function", "level", "user__name", "pk")

    def has_delete_permission(self, request: HttpRequest, obj: Authority | None = None) -> bool:
        return False

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        return ("user", "function", level_namer(), "region", "since", "until")

    def get_form(
        self, request: Any, obj: Authority | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, form=Ending if change else Giving, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

    def get_fields(self, request: HttpRequest, obj: Authority | None = None) -> tuple[str, ...]:
        return (*GIVEN, "until") if obj else ("user", "level", "region", "since")

    def get_readonly_fields(self, request: HttpRequest, obj: Authority | None = None) -> tuple[str, ...]:
        return GIVEN if obj else ()

    @admin.display(description=_("Level"))
    def level_name(self, obj: Authority) -> str:
        return str(level_namer()(obj))

    def save_model(self, request: Any, obj: Authority, form: Any, change: bool) -> None:
        if not change:
            obj.pk = appoint(obj.user, obj.function, obj.level, obj.region, obj.since, by=request.user).pk
        elif obj.until:
            end(obj, obj.until, by=request.user)


def level_namer() -> Callable[[Authority], str]:
    """Names the level as the policy in force does, read once; by its number where it has none like it."""
    policy = policy_now()
    names = {(one.function, one.rank): one.name for one in policy.levels} if policy else {}

    @admin.display(description=_("Level"), ordering="level")
    def name(obj: Authority) -> str:
        return names.get((obj.function, obj.level)) or say("Level {rank}", rank=obj.level)

    return name
