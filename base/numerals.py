"""Numbers as people type them, in whatever way their hands are used to. Pure.

The law: what is read is what was meant, or it is refused. A point and a comma both part whole from
decimals wherever that is the only reading, in every locale; where it could as well group thousands (12,500),
nothing is guessed, so that no number is ever taken for its thousandfold.
"""

import re
import unicodedata
from decimal import Decimal

from base.locales import current, marks_of

# spaces of all kinds, apostrophes, and the marks that turn the direction of writing
GROUPING = re.compile("[\\s'\u2019\u202f]+")
UNSEEN = re.compile("[\u200e\u200f\u061c\u2066-\u2069]")
MINUSES = str.maketrans({"\u2212": "-", "\u2013": "-", "\u066b": ",", "\u066c": "'"})
NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")
TWO_WAYS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
GROUPED = re.compile(r"-?\d{1,3}(,\d{2,3})*,\d{3}")


class NoNumber(ValueError):
    """Nobody would read a number there."""


class TwoWays(ValueError):
    """It can be read in two ways. `whole` and `parted`: how either is written beyond doubt."""

    def __init__(self, whole: str, parted: str) -> None:
        super().__init__(whole, parted)
        self.whole, self.parted = whole, parted


def read(text: str, *, fine: bool = False) -> Decimal:
    """The number. `fine`: three decimals are usual here (rates), so the locale's own sign for them says
    enough. Raises NoNumber and TwoWays.
    """
    typed = UNSEEN.sub("", text).translate(MINUSES).strip()
    plain = "".join(map(ascii_digit, GROUPING.sub("", typed)))
    own = marks_of(current()).decimal
    if TWO_WAYS.fullmatch(plain) and not (fine and own in plain):
        whole, _, rest = plain.replace(",", ".").partition(".")
        raise TwoWays(f"{whole}{rest}", f"{whole}{own}{rest}0")
    return exact(pointed(plain))


def ascii_digit(letter: str) -> str:
    return str(unicodedata.digit(letter)) if letter.isdigit() else letter


def pointed(text: str) -> str:
    """With a decimal point. Of two different signs the last is the decimal one; one that comes again
    groups."""
    first, last = sorted(",.", key=text.rfind)
    if first in text:
        whole, _, rest = text.rpartition(last)
        return f"{ungrouped(whole, first)}.{rest}"
    if text.count(last) > 1:
        return ungrouped(text, last)
    return text.replace(",", ".")


def ungrouped(whole: str, sign: str) -> str:
    """Thousands without their sign. Raises NoNumber where the groups are none."""
    if not GROUPED.fullmatch(whole.replace(sign, ",")) or (sign == "." and "," in whole):
        raise NoNumber(whole)
    return whole.replace(sign, "")


def exact(text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise NoNumber(text)
    return Decimal(text)


def write(value: Decimal, places: int = 0) -> str:
    """As it stands in a field, with the locale's decimal sign and at least `places` decimals: 16 → "16,0".

    Never grouped, and never with exactly three decimals, so that every locale reads it back as it is.
    """
    whole, _, rest = f"{value.normalize():f}".partition(".")
    rest = rest.ljust(places, "0")
    return f"{whole}{marks_of(current()).decimal}{rest}{'0' if len(rest) == 3 else ''}" if rest else whole
