"""Who signs: functions, their levels with the time they have to answer, and what money costs the company."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from base.lists import listed
from base.words import mark, say
from guardrails.escalation import Escalation
from guardrails.faults import Fault, name_faults, number_faults, refuse
from guardrails.pool import Pool

STANDARD = mark("Standard")
NEVER = "never"
Shown = Literal["band", "margin", "cost"]
Stage = Literal[1, 2]
Route = Literal["direct", "climb"]
SHOWN: tuple[Shown, ...] = ("band", "margin", "cost")
ROUTES: tuple[Route, ...] = ("direct", "climb")
# what each function sees of cost when the policy does not say
DEFAULT_SHOWN: Mapping[str, Shown] = {
    "sales": "margin",
    "finance": "cost",
    "legal": "margin",
    "operations": "margin",
    "executive": "cost",
    "desk": "cost",
    "auditor": "cost",
}


@dataclass(frozen=True, slots=True)
class FunctionRule:
    """How one function signs: in which stage, straight to the level needed or level by level.

    A function without levels signs nothing; it may still be here for what it sees of cost.
    """

    key: str
    name: str
    stage: Stage = 1
    route: Route = "direct"
    shown: Shown = "margin"

    def __post_init__(self) -> None:
        refuse(_function_faults(self))


@dataclass(frozen=True, slots=True)
class Level:
    """A level of one function. Higher may decide more. `allowance`: working minutes to answer in. `pool`: who
    is asked. `escalation`: what happens while they do not answer."""

    function: str
    rank: int
    name: str
    allowance: int
    pool: Pool = field(default_factory=Pool)
    escalation: Escalation = field(default_factory=Escalation)

    def __post_init__(self) -> None:
        refuse(_level_faults(self))


@dataclass(frozen=True, slots=True)
class Economics:
    """`standard_days` to pay are free; `capital_rate`: percent a year; `day_cost`: of one unbilled day."""

    standard_days: int
    capital_rate: Decimal
    day_cost: Decimal

    def __post_init__(self) -> None:
        refuse(_economics_faults(self))


def shortened(minutes: int, percent: int) -> int:
    """So many percent of these working minutes, a part of one counted whole: never none."""
    return -(-minutes * percent // 100)


def _function_faults(function: FunctionRule) -> Iterator[Fault]:
    if function.key not in DEFAULT_SHOWN:
        yield Fault(
            ("key",),
            say(
                "“{function}” is no function: choose of {choices}",
                function=function.key,
                choices=", ".join(DEFAULT_SHOWN),
            ),
        )
    yield from name_faults(function.name)
    if function.stage not in (1, 2):
        yield Fault(
            ("stage",), say("the stage is 1, or 2 after the others, not {stage}", stage=function.stage)
        )
    if function.route not in ROUTES:
        yield Fault(
            ("route",),
            say("the route is {choices}, not “{route}”", choices=listed(ROUTES, "or"), route=function.route),
        )
    if function.shown not in SHOWN:
        yield Fault(
            ("shown",),
            say(
                "what is shown of cost is {choices}, not “{shown}”",
                choices=", ".join(SHOWN),
                shown=function.shown,
            ),
        )


def _level_faults(level: Level) -> Iterator[Fault]:
    if level.rank < 1:
        yield Fault(("rank",), say("a level is 1 or higher, not {rank}", rank=level.rank))
    yield from name_faults(level.name)
    if level.name in (STANDARD, NEVER):
        yield Fault(
            ("name",), say("“{level}” has a meaning of its own and cannot name a level", level=level.name)
        )
    if level.allowance < 1:
        yield Fault(("allowance",), say("a level needs time to answer, at least a minute"))


def _economics_faults(economics: Economics) -> Iterator[Fault]:
    yield from number_faults(Decimal(economics.standard_days), ("standard_days",), least=0)
    yield from number_faults(economics.capital_rate, ("capital_rate",), least=0)
    yield from number_faults(economics.day_cost, ("day_cost",), least=0)
