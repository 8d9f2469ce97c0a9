"""Refusals of deals."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from base.errors import Invalid, NotYours, WrongState
from base.words import mark

if TYPE_CHECKING:
    from deals.models import Rate
    from deals.rate_rules import Refusal


class NotYourDeal(NotYours):
    """Only its owner and its team change a deal; viewers look."""

    code = "not_your_deal"


class DealClosed(WrongState):
    """Won or lost: it is not written any more."""

    code = "deal_closed"


class DraftMoved(WrongState):
    """Someone saved since this page was opened. `mine` and `theirs`: field → value, where the two differ."""

    code = "draft_moved"
    title = mark("This brief was saved since you opened it")
    what_now = mark("Nothing of yours was saved. Compare field by field and save again.")

    def __init__(self, message: str, *, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        super().__init__(message, mine=mine, theirs=theirs)
        self.mine = dict(mine)
        self.theirs = dict(theirs)


class RateStays(WrongState):
    """The day has another rate, and that is not corrected any more."""

    code = "rate_stays"
    title = mark("That day has a rate already")


class RateDiffers(WrongState):
    """The day has another rate, which may still be corrected by who has seen it: `standing`."""

    code = "rate_differs"
    title = mark("That day has a rate already")

    def __init__(self, message: str, *, standing: "Rate") -> None:
        super().__init__(message)
        self.standing = standing


class RateLeaps(Invalid):
    """Far from the last one: whoever enters it says that it is meant."""

    code = "rate_leaps"


class RatesRefused(Invalid):
    """A file of which nothing was entered: `refusals` row by row. `leaps`: some of them are rates far from
    the last one, which may be meant."""

    code = "rates_refused"

    def __init__(self, message: str, *, refusals: "Sequence[Refusal]", leaps: bool = False) -> None:
        super().__init__(message, field="file")
        self.refusals = tuple(refusals)
        self.leaps = leaps
