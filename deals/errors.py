"""Refusals of deals."""

from collections.abc import Mapping
from typing import Any

from base.errors import NotYours, WrongState


class NotYourDeal(NotYours):
    """Only its owner and its team change a deal; viewers look."""

    code = "not_your_deal"


class DealClosed(WrongState):
    """Won or lost: it is not written any more."""

    code = "deal_closed"


class DraftMoved(WrongState):
    """Someone saved since this page was opened. `mine` and `theirs`: field → value, where the two differ."""

    code = "draft_moved"
    title = "Someone else saved this deal since you opened it"
    what_now = "Nothing of yours was saved. Compare field by field and save again."

    def __init__(self, message: str, *, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        super().__init__(message, mine=mine, theirs=theirs)
        self.mine = dict(mine)
        self.theirs = dict(theirs)
