"""A past deal as it is handed to `land`, from whatever source. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from base import canonical
from deals.document import terms_document
from deals.terms import Ask, Terms

Outcome = Literal["won", "lost", "open"]


@dataclass(frozen=True, slots=True)
class PastDeal:
    """`source` and `key` name it for ever. `account` is the account's name; `owner` a person's id.

    `ask`: both ends; its frame has the words, landing puts the account's number and the day's rate there.
    `signed`: what was won, when that is not the walk-away. `account_known` False: `account` only stands in
    for one that nobody recorded, so nothing is known of its other deals. `number`: of a deal that has one
    here already; otherwise the next free one.
    """

    source: str
    key: str
    title: str
    account: str
    ask: Ask
    owner: int
    outcome: Outcome
    opened: date | None = None
    closed: date | None = None
    signed: Terms | None = None
    account_known: bool = True
    number: str = ""

    def day(self, today: date) -> date:
        """The day it is judged as of: closed, else opened, else the day of the import."""
        return self.closed or self.opened or today

    @property
    def won_terms(self) -> Terms:
        """What was signed, if it was won."""
        return self.signed or self.ask.walk_away


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a deal did not land. `field`: the name of the fact at fault, as a mapping calls it."""

    key: str
    field: str
    value: str
    reason: str


def content(past: PastDeal) -> str:
    """The hash of what the source says of the deal: not its title, its owner, or anything known only here."""
    ends = {"target": past.ask.target, "walk_away": past.ask.walk_away}
    if past.ask.target is past.ask.walk_away:
        del ends["walk_away"]
    said: dict[str, Any] = {end: said_of(terms) for end, terms in ends.items()}
    if past.signed:
        said["signed"] = said_of(past.signed)
    said |= {"outcome": past.outcome, "opened": past.opened, "closed": past.closed}
    said |= {"account": past.account, "account_known": past.account_known}
    return canonical.digest(canonical.dumps(said))


def said_of(terms: Terms) -> dict[str, Any]:
    document = terms_document(terms)
    del document["rate"]
    return {**document, "frame": {**document["frame"], "account": ""}}
