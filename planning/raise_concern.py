"""Raising a concern, by name or not. The grant waits until the desk has answered it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from approvals.hold import hold_deal
from approvals.models import Assignment, Hold
from approvals.tell import message
from base import canonical, clock
from base.errors import Invalid, WrongState
from base.words import say
from deals.models import Deal
from deals.share import may_edit
from ledger.effects import ring
from ledger.record import record
from notices.notify import notify
from people.models import Function, User
from planning.errors import Bystander
from planning.models import Concern, Word
from planning.receipt import new_receipt, print_of
from planning.unnamed import day_of, mail_time


@dataclass(frozen=True, slots=True)
class Raised:
    """`receipt`: the code by which who gave no name reads the answer. It exists here and nowhere else."""

    concern: Concern
    receipt: str = ""


@transaction.atomic
def raise_concern(deal: Deal, *, by: User, text: str, named: bool) -> Raised:
    """Put a concern on record and hold every grant of `deal` until the desk has answered it.

    Not `named`: `by` is asked whether they are on the deal, and stands nowhere afterwards. Raises Bystander,
    WrongState (the deal is closed, or an open concern says the same), Invalid (nothing said)."""
    at = clock.now()
    deal = Deal.objects.lock(deal.pk)
    refuse_bystander(deal, by)
    if deal.status != Deal.Status.OPEN:
        raise WrongState(say("{deal} is closed: no grant waits for an answer any more.", deal=deal.number))
    if not text.strip():
        raise Invalid(say("Say what worries you."), field="text")
    refuse_repeat(deal, text.strip())
    receipt = "" if named else new_receipt()
    signer, when = (by, at) if named else (None, day_of(deal, at))
    concern = Concern.objects.create(
        deal=deal,
        number=deal.concerns.count() + 1,
        text=text.strip(),
        by=signer,
        receipt=print_of(receipt) if receipt else "",
        at=when,
    )
    said = canonical.digest(concern.text)
    record(deal.stream, "concern.raised", by=signer, at=when, concern=concern.pk, text=said)
    hold_deal(
        deal, reason=f"Concern {concern.number} is not answered.", cause=concern.cause, by=signer, at=when
    )
    tell_desk(concern, at=at if named else mail_time(at))
    ring()
    return Raised(concern, receipt)


def refuse_repeat(deal: Deal, text: str) -> None:
    """A page that is sent twice, or loaded again, raises nothing twice."""
    same = deal.concerns.filter(text=text).exclude(words__kind__in=Word.SETTLING).first()
    if same:
        raise WrongState(say("{same} says exactly this already and waits for its answer.", same=same))


def refuse_bystander(deal: Deal, by: User) -> None:
    if not may_raise(deal, by):
        raise Bystander(
            say(
                "Who works on {deal}, is asked about it, or runs the desk raises a concern.", deal=deal.number
            )
        )


def may_raise(deal: Deal, user: User) -> bool:
    """Whether `user` sees the deal and has a part in it: owner, team, decision owner, anyone who was asked to
    decide or to release a hold, and the desk."""
    if not Deal.objects.visible_to(user).filter(pk=deal.pk).exists():
        return False
    return (
        user.function == Function.DESK
        or user.pk == deal.decision_owner_id
        or may_edit(deal, user)
        or Assignment.objects.filter(step__deal=deal, user=user).exists()
        or Hold.objects.filter(deal=deal, release_by=user).exists()
    )


def tell_desk(concern: Concern, *, at: datetime) -> None:
    """Everyone at the desk. It is written down as of the concern, never to the minute."""
    told = [message("concern", user, concern.deal, key=concern.cause) for user in User.objects.desk()]
    notify(told, at=at, written=concern.at)
