"""A ladder: from one metric to the approval level that one function must give."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from base.words import mark, say
from guardrails.faults import Fault, key_faults, number_faults, refuse, repeated
from guardrails.measured import Frame
from guardrails.metric import METRICS, Metric

NOT_RISKIER = {
    "higher": mark("rungs must grow riskier: {point} is not higher than {before}"),
    "lower": mark("rungs must grow riskier: {point} is not lower than {before}"),
}
# field of a scope -> what one of its words is called
DIMENSIONS = {
    "segments": mark("segment"),
    "regions": mark("region"),
    "deal_types": mark("deal type"),
    "families": mark("product family"),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a ladder judges. An empty dimension means any. Families choose lines, not deals."""

    segments: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    deal_types: tuple[str, ...] = ()
    families: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        refuse(_scope_faults(self))

    def contains(self, frame: Frame) -> bool:
        """Whether a deal with this frame is in scope; its product families are looked at by line."""
        return (
            (not self.segments or frame.segment in self.segments)
            and (not self.regions or frame.region in self.regions)
            and (not self.deal_types or frame.deal_type in self.deal_types)
        )

    def holds(self, other: "Scope") -> bool:
        """Whether everything in the other scope is in this one too, measured over the same lines.

        A family ladder and a whole-deal ladder measure two different numbers, so neither holds the other.
        """
        if bool(self.families) != bool(other.families):
            return False
        pairs = ((getattr(self, name), getattr(other, name)) for name in DIMENSIONS)
        return all(not wide or (narrow and set(narrow) <= set(wide)) for wide, narrow in pairs)

    @property
    def narrowness(self) -> int:
        """How many dimensions it names."""
        return sum(bool(getattr(self, name)) for name in DIMENSIONS)

    def __str__(self) -> str:
        named = [", ".join(getattr(self, name)) for name in DIMENSIONS if getattr(self, name)]
        return " · ".join(named) or say("all deals")


@dataclass(frozen=True, slots=True)
class Rung:
    """Needed when the value lies strictly past `past`. `level` None: never, nobody may grant it."""

    past: Decimal
    level: int | None

    def __post_init__(self) -> None:
        refuse(_rung_faults(self))


@dataclass(frozen=True, slots=True)
class Ladder:
    """Breakpoints of one metric, growing in its riskier direction, each with the level it needs.

    `replaces` names the one ladder that this one sets aside where both are in scope.
    `unknown` is the level needed when the metric cannot be read, if not the top grantable one.
    """

    key: str
    metric: Metric
    function: str
    rungs: tuple[Rung, ...]
    scope: Scope = field(default_factory=Scope)
    replaces: str | None = None
    unknown: int | None = None

    def __post_init__(self) -> None:
        refuse(_ladder_faults(self))

    @property
    def top(self) -> int:
        """The highest level that may be granted on this ladder."""
        granted = [rung.level for rung in self.rungs if rung.level is not None]
        return granted[-1] if granted else self.unknown or 0

    @property
    def unreadable(self) -> int:
        """The level needed when the metric cannot be read."""
        return self.top if self.unknown is None else self.unknown

    @property
    def standard(self) -> Decimal:
        """Up to and with this value nobody is needed."""
        return self.rungs[0].past

    def rung_at(self, value: Decimal) -> Rung | None:
        """The riskiest rung that the value lies strictly past. None: standard."""
        passed = [rung for rung in self.rungs if self.metric.riskier_than(value, rung.past)]
        return passed[-1] if passed else None


def _scope_faults(scope: Scope) -> Iterator[Fault]:
    for name, word in DIMENSIONS.items():
        words = getattr(scope, name)
        yield from repeated(words, word, ((name, place) for place in range(len(words))))


def _rung_faults(rung: Rung) -> Iterator[Fault]:
    yield from number_faults(rung.past, ("past",))
    if rung.level is not None and rung.level < 1:
        yield Fault(
            ("level",), say("a rung needs level 1 or higher, or never, not {level}", level=rung.level)
        )


def growth_faults(metric: Metric, points: Sequence[Decimal]) -> Iterator[Fault]:
    """Rungs lie on the step of the metric and grow in its riskier direction."""
    for place, point in enumerate(points):
        if point != metric.quantise(point):
            reason = say(
                "{point} is finer than the step of {metric}, {step}",
                point=point,
                metric=metric.said,
                step=metric.step,
            )
            yield Fault(("rungs", place, "past"), reason)
    for place, (before, point) in enumerate(pairwise(points), start=1):
        if not metric.riskier_than(point, before):
            reason = say(NOT_RISKIER[metric.riskier], point=point, before=before)
            yield Fault(("rungs", place, "past"), reason)


def measure_faults(metric: Metric, scope: Scope) -> Iterator[Fault]:
    """Only some metrics can be measured of the lines of one family."""
    if scope.families and not metric.per_family:
        yield Fault(
            ("families",),
            say("{metric} is measured of the whole deal, never of one family", metric=metric.said),
        )


def _ladder_faults(ladder: Ladder) -> Iterator[Fault]:
    yield from key_faults(ladder.key)
    if ladder.metric != METRICS.get(ladder.metric.key):
        yield Fault(("metric",), say("there is no metric “{metric}”", metric=ladder.metric.key))
    yield from measure_faults(ladder.metric, ladder.scope)
    if ladder.unknown is not None and ladder.unknown < 1:
        yield Fault(
            ("unknown",),
            say("unknown is a finding: it needs level 1 or higher, not {unknown}", unknown=ladder.unknown),
        )
    if not ladder.rungs:
        yield Fault(("rungs",), say("a ladder needs at least one rung"))
    elif ladder.rungs[0].level is None and ladder.unknown is None:
        yield Fault(
            ("unknown",), say("only never rungs: `unknown` must say who decides on what cannot be read")
        )
    yield from growth_faults(ladder.metric, [rung.past for rung in ladder.rungs])
    for place, (before, rung) in enumerate(pairwise(ladder.rungs), start=1):
        if before.level is None or (rung.level is not None and rung.level <= before.level):
            yield Fault(
                ("rungs", place, "level"), say("levels must rise from rung to rung, never comes last")
            )
