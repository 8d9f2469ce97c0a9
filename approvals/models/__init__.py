"""Who must agree, who agreed, and what that allows. The life cycles are drawn in docs/approvals.md.

Status is assigned by verbs only; the database refuses to change decisions, offers and closings.
"""

from approvals.models.answer_link import AnswerLink
from approvals.models.condition import Condition, ConditionQuerySet, Evidence, LimitsVersion
from approvals.models.decision import Decision
from approvals.models.hold import Hold, HoldQuerySet
from approvals.models.intervention import Bulk, BulkRow, Intervention
from approvals.models.mandate import Closing, Mandate, MandateQuerySet, Offer
from approvals.models.opening import Opening
from approvals.models.question import Question, QuestionQuerySet
from approvals.models.request import Assignment, Request, RequestQuerySet, Seat, Step, StepQuerySet
from approvals.models.watch import Watch

__all__ = [
    "AnswerLink",
    "Assignment",
    "Bulk",
    "BulkRow",
    "Closing",
    "Condition",
    "ConditionQuerySet",
    "Decision",
    "Evidence",
    "Hold",
    "HoldQuerySet",
    "Intervention",
    "LimitsVersion",
    "Mandate",
    "MandateQuerySet",
    "Offer",
    "Opening",
    "Question",
    "QuestionQuerySet",
    "Request",
    "RequestQuerySet",
    "Seat",
    "Step",
    "StepQuerySet",
    "Watch",
]
