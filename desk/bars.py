"""Where marks lie on the drawings a page writes as SVG, in percent of its width. Pure: no Django.

On every range and ladder, right is further towards the buyer, also where the number falls (margin, weeks
to go-live).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
OUR_MARGIN = Decimal("0.6")  # of the span between the outermost marks, left free on our side
THEIR_MARGIN = Decimal("0.4")


def percent(share: Decimal) -> str:
    """A share of one as an SVG length: 0.71429 is "71.43%"; outside 0…1 it is held at the edge."""
    held = min(max(share, Decimal(0)), Decimal(1)) * HUNDRED
    return f"{abs(held.quantize(CENT)).normalize():f}%"  # abs: a share of −0 is 0


@dataclass(frozen=True, slots=True)
class Scale:
    """A line from `ours` (0 %) to `buyers` (100 %), in a metric's unit. `ours` may be the greater."""

    ours: Decimal
    buyers: Decimal

    def __post_init__(self) -> None:
        if self.ours == self.buyers:
            raise ValueError(f"a scale needs two ends, got {self.ours} twice")

    def share(self, value: Decimal) -> Decimal:
        return (value - self.ours) / (self.buyers - self.ours)

    def at(self, value: Decimal) -> str:
        return percent(self.share(value))

    def between(self, left: Decimal, right: Decimal) -> str:
        """The width from `left` to `right`, both held inside the drawing."""
        first, last = (min(max(self.share(v), Decimal(0)), Decimal(1)) for v in (left, right))
        return percent(max(last - first, Decimal(0)))


def scale_of(
    points: Sequence[Decimal], riskier: str, *, start: Decimal | None = None, end: Decimal | None = None
) -> Scale:
    """A scale that shows every point with room; `start` (our end) and `end` (the buyer's) overrule it.

    `riskier` is "higher" or "lower": what gives the buyer more. By itself it never crosses zero.
    """
    if riskier not in ("higher", "lower"):
        raise ValueError(f"riskier is higher or lower, got {riskier!r}")
    if not points:
        raise ValueError("a scale needs at least one point")
    low, high = min(points), max(points)
    span = high - low or abs(high) / 4 or Decimal(1)
    before, after = (OUR_MARGIN, THEIR_MARGIN) if riskier == "higher" else (THEIR_MARGIN, OUR_MARGIN)
    left, right = low - span * before, high + span * after
    if low >= 0:
        left = max(left, Decimal(0))
    ours, buyers = (left, right) if riskier == "higher" else (right, left)
    return Scale(ours if start is None else start, buyers if end is None else end)


@dataclass(frozen=True, slots=True)
class Segment:
    level: int | None  # None: nobody may grant it
    x: str
    width: str


def segments(scale: Scale, rungs: Iterable[tuple[Decimal, int | None]]) -> tuple[Segment, ...]:
    """A ladder's stretches from our end to the buyer's: standard first, then from each rung on its level."""
    edges: list[tuple[Decimal, int | None]] = [(scale.ours, 0), *rungs]
    ends = [past for past, _ in edges[1:]] + [scale.buyers]
    return tuple(
        Segment(level, scale.at(past), scale.between(past, end))
        for (past, level), end in zip(edges, ends, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    width: str


def waterfall(steps: Iterable[tuple[bool, Decimal | None]]) -> tuple[Bar, ...]:
    """Bars of (is a sum, amount) steps. A sum stands on zero; another amount is signed and starts where the
    last step ended. An unknown amount has no width."""
    spans: list[tuple[Decimal, Decimal]] = []
    level = Decimal(0)
    for is_sum, amount in steps:
        if amount is None:
            spans.append((level, level))
            continue
        reached = amount if is_sum else level + amount
        spans.append((Decimal(0) if is_sum else level, reached))
        level = reached
    low = min((min(span) for span in spans), default=Decimal(0))
    high = max((max(span) for span in spans), default=Decimal(0))
    scale = Scale(min(low, Decimal(0)), max(high, Decimal(0)) if high > 0 or low < 0 else Decimal(1))
    return tuple(Bar(scale.at(min(span)), scale.between(min(span), max(span))) for span in spans)


def parts(weights: Sequence[Decimal], gap: Decimal = Decimal("0.004")) -> tuple[Bar, ...]:
    """One stacked bar cut into its weights, with a hairline between; a weight of zero has no width."""
    total = sum(weights, Decimal(0))
    if any(weight < 0 for weight in weights):
        raise ValueError(f"parts of a bar are not negative, got {list(weights)}")
    bars, x = [], Decimal(0)
    for weight in weights:
        width = weight / total if total else Decimal(0)
        bars.append(Bar(percent(x), percent(max(width - gap, Decimal(0)))))
        x += width
    return tuple(bars)
