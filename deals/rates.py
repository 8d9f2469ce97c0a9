"""Rates are facts with a source: entered by hand or from a file, corrected only while nothing rests on them.

Whoever enters any holds one lock alone, whoever pins one shares it: a rate that is pinned is not corrected.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from base import canonical, clock
from base.errors import Invalid, NotYours
from base.format import near_day
from base.words import say, say_many
from deals import rate_file
from deals.errors import RateDiffers, RateLeaps, RatesRefused, RateStays
from deals.models import Rate, Revision
from deals.rate_rules import RateRow, Refusal, equation, leap, mistakes
from guardrails.models import PolicyVersion
from ledger.record import record
from people.models import Function, User

STREAM = "rates"
LOCK = 724_618  # of PostgreSQL's advisory locks, the one of all rates

Known = dict[tuple[str, date], Decimal]


@dataclass(frozen=True, slots=True)
class Entered:
    """`changed` is False for a rate that was there already."""

    rate: Rate
    changed: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """`same`: rows that were there already."""

    landed: int
    same: int


def hold_rates() -> None:
    """Until this transaction ends nobody enters or corrects a rate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])


def lock_rates() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@transaction.atomic
def set_rate(row: RateRow, *, by: User, replaces: int | None = None, sure: bool = False) -> Entered:
    """Enter what one unit of a currency is worth. The same rate again changes nothing, whatever its source.

    Another rate for a day that has one corrects it: today's or a later one that no revision has pinned, by
    who has seen it (`replaces`: its id). `sure`: also a rate far from the last one. Raises NotYours, Invalid,
    RateStays, RateDiffers, RateLeaps.
    """
    at = clock.now()
    refuse_unless_desk(by)
    lock_rates()
    company, today = company_currency(at), clock.date_of(at)
    if faults := dict(mistakes(row, company, today)):
        raise Invalid(next(iter(faults.values())), fields=faults)
    standing = Rate.objects.standing().filter(currency=row.currency, date=row.day).first()
    if standing and standing.rate == row.rate:
        return Entered(standing, changed=False)
    if standing:
        refuse_correction(standing, replaces, company, today)
    if not sure:
        refuse_leap(row, company)
    return Entered(write(row, standing, by=by, at=at), changed=True)


def refuse_unless_desk(by: User) -> None:
    if by.function != Function.DESK:
        raise NotYours(say("The deal desk enters the rates. Ask one of them."))


def company_currency(at: datetime) -> str:
    return PolicyVersion.objects.in_force(at).policy.currency


def refuse_correction(standing: Rate, replaces: int | None, company: str, today: date) -> None:
    said = f"{equation(standing.currency, standing.rate, company)} ({standing.source})"
    day = near_day(standing.date, today)
    if standing.date < today:
        raise RateStays(
            say(
                "{said} is the rate of {day}, and a day that is over keeps its rate. Enter one for today.",
                said=said,
                day=day,
            )
        )
    if pins(standing).exists():
        raise RateStays(
            say(
                "Deals were asked at {said} of {day}, so it stays. Enter one for a later day.",
                said=said,
                day=day,
            )
        )
    if replaces != standing.pk:
        raise RateDiffers(
            say("There is one for {day} already: {said}.", day=day, said=said), standing=standing
        )


def pins(rate: Rate) -> QuerySet[Revision]:
    """Revisions asked at this rate; those from before its date was kept count by its value."""
    dated = Q(rate_date=rate.date) | Q(rate_date=None, rate=rate.rate)
    return Revision.objects.filter(dated, currency=rate.currency)


def refuse_leap(row: RateRow, company: str) -> None:
    last = last_rate(row.currency, row.day)
    wrong = leap(row.rate, last.rate) if last else ""
    if last and wrong:
        mine, theirs = (equation(row.currency, rate, company) for rate in (row.rate, last.rate))
        raise RateLeaps(
            say(
                "{mine} {wrong}: {theirs} ({source}). Check it, then say that it is meant.",
                mine=mine,
                wrong=wrong,
                theirs=theirs,
                source=last.source,
            ),
            field="rate",
        )


def last_rate(currency: str, day: date) -> Rate | None:
    """The one a rate of `day` is compared with: the newest by then, else the first after it."""
    later = Rate.objects.standing().filter(currency=currency, date__gt=day).order_by("date")
    return Rate.objects.on(day).filter(currency=currency).first() or later.first()


def write(row: RateRow, standing: Rate | None, *, by: User, at: datetime) -> Rate:
    if standing:
        Rate.objects.filter(pk=standing.pk).update(replaced_at=at)
    rate = new(row, by, at)
    rate.save(force_insert=True)
    said: dict[str, Any] = {"rate": rate.pk, "currency": rate.currency, "date": rate.date, "value": rate.rate}
    if standing:
        record(STREAM, "rate.corrected", by=by, at=at, **said, replaces=standing.pk, before=standing.rate)
    else:
        record(STREAM, "rate.entered", by=by, at=at, **said)
    return rate


