"""The clause library: what our contracts say, how far each clause flexes, and who may let it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from base.words import mark, say
from guardrails.faults import Fault, key_faults, name_faults, number_faults, refuse, repeated
from guardrails.metric import METRICS

# how a metric comes about
KINDS = {"typed": mark("typed"), "derived": mark("derived"), "set": mark("set")}


@dataclass(frozen=True, slots=True)
class Position:
    """One wording of a clause. `level` 0: the seller may give it; None: never, nobody may.

    `sets`: metrics that follow from this position and are not typed again.
    """

    key: str
    name: str
    text: str
    level: int | None
    sets: Mapping[str, Decimal] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        refuse(_position_faults(self))


@dataclass(frozen=True, slots=True)
class Clause:
    """Positions in order, from the standard one to the one furthest towards the buyer. `function` owns it."""

    key: str
    name: str
    function: str
    positions: tuple[Position, ...]

    def __post_init__(self) -> None:
        refuse(_clause_faults(self))

    @property
    def limit_key(self) -> str:
        return f"clause:{self.key}"

    @property
    def standard(self) -> Position:
        return self.positions[0]

    @property
    def free(self) -> Position:
        """The furthest position that the seller may give without asking."""
        return [position for position in self.positions if position.level == 0][-1]

    @property
    def top(self) -> int:
        """The highest level that may grant a position of this clause. 0: nobody may grant any."""
        return max(position.level or 0 for position in self.positions)

    def position(self, key: str | None) -> Position | None:
        """The position with this key. None for own wording, and for a key that the library does not know."""
        return next((position for position in self.positions if position.key == key), None)

    def place(self, key: str) -> int:
        """How far towards the buyer: 0 is standard. Raises ValueError for an unknown key."""
        return [position.key for position in self.positions].index(key)


def _position_faults(position: Position) -> Iterator[Fault]:
    yield from key_faults(position.key)
    yield from name_faults(position.name)
    if position.level is not None and position.level < 0:
        yield Fault(("level",), say("a level is 0 or higher, or never, not {level}", level=position.level))
    for key, value in position.sets.items():
        metric = METRICS.get(key)
        yield from number_faults(value, ("sets", key))
        if metric is None:
            yield Fault(("sets", key), say("there is no metric “{key}”", key=key))
        elif metric.kind != "set":
            yield Fault(
                ("sets", key),
                say(
                    "{metric} is {kind}, a clause cannot set it",
                    metric=metric.said,
                    kind=say(KINDS[metric.kind]),
                ),
            )
        elif value.is_finite() and value != metric.quantise(value):
            yield Fault(
                ("sets", key),
                say(
                    "{value} is finer than the step of {metric}, {step}",
                    value=value,
                    metric=metric.said,
                    step=metric.step,
                ),
            )


def _clause_faults(clause: Clause) -> Iterator[Fault]:
    yield from key_faults(clause.key)
    yield from name_faults(clause.name)
    keys = [position.key for position in clause.positions]
    yield from repeated(keys, mark("position"), (("position", place, "key") for place in range(len(keys))))
    if not clause.positions or clause.positions[0].level != 0:
        yield Fault(
            ("position", 0, "level"), say("the first position is the standard one: its level is “Standard”")
        )
    for place, (before, after) in enumerate(pairwise(clause.positions), start=1):
        yield from _order_faults(before, after, place)


def _order_faults(before: Position, after: Position, place: int) -> Iterator[Fault]:
    if after.level is not None and (before.level is None or after.level < before.level):
        reason = say("levels must not fall from position to position, never comes last")
        yield Fault(("position", place, "level"), reason)
    for key in before.sets.keys() & after.sets.keys() & METRICS.keys():
        if METRICS[key].riskier_than(before.sets[key], after.sets[key]):
            reason = say("{value} is safer than what the position before it sets", value=after.sets[key])
            yield Fault(("position", place, "sets", key), reason)
