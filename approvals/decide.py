"""Filling a seat: one person's verdict on exactly the terms that were on the screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from approvals.acting import Acting, acting
from approvals.conditions import ask_tasks, refuse_tasks
from approvals.errors import NotAsked, Stale
from approvals.grant import expiry_of, kept_until
from approvals.limit import Condition, Value
from approvals.models import Decision, Request, Seat, Step
from approvals.narrow import granted_by, refuse_limits
from approvals.paused import paused_words
from approvals.pools import holder_name, may_hold, refuse_own_deal
from approvals.settle import settle
from approvals.task import Task
from base import canonical, clock
from base.errors import Invalid, WrongState
from base.inside import lower
from base.words import mark, say
from deals.models import Deal
from ledger.effects import ring
from ledger.record import record
from people.models import User

Verdict = Decision.Verdict
NEEDS_REASON = {
    Verdict.RELUCTANT: mark("Say why you agree only reluctantly: the deal team learns from it."),
    Verdict.CHANGES: mark("Say what you need to see changed."),
    Verdict.DECLINE: mark("Say why: it is what would make it a yes next time."),
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a reviewer says. `limits`, `conditions` and `tasks` belong to `up_to`, `proposed` to `changes`."""

    verdict: Verdict
    reason: str = ""
    limits: Mapping[str, Value] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    tasks: tuple[Task, ...] = ()
    proposed: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """The seat that `by` fills; `acting_for`: whose it is, when it is not theirs."""

    seat: Seat
    by: User
    acting_for: User | None = None


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
    taken = refuse_or_seat(step, by=by, seen=seen, at=at)
    decision = answer(taken, ruling, at=at)
    settle(request, [(step, decision)], at=at)
    ring()
    return decision


def answer(taken: Taken, ruling: Ruling, *, at: datetime) -> Decision:
    """Fill this seat, unless what is said cannot be granted: not by this function, or not any more."""
    step = taken.seat.step
    refuse_wordless(ruling)
    kept = kept_until(step.request)
    refuse_run_out(kept, ruling, at=at)
    refuse_limits(step, ruling)
    refuse_tasks(step, ruling, at=at)
    return fill(taken, ruling=ruling, at=at, expires=expiry_of(step.request, kept))


def refuse_or_seat(step: Step, *, by: User, seen: str, at: datetime) -> Taken:
    """The open seat `by` may fill, their own or that of somebody they stand in for. Conflict of interest is
    checked on the acting person and on everyone they act for, authority on whose seat it is, here again: all
    may have changed since the step was assigned."""
    refuse_own_deal(step, by)
    if step.status == Step.Status.PAUSED:
        raise WrongState(paused_words(step))
    if step.status != Step.Status.OPEN:
        status = lower(step.get_status_display())
        raise WrongState(
            say(
                "{level}: {status}. Your answer is not needed any more.",
                level=step.level_name,
                status=status,
            )
        )
    who = acting(step, by, at=at)
    if who is None:
        raise NotAsked(not_asked(step))
    if not may_hold(who.owner, step, at=at):
        raise NotAsked(no_more(step, who))
    if seen != step.terms_hash:
        raise Stale(say("The terms changed after this page was opened."), seen=seen, now=step.terms_hash)
    return Taken(own_seat(step, who.owner), by, who.patron)


def own_seat(step: Step, owner: User) -> Seat:
    """The seat kept for `owner`, else the one for whoever comes first. Raises WrongState: there is none."""
    waiting = step.seats.filter(decision=None).filter(Q(held_by=owner) | Q(held_by=None))
    seat = waiting.order_by(F("held_by").asc(nulls_last=True)).first()
    if seat is None:
        raise WrongState(say("Someone has just answered this."))
    return seat


def not_asked(step: Step) -> str:
    """Who is asked instead: someone of the pool has taken it, or it is for others altogether."""
    taken = step.seats.filter(decision=None, held_by__isnull=False, added_by=None).select_related("held_by")
    seat = taken.first() if step.quorum == Step.Quorum.ANY_ONE else None
    if seat and seat.held_by:
        return say("{name} answers this as {holder}.", name=seat.held_by.name, holder=holder_name(step))
    return say("{holder} is asked here, and that is not you.", holder=holder_name(step))


def no_more(step: Step, who: Acting) -> str:
    """Whose authority is gone."""
    if who.patron is None:
        return say("You do not decide as {holder} any more.", holder=holder_name(step))
    name = who.owner.name
    return say("{name} does not decide as {holder} any more.", name=name, holder=holder_name(step))


def refuse_wordless(ruling: Ruling) -> None:
    if ruling.verdict in NEEDS_REASON and not ruling.reason.strip():
        raise Invalid(say(NEEDS_REASON[ruling.verdict]), field="reason")
    in_return = ruling.limits or ruling.conditions or ruling.tasks
    if ruling.verdict == Verdict.UP_TO and not in_return:
        raise Invalid(say("Give a limit or a condition, or agree as asked."), field="limits")
    if ruling.verdict != Verdict.UP_TO and in_return:
        raise Invalid(say("Limits and conditions belong to agreeing up to them."), field="limits")


def refuse_run_out(until: datetime | None, ruling: Ruling, *, at: datetime) -> None:
    """No mandate outlives a grant it keeps: what ran out while others were thinking is asked again."""
    if ruling.verdict in Decision.AGREEING and until and until <= at:
        raise WrongState(
            say(
                "An answer that was kept for this revision has run out meanwhile. Ask for changes, so that "
                "it is asked again."
            )
        )


def fill(
    taken: Taken, *, ruling: Ruling, at: datetime, expires: datetime, overridden: bool = False
) -> Decision:
    step = taken.seat.step
    narrows = ruling.verdict == Verdict.UP_TO
    decision = Decision.objects.create(
        step=step,
        seat=taken.seat,
        deal=step.deal,
        function=step.function,
        level=step.held_level,
        by=taken.by,
        acting_for=taken.acting_for,
        verdict=ruling.verdict,
        reason=ruling.reason.strip(),
        limits=canonical.dumps(dict(ruling.limits) if narrows else {}),
        conditions=canonical.dumps([one.to_document() for one in ruling.conditions] if narrows else []),
        tasks=canonical.dumps([one.to_document() for one in ruling.tasks]),
        proposed=canonical.dumps(dict(ruling.proposed)),
        granted=canonical.dumps(granted_by(step, ruling)),
        expires_at=expires,
        seen=step.terms_hash,
        overridden=overridden,
        at=at,
    )
    write_down(decision)
    ask_tasks(decision, step, ruling, at=at)
    return decision


def write_down(decision: Decision) -> None:
    """On record: who, what, and the hashes of what was limited, asked in return and said."""
    more: dict[str, Any] = {"overridden": True} if decision.overridden else {}
    if decision.asked_tasks:
        more["tasks"] = canonical.digest(decision.tasks)
    record(
        decision.deal.stream,
        "decision.made",
        by=decision.by,
        at=decision.at,
        acting_for=decision.acting_for,
        step=decision.step_id,
        decision=decision.pk,
        verdict=str(decision.verdict),
        terms_hash=decision.seen,
        limits=canonical.digest(decision.limits),
        conditions=canonical.digest(decision.conditions),
        reason=canonical.digest(decision.reason),
        **more,
    )
