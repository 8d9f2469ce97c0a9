"""Taking work that is open to a pool, and giving it back. The buttons say "I take it" and "Give back"."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from approvals.acting import Acting, acting, open_work
from approvals.assign import release, seat_people
from approvals.decide import not_asked
from approvals.errors import NotAsked
from approvals.intervene import locked
from approvals.models import Assignment, Seat, Step
from approvals.pools import holder_name, may_hold, pool_now, refuse_own_deal, rule_now
from base import clock
from base.errors import WrongState
from base.inside import lower
from base.words import say
from ledger.effects import ring
from ledger.record import record
from people.models import User


@transaction.atomic
def claim(step: Step, *, by: User) -> Seat:
    """Keep the open seat of `step` for `by`, or for whom they stand in; it leaves the inboxes of the others
    of the pool.

    Raises OwnDeal, NotAsked, WrongState (taken, not open, or nothing to take). After a refusal nothing has
    changed."""
    at = clock.now()
    step = locked(step)
    who = refuse_unasked(step, by, at=at)
    seat = step.seats.filter(decision=None, added_by=None).first()
    if seat is None or seat.held_by_id:
        raise WrongState(
            say("This is yours already, as {holder}: there is nothing to take.", holder=holder_name(step))
        )
    seat.held_by, seat.held_since = who.owner, at
    seat.save(update_fields=["held_by", "held_since"])
    added = step.seats.filter(decision=None, added_by__isnull=False)
    release(step, at=at, but=[who.owner.pk, *added.values_list("held_by", flat=True)])
    record(step.deal.stream, "step.claimed", by=by, at=at, acting_for=who.patron, step=step.pk)
    return seat


@transaction.atomic
def unclaim(step: Step, *, by: User) -> Seat:
    """Give a seat that `by` took back to the whole pool. Its clock runs on.

    Raises OwnDeal, NotAsked, WrongState (not open, or it was not taken). After a refusal nothing has changed.
    """
    at = clock.now()
    step = locked(step)
    who = refuse_unasked(step, by, at=at)
    seat = step.seats.filter(decision=None, added_by=None, held_by=who.owner).first()
    taken = step.quorum == Step.Quorum.ANY_ONE and rule_now(step).assign == "claim"
    if seat is None or not taken:
        raise WrongState(say("You have not taken this, so there is nothing to give back."))
    seat.held_by = seat.held_since = None
    seat.save(update_fields=["held_by", "held_since"])
    people = pool_now(step, at=at)
    seat_people([(step, beside(people, open_work(step)))], at=at)
    record(step.deal.stream, "step.given_back", by=by, at=at, acting_for=who.patron, step=step.pk)
    ring()
    return seat


def beside(people: Sequence[User], rows: Sequence[Assignment]) -> list[User]:
    """Those of `people` who have no part in this open work, neither as theirs nor for somebody."""
    taken = {pk for row in rows for pk in (row.user_id, row.principal_id)}
    return [user for user in people if user.pk not in taken]


def refuse_unasked(step: Step, by: User, *, at: datetime) -> Acting:
    """Only who is asked now, or stands in for who is, while that one may still decide and neither has a part
    in the deal."""
    refuse_own_deal(step, by)
    if step.status != Step.Status.OPEN:
        status = lower(step.get_status_display())
        raise WrongState(
            say(
                "{level}: {status}. There is nothing to take or to give back.",
                level=step.level_name,
                status=status,
            )
        )
    who = acting(step, by, at=at)
    if who is None or not may_hold(who.owner, step, at=at):
        raise NotAsked(not_asked(step))
    return who
