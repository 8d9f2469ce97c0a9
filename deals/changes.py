"""What a person changes in a draft: only what is named is touched. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from deals.document import Get

HEADER = (
    "title",
    "deal_type",
    "segment",
    "region",
    "currency",
    "objective",
    "non_negotiables",
    "partner_fee",
    "wanted_signature",
    "wanted_expiry",
    "decision_owner",
)
MAY_BE_EMPTY = ("wanted_signature", "wanted_expiry", "decision_owner")


@dataclass(frozen=True, slots=True)
class LineChange:
    """`product`: its key. `key`: of the line; empty for a new one. Ends: everything off list, in percent."""

    product: str
    quantity: Decimal
    target: Decimal
    walk_away: Decimal
    key: str = ""


@dataclass(frozen=True, slots=True)
class TermChange:
    """None: not filled in."""

    key: str
    target: Decimal | None
    walk_away: Decimal | None


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """Positions by key; None: own wording, in `own_text`."""

    clause: str
    target: str | None
    walk_away: str | None
    own_text: str = ""


@dataclass(frozen=True, slots=True)
class PriorityChange:
    text: str
    must: bool = False
    who: str = ""
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class ExchangeChange:
    give: str = ""
    give_value: Decimal | None = None
    get: str = ""
    get_value: Decimal | None = None
    condition: Get | None = None


@dataclass(frozen=True, slots=True)
class SuccessChange:
    function: str
    text: str


@dataclass(frozen=True, slots=True)
class DraftChanges:
    """None: untouched. `empty` names header fields to empty (MAY_BE_EMPTY). `decision_owner`: a person's id.

    Lines, priorities and exchanges are whole lists, in order: what is not in them goes away. Terms, clauses
    and successes touch only the rows they name; a success without text goes away.
    """

    title: str | None = None
    deal_type: str | None = None
    segment: str | None = None
    region: str | None = None
    currency: str | None = None
    objective: str | None = None
    non_negotiables: str | None = None
    partner_fee: Decimal | None = None
    wanted_signature: date | None = None
    wanted_expiry: date | None = None
    decision_owner: int | None = None
    empty: frozenset[str] = frozenset()
    lines: tuple[LineChange, ...] | None = None
    priorities: tuple[PriorityChange, ...] | None = None
    exchanges: tuple[ExchangeChange, ...] | None = None
    terms: tuple[TermChange, ...] = field(default=())
    clauses: tuple[ClauseChange, ...] = field(default=())
    successes: tuple[SuccessChange, ...] = field(default=())

    def __post_init__(self) -> None:
        if wrong := self.empty - set(MAY_BE_EMPTY):
            raise ValueError(f"these cannot be empty: {sorted(wrong)}")

    @property
    def header(self) -> dict[str, Any]:
        """Field → value, of the header fields that are touched."""
        given = {key: getattr(self, key) for key in HEADER}
        return {key: value for key, value in given.items() if value is not None or key in self.empty}


def differences(mine: DraftChanges, stored: DraftChanges) -> dict[str, tuple[Any, Any]]:
    """Field → (mine, stored), for every field that `mine` touches and that differs."""
    ours, theirs = dict(cells(mine)), dict(cells(stored))
    whole = tuple(name for name in ("lines", "priorities", "exchanges") if getattr(mine, name) is not None)
    dropped = {key: None for key in theirs if key.partition(".")[0] in whole and key not in ours}
    return {
        key: (value, theirs.get(key))
        for key, value in {**ours, **dropped}.items()
        if value != theirs.get(key)
    }


def cells(changes: DraftChanges) -> Iterator[tuple[str, Any]]:
    """Every field and its value, by the names that refusals use: title, lines.<key>.quantity,
    terms.payment_days.walk_away, clauses.liability.target, priorities.0.text, successes.finance.text."""
    yield from changes.header.items()
    for place, line in enumerate(changes.lines or ()):
        name = line_name(place, line)
        yield f"{name}.position", place
        yield from columns(name, line, skip="key")
    for term in changes.terms:
        yield from columns(f"terms.{term.key}", term, skip="key")
    for clause in changes.clauses:
        yield from columns(f"clauses.{clause.clause}", clause, skip="clause")
    for success in changes.successes:
        yield f"successes.{success.function}.text", success.text or None
    for name, rows in (("priorities", changes.priorities), ("exchanges", changes.exchanges)):
        for place, row in enumerate(rows or ()):
            yield from columns(f"{name}.{place}", row)


def line_name(place: int, line: LineChange) -> str:
    """New lines have no key yet: they are called by their place."""
    return f"lines.{line.key or f'new-{place}'}"


def columns(name: str, row: Any, skip: str = "") -> Iterator[tuple[str, Any]]:
    for column in fields(row):
        if column.name != skip:
            yield f"{name}.{column.name}", getattr(row, column.name)
