"""Giving what is asked to somebody else: the deal desk moves a seat."""

from datetime import datetime

from django.db import transaction

from approvals.acting import open_work, owner_of
from approvals.assign import open_steps, release, seat_people, start_clocks, stop_clock
from approvals.grants import in_force
from approvals.intervene import (
    asked_of,
    facts_of,
    locked,
    open_seat,
    refuse_away,
    refuse_outsider,
    refuse_state,
    refuse_wordless,
)
from approvals.models import Intervention, Seat, Step
from approvals.pools import conflicted, holder_name, may_hold, pools_for, rule_of
from approvals.tell import tell
from base import clock
from base.errors import Invalid
from base.lists import listed
from base.words import say
from ledger.effects import cancel, ring
from ledger.record import record
from people.accounts import UserQuerySet
from people.models import User

Status = Step.Status


@transaction.atomic
def reassign(step: Step, *, by: User, to: User, reason: str, of: User | None = None) -> Intervention:
    """Give the open seat of `step` to one person, who has the whole time of the level from now on; whoever
    was asked so far is told. A step that nobody could be asked for opens with them. Where several people each
    hold a seat, only that `of` one moves, and the clock they share goes on with what is left.

    Raises NotYours (not of the desk), OwnDeal, WrongState, Invalid (no reason; `to` may not decide it, with
    who may). After a refusal nothing has changed."""
    at = clock.now()
    step = locked(step)
    refuse_reassign(step, by=by, to=to, reason=reason, at=at, of=of)
    if step.status == Status.UNROUTABLE:
        released = open_for(step, to, at=at)
    else:
        released = move(step, open_seat(step, of), to, at=at)
    for user in released:
        if user != to:
            tell("reassigned", user, step.deal, at=at, key=f"step:{step.pk}:{step.run}", step=step)
    said = Intervention.objects.create(
        step=step, kind=Intervention.Kind.REASSIGN, by=by, to=to, reason=reason.strip(), at=at
    )
    record(step.deal.stream, "step.reassigned", by=by, at=at, user=to.pk, **facts_of(said))
    ring()
    return said


def refuse_reassign(
    step: Step, *, by: User, to: User, reason: str, at: datetime, of: User | None = None
) -> None:
    """All that stands against it, without changing anything. The caller may hold the locks or only ask."""
    refuse_outsider(step, by)
    refuse_wordless(reason)
    refuse_state(step, Status.OPEN, Status.UNROUTABLE)
    if to.pk in conflicted(step.deal, submitter=step.request.submitted_by_id):
        raise Invalid(
            say("{to} is on the deal team of {deal}.", to=to.name, deal=step.deal.number), field="to"
        )
    if not may_hold(to, step, at=at):
        raise Invalid(
            say(
                "{to} does not decide as {holder}. {who_may}",
                to=to.name,
                holder=holder_name(step),
                who_may=who_may(step, at),
            ),
            field="to",
        )
    refuse_away(step, to, "to", at=at)
    if step.status == Status.UNROUTABLE:
        refuse_too_few(step)
    else:
        refuse_seated(step, open_seat(step, of), to)


def refuse_too_few(step: Step) -> None:
    needed = rule_of(step, step.level).needed(1)
    if needed > 1:
        raise Invalid(
            say(
                "{needed} people must agree as {level}; one alone cannot open it.",
                needed=needed,
                level=step.level_name,
            ),
            field="to",
        )


def refuse_seated(step: Step, seat: Seat, to: User) -> None:
    """Nobody is given what they have, or a second seat beside their own."""
    if asked_of(step) == [to]:
        raise Invalid(say("{to} is asked already, and nobody else.", to=to.name), field="to")
    if step.seats.filter(held_by=to).exclude(pk=seat.pk).exists() or seat.held_by == to:
        raise Invalid(
            say("{to} has a seat as {holder} already.", to=to.name, holder=holder_name(step)), field="to"
        )


def who_may(step: Step, at: datetime) -> str:
    """ "Dana Whitlock or Henrik Sørensen may.", or that nobody may."""
    names = [user.name for user in who_may_hold(step, at)]
    if not names:
        return say("At present nobody may.")
    return say("{names} may.", names=listed(names, "or"))


def who_may_hold(step: Step, at: datetime) -> UserQuerySet:
    """All who may decide at the level that holds it or above, free of conflict, by name."""
    pools = pools_for(step, at=at).items()
    asked = [
        users for (function, rank), users in pools if function == step.function and rank >= step.held_level
    ]
    return User.objects.active().filter(pk__in=[user.pk for users in asked for user in users]).by_name()


def open_for(step: Step, to: User, *, at: datetime) -> list[User]:
    """Nobody was found to ask: it is looked for no longer. Releases nobody."""
    cancel(f"step:{step.pk}")
    step.run += 1
    granted = in_force(step.request, step.request.version.policy)
    open_steps([step], {(step.function, step.level): (to,)}, granted, at=at)
    return []


def move(step: Step, seat: Seat, to: User, *, at: datetime) -> list[User]:
    """Who was asked to fill this seat is released; those with seats of their own stay."""
    others = set(step.seats.filter(decision=None).exclude(pk=seat.pk).values_list("held_by", flat=True))
    released = [row.user for row in open_work(step) if owner_of(row).pk not in others]
    release(step, at=at, but=[pk for pk in others if pk])
    seat.held_by, seat.held_since = to, at
    seat.save(update_fields=["held_by", "held_since"])
    stop_clock(step, at=at)
    step.remaining = step.remaining if others else step.allowance
    step.run += 1
    start_clocks([step], at=at)
    step.save()
    seat_people([(step, [to])], at=at)
    return released
