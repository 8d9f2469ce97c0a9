"""For whom somebody answers while they are away, as pages say it."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from approvals.acting import day_words
from approvals.models import Assignment, Step, StepQuerySet
from base import clock
from base.words import say
from people.models import Absence, User

PRINCIPAL, BACK = "principal_name", "back_at"


def with_principal(steps: StepQuerySet, user: User, at: datetime) -> StepQuerySet:
    """Each open step of `user` with the name of the person for whom they answer it, and when that one is
    back: no query more."""
    work = Assignment.objects.filter(step=OuterRef("pk"), user=user, ended_at=None)
    away = with_back(work, at)
    return steps.annotate(
        **{
            PRINCIPAL: Subquery(work.values("principal__name")[:1]),
            BACK: Subquery(away.values(BACK)[:1]),
        }
    )


def with_back(work: "QuerySet[Assignment]", at: datetime) -> "QuerySet[Assignment, Any]":
    absences = Absence.objects.holding(at).filter(user=OuterRef("principal")).order_by("-ends")
    return work.annotate(**{BACK: Subquery(absences.values("ends")[:1])})


def acting_words(step: Step, at: datetime) -> str:
    """ "for Henrik Sørensen, away until 4 May", of a step `with_principal`; empty when it is their own."""
    return for_whom(getattr(step, PRINCIPAL), getattr(step, BACK), at)


def for_whom(name: str | None, back: datetime | None, at: datetime) -> str:
    if not name:
        return ""
    until = day_words(clock.date_of(back), clock.date_of(at)) if back else ""
    return (
        say("for {name}, away until {day}", name=name, day=until) if until else say("for {name}", name=name)
    )


def both(user: User, principal: User | None) -> str:
    """ "Lena Vogt for Henrik Sørensen", or the one name."""
    return say("{name} for {principal}", name=user.name, principal=principal.name) if principal else user.name
