"""Who must agree, who agreed, and what that allows. The life cycles are drawn in docs/approvals.md.

Status is assigned by verbs only; the database refuses to change decisions, offers and closings.
"""

from approvals.models.decision import Decision
from approvals.models.hold import Hold, HoldQuerySet
from approvals.models.intervention import Bulk, BulkRow, Intervention
from approvals.models.mandate import Closing, Condition, Mandate, MandateQuerySet, Offer
from approvals.models.request import Assignment, Request, RequestQuerySet, Seat, Step, StepQuerySet
from approvals.models.watch import Watch

__all__ = [
    "Assignment",
    "Bulk",
    "BulkRow",
    "Closing",
    "Condition",
    "Decision",
    "Hold",
    "HoldQuerySet",
    "Intervention",
    "Mandate",
    "MandateQuerySet",
    "Offer",
    "Request",
    "RequestQuerySet",
    "Seat",
    "Step",
    "StepQuerySet",
    "Watch",
]
