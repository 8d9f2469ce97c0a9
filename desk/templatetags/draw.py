"""Range bars, ladders and waterfalls as SVG the server writes: `{% load draw %}`. Geometry: desk/bars.py.

A value may be a Decimal, an int or a text; None and "" leave its mark out. A `metric` is anything with
`name`, `riskier` ("higher" or "lower") and `show(value)`; without one, give `name`, `riskier` and `unit`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import template

from base import format as written
from base.words import mark, say
from desk import bars

register = template.Library()

FILLS = {None: "lx", 0: "l0", 1: "l1", 2: "l2", 3: "l3"}
HIGHEST = "l4"


def number(value: Any) -> Decimal | None:
    return None if value is None or value == "" else Decimal(str(value))


@dataclass(frozen=True, slots=True)
class Marks:
    """What one range bar shows, in the metric's unit. `standard` and `limit` end zones, others are points."""

    metric: Any = None
    name: str = ""
    riskier: str = "higher"
    unit: str = "%"
    standard: Any = None
    limit: Any = None
    target: Any = None
    walk: Any = None
    offer: Any = None
    over: Any = None
    earlier: Iterable[Any] = ()
    start: Any = None
    end: Any = None
    label: str = ""
    points: tuple[Decimal, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        singles = (self.standard, self.limit, self.target, self.walk, self.offer, self.over)
        known = tuple(v for v in map(number, (*singles, *self.earlier)) if v is not None)
        object.__setattr__(self, "points", known)

    @property
    def direction(self) -> str:
        return str(self.metric.riskier) if self.metric else self.riskier

    def show(self, value: Any) -> str:
        exact = number(value)
        if self.metric:
            return str(self.metric.show(exact))
        return "" if exact is None else unit_text(exact, self.unit)

    def sentence(self) -> str:
        """The drawing in words, as a screen reader says it."""
        said = [
            (mark("standard to {value}"), self.standard),
            (mark("granted to {value}"), self.limit),
            (mark("target {value}"), self.target),
            (mark("walk-away {value}"), self.walk),
            (mark("offer at {value}"), self.offer),
            (mark("past the limit at {value}"), self.over),
        ]
        facts = ", ".join(
            say(words, value=self.show(value)) for words, value in said if number(value) is not None
        )
        name = str(self.metric.said if self.metric else self.name)
        return self.label or ": ".join(part for part in (name, facts) if part)


def unit_text(value: Decimal, unit: str) -> str:
    return written.money(value, "EUR") if unit == "€" else f"{value:f}{written.SPACE}{unit}".rstrip()


@register.inclusion_tag("includes/range.html")
def range_bar(**marks: Any) -> dict[str, Any]:
    """{% range_bar metric=m standard=12.5 limit=20 target=12.6 walk=21.5 offer=18.6 over=22.5 %}

    Ours on the left, the buyer's on the right. `over` is an offer or ask past the limit; `earlier` is a list
    of older offers; `start` and `end` fix the ends (ours, buyer's); `label` replaces the sentence.
    """
    shown = Marks(**marks)
    if not shown.points:
        return {"label": shown.sentence() or say("Nothing to show"), "empty": True}
    scale = bars.scale_of(shown.points, shown.direction, start=number(shown.start), end=number(shown.end))
    standard, limit = number(shown.standard), number(shown.limit)
    yours = standard if limit is None or standard is None else nearer_to_us(scale, standard, limit)
    return {
        "label": shown.sentence(),
        "standard": None if yours is None else scale.at(yours),
        "granted": None if limit is None else scale.at(limit),
        **{name: at(scale, getattr(shown, name)) for name in ("limit", "target", "walk", "offer", "over")},
        "earlier": [at(scale, value) for value in shown.earlier],
    }


def nearer_to_us(scale: bars.Scale, a: Decimal, b: Decimal) -> Decimal:
    return a if scale.share(a) <= scale.share(b) else b


def at(scale: bars.Scale, value: Any) -> str | None:
    exact = number(value)
    return None if exact is None else scale.at(exact)


@register.inclusion_tag("includes/ladder.html")
def ladder(rungs: Iterable[Any], riskier: str = "higher", label: str = "", **marks: Any) -> dict[str, Any]:
    """{% ladder rungs riskier="higher" was=20 now=22.5 start=0 end=36 label="Discount ladder: …" %}

    `rungs`: (past, level) pairs or objects with those attributes, from safe to risky; level None is never.
    `was` is hollow (the target or the last revision), `now` is solid. `start`, `end`: our end, the buyer's.
    """
    unknown = set(marks) - {"was", "now", "start", "end"}
    if unknown:
        raise template.TemplateSyntaxError(f"ladder does not know {', '.join(sorted(unknown))}")
    steps = [pair(rung) for rung in rungs]
    was, now = number(marks.get("was")), number(marks.get("now"))
    points = [past for past, _ in steps] + [value for value in (was, now) if value is not None]
    scale = bars.scale_of(points, riskier, start=number(marks.get("start")), end=number(marks.get("end")))
    drawn = bars.segments(scale, steps)
    return {
        "label": label,
        "segments": [(segment, FILLS.get(segment.level, HIGHEST)) for segment in drawn],
        "was": at(scale, was),
        "now": at(scale, now),
        "outer": (scale.ours, scale.buyers),
    }


def pair(rung: Any) -> tuple[Decimal, int | None]:
    past, level = (rung.past, rung.level) if hasattr(rung, "past") else rung
    return Decimal(str(past)), level


@register.inclusion_tag("includes/waterfall.html")
def waterfall(
    steps: Iterable[Any],
    currency: str = "EUR",
    against: Mapping[str, Decimal] | None = None,
    heading: str = "",
    exact: bool = False,
) -> dict[str, Any]:
    """{% waterfall waterfall.steps deal.currency against=differences heading="Against limit" exact=True %}

    `steps` have key, name, kind ("sum", "give", "out", "gain") and amount: sums stand on zero, gives and outs
    are negative when they take away. `against` maps a key to the signed difference (positive is better for
    us). `exact`: to the cent.
    """
    listed, write = list(steps), written.cents if exact else written.money
    names = [step.name for step in listed]
    drawn = bars.waterfall((step.kind == "sum", step.amount) for step in listed)
    rows = [
        {
            "step": step,
            "stem": stem(name, before),
            "word": name.removeprefix(stem(name, before)),
            "bar": bar,
            "amount": write(step.amount, currency),
            **({} if against is None else compared(against.get(step.key), write, currency)),
        }
        for step, name, before, bar in zip(listed, names, ["", *names[:-1]], drawn, strict=True)
    ]
    return {"rows": rows, "heading": heading, "compare": against is not None}


def stem(name: str, before: str) -> str:
    """What a name repeats of the one before it: "Cost to serve, " of "Cost to serve, Support"."""
    start, comma, _ = name.partition(", ")
    return f"{start}, " if comma and before.startswith(f"{start}, ") else ""


def compared(
    difference: Decimal | None, write: Callable[[Decimal, str], str], currency: str
) -> dict[str, str]:
    if not difference:
        return {"difference": say("same") if difference == 0 else written.NOTHING, "tone": "faint"}
    return {
        "difference": written.signed(write(difference, currency)),
        "tone": "is-ok" if difference > 0 else "is-bad",
    }


@register.inclusion_tag("includes/parts.html")
def parts_bar(weights: Iterable[tuple[str, str, Any]], label: str = "", key: bool = True) -> dict[str, Any]:
    """{% parts_bar weights label="…" %}: (words, fill class, weight) triples as one stacked bar with its key.

    Fill classes: l0 … l4 levels, lx never, c-fin, c-leg, c-ops, c-sel functions.
    """
    listed = [(words, fill, Decimal(str(weight))) for words, fill, weight in weights]
    drawn = bars.parts([weight for _, _, weight in listed])
    pieces = [
        {"words": words, "fill": fill, "bar": bar}
        for (words, fill, _), bar in zip(listed, drawn, strict=True)
    ]
    return {"pieces": pieces, "label": label or ", ".join(words for words, _, _ in listed), "key": key}
