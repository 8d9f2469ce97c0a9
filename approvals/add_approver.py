"""Asking one more person: a signer adds somebody beside the pool, or after it."""

from datetime import datetime
from typing import Literal

from django.db import transaction

from approvals.assign import seat_people
from approvals.claim import refuse_unasked
from approvals.intervene import locked, refuse_away, refuse_wordless
from approvals.models import Seat, Step
from approvals.pools import conflicted
from base import canonical, clock
from base.errors import Invalid
from base.words import say
from ledger.effects import ring
from ledger.record import record
from people.models import User

Placed = Literal["beside", "after"]
TURNS: dict[str, int] = {"beside": 1, "after": 2}


@transaction.atomic
def add_approver(step: Step, *, by: User, who: User, place: Placed = "beside", reason: str) -> Seat:
    """Give `who` a seat of their own at `step`: they must agree besides the pool, at once or "after" it, and
    need no authority of their own. What they say binds like any other answer of the function.

    Raises OwnDeal, NotAsked (`by` signs nothing here), WrongState (not open), Invalid (no reason; `who` works
    on the deal, has a seat, or may not sign in). After a refusal nothing has changed."""
    at = clock.now()
    step = locked(step)
    patron = refuse_unasked(step, by, at=at).patron
    refuse_added(step, who, by=by, place=place, reason=reason)
    refuse_away(step, who, "who", at=at)
    last = step.seats.order_by("-number").values_list("number", flat=True).first() or 0
    seat = Seat.objects.create(
        step=step,
        number=last + 1,
        turn=TURNS[place],
        held_by=who,
        held_since=at,
        added_by=by,
        reason=reason.strip(),
    )
    ask_now(step, who, place, at=at)
    record(
        step.deal.stream,
        "step.approver_added",
        by=by,
        at=at,
        acting_for=patron,
        step=step.pk,
        seat=seat.pk,
        user=who.pk,
        place=place,
        reason=canonical.digest(seat.reason),
    )
    ring()
    return seat


def ask_now(step: Step, who: User, place: str, *, at: datetime) -> None:
    """Beside the pool they are asked there and then; who is of the pool has it before them already."""
    if place == "beside" and not step.assignments.filter(user=who, ended_at=None).exists():
        seat_people([(step, [who])], at=at)


def refuse_added(step: Step, who: User, *, by: User, place: str, reason: str) -> None:
    refuse_wordless(reason)
    if place not in TURNS:
        raise Invalid(say("Somebody is added beside the pool or after it."), field="place")
    if not who.is_active:
        raise Invalid(say("{name} does not work here any more.", name=who.name), field="who")
    if who == by:
        raise Invalid(say("You are asked already."), field="who")
    if who.pk in conflicted(step.deal, submitter=step.request.submitted_by_id):
        raise Invalid(
            say("{who} is on the deal team of {deal}.", who=who.name, deal=step.deal.number), field="who"
        )
    if step.seats.filter(held_by=who).exists():
        raise Invalid(say("{who} has a seat here already.", who=who.name), field="who")
