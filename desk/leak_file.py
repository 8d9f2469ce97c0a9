"""Leakage as a file: every deal that its page compares, in the same order."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from base.words import mark, say
from desk.leak_part import part_of
from desk.leakage import for_rows, period_asked
from insights.models import Leak
from people.models import User

CENT = Decimal("0.01")
CHUNK = 200  # rows that are in memory at once
HEAD = (
    *(mark("Account"), mark("Number"), mark("Deal"), mark("Seller"), mark("Segment"), mark("Region")),
    *(mark("Signed on"), mark("Currency"), mark("List price"), mark("Target"), mark("Signed"), mark("Limit")),
    *(
        mark("Rate"),
        mark("Given away, {currency}"),
        mark("Room, {currency}"),
        mark("Past the limit, {currency}"),
    ),
    mark("Mandate"),
)


def file_name(today: date) -> str:
    """ "leakage-2026-06-11.csv"."""
    return f"leakage-{today:%Y-%m-%d}.csv"


def leak_file(
    user: User, currency: str, today: date, asked: Mapping[str, str]
) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    """The head, and the lines as they are read. Only what this person may see. `currency`: the company's."""
    every, period = Leak.objects.visible_to(user), period_asked(today, asked)
    leaks = part_of(asked, every).leaks(every.signed_between(period.first, period.last))
    rows = for_rows(leaks.compared().in_company_currency()).iterator(chunk_size=CHUNK)
    words = {True: say("Inside"), False: say("Outside")}
    return tuple(say(name, currency=currency) for name in HEAD), (cells(leak, words) for leak in rows)


def cells(leak: Leak, words: Mapping[bool, str]) -> tuple[str, ...]:
    deal, read = leak.deal, vars(leak)
    said = (deal.account.name, deal.number, deal.title, leak.seller.name, leak.segment, leak.region)
    amounts = (leak.list_total, leak.target, leak.signed, leak.limit, leak.rate)
    counted = tuple(str(read[name].quantize(CENT)) for name in ("given", "room", "past"))
    return (*said, f"{leak.signed_on}", leak.currency, *map(amount, amounts), *counted, words[leak.inside])


def amount(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
