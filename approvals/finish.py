"""Ending a request without a mandate: its steps, clocks and open work end with it, in one transaction."""

from datetime import datetime

from approvals.assign import end
from approvals.models import Request, Step
from ledger.record import record
from people.models import User


def finish(
    request: Request, status: Request.Status, *, at: datetime, by: User | None, reason: str = ""
) -> None:
    """End `request` as declined, recalled, superseded or closed. The caller holds the deal lock.

    Steps that were returned or never opened end cancelled like their siblings; decisions stay on record."""
    for step in request.steps.unfinished().select_related("deal", "request__version"):
        end(step, Step.Status.CANCELLED, at=at)
    request.status = status
    request.ended_at = at
    request.ended_reason = reason
    request.save()
    record(request.deal.stream, f"request.{status.value}", by=by, at=at, request=request.pk)
