"""Granting the mandate: the last step has closed and nothing holds it."""

from datetime import datetime
from typing import Any

from approvals.exception import grant_exceptions
from approvals.grants import InForce, agreeing
from approvals.limit import Value
from approvals.mandate import limits, narrowed_corner
from approvals.models import Condition, Decision, Mandate, Request, Step
from approvals.tell import tell, tell_watchers
from approvals.validity import after, asked_expiry
from approvals.worth import net_of
from base import canonical, clock
from deals.document import terms_document
from guardrails.policy import Policy
from ledger.effects import cancel, planned, schedule_all
from ledger.record import record


def expiry_of(request: Request, kept: datetime | None) -> datetime:
    """The first instant at which a mandate of this request may no longer be used: after the last day that was
    asked for, or after the policy's usual validity, and never past any grant it keeps (`kept_until`)."""
    policy: Policy = request.version.policy
    own = asked_expiry(request.revision, policy.valid_days)
    return min(own, kept or own)


def kept_until(request: Request) -> datetime | None:
    """From when the first of the grants that this request keeps is of no use; None when it keeps none."""
    kept = Decision.objects.filter(pk__in=request.steps.filter(status=Step.Status.KEPT).values("kept_from"))
    return min((one.expires_at for one in kept if one.expires_at), default=None)


def grant(request: Request, granted: InForce, *, at: datetime) -> Mandate:
    """End the request with a mandate, valid at least through today; an older one is superseded with it."""
    supersede(request, at=at)
    mandate = Mandate.objects.create(
        deal=request.deal,
        request=request,
        version=request.version,
        number=Mandate.objects.filter(deal=request.deal).count() + 1,
        **envelope(request, granted),
        granted_at=at,
        expires_at=max(expiry_of(request, kept_until(request)), after(clock.date_of(at))),
    )
    if granted.conditions:
        ask_in_return(mandate, request)
    if granted.tasks:
        Condition.objects.tasks().filter(decision__in=agreeing(request)).update(mandate=mandate)
    request.status = Request.Status.GRANTED
    request.ended_at = at
    request.save()
    grant_exceptions(request, granted, at=at)
    announce(mandate, at=at)
    return mandate


def envelope(request: Request, granted: InForce) -> dict[str, Any]:
    """What `granted` comes to, as a mandate keeps it: every limit, the corner, and what that is worth."""
    policy, revision = request.version.policy, request.revision
    values: dict[str, Value] = {key: narrowing.value for key, narrowing in granted.narrowings.items()}
    terms, measured, _ = narrowed_corner(revision.ask, values, policy, revision.world)
    rows = limits(revision.ask, request.judged, granted.narrowings, granted.levels, policy, revision.world)
    return {
        "limits": canonical.dumps([row.to_document() for row in rows]),
        "corner": canonical.dumps(terms_document(terms)),
        "net_at_limit": net_of(terms, policy),
        "margin_at_limit": measured.values.get("margin"),
    }


def supersede(request: Request, *, at: datetime) -> None:
    """A new mandate takes the place of the one before; offers already made keep their backing."""
    for older in Mandate.objects.standing().filter(deal=request.deal):
        older.status = Mandate.Status.SUPERSEDED
        older.ended_at = at
        older.save()
        cancel(timers_of(older))
        record(request.deal.stream, "mandate.superseded", by=None, at=at, mandate=older.pk)


def ask_in_return(mandate: Mandate, request: Request) -> None:
    """Each term condition of the decisions behind this grant, once, checked at every offer."""
    first = {each: one for one in reversed(agreeing(request)) for each in one.term_conditions}
    for condition, decision in reversed(first.items()):
        Condition.objects.create(
            mandate=mandate,
            decision=decision,
            kind=Condition.Kind.TERM,
            term=canonical.dumps(condition.to_document()),
        )


def timers_of(mandate: Mandate) -> str:
    return f"mandate:{mandate.pk}"


def announce(mandate: Mandate, *, at: datetime) -> None:
    deal = mandate.deal
    record(
        deal.stream,
        "mandate.granted",
        by=None,
        at=at,
        request=mandate.request_id,
        mandate=mandate.pk,
        limits=canonical.digest(mandate.limits),
        expires_at=mandate.expires_at,
    )
    key, once = timers_of(mandate), f"expire:{mandate.pk}:1:1"
    schedule_all([planned("expire", key, once, mandate.expires_at, mandate=mandate.pk)])
    tell("granted", deal.owner, deal, at=at, key=key)
    tell_watchers("granted", deal, at=at, key=key)