def new(row: RateRow, by: User, at: datetime) -> Rate:
    return Rate(
        currency=row.currency,
        date=row.day,
        rate=row.rate,
        source=row.source.strip(),
        entered_by=by,
        entered_at=at,
    )


@transaction.atomic
def load_rates(content: bytes, *, by: User, sure: bool = False) -> Loaded:
    """Enter every row of a file, or none of it. Rows that are there already change nothing; a file corrects
    no rate. `sure`: also rates far from the last one. Raises NotYours, RatesRefused (row by row).
    """
    at = clock.now()
    refuse_unless_desk(by)
    sheet = rate_file.read(content)
    lock_rates()
    company, known = company_currency(at), known_rates(row.currency for row in sheet.rows.values())
    refusals = [*sheet.refusals, *clashes(sheet.rows, known, company, clock.date_of(at))]
    leaps = [] if sure else list(leaps_of(sheet.rows, known))
    if refusals or leaps:
        every = sorted([*refusals, *leaps], key=lambda one: one.row)
        raise RatesRefused(refused_words(len({one.row for one in every})), refusals=every, leaps=bool(leaps))
    fresh = list({key_of(row): row for row in sheet.rows.values() if key_of(row) not in known}.values())
    landed = Rate.objects.bulk_create((new(row, by, at) for row in fresh), batch_size=2000)
    if landed:
        record(STREAM, "rates.loaded", by=by, at=at, **load_facts(content, landed, len(sheet.rows)))
    return Loaded(len(landed), len(sheet.rows) - len(landed))


def refused_words(rows: int) -> str:
    return say_many(
        "Nothing was entered: {count} row of this file cannot be.",
        "Nothing was entered: {count} rows of this file cannot be.",
        rows,
    )


def key_of(row: RateRow) -> tuple[str, date]:
    return (row.currency, row.day)


def known_rates(currencies: Iterable[str]) -> Known:
    rows = Rate.objects.standing().filter(currency__in=set(currencies))
    return {(currency, day): rate for currency, day, rate in rows.values_list("currency", "date", "rate")}


def clashes(rows: Mapping[int, RateRow], known: Known, company: str, today: date) -> Iterator[Refusal]:
    """Rows that cannot be, or that say something else than the row or the rate before them."""
    said: dict[tuple[str, date], tuple[int, RateRow]] = {}
    for number, row in rows.items():
        values = {
            "currency": row.currency,
            "date": str(row.day),
            "rate": f"{row.rate:f}",
            "source": row.source,
        }
        for column, reason in mistakes(row, company, today):
            yield Refusal(number, column, values[column], reason)
        there = known.get(key_of(row))
        before, first = said.setdefault(key_of(row), (number, row))
        if there is not None and there != row.rate:
            reason = say(
                "There is {rate} for this day. A file corrects no rate.",
                rate=equation(row.currency, there, company),
            )
            yield Refusal(number, "rate", values["rate"], reason)
        elif first.rate != row.rate:
            yield Refusal(
                number, "rate", values["rate"], say("Row {row} says another rate for this day.", row=before)
            )


def leaps_of(rows: Mapping[int, RateRow], known: Known) -> Iterator[Refusal]:
    """Rows far from the rate of the day before them, in the file or entered already."""
    numbers = {key_of(row): number for number, row in rows.items()}
    rates = {**{key_of(row): row.rate for row in rows.values() if row.rate > 0}, **known}
    for _, group in groupby(sorted(rates), key=lambda key: key[0]):
        days = list(group)
        for before, key in pairwise(days):
            wrong = leap(rates[key], rates[before])
            at = key if key in numbers and key not in known else before
            if wrong and at in numbers and at not in known:
                reason = say(
                    "{wrong}. Check it, then say that it is meant.", wrong=f"{wrong[:1].upper()}{wrong[1:]}"
                )
                yield Refusal(numbers[at], "rate", f"{rates[at]:f}", reason)


def load_facts(content: bytes, landed: list[Rate], rows: int) -> dict[str, Any]:
    """What the record keeps of a file: its print, and that of the rates it brought."""
    brought = [[rate.currency, rate.date, rate.rate, rate.source] for rate in landed]
    return {
        "file": hashlib.sha256(content).hexdigest(),
        "rates": canonical.digest(canonical.dumps(brought)),
        "landed": len(landed),
        "same": rows - len(landed),
        "currencies": sorted({rate.currency for rate in landed}),
        "first": min(rate.date for rate in landed),
        "last": max(rate.date for rate in landed),
    }
