"""Who still needs the sight that came with being asked. It ends when nothing is left that needs it."""

from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, QuerySet

from approvals.models import Assignment, Condition, Decision, Hold, Question, Watch
from deals.models import Deal
from deals.share import look_away
from ledger.batch import at_end


def no_more_sight(deal: Deal, people: Collection[int]) -> None:
    """Take the sight from these people, by id, save from those who still need it."""
    at_end(end_sight, ((deal.pk, user) for user in people))


def end_sight(pairs: list[tuple[int, int]]) -> None:
    look_away(pairs, but=still_needed(OuterRef("content_object")))


def still_needed(deal: Deal | OuterRef) -> list[QuerySet[Any, Any]]:
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
