"""The economics of a deal: each set of its terms beside the others, from list to margin and from headline
price to total value."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from base.format import NOTHING, money, points, signed
from base.words import say
from deals.economics import Step
from desk.head import Room
from desk.phrases import lower
from desk.priced import Priced, PricedLine, pinned_of, priced
from guardrails.metric import METRICS

ZERO = Decimal(0)
# Families come between the others, so steps of terms with other families keep their place.
ORDER = ("list", "volume", "discount", "free", "net", "partner", "terms", "custom", "cost", "margin")
Part = Literal["flow", "bridge"]
FIGURES: tuple[tuple[Part, str], ...] = (
    ("flow", "list"),
    ("flow", "net"),
    ("bridge", "value"),
    ("flow", "margin"),
)
Differences = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Cell:
    """One amount in words, and how much better (+) or worse for us than the base: empty for the base, `same`
    where there is no difference."""

    words: str
    difference: str
    tone: str
    same: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one drawing shows. `against` is None where there is nothing to compare with."""

    steps: tuple[Step, ...]
    against: Differences | None


@dataclass(frozen=True, slots=True)
class Total:
    """All lines together, in the deal's currency."""

    list: Decimal
    tiered: Decimal
    agreed: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class Economics:
    """`shown` is drawn, `base` is what everything is compared with; `earlier`: offers that are left out.

    `terms`: by name, as shown and as in the base."""

    columns: tuple[Priced, ...]
    shown: Priced
    base: Priced
    figures: tuple[tuple[str, Cell], ...]
    terms: tuple[tuple[str, str, str], ...]
    flow: Drawn
    bridge: Drawn
    groups: tuple[Group, ...]
    total: Total | None
    earlier: int

    @property
    def base_words(self) -> str:
        """The base in the middle of a sentence: "offer 4"."""
        return lower(self.base.name)

    @property
    def heading(self) -> str:
        """ "Against offer 4"."""
        return say("Against {name}", name=self.base_words)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What cannot be said, column by column."""
        return tuple(gap for column in self.columns for gap in column.gaps)

    @property
    def compares(self) -> bool:
        return self.base.key != self.shown.key


def economics_of(room: Room, *, show: str = "", against: str = "", every: bool = False) -> Economics | None:
    """Everything the page says, in a fixed number of queries; None while no terms were ever sent.

    `show` and `against` name columns; what is not there falls back to the last one and to the limit."""
    pinned = pinned_of(room, {show, against}, every)
    if not pinned:
        return None
    columns = tuple(priced(one, room.view) for one in pinned)
    by_key = {column.key: column for column in columns}
    shown = by_key.get(show, columns[-1])
    base = by_key.get(against) or usual_base(columns, shown)
    offers = sum(column.key.startswith("offer-") for column in columns)
    return Economics(
        columns=columns,
        shown=shown,
        base=base,
        figures=tuple(figures(shown, base)),
        terms=tuple(
            (name, ours, theirs) for (name, ours), (_, theirs) in zip(shown.terms, base.terms, strict=True)
        ),
        flow=drawn("flow", shown, base),
        bridge=drawn("bridge", shown, base),
        groups=tuple(groups(columns, base)),
        total=total_of(shown.lines),
        earlier=len(room.offers) - offers,
    )


def usual_base(columns: Sequence[Priced], shown: Priced) -> Priced:
    """The limit; the target beside the limit itself, and where there is none."""
    others = {column.key: column for column in columns if column.key != shown.key}
    return others.get("limit") or others.get("target") or shown


def steps_of(part: Part, column: Priced) -> tuple[Step, ...]:
    return column.flow if part == "flow" else column.bridge


def together(part: Part, columns: Iterable[Priced]) -> list[Step]:
    """Each step that any of these columns has, once, in the order of a waterfall."""
    found = {step.key: step for column in columns for step in steps_of(part, column)}
    steps = list(found.values())
    return sorted(steps, key=place) if part == "flow" else steps


def place(step: Step) -> int:
    return ORDER.index(step.key.partition(":")[0])


def amount(part: Part, column: Priced, key: str) -> Decimal | None:
    """None when it is unknown. A step that these terms do not have takes nothing."""
    steps = steps_of(part, column)
    return next((step.amount for step in steps if step.key == key), ZERO if steps else None)


def better(part: Part, column: Priced, base: Priced, key: str) -> Decimal | None:
    """How much better for us than the base; None where that cannot be said."""
    ours, theirs = amount(part, column, key), amount(part, base, key)
    same_currency = column.currency == base.currency
    return ours - theirs if ours is not None and theirs is not None and same_currency else None


def drawn(part: Part, shown: Priced, base: Priced) -> Drawn:
    """The steps of `shown`, without those that take nothing on either side."""
    if not steps_of(part, shown):
        return Drawn((), None)
    steps = [replace(step, amount=amount(part, shown, step.key)) for step in together(part, (shown, base))]
    found = {step.key: better(part, shown, base, step.key) for step in steps}
    against = {key: difference for key, difference in found.items() if difference is not None}
    kept = (step for step in steps if step.kind == "sum" or step.amount != 0 or against.get(step.key))
    named = tuple(with_share(step, shown) for step in kept)
    return Drawn(named, against if base.key != shown.key else None)


def with_share(step: Step, column: Priced) -> Step:
    if step.key != "margin" or column.share is None:
        return step
    return replace(step, name=f"{step.name}, {METRICS['margin'].show(column.share)}")


def figures(shown: Priced, base: Priced) -> Iterator[tuple[str, Cell]]:
    """The levels that matter, by name."""
    for part, key in FIGURES:
        step = next((step for step in steps_of(part, shown) if step.key == key), None)
        if step:
            yield with_share(step, shown).name, cell(part, shown, base, key)


def groups(columns: Sequence[Priced], base: Priced) -> Iterator[Group]:
    """The two ways through the amounts, for as much of them as may be seen."""
    if flow := together("flow", columns):
        share = [share_row(columns, base)] if flow[-1].key == "margin" else []
        yield Group(
            say("From list to {last}", last=lower(flow[-1].name)),
            (*rows("flow", flow, columns, base), *share),
        )
    if bridge := together("bridge", columns):
        name = say("From headline price to {last}", last=lower(bridge[-1].name))
        yield Group(name, rows("bridge", bridge, columns, base))


def rows(part: Part, steps: Sequence[Step], columns: Sequence[Priced], base: Priced) -> tuple[Row, ...]:
    """Without the steps that take nothing in any column."""
    return tuple(
        Row(step.name, step.kind, tuple(cell(part, column, base, step.key) for column in columns))
        for step in steps
        if step.kind == "sum" or any(amount(part, column, step.key) != 0 for column in columns)
    )


def cell(part: Part, column: Priced, base: Priced, key: str) -> Cell:
    found = amount(part, column, key)
    words = NOTHING if column.unknown else say("unknown") if found is None else money(found, column.currency)
    if column.key == base.key:
        return Cell(words, "", "")
    return compared(words, better(part, column, base, key), lambda gap: money(gap, column.currency))


def share_row(columns: Sequence[Priced], base: Priced) -> Row:
    """The share of margin; its differences are in points."""
    cells = []
    for column in columns:
        words = NOTHING if column.unknown else METRICS["margin"].show(column.share)
        gap = None
        if column.share is not None and base.share is not None and column.key != base.key:
            gap = column.share - base.share
        cells.append(compared(words, gap, points))
    return Row(say("Margin, share of net price"), "share", tuple(cells))


def compared(words: str, gap: Decimal | None, write: Callable[[Decimal], str]) -> Cell:
    if gap is None:
        return Cell(words, "", "")
    if gap == 0:
        return Cell(words, say("same"), "faint", same=True)
    return Cell(words, signed(write(gap)), "is-ok" if gap > 0 else "is-bad")


def total_of(lines: Sequence[PricedLine]) -> Total | None:
    if not lines:
        return None
    every = [line.amounts for line in lines]
    return Total(
        sum((one.list for one in every), ZERO),
        sum((one.tiered for one in every), ZERO),
        sum((one.agreed for one in every), ZERO),
        sum((one.net for one in every), ZERO),
    )
