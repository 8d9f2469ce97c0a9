"""Why rows did not land, said again: a reason is kept in English, and read in the reader's language. Pure."""

import re
from functools import cache

from base.locales import HOUSE, current
from base.words import mark, say

KEPT = (
    mark("is no date written as {formats}"),
    mark("is neither true nor false"),
    mark("is no number"),
    mark("is more than can be recorded"),
    mark("is the e-mail address of nobody here"),
    mark("is the e-mail address of {count} people here"),
    mark("is the name of nobody here"),
    mark("is the name of {count} people here"),
    mark("is blank: every deal needs key"),
    mark("is blank: every deal needs title"),
    mark("is blank: every deal needs account"),
    mark("is blank: every deal needs segment"),
    mark("is blank: every deal needs region"),
    mark("is blank: every deal needs deal type"),
    mark("is blank: every deal needs currency"),
    mark("is blank: every deal needs owner"),
    mark("is blank: every deal needs outcome"),
    mark("is blank: every deal needs family"),
    mark("is blank: every deal needs per"),
    mark("is blank: every deal needs recurring"),
    mark("is blank: every deal needs quantity"),
    mark("is longer than {most} letters"),
    mark("is no currency: three capital letters, like EUR"),
    mark("is none of the words that mean won, lost or open"),
    mark("is no fee: 0 to 100 %, with two decimals at most"),
    mark("cannot be: {why}"),
    mark("is no position of {clause}: {positions}"),
    mark("is in already, with other terms; a past deal is not rewritten"),
    mark("comes to more than can be recorded"),
    mark("no rate from {currency} to {company} is known by {day}: enter one"),
    mark("makes a list price of more than can be recorded"),
    mark("is 0, but the line was not sold for nothing"),
    mark("is more than the net price"),
    mark("is not more than 0, or more than can be recorded"),
    mark("is more than what was agreed, {discount} %"),
    mark("is less than 0"),
    mark("is more than 100 %"),
    mark("is 100 %: what it cost at list cannot be told from nothing"),
    mark("says otherwise than row {row} of the same deal: {what}"),
    mark("belongs to a deal that is refused for row {row}"),
    mark("is not in the table {table}"),
    mark("has {count} cells, {expected} were expected"),
)
HOLD = re.compile(r"\\{(\w+)\\}")


def reason_said(kept: str) -> str:
    """The reason as it is kept, in the reader's language; one that nobody knows (any more) stays as it is."""
    if current() == HOUSE:
        return kept
    for text, pattern in patterns():
        if found := pattern.fullmatch(kept):
            return say(text, **found.groupdict())
    return kept


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each text with what finds it again; those with the fewest gaps first."""
    ordered = sorted(KEPT, key=lambda text: text.count("{"))
    return tuple((text, re.compile(HOLD.sub(r"(?P<\1>.*)", re.escape(text)), re.DOTALL)) for text in ordered)
