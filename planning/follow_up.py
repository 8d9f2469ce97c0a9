"""What the raiser of a concern may still do: add a word, or withdraw it. By name, or by the receipt."""

from datetime import datetime

from django.db import transaction

from base import clock
from base.errors import Invalid, NotYours, WrongState
from base.words import say
from deals.models import Deal
from ledger.effects import ring
from ledger.record import record
from people.models import User
from planning.models import Concern, Word
from planning.receipt import fits
from planning.settle import facts_of, let_go, put, refuse_settled
from planning.unnamed import day_of


@transaction.atomic
def add_word(concern: Concern, *, text: str, by: User | None = None, receipt: str = "") -> Word:
    """Write `text` under the concern, also after the answer; it holds nothing again. Nothing said before
    changes. Raises NotYours (neither its raiser nor its receipt), WrongState (withdrawn), Invalid."""
    concern, at = opened(concern, by=by, receipt=receipt)
    if concern.words.filter(kind=Word.Kind.WITHDRAWN).exists():
        raise WrongState(say("{concern} is withdrawn.", concern=concern))
    if not text.strip():
        raise Invalid(say("Write what you want to add."), field="text")
    word = put(concern, Word.Kind.ADDED, text, by=concern.by, at=at)
    record(concern.deal.stream, "concern.added", by=concern.by, at=at, **facts_of(word))
    return word


@transaction.atomic
def withdraw(concern: Concern, *, text: str = "", by: User | None = None, receipt: str = "") -> Word:
    """Take the concern back: it stays on record and holds nothing any more, so the mandate may be granted by
    it. Raises NotYours (neither its raiser nor its receipt), WrongState (answered or withdrawn already)."""
    concern, at = opened(concern, by=by, receipt=receipt)
    refuse_settled(concern)
    word = put(concern, Word.Kind.WITHDRAWN, text, by=concern.by, at=at)
    record(concern.deal.stream, "concern.withdrawn", by=concern.by, at=at, **facts_of(word))
    let_go(concern, f"Concern {concern.number} is withdrawn.", by=concern.by, at=at)
    ring()
    return word


def opened(concern: Concern, *, by: User | None, receipt: str) -> tuple[Concern, datetime]:
    """The concern under the lock of its deal, and the moment to write down: only the day without a name."""
    deal = Deal.objects.lock(concern.deal_id)
    concern = Concern.objects.select_related("deal", "by").get(pk=concern.pk)
    at = clock.now()
    if concern.by_id:
        if by is None or by.pk != concern.by_id:
            raise NotYours(say("{concern} was raised by {name}.", concern=concern, name=concern.by))
        return concern, at
    if not fits(receipt, concern.receipt):
        raise NotYours(
            say("{concern} was raised without a name: only its receipt opens it.", concern=concern)
        )
    return concern, day_of(deal, at)
