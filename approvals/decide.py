"""Filling a seat: one person's verdict on exactly the terms that were on the screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from approvals.advance import advance
from approvals.assign import end, release, stop_clock
from approvals.errors import NotAsked, OwnDeal, Stale
from approvals.finish import finish
from approvals.grant import expiry_of, kept_until
from approvals.limit import Condition, Value
from approvals.models import Decision, Request, Seat, Step
from approvals.narrow import granted_by, refuse_limits
from approvals.pools import conflicted, holder_name, may_hold
from approvals.tell import tell
from base import canonical, clock
from base.errors import Invalid, WrongState
from deals.models import Deal
from ledger.effects import ring
from ledger.record import record
from people.models import User

Verdict = Decision.Verdict
NEEDS_REASON = {
    Verdict.RELUCTANT: "Say why you agree only reluctantly: the deal team learns from it.",
    Verdict.CHANGES: "Say what you need to see changed.",
    Verdict.DECLINE: "Say why: it is what would make it a yes next time.",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a reviewer says. `limits` and `conditions` belong to `up_to`, `proposed` to `changes`."""

    verdict: Verdict
    reason: str = ""
    limits: Mapping[str, Value] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    proposed: Mapping[str, Value] = field(default_factory=dict)


@transaction.atomic
def decide(step: Step, *, by: User, ruling: Ruling, seen: str) -> Decision:
    """Fill the seat of `step` for the terms `seen`, and move the request on as far as it goes.

    Raises OwnDeal, NotAsked, WrongState (already decided, or a kept grant has run out), Stale (other terms),
    Invalid (a reason is missing, or the limits are not this function's to give). After a refusal nothing has
    changed."""
    at = clock.now()
    deal = Deal.objects.lock(step.deal_id)
    request = Request.objects.lock(step.request_id)
    step = Step.objects.select_for_update(no_key=True).get(pk=step.pk)
    step.request, step.deal, request.deal = request, deal, deal
    seat = refuse_or_seat(deal, step, by=by, seen=seen, at=at)
    refuse_wordless(ruling)
    kept = kept_until(request)
    refuse_run_out(kept, ruling, at=at)
    refuse_limits(step, ruling)
    decision = fill(seat, by=by, ruling=ruling, at=at, expires=expiry_of(request, kept))
    settle(request, step, decision, at=at)
    ring()
    return decision


def refuse_or_seat(deal: Deal, step: Step, *, by: User, seen: str, at: datetime) -> Seat:
    """The open seat `by` may fill. Conflict of interest and authority are checked on the acting person, here
    again: both may have changed since the step was assigned."""
    if by.pk in conflicted(deal, submitter=step.request.submitted_by_id):
        raise OwnDeal(f"You are on the deal team of {deal.number}. {holder_name(step)} decides it.")
    if step.status != Step.Status.OPEN:
        status = step.get_status_display().lower()
        raise WrongState(f"{step.level_name}: {status}. Your answer is not needed any more.")
    if not step.assignments.filter(user=by, ended_at=None).exists():
        raise NotAsked(f"{holder_name(step)} is asked here, and that is not you.")
    if not may_hold(by, step, at=at):
        raise NotAsked(f"You do not decide as {holder_name(step)} any more.")
    if seen != step.terms_hash:
        raise Stale("The terms changed after this page was opened.", seen=seen, now=step.terms_hash)
    seat = step.seats.filter(decision=None).first()
    if seat is None:
        raise WrongState("Someone has just answered this.")
    return seat


def refuse_wordless(ruling: Ruling) -> None:
    if ruling.verdict in NEEDS_REASON and not ruling.reason.strip():
        raise Invalid(NEEDS_REASON[ruling.verdict], field="reason")
    if ruling.verdict == Verdict.UP_TO and not (ruling.limits or ruling.conditions):
        raise Invalid("Give a limit or a condition, or agree as asked.", field="limits")
    if ruling.verdict != Verdict.UP_TO and (ruling.limits or ruling.conditions):
        raise Invalid("Limits and conditions belong to agreeing up to them.", field="limits")


def refuse_run_out(until: datetime | None, ruling: Ruling, *, at: datetime) -> None:
    """No mandate outlives a grant it keeps: what ran out while others were thinking is asked again."""
    if ruling.verdict in Decision.AGREEING and until and until <= at:
        raise WrongState(
            "An answer that was kept for this revision has run out meanwhile. Ask for changes, so that it is "
            "asked again."
        )


def fill(
    seat: Seat, *, by: User, ruling: Ruling, at: datetime, expires: datetime, overridden: bool = False
) -> Decision:
    step = seat.step
    narrows = ruling.verdict == Verdict.UP_TO
    decision = Decision.objects.create(
        step=step,
        seat=seat,
        deal=step.deal,
        function=step.function,
        level=step.held_level,
        by=by,
        verdict=ruling.verdict,
        reason=ruling.reason.strip(),
        limits=canonical.dumps(dict(ruling.limits) if narrows else {}),
        conditions=canonical.dumps([one.to_document() for one in ruling.conditions] if narrows else []),
        proposed=canonical.dumps(dict(ruling.proposed)),
        granted=canonical.dumps(granted_by(step, ruling)),
        expires_at=expires,
        seen=step.terms_hash,
        overridden=overridden,
        at=at,
    )
    mark: dict[str, object] = {"overridden": True} if overridden else {}
    record(
        step.deal.stream,
        "decision.made",
        by=by,
        at=at,
        step=step.pk,
        decision=decision.pk,
        verdict=ruling.verdict.value,
        terms_hash=step.terms_hash,
        limits=canonical.digest(decision.limits),
        conditions=canonical.digest(decision.conditions),
        reason=canonical.digest(decision.reason),
        **mark,
    )
    return decision


def settle(request: Request, step: Step, decision: Decision, *, at: datetime) -> None:
    """What the verdict does to the step and the request."""
    deal = step.deal
    key = f"decision:{decision.pk}"
    if decision.verdict == Verdict.DECLINE:
        end(step, Step.Status.DECLINED, at=at)
        finish(request, Request.Status.DECLINED, at=at, by=decision.by, reason=decision.reason)
        tell("declined", deal.owner, deal, at=at, key=key)
    elif decision.verdict == Verdict.CHANGES:
        hand_back(step, at=at)
        tell("changes", deal.owner, deal, at=at, key=key)
    else:
        end(step, Step.Status.AGREED, at=at)
        advance(request, at=at)


def hand_back(step: Step, *, at: datetime) -> None:
    """The ball is with the seller: this clock stops while the other functions go on."""
    stop_clock(step, at=at)
    step.status = Step.Status.RETURNED
    step.save()
    release(step, at=at)
