"""A policy: what is standard, and who may allow more. A senseless one cannot be constructed."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TypeVar

from base.words import say
from guardrails import check
from guardrails.beyond import ExceptionRule
from guardrails.clause import Clause, Position
from guardrails.faults import Senseless, refuse
from guardrails.ladder import DIMENSIONS, Ladder, Rung, Scope
from guardrails.level import DEFAULT_SHOWN, NEVER, STANDARD, Economics, FunctionRule, Level, Shown
from guardrails.measured import Frame
from guardrails.pool import Pool, Specialist

__all__ = [
    "NEVER",
    "STANDARD",
    "Clause",
    "Economics",
    "FunctionRule",
    "Ladder",
    "Level",
    "Policy",
    "Pool",
    "Position",
    "Rung",
    "Scope",
    "Senseless",
    "Specialist",
]

Part = TypeVar("Part", FunctionRule, Ladder, Clause)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the guardrails. `currency` is the company's; `library` the version of the clause texts.

    `valid_days`: how long a mandate is valid unless asked otherwise.
    """

    number: int
    currency: str
    segments: tuple[str, ...]
    regions: tuple[str, ...]
    families: tuple[str, ...]
    deal_types: tuple[str, ...]
    functions: tuple[FunctionRule, ...]
    levels: tuple[Level, ...]
    ladders: tuple[Ladder, ...]
    clauses: tuple[Clause, ...]
    library: int
    economics: Economics
    valid_days: int
    specialists: tuple[Specialist, ...] = ()
    exceptions: tuple[ExceptionRule, ...] = ()

    def __post_init__(self) -> None:
        refuse(check.policy_faults(self, _book(self)))

    @property
    def name(self) -> str:
        return f"v{self.number}"

    @property
    def shown_to(self) -> dict[str, Shown]:
        """What each function sees of cost: said here, else the default."""
        return {**DEFAULT_SHOWN, **{function.key: function.shown for function in self.functions}}

    def function(self, key: str) -> FunctionRule:
        """The function with this key. Raises ValueError."""
        return _named(self.functions, key)

    def ladder(self, key: str) -> Ladder:
        """The ladder with this key. Raises ValueError."""
        return _named(self.ladders, key)

    def clause(self, key: str) -> Clause:
        """The clause with this key. Raises ValueError."""
        return _named(self.clauses, key)

    def levels_of(self, function: str) -> tuple[Level, ...]:
        """The function's levels, lowest first."""
        return tuple(
            sorted((each for each in self.levels if each.function == function), key=lambda each: each.rank)
        )

    def level(self, function: str, rank: int) -> Level:
        """One level. Raises ValueError."""
        for each in self.levels:
            if (each.function, each.rank) == (function, rank):
                return each
        raise ValueError(f"{function} has no level {rank} in policy {self.name}")

    def pool(self, function: str, rank: int, frame: Frame, families: Collection[str]) -> Pool:
        """Who is asked at this level for such a deal: its pool, or the specialists in scope in its place."""
        usual = self.level(function, rank).pool
        named = [
            address
            for one in self.specialists
            if (one.function, one.level) == (function, rank) and one.covers(frame, families)
            for address in one.people
        ]
        return replace(usual, people=tuple(dict.fromkeys(named)), manager=None) if named else usual

    def level_name(self, function: str, rank: int) -> str:
        """ "Finance Director"; rank 0 is "Standard". Raises ValueError for a level that is not there."""
        return say(STANDARD) if rank == 0 else self.level(function, rank).name

    def top(self, function: str) -> int:
        """The highest level of this function; 0 if it has none."""
        return max((each.rank for each in self.levels if each.function == function), default=0)

    def grantor(self, guardrail: str) -> ExceptionRule | None:
        """Who may grant exceptions from a ladder, by its key, or a clause, by its limit key. None: nobody."""
        named = (rule for rule in self.exceptions if guardrail in rule.guardrails)
        others = (rule for rule in self.exceptions if not rule.guardrails)
        return next(named, None) or next(others, None)

    def setter(self, metric: str) -> Clause | None:
        """The clause whose positions set this metric."""
        return next(
            (each for each in self.clauses if any(metric in position.sets for position in each.positions)),
            None,
        )


def _named(parts: tuple[Part, ...], key: str) -> Part:
    for part in parts:
        if part.key == key:
            return part
    raise ValueError(f"this policy has no “{key}”")


def _book(policy: Policy) -> check.Book:
    return check.Book(
        words={name: getattr(policy, name) for name in DIMENSIONS},
        ranks={
            function.key: [each.rank for each in policy.levels if each.function == function.key]
            for function in policy.functions
        },
        ladders={ladder.key: ladder for ladder in policy.ladders},
    )
