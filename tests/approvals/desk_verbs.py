"""What the tests of the desk's verbs share: a Monday, who may override, and all there is to compare."""

from datetime import UTC, datetime

from django.contrib.auth.models import Permission

from approvals.models import Assignment, Decision, Intervention, Request, Step
from ledger.models import Effect, Event
from notices.models import Notice
from people.models import User

MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
WHY = "Henrik is travelling until Thursday."


def let_override(user: User) -> User:
    """With the permission, read anew."""
    user.user_permissions.add(
        Permission.objects.get(codename="override", content_type__app_label="approvals")
    )
    return User.objects.get(pk=user.pk)


def everything() -> tuple[object, ...]:
    """All that a refusal must leave as it was."""
    return (
        list(Request.objects.order_by("pk").values()),
        list(Step.objects.order_by("pk").values()),
        list(Assignment.objects.order_by("pk").values()),
        list(Decision.objects.order_by("pk").values()),
        list(Intervention.objects.order_by("pk").values()),
        list(Effect.objects.order_by("pk").values()),
        list(Event.objects.order_by("pk").values()),
    )


def asked(step: Step) -> list[User]:
    return [row.user for row in step.assignments.filter(ended_at=None).order_by("user__name")]


def timers(step: Step) -> list[tuple[str, int, str]]:
    """Kind, run and state of all that was ever due for the step."""
    effects = Effect.objects.filter(key=f"step:{step.pk}").order_by("pk")
    return [(effect.kind, effect.facts["run"], effect.state) for effect in effects]


def mails(what: str) -> dict[str, str]:
    """The text of each mail of this kind, by first name."""
    keys = Effect.objects.filter(kind="mail", dedupe_key__startswith=f"mail:{what}:").values("dedupe_key")
    sent = {row["dedupe_key"].removeprefix("mail:") for row in keys}
    told = Notice.objects.filter(key__in=sent).select_related("user").order_by("pk")
    return {each.user.email.partition("@")[0]: f"{each.subject}. {each.text}" for each in told}
