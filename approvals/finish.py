"""Ending a request without a mandate: its holds, steps, clocks and open work end with it, at once."""

from datetime import datetime

from approvals.assign import end
from approvals.hold import end_holds
from approvals.models import Hold, Request, Step
from ledger.record import record
from people.models import User


def finish(
    request: Request, status: Request.Status, *, at: datetime, by: User | None, reason: str = ""
) -> None:
    """End `request` as declined, recalled, superseded or closed. The caller holds the deal lock.

    Steps that were returned or never opened end cancelled like their siblings; decisions stay on record."""
    end_holds(Hold.objects.open().filter(request=request).select_related("deal"), at=at)
    for step in request.steps.unfinished().select_related("deal", "request__version"):
        end(step, Step.Status.CANCELLED, at=at)
    request.status = status
    request.ended_at = at
    request.ended_reason = reason
    request.save()
    record(request.deal.stream, f"request.{status.value}", by=by, at=at, request=request.pk)
