"""From the tables of a TOML text to the parts of a policy, keeping every mistake on the way."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from base.words import say
from guardrails import check
from guardrails.beyond import ExceptionRule
from guardrails.clause import Clause, Position
from guardrails.escalation import USUAL_REMINDERS, USUAL_TAKERS, Escalation, Taker
from guardrails.faults import Fault, number_faults, repeated
from guardrails.first_faults import first_ones
from guardrails.ladder import DIMENSIONS, Ladder, Rung, Scope, growth_faults, measure_faults
from guardrails.level import (
    DEFAULT_SHOWN,
    NEVER,
    SHOWN,
    STANDARD,
    Economics,
    FunctionRule,
    Level,
    Route,
    Shown,
    Stage,
)
from guardrails.metric import METRICS
from guardrails.policy import Policy
from guardrails.pool import Assign, Pool, Quorum, Specialist
from guardrails.sheet import Sheet

ALLOWANCE = re.compile(r"(?:(\d{1,5}) h)?(?: ?(\d{1,7}) min)?")
Ranks = Mapping[str, Mapping[str, int]]  # function → name of a level → its rank


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts as far as they could be read; None where a part is at fault."""

    number: int
    currency: str
    library: int
    valid_days: int
    words: Mapping[str, tuple[str, ...]]
    functions: tuple[FunctionRule | None, ...]
    levels: tuple[Level | None, ...]
    ladders: tuple[Ladder | None, ...]
    clauses: tuple[Clause | None, ...]
    economics: Economics | None
    specialists: tuple[Specialist | None, ...] = ()
    exceptions: tuple[ExceptionRule | None, ...] = ()

    def policy(self) -> Policy:
        """The policy, once nothing is at fault."""
        if self.economics is None:
            raise ValueError("this draft has faults")
        return Policy(
            number=self.number,
            currency=self.currency,
            **self.words,
            functions=tuple(each for each in self.functions if each),
            levels=tuple(each for each in self.levels if each),
            ladders=tuple(each for each in self.ladders if each),
            clauses=tuple(each for each in self.clauses if each),
            library=self.library,
            economics=self.economics,
            valid_days=self.valid_days,
            specialists=tuple(each for each in self.specialists if each),
            exceptions=tuple(each for each in self.exceptions if each),
        )


def read(document: dict[str, object]) -> tuple[Draft, list[Fault]]:
    """The draft in these tables, and everything that is wrong with it."""
    faults: list[Fault] = []
    sheet = Sheet(document, faults)
    functions, levels = sheet.tables("function", required=True), sheet.tables("level", required=True)
    ladders, clauses = sheet.tables("ladder"), sheet.tables("clause")
    specialists = sheet.tables("specialist")
    ranks = _ranks(functions, levels)
    words, shown = _words(sheet.table("scope")), _shown(sheet.table("shown_to", {}), ranks)
    draft = Draft(
        number=sheet.whole("number"),
        currency=sheet.text("currency") or "EUR",
        library=sheet.whole("library"),
        valid_days=sheet.whole("valid_days"),
        words=words,
        functions=tuple(_function(each, shown) for each in functions),
        levels=tuple(_level(each) for each in levels),
        ladders=tuple(_ladder(each, ranks) for each in ladders),
        clauses=tuple(_clause(each, ranks) for each in clauses),
        economics=_economics(sheet.table("economics")),
        specialists=tuple(_specialist(each, ranks) for each in specialists),
        exceptions=tuple(_exception(each, ranks) for each in sheet.tables("exception")),
    )
    sheet.close()
    book = check.Book(
        words=words,
        ranks={function: set(names.values()) for function, names in ranks.items()},
        ladders=dict.fromkeys(str(each.values.get("key", "")) for each in ladders)
        | {ladder.key: ladder for ladder in draft.ladders if ladder},
    )
    for each in (*ladders, *clauses, *specialists):
        for fault in _named(each, book):
            each.fault(fault.path, fault.reason, of=fault.of)
    faults.extend(check.policy_faults(draft, book))
    return draft, first_ones(faults, document)


