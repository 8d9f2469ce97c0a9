"""Deadlines anew: new working hours, and a quarter end, move running clocks only when the desk says so, and
has seen what would move."""

from datetime import datetime

from django.db import transaction

from approvals.assign import start_clocks, timers
from approvals.deadlines import Move, holding, move_of
from approvals.errors import MovesOtherwise
from approvals.intervene import (
    asked_of,
    facts_of,
    locked,
    refuse_outsider,
    refuse_state,
    refuse_wordless,
)
from approvals.models import Intervention, Step
from approvals.tell import tell
from base import clock
from base.errors import WrongState
from base.words import mark, say
from ledger.effects import cancel, ring
from ledger.models import Effect
from ledger.record import record
from people.models import User

OTHERWISE = mark("What would move has changed since you looked.")


@transaction.atomic
def recompute(step: Step, *, by: User, reason: str, seen: str) -> Intervention:
    """Put the deadline of `step` where it would be if its clock had started under the working hours and the
    quarter end that hold now. Reminders and hand-over follow; a reminder that was sent is not sent again. Who
    is asked is told when it comes earlier. `seen`: the print of the move that was on the screen.

    Raises NotYours (not of the desk), OwnDeal, WrongState (nobody is asked, or it stays where it is),
    MovesOtherwise, Invalid (no reason). After a refusal nothing has changed."""
    at = clock.now()
    step = locked(step)
    move = refuse_recompute(step, by=by, reason=reason, seen=seen, at=at)
    shift_clock(step, move, at=at)
    if move.earlier:
        for user in asked_of(step):
            tell("sooner", user, step.deal, at=at, key=f"step:{step.pk}:{step.run}", step=step)
    said = Intervention.objects.create(
        step=step, kind=Intervention.Kind.RECOMPUTE, by=by, reason=reason.strip(), at=at
    )
    facts = {**facts_of(said), "before": move.before, "due_at": step.due_at}
    record(step.deal.stream, "step.recomputed", by=by, at=at, **facts)
    ring()
    return said


def refuse_recompute(step: Step, *, by: User, reason: str, seen: str, at: datetime) -> Move:
    """How it moves, if nothing stands against it. Changes nothing."""
    refuse_outsider(step, by)
    refuse_wordless(reason)
    refuse_state(step, Step.Status.OPEN)
    move = move_of(step, holding(at))
    if move is None:
        raise WrongState(say("Its deadline lies where the working hours put it. Nothing is left to move."))
    if seen != move.print:
        raise MovesOtherwise(say(OTHERWISE))
    return move


def shift_clock(step: Step, move: Move, *, at: datetime) -> None:
    """A new run of the same clock: from where this one started, under what holds now."""
    sent = [each.facts.get("share") for each in reminders(step) if each.state == Effect.State.DONE]
    cancel(timers(step))
    step.quarter_end = move.quarter_end
    step.allowance = max(1, step.allowance + move.shift)
    step.remaining = max(0, step.remaining + move.shift)
    step.run += 1
    assert step.clock_from is not None  # it runs
    start_clocks([step], at=step.clock_from)
    step.save()
    again = [each.pk for each in reminders(step) if each.due_at <= at and each.facts.get("share") in sent]
    Effect.objects.filter(pk__in=again).update(state=Effect.State.CANCELLED)


def reminders(step: Step) -> list[Effect]:
    """Of this run of its clock."""
    every = Effect.objects.filter(key=timers(step), kind="remind")
    return [each for each in every if each.facts["run"] == step.run]
