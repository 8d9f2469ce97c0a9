"""The answer to an offer: inside the mandate or not, limit by limit. Stored once, never recomputed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from approvals.limit import LimitKey, Value, read, spelled

FRAME = "frame"
GOOD_UNTIL = "good_until"
IF = "if:"  # before the key of a condition that is not met


@dataclass(frozen=True, slots=True)
class Row:
    """One term of an offer beside its limit.

    `limit`: None where nothing was granted. `room`: how far the value may still move towards risk, in the
    unit of the metric or in positions of the clause; negative when over, None when it cannot be said.
    `source` is the limit's, "" without one. `functions`: whose limit it is, and when over, also who would
    be needed.
    """

    key: LimitKey
    name: str
    value: Value | None
    limit: Value | None
    over: bool
    room: Decimal | None
    sentence: str
    functions: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Breach:
    """What the offer may not do. `key` is "frame", "good_until" or "if:<key>" where no limit is broken.

    `needs`: function → the level it would need now, 0 where only the function's own limit stands in the way.
    `never`: nobody may grant it.
    """

    key: str
    value: Value | None
    limit: Value | None
    needs: Mapping[str, int]
    sentence: str
    never: bool = False

    @property
    def functions(self) -> tuple[str, ...]:
        """Whom it has to go back to."""
        return tuple(self.needs)

    @property
    def level(self) -> int:
        """The highest level needed of any of them."""
        return max(self.needs.values(), default=0)


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """A condition, and whether the offer keeps it."""

    key: LimitKey
    sentence: str
    met: bool
    function: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Inside when nothing is broken."""

    rows: tuple[Row, ...]
    breaches: tuple[Breach, ...]
    conditions: tuple[ConditionRow, ...] = ()

    @property
    def inside(self) -> bool:
        return not self.breaches

    @property
    def functions(self) -> tuple[str, ...]:
        """All whom the breaches have to go back to, each once."""
        return tuple(dict.fromkeys(function for breach in self.breaches for function in breach.functions))

    def to_document(self) -> dict[str, Any]:
        return {
            "schema": 1,
            "inside": self.inside,
            "rows": [_plain(row) for row in self.rows],
            "breaches": [_plain(breach) for breach in self.breaches],
            "conditions": [_plain(condition) for condition in self.conditions],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """What to_document wrote. Raises ValueError for a schema that is not known."""
        if document["schema"] != 1:
            raise ValueError(f"unknown schema of an answer: {document['schema']!r}")
        return cls(
            rows=tuple(_row(row) for row in document["rows"]),
            breaches=tuple(_breach(breach) for breach in document["breaches"]),
            conditions=tuple(ConditionRow(**condition) for condition in document["conditions"]),
        )


def _plain(part: Row | Breach | ConditionRow) -> dict[str, Any]:
    plain = {name: getattr(part, name) for name in part.__slots__}
    for name in ("value", "limit", "room"):
        if name in plain:
            plain[name] = spelled(plain[name])
    if "functions" in plain:
        plain["functions"] = list(plain["functions"])
    if "needs" in plain:  # a list keeps the order, which canonical JSON would not
        plain["needs"] = [[function, level] for function, level in plain["needs"].items()]
    return plain


def _row(row: Mapping[str, Any]) -> Row:
    room = None if row["room"] is None else Decimal(row["room"])
    functions = tuple(row["functions"])
    return Row(**{**row, **_values(row), "room": room, "functions": functions})


def _breach(breach: Mapping[str, Any]) -> Breach:
    needs = {function: level for function, level in breach["needs"]}
    return Breach(**{**breach, **_values(breach), "needs": needs})


def _values(part: Mapping[str, Any]) -> dict[str, Value | None]:
    return {name: read(part["key"], part[name]) for name in ("value", "limit")}