def _ranks(functions: list[Sheet], levels: list[Sheet]) -> Ranks:
    """Levels by name, also of tables that are otherwise at fault: what names them is not."""
    ranks: dict[str, dict[str, int]] = {str(each.values.get("key", "")): {} for each in functions}
    for each in levels:
        rank, name = each.values.get("rank"), each.values.get("name")
        if isinstance(rank, int) and isinstance(name, str):
            ranks.get(str(each.values.get("function", "")), {}).setdefault(name, rank)
    return ranks


def _words(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    there = sheet.sound
    words = {name: sheet.words(name) if there else () for name in DIMENSIONS}
    sheet.close()
    return words


def _shown(sheet: Sheet, ranks: Ranks) -> dict[str, Shown]:
    shown: dict[str, Shown] = dict(DEFAULT_SHOWN)
    for function in list(sheet.values):
        word = sheet.text(function)
        if function not in ranks:
            sheet.fault(
                (function,), say("there is no function “{function}”", function=function), of="function"
            )
        elif word in SHOWN:
            shown[function] = word
        elif word:
            sheet.fault(
                (function,),
                say("what is shown of cost is {choices}, not “{word}”", choices=", ".join(SHOWN), word=word),
            )
    return shown


def _function(sheet: Sheet, shown: Mapping[str, Shown]) -> FunctionRule | None:
    key, name = sheet.text("key"), sheet.text("name")
    stage, route = cast("Stage", sheet.whole("stage", 1)), cast("Route", sheet.text("route", "direct"))
    return sheet.build(lambda: FunctionRule(key, name, stage, route, shown.get(key, "margin")))


def _level(sheet: Sheet) -> Level | None:
    function, rank, name = sheet.text("function"), sheet.whole("rank"), sheet.text("name")
    written = sheet.text("allowance")
    found = ALLOWANCE.fullmatch(written)
    if written and found is None:
        reason = say("“{written}” is no working time: write “8 h”, “90 min” or “1 h 30 min”", written=written)
        sheet.fault(("allowance",), reason, sound=False)
    hours, minutes = found.groups("0") if found else ("0", "0")
    remind = sheet.shares("remind", list(USUAL_REMINDERS))
    takers = cast("tuple[Taker, ...]", sheet.words("escalate", list(USUAL_TAKERS)))
    pool, how = _pool(sheet), sheet.build(lambda: Escalation(remind, takers))
    allowed = int(hours) * 60 + int(minutes)
    level = sheet.build(lambda: Level(function, rank, name, allowed, pool or Pool(), how or Escalation()))
    return level if pool and how else None


def _pool(sheet: Sheet) -> Pool | None:
    """The pool of a level: without a word of it, who has authority."""
    people, manager = _people(sheet, []), sheet.whole("manager") if "manager" in sheet.values else None
    number = isinstance(sheet.values.get("quorum"), int)
    quorum = sheet.whole("quorum") if number else sheet.text("quorum", "any one")
    assign, source = sheet.text("assign", "claim"), sheet.text("pool", "authority")
    if source != "authority":
        sheet.fault(
            ("pool",),
            say("a pool is “authority”, or `people` or `manager` say who, not “{source}”", source=source),
        )
    elif "pool" in sheet.values and (people or manager is not None):
        sheet.fault(("pool",), say("the pool is who has authority, or people, or a manager: say one of them"))
    return sheet.build(lambda: Pool(people, manager, cast("Quorum", quorum), cast("Assign", assign)))


def _people(sheet: Sheet, default: list[str] | None = None) -> tuple[str, ...]:
    people = sheet.words("people", default)
    if sheet.values.get("people") == []:
        sheet.fault(("people",), say("people names nobody"), sound=False)
    return people


def _specialist(sheet: Sheet, ranks: Ranks) -> Specialist | None:
    function = sheet.text("function")
    level, scope, people = _rank(sheet, "level", function, ranks, {}), _scope(sheet), _people(sheet)
    return sheet.build(lambda: Specialist(function, level or 1, scope, people))


def _exception(sheet: Sheet, ranks: Ranks) -> ExceptionRule | None:
    function, guardrails = sheet.text("function"), sheet.words("guardrails", [])
    level = _rank(sheet, "level", function, ranks, {})
    return sheet.build(lambda: ExceptionRule(function, level or 1, guardrails))


def _economics(sheet: Sheet) -> Economics | None:
    if not sheet.sound:
        return None
    days, rate, cost = sheet.whole("standard_days"), sheet.number("capital_rate"), sheet.number("day_cost")
    return sheet.build(lambda: Economics(days, rate, cost))


def _ladder(sheet: Sheet, ranks: Ranks) -> Ladder | None:
    key, named, function = sheet.text("key"), sheet.text("metric"), sheet.text("function")
    tables = sheet.tables("rungs", required=True)
    rungs = [_rung(each, function, ranks) for each in tables]
    scope = _scope(sheet)
    replaces = sheet.text("replaces") if "replaces" in sheet.values else None
    unknown = _rank(sheet, "unknown", function, ranks, {}) if "unknown" in sheet.values else None
    metric = METRICS.get(named)
    if metric is None:
        sheet.fault(("metric",), say("there is no metric “{metric}”", metric=named), sound=False)
        sheet.close()
        return None
    for fault in (*measure_faults(metric, scope), *growth_faults(metric, _points(tables))):
        sheet.fault(fault.path, fault.reason)
    sheet.sound = sheet.sound and None not in rungs
    found = tuple(rung for rung in rungs if rung)
    return sheet.build(lambda: Ladder(key, metric, function, found, scope, replaces, unknown))


def _rung(sheet: Sheet, function: str, ranks: Ranks) -> Rung | None:
    past, level = sheet.number("past"), _rank(sheet, "level", function, ranks, {NEVER: None})
    return sheet.build(lambda: Rung(past, level))


def _points(tables: list[Sheet]) -> list[Decimal]:
    """Where the rungs stand, if each of them says so: also of rungs that are otherwise at fault."""
    found = [each.values.get("past") for each in tables]
    points = [Decimal(each) for each in found if isinstance(each, int | Decimal)]
    faults = [fault for point in points for fault in number_faults(point, ())]
    return points if len(points) == len(found) and not faults else []


def _scope(sheet: Sheet) -> Scope:
    words = {name: sheet.words(name, []) for name in DIMENSIONS}
    for name, what in DIMENSIONS.items():
        for fault in repeated(words[name], what, [(name, place) for place in range(len(words[name]))]):
            sheet.fault(fault.path, fault.reason)
    return Scope(**{name: tuple(dict.fromkeys(found)) for name, found in words.items()})


def _clause(sheet: Sheet, ranks: Ranks) -> Clause | None:
    key, name, function = sheet.text("key"), sheet.text("name"), sheet.text("function")
    positions = [_position(each, function, ranks) for each in sheet.tables("position", required=True)]
    sheet.sound = sheet.sound and None not in positions
    found = tuple(position for position in positions if position)
    return sheet.build(lambda: Clause(key, name, function, found))


def _position(sheet: Sheet, function: str, ranks: Ranks) -> Position | None:
    key, name, text = sheet.text("key"), sheet.text("name"), sheet.text("text")
    level = _rank(sheet, "level", function, ranks, {NEVER: None, STANDARD: 0})
    sets, note = sheet.numbers("sets"), sheet.text("note", "")
    return sheet.build(lambda: Position(key, name, text, level, sets, note))


def _rank(sheet: Sheet, key: str, function: str, ranks: Ranks, words: Mapping[str, int | None]) -> int | None:
    """The rank of the level named here. `words` are names with a meaning of their own."""
    name = sheet.text(key)
    if name in words:
        return words[name]
    rank = ranks.get(function, {}).get(name)
    if name and rank is None:
        held = ", ".join((*ranks.get(function, {}), *words)) or say("no level")
        sheet.fault(
            (key,),
            say("no level is named “{name}”: {function} has {held}", name=name, function=function, held=held),
            sound=False,
            of=f"level {function}" if function in ranks else "function",
        )
    return rank or 1


def _named(sheet: Sheet, book: check.Book) -> Iterator[Fault]:
    """What a ladder or clause names must be there, even if it is itself at fault."""
    function, replaces = sheet.values.get("function"), sheet.values.get("replaces")
    if isinstance(function, str):
        yield from check.function_faults(function, book)
    if isinstance(replaces, str):
        yield from check.replaces_faults(replaces, book)
    yield from check.scope_faults(_scope(Sheet(sheet.values, [])), book)
