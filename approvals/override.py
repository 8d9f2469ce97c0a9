"""Deciding in place of the people asked: marked on the decision for ever."""

from datetime import datetime

from django.db import transaction

from approvals.advance import advance
from approvals.assign import end
from approvals.decide import Ruling, Taken, fill, refuse_run_out
from approvals.errors import Stale
from approvals.finish import finish
from approvals.grant import expiry_of, kept_until
from approvals.intervene import (
    asked_of,
    locked,
    refuse_conflict,
    refuse_state,
    refuse_wordless,
)
from approvals.models import Decision, Request, Step
from approvals.settle import announce, hand_back
from approvals.tell import tell
from base import clock
from base.errors import Invalid, NotYours
from base.words import say
from ledger.effects import ring
from people.models import User

PERMISSION = "approvals.override"
Verdict = Decision.Verdict


@transaction.atomic
def override(step: Step, *, by: User, verdict: Decision.Verdict, reason: str, seen: str) -> Decision:
    """Decide `step`, for the terms `seen`, in place of whoever is asked; they are told. As asked or not at
    all: an override narrows nothing. It is not the function's own word, so the next revision asks it again.

    Raises NotYours (without the permission), OwnDeal, WrongState, Stale (other terms), Invalid (no reason).
    After a refusal nothing has changed."""
    at = clock.now()
    step = locked(step)
    refuse_override(step, by=by, verdict=verdict, reason=reason, seen=seen, at=at)
    ruling, kept = Ruling(verdict=verdict, reason=reason), kept_until(step.request)
    before, seat = asked_of(step), step.seats.filter(decision=None).earliest("number")
    expires = expiry_of(step.request, kept)
    decision = fill(Taken(seat, by), ruling=ruling, at=at, expires=expires, overridden=True)
    conclude(step, decision, at=at)
    tell_asked(step, before, decision, at=at)
    ring()
    return decision


def refuse_override(
    step: Step, *, by: User, verdict: Decision.Verdict, reason: str, seen: str, at: datetime
) -> None:
    """All that stands against it, without changing anything."""
    if not by.has_perm(PERMISSION):
        raise NotYours(say("Deciding in place of others is a permission of its own, and you do not have it."))
    refuse_conflict(step, by)
    refuse_wordless(reason)
    if verdict == Verdict.UP_TO:
        raise Invalid(
            say("An override agrees as asked, or not at all: limits are for who was asked."), field="verdict"
        )
    refuse_state(step, Step.Status.OPEN)
    if seen != step.terms_hash:
        raise Stale(say("The terms changed after this page was opened."), seen=seen, now=step.terms_hash)
    refuse_run_out(kept_until(step.request), Ruling(verdict=verdict, reason=reason), at=at)


def conclude(step: Step, decision: Decision, *, at: datetime) -> None:
    """The step is decided, however many seats nobody has filled."""
    if decision.verdict == Verdict.CHANGES:
        hand_back(step, at=at)
        announce("changes", decision, at=at)
    elif decision.agrees:
        end(step, Step.Status.AGREED, at=at)
        advance(step.request, at=at)
    else:
        end(step, Step.Status.DECLINED, at=at)
        finish(step.request, Request.Status.DECLINED, at=at, by=decision.by, reason=decision.reason)
        announce("declined", decision, at=at)


def tell_asked(step: Step, people: list[User], decision: Decision, *, at: datetime) -> None:
    for user in people:
        tell("overridden", user, step.deal, at=at, key=f"decision:{decision.pk}", step=step)
