"""Answering a concern: on record, and the grant no longer waits for it."""

from django.db import transaction

from approvals.errors import OwnDeal
from approvals.models import Request
from approvals.pools import conflicted
from approvals.tell import tell
from base import clock
from base.errors import Invalid, NotYours
from base.words import say
from deals.models import Deal
from ledger.effects import ring
from ledger.record import record
from people.models import Function, User
from planning.models import Concern, Word
from planning.settle import facts_of, let_go, put, refuse_settled


@transaction.atomic
def answer(concern: Concern, *, by: User, text: str) -> Word:
    """The desk answers `concern`; if nothing else is open, the mandate is granted there and then.

    Also after the deal was closed: who raised it is owed an answer. Raises NotYours (not the desk), OwnDeal,
    WrongState (answered or withdrawn already, or a kept grant has run out), Invalid (nothing said)."""
    at = clock.now()
    deal = Deal.objects.lock(concern.deal_id)
    concern = Concern.objects.select_related("deal__account", "by").get(pk=concern.pk)
    refuse_settled(concern)
    refuse_other(deal, by)
    if not text.strip():
        raise Invalid(say("Write the answer."), field="text")
    word = put(concern, Word.Kind.ANSWER, text, by=by, at=at)
    record(deal.stream, "concern.answered", by=by, at=at, **facts_of(word))
    let_go(concern, f"Concern {concern.number} is answered.", by=by, at=at)
    if concern.by:
        tell("answered", concern.by, concern.deal, at=at, key=concern.cause)
    ring()
    return word


def refuse_other(deal: Deal, by: User) -> None:
    if not may_answer(deal, by):
        if by.function == Function.DESK:
            raise OwnDeal(
                say(
                    "You are on the deal team of {deal}. Somebody else at the desk answers.", deal=deal.number
                )
            )
        raise NotYours(say("The deal desk answers concerns."))


def may_answer(deal: Deal, user: User) -> bool:
    """Whether `user` is the desk and free of conflict on `deal`."""
    asked = Request.objects.open().filter(deal=deal).values_list("submitted_by", flat=True).first()
    return (
        user.is_active and user.function == Function.DESK and user.pk not in conflicted(deal, submitter=asked)
    )
