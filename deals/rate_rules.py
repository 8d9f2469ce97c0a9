"""What a rate may be: the direction, the digits, and what looks like a slip. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from base import format as show
from base.words import say

FINEST = Decimal("0.00000001")
MOST = Decimal(10) ** 9
EARLIEST = date(1970, 1, 1)
AHEAD = timedelta(days=366)  # budget rates are entered for the coming year
SOURCE_LETTERS = 60
FAR = Decimal("0.20")
# near parity a rate that was typed the wrong way round is not far off: it moves, and its inverse does not
MOVED, STILL = Decimal("0.05"), Decimal("0.02")


@dataclass(frozen=True, slots=True)
class RateRow:
    """`rate`: company currency for one unit of `currency`, known on `day` from `source`."""

    currency: str
    day: date
    rate: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Row 1 is the header. `column` and `value` are empty when the row as a whole is at fault."""

    row: int
    column: str
    value: str
    reason: str


def equation(currency: str, rate: Decimal, company: str) -> str:
    """ "1 USD = 0.9214 EUR"."""
    return f"1{show.SPACE}{currency} = {show.number(rate)}{show.SPACE}{company}"


def mistakes(row: RateRow, company: str, today: date) -> Iterator[tuple[str, str]]:
    """Field and sentence of everything that cannot be, whatever else is known."""
    if not re.fullmatch("[A-Z]{3}", row.currency):
        yield "currency", say("Three capital letters, like USD.")
    elif row.currency == company:
        yield "currency", say("{company} is the company's own currency.", company=company)
    if row.day < EARLIEST or row.day > today + AHEAD:
        yield "date", say("Between {year} and a year from now.", year=EARLIEST.year)
    if not 0 < row.rate < MOST:
        yield "rate", say("More than 0, less than {most}.", most=show.number(MOST))
    elif row.rate != row.rate.quantize(FINEST):
        yield "rate", say("At most eight decimals.")
    if not row.source.strip():
        yield "source", say("Say where it is from, like ECB.")
    elif len(row.source.strip()) > SOURCE_LETTERS:
        yield "source", say("At most {most} letters.", most=SOURCE_LETTERS)


def leap(rate: Decimal, last: Decimal) -> str:
    """What looks wrong beside the `last` rate, in words: over 20 % away, or turned round. Empty: nothing."""
    moved = change(rate, last)
    if moved > MOVED and change(1 / rate, last) < STILL:
        return say(
            "looks turned round, {inverse} is about the last one",
            inverse=f"1{show.SPACE}÷{show.SPACE}{show.number(rate)}",
        )
    if moved > FAR:
        far = show.percent(moved * 100)
        return (
            say("{far} more than the last one", far=far)
            if rate > last
            else say("{far} less than the last one", far=far)
        )
    return ""


def change(rate: Decimal, last: Decimal) -> Decimal:
    return abs(rate - last) / last
