"""What the verbs of the deal desk have in common: the locks, who may, and which seat is meant."""

from datetime import datetime
from typing import Any

from approvals.acting import away_words, open_work
from approvals.errors import OwnDeal
from approvals.models import Intervention, Request, Seat, Step
from approvals.paused import paused_words
from approvals.pools import conflicted, holder_name
from base import canonical
from base.errors import Invalid, NotYours, WrongState
from base.inside import lower
from base.lists import listed
from base.words import say
from deals.models import Deal
from people.models import Absence, Function, User
from people.stand_in import stand_in


def locked(step: Step) -> Step:
    """The step as it is now, with its deal and request, all three locked in this order."""
    deal = Deal.objects.lock(step.deal_id)
    request = Request.objects.lock(step.request_id)
    held = Step.objects.select_for_update(no_key=True).get(pk=step.pk)
    held.request, held.deal, request.deal = request, deal, deal
    return held


def refuse_outsider(step: Step, by: User) -> None:
    """Raises NotYours, OwnDeal. Nobody chooses who judges their own deal, or for how long."""
    if by.function != Function.DESK or not by.is_active:
        raise NotYours(say("Only the deal desk changes who answers, and until when."))
    refuse_conflict(step, by)


def refuse_conflict(step: Step, by: User) -> None:
    if by.pk in conflicted(step.deal, submitter=step.request.submitted_by_id):
        raise OwnDeal(
            say(
                "You are on the deal team of {deal}. Another of the deal desk does this.",
                deal=step.deal.number,
            )
        )


def refuse_wordless(reason: str) -> None:
    if not reason.strip():
        raise Invalid(say("Say why: it stays on record."), field="reason")


def refuse_state(step: Step, *allowed: Step.Status) -> None:
    """Raises WrongState, with what has become of the step."""
    if step.status not in allowed:
        paused = step.status == Step.Status.PAUSED
        why = paused_words(step) if paused else say("Nobody is asked just now.")
        raise WrongState(
            say(
                "{holder}: {status}. {why}",
                holder=holder_name(step),
                status=lower(step.get_status_display()),
                why=why,
            )
        )


def refuse_away(step: Step, who: User, field: str, *, at: datetime) -> None:
    """Raises Invalid. Nothing is given to somebody who is away with nobody to stand in, nor to somebody who
    answers here already for another."""
    if any(row.principal and row.user == who for row in open_work(step)):
        raise Invalid(say("{who} answers here already, for somebody who is away.", who=who.name), field=field)
    out = conflicted(step.deal, submitter=step.request.submitted_by_id)
    if stand_in(Absence.objects.holding(at).roster(), who.pk, step.function, at, out) is None:
        raise Invalid(say("{reason}.", reason=away_words([who], step.function, at)), field=field)


def open_seat(step: Step, of: User | None = None) -> Seat:
    """The one seat of the pool that nobody has filled, or the one that `of` holds.

    Raises WrongState, and Invalid where several people each hold one and it is not said whose is meant."""
    waiting = list(step.seats.filter(decision=None).select_related("held_by").order_by("number"))
    seats = [seat for seat in waiting if seat.held_by == of] if of else pool_first(waiting)
    if not seats:
        raise WrongState(say("Someone has just answered this."))
    if len(seats) > 1:
        names = listed([seat.held_by.name for seat in seats if seat.held_by], "or")
        raise Invalid(
            say(
                "Say whose seat as {holder}: {names}, for each holds one.",
                holder=holder_name(step),
                names=names,
            ),
            field="of",
        )
    return seats[0]


def pool_first(waiting: list[Seat]) -> list[Seat]:
    """The seats of the pool, before those of people who were added."""
    return [seat for seat in waiting if seat.added_by_id is None] or waiting


def asked_of(step: Step) -> list[User]:
    """Whose open work it is now."""
    return [row.user for row in step.assignments.filter(ended_at=None).select_related("user")]


def facts_of(said: Intervention) -> dict[str, Any]:
    """What the ledger says of it: its text stays out."""
    return {
        "step": said.step_id,
        "run": said.step.run,
        "holds": said.step.held_level,
        "intervention": said.pk,
        "reason": canonical.digest(said.reason),
    }
