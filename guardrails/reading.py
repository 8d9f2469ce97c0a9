"""A policy as people read it: one row per ladder, one column per level."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from base.format import fixed, number
from base.words import mark, say
from guardrails.beyond import CLAUSE
from guardrails.clause import Clause, Position
from guardrails.escalation import Escalation
from guardrails.glossary import EVERY, Word
from guardrails.hidden import hides
from guardrails.ladder import Ladder
from guardrails.level import STANDARD, FunctionRule, Level, shortened
from guardrails.metric import METRICS, TENTH, Metric
from guardrails.policy import Policy
from people.shown import View

ORDINALS = {1: mark("First"), 2: mark("Second"), 3: mark("Third"), 4: mark("Fourth")}
UNITS = {
    "invoices": mark("a year"),
    "days": mark("days"),
    "weeks": mark("weeks"),
    "months": mark("months"),
    "month": mark("month"),
    "position": mark("position"),
    "× fees": mark("× fees"),
}
REACH = {"higher": mark("to {end}"), "lower": mark("down to {end}")}
Holders = Mapping[tuple[str, int], list[str]]  # function and level → names


@dataclass(frozen=True, slots=True)
class People:
    """Who holds the levels, and of their time to answer how much there is now, in percent by function."""

    holders: Holders
    percent: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """A level with those who hold it; rank None is never. `pool`: who is asked and how many must agree;
    `path`: reminders and who takes over; each where that is not as usual.
    `now`: the minutes to answer while a quarter end shortens them, else 0."""

    name: str
    rank: int | None
    allowance: int = 0
    holders: tuple[str, ...] = ()
    pool: str = ""
    path: str = ""
    now: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A ladder: up to where each column is enough, "" where it has no part. `drawn`: its points are shown."""

    ladder: Ladder
    scope: str
    cells: tuple[tuple[Column, str], ...]
    label: str
    drawn: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """What one function judges."""

    function: FunctionRule
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Judge:
    """One ladder in a few words: "Finance 12.5 / 20.0 / 30.0", and its scope, "" for all deals."""

    ladder: str
    words: str
    scope: str


@dataclass(frozen=True, slots=True)
class MeasuredWord:
    """A metric in the glossary: its definition, and who judges it."""

    word: Word
    metric: Metric
    unit: str
    judges: tuple[Judge, ...]
    clause: Clause | None


@dataclass(frozen=True, slots=True)
class LevelTable:
    """What the levels of each function are called; "" where it has fewer."""

    functions: tuple[str, ...]
    rows: tuple[tuple[str, int, tuple[str, ...]], ...]


def sections(policy: Policy, people: People, view: View) -> tuple[Section, ...]:
    """The ladders of each function that has levels, in the order of metrics, the widest scope first."""
    return tuple(
        _section(function, policy, people, view) for function in policy.functions if policy.top(function.key)
    )


def unit(metric: Metric, currency: str = "€") -> str:
    """ "%, 0.1" as the glossary says it: unit and step."""
    words = currency if metric.unit == "money" else metric.unit
    return f"{say(UNITS[words]) if words in UNITS else words}, {number(metric.step)}"


def points(ladder: Ladder, currency: str) -> str:
    """The thresholds of a ladder in a few signs: "12.5 / 20.0 / 30.0"."""
    if ladder.metric.unit in ("money", "invoices", "position", "month"):
        return " / ".join(ladder.metric.show(rung.past, currency) for rung in ladder.rungs)
    places = 1 if ladder.metric.step == TENTH else 0
    return " / ".join(fixed(rung.past, places) for rung in ladder.rungs)


def points_for(view: View, ladder: Ladder, policy: Policy) -> list[str]:
    return [] if hides(view, ladder.metric.key) else [points(ladder, policy.currency)]


def judging(metric: Metric, policy: Policy, view: View) -> tuple[Judge, ...]:
    """Who judges this metric, the widest scope first; by name alone where its points are not shown."""
    return tuple(
        Judge(
            ladder.key,
            " ".join([policy.function(ladder.function).name, *points_for(view, ladder, policy)]),
            str(ladder.scope) if ladder.scope.narrowness else "",
        )
        for ladder in sorted(policy.ladders, key=lambda each: each.scope.narrowness)
        if ladder.metric == metric
    )


def measured_words(policy: Policy | None, view: View) -> tuple[MeasuredWord, ...]:
    """Every metric with who judges it by this policy; without one, by nobody."""
    return tuple(
        MeasuredWord(
            EVERY[metric.key],
            metric,
            unit(metric),
            judging(metric, policy, view) if policy else (),
            policy.setter(metric.key) if policy else None,
        )
        for metric in METRICS.values()
    )


