"""What a cell says: numbers, percentages, days, yes and no. Pure."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from base.lists import listed
from base.words import say
from deals.importing.fields import Numbers

PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
SIGNS = {
    "\N{MINUS SIGN}": "-",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
}
YES, NO = ("true", "yes", "1", "y"), ("false", "no", "0", "n")
HUNDRED = Decimal(100)
MOST = Decimal(10) ** 12
WRITTEN = Numbers(thousands="")


def number(text: str, numbers: Numbers) -> Decimal:
    """The number that a cell says. Raises ValueError with the reason."""
    if numbers.decimal == "." and PLAIN.fullmatch(text):
        return sized(Decimal(text))
    for sign, usual in SIGNS.items():
        text = text.replace(sign, usual)
    found = written(numbers.decimal, numbers.thousands).fullmatch(text)
    if not found:
        raise ValueError(say("is no number"))
    whole = found.group("whole").replace(numbers.thousands, "") if numbers.thousands else found.group("whole")
    return sized(Decimal(f"{found.group('sign')}{whole or '0'}.{found.group('part') or '0'}"))


@lru_cache
def written(decimal: str, thousands: str) -> re.Pattern[str]:
    groups = rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|" if thousands else ""
    return re.compile(
        rf"(?P<sign>[+-]?)(?P<whole>{groups}\d*)(?:{re.escape(decimal)}(?P<part>\d*))?(?<=\d)", re.ASCII
    )


def sized(value: Decimal) -> Decimal:
    if abs(value) >= MOST:
        raise ValueError(say("is more than can be recorded"))
    return value


def percent(text: str, numbers: Numbers) -> Decimal:
    """20 for 20 %, which a cell with a % sign says whatever the mapping does. Raises ValueError."""
    if text.endswith("%"):
        return number(text[:-1].rstrip(), numbers)
    value = number(text, numbers)
    return value * HUNDRED if numbers.percent == "fraction" else value


@lru_cache(maxsize=4096)
def day(text: str, formats: tuple[str, ...]) -> date:
    """The day that a cell says, by the first format that fits. Raises ValueError with the reason."""
    for each in formats:
        try:
            return datetime.strptime(text, each).date()
        except ValueError:
            continue
    raise ValueError(say("is no date written as {formats}", formats=listed(formats, "or")))


def truth(text: str) -> bool:
    """Yes or no. Raises ValueError with the reason."""
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise ValueError(say("is neither true nor false"))
