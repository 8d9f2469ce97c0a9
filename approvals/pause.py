"""Pausing a step, and letting it go on: the deal desk stops a clock with the working minutes that are left.

Nothing of a paused step is due; the work stays with whoever is asked. A step waits for one thing at a time:
one that waits for the answer to a question is not paused besides, and nobody asks while it is paused.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from approvals.assign import start_clocks, stop_clock, timers
from approvals.due import step_of
from approvals.intervene import (
    asked_of,
    facts_of,
    locked,
    refuse_outsider,
    refuse_state,
    refuse_wordless,
)
from approvals.models import Intervention, Request, Step
from approvals.paused import open_question, paused_words, until_day
from approvals.pools import holder_name
from approvals.standing_in import settle_who_acts
from approvals.tell import tell
from base import clock
from base.errors import Invalid, WrongState
from base.inside import lower
from base.locales import HOUSE, speaking
from base.words import say
from deals.models import Deal
from ledger.effects import cancel, planned, ring, schedule_all
from ledger.models import Effect
from ledger.record import record
from people.models import User

LONGEST = timedelta(days=90)
Status = Step.Status


@transaction.atomic
def pause(step: Step, *, by: User, reason: str, until: datetime | None = None) -> Intervention:
    """Stop the clock of `step`: nobody can decide it until it is resumed, or goes on by itself at `until`.
    Whoever is asked is told.

    Raises NotYours (not of the desk), OwnDeal, WrongState (not open), Invalid (no reason, or an `until` that
    is past or too far ahead). After a refusal nothing has changed."""
    at = clock.now()
    step = locked(step)
    refuse_pause(step, by=by, reason=reason, until=until, at=at)
    said = stand_still(step, by=by, reason=reason, until=until, at=at)
    ring()
    return said


@transaction.atomic
def pause_all(
    request: Request, *, by: User, reason: str, until: datetime | None = None
) -> tuple[Intervention, ...]:
    """The same for every open step of `request`: all of them, or none. Raises what `pause` does, WrongState
    where none is open."""
    at = clock.now()
    deal = Deal.objects.lock(request.deal_id)
    held = Request.objects.lock(request.pk)
    held.deal = deal
    found = list(held.steps.select_for_update(no_key=True).filter(status=Status.OPEN).order_by("pk"))
    if not found:
        raise WrongState(
            say(
                "Nobody is asked about revision {revision}, so there is nothing to pause.",
                revision=held.revision.number,
            )
        )
    for step in found:
        step.request, step.deal = held, deal
        refuse_pause(step, by=by, reason=reason, until=until, at=at)
    said = tuple(stand_still(step, by=by, reason=reason, until=until, at=at) for step in found)
    ring()
    return said


@transaction.atomic
def resume(step: Step, *, by: User, reason: str = "") -> Intervention:
    """Let a paused step go on with the working minutes it had left: its target moves by the pause. Whoever is
    asked is told.

    Raises NotYours (not of the desk), OwnDeal, WrongState (not paused, or it waits for the answer to a
    question). After a refusal nothing has changed."""
    at = clock.now()
    step = locked(step)
    refuse_resume(step, by=by)
    said = Intervention.objects.create(
        step=step, kind=Intervention.Kind.RESUME, by=by, reason=reason.strip(), at=at
    )
    go_on(step, at=at)
    record(step.deal.stream, "step.resumed", by=by, at=at, **facts_of(said), due_at=step.due_at)
    ring()
    return said


def refuse_pause(step: Step, *, by: User, reason: str, until: datetime | None, at: datetime) -> None:
    """All that stands against it, without changing anything."""
    refuse_outsider(step, by)
    refuse_wordless(reason)
    refuse_until(until, at)
    refuse_state(step, Status.OPEN)


def refuse_until(until: datetime | None, at: datetime) -> None:
    if until and not at < until <= at + LONGEST:
        raise Invalid(
            say("Choose a day from tomorrow on, at most {count} days ahead.", count=LONGEST.days),
            field="until",
        )


def refuse_resume(step: Step, *, by: User) -> None:
    """The same for going on."""
    refuse_outsider(step, by)
    if step.status != Status.PAUSED:
        raise WrongState(
            say(
                "{holder}: {status}. It is not paused, so nothing goes on.",
                holder=holder_name(step),
                status=lower(step.get_status_display()),
            )
        )
    if open_question(step):
        raise WrongState(paused_words(step))


def stand_still(step: Step, *, by: User, reason: str, until: datetime | None, at: datetime) -> Intervention:
    stop_clock(step, at=at)
    step.status = Status.PAUSED
    step.reason = why_words(by, reason.strip(), until)
    step.save()
    said = Intervention.objects.create(
        step=step, kind=Intervention.Kind.PAUSE, by=by, reason=reason.strip(), until=until, at=at
    )
    if until:
        once = f"go_on:{step.pk}:1:{step.run}"
        schedule_all([planned("go_on", timers(step), once, until, step=step.pk, run=step.run)])
    for user in asked_of(step):
        tell("paused", user, step.deal, at=at, key=f"step:{step.pk}:{step.run}", step=step)
    facts = {**facts_of(said), "left": step.remaining, "until": until}
    record(step.deal.stream, "step.paused", by=by, at=at, **facts)
    return said


@speaking(HOUSE)  # it is kept
def why_words(by: User, reason: str, until: datetime | None) -> str:
    day = until_day(until)
    return f"{by.name} has paused it until {day}: {reason}" if day else f"{by.name} has paused it: {reason}"


def go_on(step: Step, *, at: datetime) -> None:
    """A new run of the clock with what was left, for those who act by now."""
    cancel(timers(step))
    step.status, step.reason = Status.OPEN, ""
    step.run += 1
    start_clocks([step], at=at)
    step.save()
    settle_who_acts(step, at=at)
    for user in asked_of(step):
        tell("resumed", user, step.deal, at=at, key=f"step:{step.pk}:{step.run}", step=step)


def end_pause(effect: Effect, now: datetime) -> None:
    """The day has come that the desk named."""
    step = step_of(effect, Status.PAUSED)
    if step is None or open_question(step):
        return
    go_on(step, at=now)
    said: dict[str, Any] = {"step": step.pk, "run": step.run, "holds": step.held_level, "due_at": step.due_at}
    record(step.deal.stream, "step.resumed", by=None, at=now, **said)
