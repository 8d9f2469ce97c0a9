"""Finding a concern by its receipt. Who looks is not written down anywhere."""

from django.core.cache import cache

from base.words import say
from planning.errors import TooManyTries, UnknownReceipt
from planning.models import Concern
from planning.receipt import fits, print_of

MISSES = "receipt-misses"
ALLOWED = 30
FOR = 600  # seconds


def find(receipt: str) -> Concern:
    """The concern raised under `receipt`. Raises UnknownReceipt, TooManyTries.

    Wrong codes are counted for everyone together: a count of each person would be a list of those who hold a
    receipt. A right code counts nothing."""
    if cache.get(MISSES, 0) >= ALLOWED:
        raise TooManyTries(say("Nobody can open a receipt for a few minutes."))
    concern = Concern.objects.with_words().filter(receipt=print_of(receipt)).first()
    if concern is None or not fits(receipt, concern.receipt):
        count_miss()
        raise UnknownReceipt(
            say("This is not the receipt of any concern. Compare it sign by sign."), field="receipt"
        )
    return concern


def count_miss() -> None:
    cache.add(MISSES, 0, FOR)
    cache.incr(MISSES)
