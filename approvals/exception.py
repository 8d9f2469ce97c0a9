"""Exceptions granted: what an agreement to a revision that asks beyond never leaves behind."""

from collections.abc import Iterable
from datetime import datetime

from approvals.exception_ends import ends_of
from approvals.grants import InForce, agreeing
from approvals.limit import Value, safer_of
from approvals.mandate import narrowed_corner
from approvals.models import Decision, Request
from deals.exception import AskedException
from deals.models import AccountException
from guardrails.evaluation import Finding
from ledger.effects import schedule_all
from ledger.record import record


def grant_exceptions(request: Request, granted: InForce, *, at: datetime) -> None:
    """What `request` was granted beyond never: an event each, and a row for what the whole account may do
    from now on. What was narrowed back to what somebody may grant is no exception any more. The caller holds
    the deal lock."""
    if not request.revision.exceptions:
        return
    policy, revision = request.version.policy, request.revision
    values = {key: narrowing.value for key, narrowing in granted.narrowings.items()}
    left = narrowed_corner(revision.ask, values, policy, revision.world)[2]
    decisions = agreeing(request)
    for asked in revision.exceptions:
        if any(is_of(asked, finding) for finding in left.findings):
            bound = safer_of(asked.key, asked.value, values.get(asked.key, asked.value), policy)
            leave_behind(request, asked, bound, granter(asked, request, decisions), at=at)


def is_of(asked: AskedException, finding: Finding) -> bool:
    return finding.exception == "asked" and (finding.key, finding.function) == (asked.key, asked.function)


def granter(asked: AskedException, request: Request, decisions: Iterable[Decision]) -> Decision:
    """The last agreement of those who were asked for it: of another function than the guardrail's where the
    policy names one."""
    named = {
        finding.function
        for finding in request.judged.findings
        if finding.key == asked.key and finding.exception == "asked"
    }
    others = named - {asked.function} or named
    return max((one for one in decisions if one.function in others), key=lambda one: (one.at, one.level))


def leave_behind(
    request: Request, asked: AskedException, bound: Value, decision: Decision, *, at: datetime
) -> None:
    deal, row = request.deal, None
    if asked.lasts == "account" and asked.until is not None:
        row = AccountException.objects.create(
            account_id=deal.account_id,
            deal=deal,
            key=asked.key,
            function=asked.function,
            value=None if isinstance(bound, str) else bound,
            position=bound if isinstance(bound, str) else "",
            why=asked.why,
            in_return=asked.in_return,
            precedent=asked.precedent,
            until=asked.until,
            granted_by_id=decision.by_id,
            granted_at=at,
        )
        schedule_all(ends_of(row, at=at))
    record(
        deal.stream,
        "exception.granted",
        by=decision.by,
        at=at,
        request=request.pk,
        decision=decision.pk,
        key=asked.key,
        function=asked.function,
        exception=row and row.pk,
        until=row and row.until,
    )