def library(policy: Policy) -> tuple[tuple[Clause, tuple[tuple[Position, str], ...]], ...]:
    """Each clause with its positions and who may give them."""
    return tuple(
        (clause, tuple((position, giver(position, clause, policy)) for position in clause.positions))
        for clause in policy.clauses
    )


def stand_ins(policy: Policy, names: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Who stands in on some deals: level, scope, people by name."""
    return tuple(
        (
            policy.level_name(one.function, one.level),
            str(one.scope),
            ", ".join(names.get(address, address) for address in one.people),
        )
        for one in policy.specialists
    )


def excepting(policy: Policy) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who may grant exceptions, and from what: nothing named is all that no other table names."""
    return tuple(
        (
            policy.level_name(rule.function, rule.level),
            tuple(guardrail_name(key, policy) for key in rule.guardrails),
        )
        for rule in policy.exceptions
    )


def guardrail_name(key: str, policy: Policy) -> str:
    """ "Discount (all deals)", "Limitation of liability"."""
    if key.startswith(CLAUSE):
        return policy.clause(key.removeprefix(CLAUSE)).name
    ladder = policy.ladder(key)
    return say("{metric} ({scope})", metric=ladder.metric.said, scope=ladder.scope)


def giver(position: Position, clause: Clause, policy: Policy) -> str:
    if position.level is None:
        return say("Nobody")
    return policy.level_name(clause.function, position.level) if position.level else say("Seller")


def level_table(policy: Policy) -> LevelTable:
    """One column per function that signs, one row per rank."""
    signing = [function for function in policy.functions if policy.top(function.key)]
    highest = max((policy.top(function.key) for function in signing), default=0)
    rows = tuple(
        (
            say(ORDINALS[rank]) if rank in ORDINALS else say("Level {rank}", rank=rank),
            rank,
            tuple(
                policy.level_name(function.key, rank) if rank <= policy.top(function.key) else ""
                for function in signing
            ),
        )
        for rank in range(1, highest + 1)
    )
    return LevelTable(tuple(function.name for function in signing), rows)


def _section(function: FunctionRule, policy: Policy, people: People, view: View) -> Section:
    ladders = [ladder for ladder in policy.ladders if ladder.function == function.key]
    ladders.sort(key=lambda each: (list(METRICS).index(each.metric.key), each.scope.narrowness))
    columns = [_column(level, people) for level in policy.levels_of(function.key)]
    if any(rung.level is None for ladder in ladders for rung in ladder.rungs):
        columns.append(Column(say("Never"), None))
    columns.insert(0, Column(say(STANDARD), 0))
    rows = tuple(
        _hidden(ladder, tuple(columns))
        if hides(view, ladder.metric.key)
        else _row(ladder, tuple(columns), policy.currency)
        for ladder in ladders
    )
    return Section(function, tuple(columns), rows)


def _column(level: Level, people: People) -> Column:
    held = people.holders.get((level.function, level.rank), [])
    percent = people.percent.get(level.function, 100)
    now = shortened(level.allowance, percent) if percent < 100 else 0
    how = level.escalation
    words, path = level.pool.words, "" if how == Escalation() else how.words
    if level.pool.manager is not None:
        return Column(level.name, level.rank, level.allowance, (words,), path=path, now=now)
    return Column(level.name, level.rank, level.allowance, tuple(held), words, path, now)


def _row(ladder: Ladder, columns: tuple[Column, ...], currency: str) -> Row:
    reach: dict[int | None, str] = {}
    levels = [0, *(rung.level for rung in ladder.rungs)]
    ends = [ladder.metric.show(rung.past, currency) for rung in ladder.rungs]
    for level, end in zip(levels, ends, strict=False):
        reach[level] = say(REACH[ladder.metric.riskier], end=end)
    reach[levels[-1]] = say("past that")
    cells = tuple((column, reach.get(column.rank, "")) for column in columns)
    said = ", ".join(say("{level} {reach}", level=column.name, reach=cell) for column, cell in cells if cell)
    label = say("{metric}: {levels}", metric=ladder.metric.said, levels=said)
    return Row(ladder, str(ladder.scope), cells, label)


def _hidden(ladder: Ladder, columns: tuple[Column, ...]) -> Row:
    """Which levels it has, and not where they begin."""
    levels = {0, *(rung.level for rung in ladder.rungs)}
    cells = tuple((column, say("in its band") if column.rank in levels else "") for column in columns)
    return Row(
        ladder,
        str(ladder.scope),
        cells,
        say("{metric}: judged in bands", metric=ladder.metric.said),
        drawn=False,
    )
