"""Recording what was put to the buyer, or asked by them, with the answer it got."""

from datetime import date

from django.db import transaction

from approvals.check import at_its_rate, check, mandate_of
from approvals.lapse import lapse_due
from approvals.models import Mandate, Offer
from approvals.worth import net_of
from base import canonical, clock
from base.errors import Invalid, WrongState
from base.words import say
from deals.document import measured_document, terms_document
from deals.models import Deal
from deals.share import refuse_stranger
from deals.terms import Terms
from ledger.effects import ring
from ledger.record import record
from people.models import User


@transaction.atomic
def offer(
    deal: Deal, *, by: User, terms: Terms, good_until: date, direction: str = "sent", note: str = ""
) -> Offer:
    """Record an offer with its answer, never recomputed. Outside the mandate it is recorded and flagged.

    Raises NotYours, NoMandate, WrongState (deal closed), Invalid (its own validity has passed)."""
    at = clock.now()
    deal = Deal.objects.lock(deal.pk)
    refuse_stranger(deal, by)
    if deal.status != Deal.Status.OPEN:
        raise WrongState(say("{deal} is closed.", deal=deal.number))
    if good_until < clock.date_of(at):
        raise Invalid(say("Good until lies in the past."), field="good_until")
    lapse_due(deal, at=at)
    mandate = mandate_of(deal, at=at)
    mandate.deal = deal
    made = answered(mandate, terms, good_until)
    made.number = Offer.objects.filter(deal=deal).count() + 1
    made.direction, made.note, made.by, made.at = direction, note.strip(), by, at
    made.save(force_insert=True)
    record(
        deal.stream,
        "offer.recorded",
        by=by,
        at=at,
        offer=made.pk,
        number=made.number,
        direction=direction,
        inside=made.inside,
        mandate=mandate.pk,
        terms_hash=made.terms_hash,
        answer=canonical.digest(made.answer),
    )
    ring()
    return made


def answered(mandate: Mandate, terms: Terms, good_until: date) -> Offer:
    """The offer with what was measured of it and the answer it gets today, not yet stored."""
    terms = at_its_rate(mandate, terms)
    measured, answer = check(mandate, terms, good_until=good_until)
    document = canonical.dumps(terms_document(terms, str(mandate.deal.salt)))
    return Offer(
        deal=mandate.deal,
        mandate=mandate,
        document=document,
        terms_hash=canonical.digest(document),
        measured=canonical.dumps(measured_document(measured)),
        answer=canonical.dumps(answer.to_document()),
        inside=answer.inside,
        net=net_of(terms, mandate.version.policy),
        good_until=good_until,
    )
