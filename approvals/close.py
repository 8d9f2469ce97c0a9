"""Closing a deal, won or lost. Never blocked: the world happened."""

from datetime import date, datetime

from django.db import transaction

from approvals import conditions
from approvals.check import at_its_rate, check, standing
from approvals.finish import finish
from approvals.grant import timers_of
from approvals.hold import end_holds
from approvals.lapse import lapse_due
from approvals.models import Closing, Condition, Hold, Mandate, Offer, Request
from base import canonical, clock
from base.errors import WrongState
from base.words import say
from deals.document import terms_document
from deals.models import Deal
from deals.share import refuse_stranger
from deals.terms import Terms
from ledger.effects import cancel
from ledger.record import record
from people.models import User


@transaction.atomic
def close(
    deal: Deal, *, by: User, signed: Terms | None = None, signed_on: date | None = None, reason: str = ""
) -> Closing:
    """End `deal`: its open request, its holds, its mandate and its timers end with it, in one transaction.

    `signed`: the terms of a deal that was won; None when it is lost. Terms outside the mandate, or without
    one, are recorded and flagged for ever; those of an offer that was inside its mandate stay backed until
    the offer's own date. Tasks of a deal that was won are still to be done. Raises NotYours, WrongState."""
    at = clock.now()
    deal = Deal.objects.lock(deal.pk)
    refuse_stranger(deal, by)
    if deal.status != Deal.Status.OPEN:
        raise WrongState(say("{deal} is closed already.", deal=deal.number))
    day = signed_on or clock.date_of(at)
    for request in Request.objects.open().filter(deal=deal):
        finish(request, Request.Status.CLOSED, at=at, by=by)
    end_holds(Hold.objects.open().filter(deal=deal).select_related("deal"), at=at)
    lapse_due(deal, at=at)
    mandate = standing(deal)
    closing = Closing(deal=deal, by=by, at=at, reason=reason.strip())
    write_down(closing, signed, day, mandate)
    if mandate:
        end_mandate(mandate, at=at)
    if signed is None:
        cancel([conditions.timers_of(task) for task in Condition.objects.open().filter(decision__deal=deal)])
    deal.status = Deal.Status.WON if signed else Deal.Status.LOST
    deal.closed_at = at
    deal.signed_at = day if signed else None
    deal.signed = closing.document
    deal.save()
    record(
        deal.stream,
        "deal.closed",
        by=by,
        at=at,
        won=signed is not None,
        inside=closing.inside,
        closing=closing.pk,
    )
    return closing


def write_down(closing: Closing, signed: Terms | None, day: date, mandate: Mandate | None) -> None:
    """What was signed, and its answer: the one its offer had while that holds, else that of today."""
    deal = closing.deal
    behind = None
    if signed:
        signed, behind = backed(deal, signed, day, mandate)
        mandate = behind.mandate if behind else mandate
    closing.document = canonical.dumps(terms_document(signed, str(deal.salt))) if signed else ""
    closing.won = signed is not None
    closing.mandate = mandate
    if signed:
        closing.answer, closing.inside = answer_to(signed, day, mandate, behind)
    closing.save(force_insert=True)


def answer_to(signed: Terms, day: date, mandate: Mandate | None, behind: Offer | None) -> tuple[str, bool]:
    """The answer as stored, and whether it is inside. What an offer was told stands, whatever became of the
    mandate's limits since."""
    if behind:
        return behind.answer, behind.inside
    if mandate is None:
        return "", False
    answer = check(mandate, signed, good_until=day)[1]
    return canonical.dumps(answer.to_document()), answer.inside


def backed(deal: Deal, signed: Terms, day: date, mandate: Mandate | None) -> tuple[Terms, Offer | None]:
    """What was signed, and the offer of exactly these terms behind it; without one they count at the rate of
    the mandate in use."""
    behind = backing(deal, signed, day)
    if behind or mandate is None:
        return signed, behind
    then = at_its_rate(mandate, signed)
    return then, backing(deal, then, day) if then != signed else None


def backing(deal: Deal, signed: Terms, day: date) -> Offer | None:
    """An offer of exactly these terms that was inside its mandate and is good on `day`."""
    document = canonical.dumps(terms_document(signed, str(deal.salt)))
    made = Offer.objects.filter(deal=deal, inside=True, document=document, good_until__gte=day)
    return made.select_related("mandate").first()


def end_mandate(mandate: Mandate, *, at: datetime) -> None:
    mandate.status = Mandate.Status.ENDED
    mandate.ended_at = at
    mandate.save()
    cancel(timers_of(mandate))
