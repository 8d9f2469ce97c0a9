"""Giving what is asked to somebody else: the deal desk moves a seat."""

from datetime import datetime

from django.db import transaction

from approvals.assign import open_steps, release, seat_people, start_clocks, stop_clock
from approvals.grants import in_force
from approvals.intervene import (
    asked_of,
    facts_of,
    locked,
    open_seat,
    refuse_outsider,
    refuse_state,
    refuse_wordless,
)
from approvals.models import Intervention, Step
from approvals.pools import conflicted, holder_name, may_hold, region_of
from approvals.tell import tell
from base import clock
from base.errors import Invalid
from ledger.effects import cancel, ring
from ledger.record import record
from people.models import Authority, User

Status = Step.Status


@transaction.atomic
def reassign(step: Step, *, by: User, to: User, reason: str) -> Intervention:
    """Give the open seat of `step` to one person, who has the whole time of the level from now on; whoever
    was asked so far is told. A step that nobody could be asked for opens with them.

    Raises NotYours (not of the desk), OwnDeal, WrongState, Invalid (no reason; `to` may not decide it, with
    who may). After a refusal nothing has changed."""
    at = clock.now()
    step = locked(step)
    refuse_reassign(step, by=by, to=to, reason=reason, at=at)
    before = asked_of(step)
    if step.status == Status.UNROUTABLE:
        open_for(step, to, at=at)
    else:
        move(step, to, at=at)
    for user in before:
        if user != to:
            tell("reassigned", user, step.deal, at=at, key=f"step:{step.pk}:{step.run}", step=step)
    said = Intervention.objects.create(
        step=step, kind=Intervention.Kind.REASSIGN, by=by, to=to, reason=reason.strip(), at=at
    )
    record(step.deal.stream, "step.reassigned", by=by, at=at, user=to.pk, **facts_of(said))
    ring()
    return said


def refuse_reassign(step: Step, *, by: User, to: User, reason: str, at: datetime) -> None:
    """All that stands against it, without changing anything. The caller may hold the locks or only ask."""
    refuse_outsider(step, by)
    refuse_wordless(reason)
    refuse_state(step, Status.OPEN, Status.UNROUTABLE)
    if to.pk in conflicted(step.deal, submitter=step.request.submitted_by_id):
        raise Invalid(f"{to.name} is on the deal team of {step.deal.number}.", field="to")
    if not may_hold(to, step, at=at):
        raise Invalid(f"{to.name} does not decide as {holder_name(step)}. {who_may(step, at)}", field="to")
    if step.status == Status.OPEN:
        open_seat(step)
        if asked_of(step) == [to]:
            raise Invalid(f"{to.name} is asked already, and nobody else.", field="to")


def who_may(step: Step, at: datetime) -> str:
    """ "Dana Whitlock or Henrik Sørensen may.", or that nobody may."""
    out = conflicted(step.deal, submitter=step.request.submitted_by_id)
    held = Authority.objects.in_force(clock.date_of(at)).in_region(region_of(step))
    held = held.filter(function=step.function, level__gte=step.held_level).exclude(user__in=out)
    names = [user.name for user in User.objects.active().filter(pk__in=held.values("user")).by_name()]
    if not names:
        return "At present nobody may."
    return f"{' or '.join([', '.join(names[:-1]), names[-1]] if names[1:] else names)} may."


def open_for(step: Step, to: User, *, at: datetime) -> None:
    """Nobody was found to ask: it is looked for no longer."""
    cancel(f"step:{step.pk}")
    step.run += 1
    granted = in_force(step.request, step.request.version.policy)
    open_steps([step], {(step.function, step.level): (to,)}, granted, at=at)


def move(step: Step, to: User, *, at: datetime) -> None:
    seat = open_seat(step)
    if seat.held_by_id:
        seat.held_by, seat.held_since = to, at
        seat.save(update_fields=["held_by", "held_since"])
    release(step, at=at)
    stop_clock(step, at=at)
    step.remaining = step.allowance
    step.run += 1
    start_clocks([step], at=at)
    step.save()
    seat_people([(step, [to])], at=at)
