"""Several steps of one request that wait for the same person, decided on one screen: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from approvals.decide import Ruling, answer, refuse_or_seat
from approvals.models import Decision, Request, Step
from approvals.settle import settle
from base import clock
from deals.models import Deal
from ledger.effects import ring
from people.models import User


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one step, and the hash of its terms that was on the screen."""

    step: Step
    ruling: Ruling
    seen: str


@transaction.atomic
def decide_all(said: Sequence[Said], *, by: User) -> tuple[Decision, ...]:
    """Fill one seat of each of these steps, for the terms seen of each, then move their request on, once.

    A limit given at one step is in force for the steps named after it. Raises what `decide` raises, for the
    first step that stands against it: then nothing has changed at any of them. Raises ValueError when they
    are not different steps of one request."""
    refuse_mixed(said)
    at = clock.now()
    deal = Deal.objects.lock(said[0].step.deal_id)
    request = Request.objects.lock(said[0].step.request_id)
    request.deal = deal
    steps = locked(request, said)
    taken = [refuse_or_seat(steps[each.step.pk], by=by, seen=each.seen, at=at) for each in said]
    made = [(one.seat.step, answer(one, each.ruling, at=at)) for one, each in zip(taken, said, strict=True)]
    settle(request, made, at=at)
    ring()
    return tuple(decision for _, decision in made)


def refuse_mixed(said: Sequence[Said]) -> None:
    steps = [each.step.pk for each in said]
    if len(set(steps)) != len(steps) or len({each.step.request_id for each in said}) != 1:
        raise ValueError(f"not different steps of one request: {steps}")


def locked(request: Request, said: Sequence[Said]) -> dict[int, Step]:
    """The steps as they are now, locked in the order of their ids, whoever names them in which."""
    named = [each.step.pk for each in said]
    steps = Step.objects.select_for_update(no_key=True).filter(request=request, pk__in=named).order_by("pk")
    found = {step.pk: step for step in steps}
    for step in found.values():
        step.request, step.deal = request, request.deal
    return found
