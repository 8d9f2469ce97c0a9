"""Writing what a draft asks beyond never, and leaving it out again."""

from dataclasses import replace

from django.db import transaction

from base import clock
from base.errors import Invalid
from base.words import say
from deals.edit import refuse_closed
from deals.errors import DraftMoved
from deals.excepted import ask_of_row
from deals.exception import ExceptionAsk, mistakes
from deals.models import Deal, DraftException
from deals.share import refuse_stranger
from people.models import User


@transaction.atomic
def ask_exception(
    deal: Deal, *, by: User, exception: ExceptionAsk, seen: str = "", far_hidden: bool = False
) -> DraftException:
    """Write the exception into the draft, in place of the one of the same guardrail that `by` saw as `seen`
    (its digest; "" for none). It is asked for with the next revision. `far_hidden`: how far it goes is kept
    from `by`, so what stands there stays.

    Raises NotYours, DealClosed, DraftMoved, Invalid (by field)."""
    at = clock.now()
    deal = Deal.objects.lock(deal.pk)
    refuse_stranger(deal, by)
    refuse_closed(deal)
    why, in_return = exception.why.strip(), exception.in_return.strip()
    until = exception.until if exception.lasts == "account" else None
    exception = replace(exception, why=why, in_return=in_return, until=until)
    faults = dict(mistakes(exception, clock.date_of(at)))
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    row = refuse_or_row(deal, exception.key, exception.function, seen)
    exception = replace(exception, value=row.value) if far_hidden else exception
    for name in ("value", "why", "in_return", "precedent", "lasts", "until"):
        setattr(row, name, getattr(exception, name))
    row.save()
    touch(deal)
    return row


@transaction.atomic
def drop_exception(deal: Deal, *, by: User, key: str, function: str) -> None:
    """Ask for it no more; nothing happens if nobody does. Raises NotYours, DealClosed."""
    deal = Deal.objects.lock(deal.pk)
    refuse_stranger(deal, by)
    refuse_closed(deal)
    if DraftException.objects.filter(deal=deal, key=key, function=function).delete()[0]:
        touch(deal)


def refuse_or_row(deal: Deal, key: str, function: str, seen: str) -> DraftException:
    row = DraftException.objects.filter(deal=deal, key=key, function=function).first()
    if seen != (ask_of_row(row).digest(deal.salt) if row else ""):
        words = say("Someone else changed this exception of {deal} since you opened it.", deal=deal.number)
        raise DraftMoved(words, mine={}, theirs={"why": row.why if row else None})
    return row or DraftException(deal=deal, key=key, function=function)


def touch(deal: Deal) -> None:
    deal.updated_at = clock.now()
    deal.save(update_fields=["updated_at"])
