"""Who still needs the sight that came with being asked. It ends when nothing is left that needs it."""

from typing import Any

from django.db.models import QuerySet

from approvals.models import Assignment, Condition, Decision, Hold, Question, Watch
from deals.models import Deal


def still_needed(deal: Deal) -> list[QuerySet[Any, Any]]:
    """The people who have open work on `deal`, decided on it, or had somebody stand in for either, watch it,
    are to release what holds it, own a task of it, or were asked something and have not been let off."""
    stood_in_for = Assignment.objects.filter(principal__isnull=False)
    return [
        Assignment.objects.filter(step__deal=deal, ended_at=None).values("user"),
        stood_in_for.filter(step__deal=deal, ended_at=None).values("principal"),
        Decision.objects.filter(deal=deal).values("by"),
        Decision.objects.filter(deal=deal, acting_for__isnull=False).values("acting_for"),
        Watch.objects.filter(deal=deal, ended_at=None).values("user"),
        Hold.objects.open().filter(deal=deal, release_by__isnull=False).values("release_by"),
        Condition.objects.tasks().filter(decision__deal=deal).values("owner"),
        Question.objects.filter(deal=deal, status__in=Question.TOOK_PART).values("to"),
    ]
