"""Two people wrote the same brief: both versions field by field, and what comes out of choosing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from base import format as written
from base.errors import Invalid
from base.words import mark, say
from deals.changes import (
    ClauseChange,
    DraftChanges,
    ExchangeChange,
    LineChange,
    PriorityChange,
    TermChange,
)
from deals.touched import ORDER
from desk.began import Moved
from desk.forms.brief import Options
from guardrails.metric import METRICS

LISTS = {"priorities": mark("What the buyer wants most"), "exchanges": mark("Gives and gets")}
HEADER = {
    "title": mark("Title"),
    "deal_type": mark("Deal type"),
    "currency": mark("Currency"),
    "segment": mark("Segment"),
    "region": mark("Region"),
    "objective": mark("What we want from this deal"),
    "non_negotiables": mark("What we do not give"),
    "partner_fee": mark("Partner fee"),
    "wanted_signature": mark("Wanted signature"),
    "wanted_expiry": mark("Mandate wanted until"),
    "decision_owner": mark("Decision owner"),
}
NAMED = {**LISTS, **HEADER, ORDER: mark("Order of the lines")}
ENDS = {
    "target": mark("{term}, target"),
    "walk_away": mark("{term}, walk-away"),
    "own_text": mark("{term}, own wording"),
}
NOTHING = mark("Nothing")


@dataclass(frozen=True, slots=True)
class Clash:
    """A field, a line or a whole list. `key`: what the choice is sent as; `kept`: mine, theirs or nothing.
    `who` saved theirs: a name, or another tab of mine; `at` None: nobody noted it."""

    key: str
    name: str
    mine: str
    theirs: str
    kept: str = ""
    who: str = ""
    at: datetime | None = None


def clashes_of(
    mine: DraftChanges, theirs: DraftChanges, moved: Moved, options: Options, typed: Mapping[str, Any]
) -> tuple[Clash, ...]:
    """Both versions in words, wherever both changed. `theirs` is the completed draft as it is stored."""
    wording = Wording(options)
    keys = moved.keys(mine, theirs)
    return tuple(replace(wording.of(key, mine, theirs, moved), kept=choice(typed, key)) for key in keys)


def taken_of(mine: DraftChanges, theirs: DraftChanges, moved: Moved, options: Options) -> tuple[Clash, ...]:
    """What only others changed, in words: it is taken as it is."""
    wording = Wording(options)
    return tuple(wording.of(key, mine, theirs, moved) for key in moved.taken(mine, theirs))


def settled(mine: DraftChanges, theirs: DraftChanges, moved: Moved, typed: Mapping[str, Any]) -> DraftChanges:
    """One version, as chosen for each field, or for all at once. Raises Invalid while a choice is missing."""
    choices = {key: typed.get("all") or choice(typed, key) for key in moved.keys(mine, theirs)}
    if not all(kept in ("mine", "theirs") for kept in choices.values()):
        raise Invalid(say("Choose one of the two for every field."))
    chosen = [key for key, kept in choices.items() if kept == "theirs"]
    return settle(mine, theirs, [*chosen, *moved.chosen(mine, theirs)])


def choice(typed: Mapping[str, Any], key: str) -> str:
    return str(typed.get(f"keep-{key}", ""))


def settle(mine: DraftChanges, theirs: DraftChanges, chosen: Collection[str]) -> DraftChanges:
    """`mine`, with theirs where that was `chosen`."""
    header = {key: getattr(theirs, key) for key in mine.header if key in chosen}
    kept = {key: value for key, value in mine.header.items() if key not in chosen}
    whole = {**kept, **header}
    return replace(
        mine,
        **header,
        empty=frozenset(key for key, value in whole.items() if value is None),
        **{name: getattr(theirs, name) for name in LISTS if name in chosen},
        lines=tuple(ordered(lines_of(mine, theirs, chosen), theirs, chosen)),
        terms=tuple(ends_of("terms", row, theirs, chosen) for row in mine.terms),
        clauses=tuple(ends_of("clauses", row, theirs, chosen) for row in mine.clauses),
        successes=tuple(
            replace(row, text=other.text) if f"successes.{row.function}.text" in chosen else row
            for row, other in zip(mine.successes, theirs.successes, strict=True)
        ),
    )


def lines_of(mine: DraftChanges, theirs: DraftChanges, chosen: Collection[str]) -> Iterable[LineChange]:
    """My lines in my order, then those that only they have and I chose."""
    stored = {line.key: line for line in theirs.lines or ()}
    ours = dict(named_lines(mine))
    for name, line in ours.items():
        if f"lines.{name}" not in chosen:
            yield line
        elif line.key in stored:
            yield stored[line.key]
    for key, line in stored.items():
        if key not in ours and f"lines.{key}" in chosen:
            yield line


def ordered(
    lines: Iterable[LineChange], theirs: DraftChanges, chosen: Collection[str]
) -> Iterable[LineChange]:
    """As they stand, or as in theirs where that order was chosen; what only I have comes last then."""
    if ORDER not in chosen:
        return lines
    places = {line.key: place for place, line in enumerate(theirs.lines or ())}
    return sorted(lines, key=lambda line: places.get(line.key, len(places)))


def named_lines(changes: DraftChanges) -> Iterable[tuple[str, LineChange]]:
    for place, line in enumerate(changes.lines or ()):
        yield line.key or f"new-{place}", line


def ends_of(kind: str, row: Any, theirs: DraftChanges, chosen: Collection[str]) -> Any:
    others = {key_of(each): each for each in getattr(theirs, kind)}
    key = key_of(row)
    fields = [name for name in ENDS if f"{kind}.{key}.{name}" in chosen]
    return replace(row, **{name: getattr(others[key], name) for name in fields})


def key_of(row: TermChange | ClauseChange) -> str:
    return row.clause if isinstance(row, ClauseChange) else row.key


@dataclass(frozen=True, slots=True)
class Wording:
    """How fields and values are called in this brief."""

    options: Options

    def of(self, key: str, mine: DraftChanges, theirs: DraftChanges, moved: Moved) -> Clash:
        return Clash(
            key=key,
            name=self.name(key, mine, theirs),
            mine=self.value(key, mine),
            theirs=self.value(key, theirs),
            who=moved.who(key),
            at=moved.touched[key].at if key in moved.touched else None,
        )

    def name(self, key: str, mine: DraftChanges, theirs: DraftChanges) -> str:
        head, _, rest = key.partition(".")
        if head in NAMED:
            return say(NAMED[head])
        if head == "lines":
            line = dict(named_lines(mine)).get(rest) or dict(named_lines(theirs)).get(rest)
            return dict(self.options.products).get(line.product, line.product) if line else rest
        row, _, end = rest.rpartition(".")
        if head == "successes":
            return say("Success for {function}", function=self.options.policy.function(row).name)
        name = METRICS[row].said if head == "terms" else self.options.policy.clause(row).name
        return say(ENDS[end], term=name)

    def value(self, key: str, changes: DraftChanges) -> str:
        head, _, rest = key.partition(".")
        if head == "lines":
            line = dict(named_lines(changes)).get(rest)
            return line_words(line) if line else say("Not in the brief")
        if head == ORDER:
            products = dict(self.options.products)
            return "\n".join(products.get(line.product, line.product) for line in changes.lines or ())
        if head == "priorities":
            return "\n".join(map(priority_words, changes.priorities or ())) or say(NOTHING)
        if head == "exchanges":
            return "\n".join(map(pair_words, changes.exchanges or ())) or say(NOTHING)
        return self.cell(head, rest, changes)

    def cell(self, head: str, rest: str, changes: DraftChanges) -> str:
        row, _, end = rest.rpartition(".")
        if head == "terms":
            value = next((getattr(each, end) for each in changes.terms if each.key == row), None)
            return METRICS[row].show(value) if value is not None else say(NOTHING)
        if head == "successes":
            return next((each.text for each in changes.successes if each.function == row), "") or say(NOTHING)
        if head == "clauses":
            clause = next(each for each in changes.clauses if each.clause == row)
            return self.position(row, clause, end)
        return self.header(head, getattr(changes, head))

    def position(self, key: str, clause: ClauseChange, end: str) -> str:
        if end == "own_text":
            return clause.own_text or say(NOTHING)
        asked = getattr(clause, end)
        position = self.options.policy.clause(key).position(asked)
        return position.name if position else asked or say("Own wording")

    def header(self, key: str, value: Any) -> str:
        if value is None or value == "":
            return say(NOTHING)
        if key == "decision_owner":
            return dict(self.options.people).get(str(value), say("Someone who left"))
        if isinstance(value, date):
            return written.long_day(value)
        return written.percent(value) if isinstance(value, Decimal) else str(value)


def line_words(line: LineChange) -> str:
    ends = [f"{written.number(end)}{written.SPACE}%" for end in (line.target, line.walk_away)]
    return say(
        "{quantity} at {target} to {walk_away}",
        quantity=written.number(line.quantity),
        target=ends[0],
        walk_away=ends[1],
    )


def pair_words(row: ExchangeChange) -> str:
    return say("{give} for {get}", give=row.give or say(NOTHING), get=row.get or say("nothing"))


def priority_words(row: PriorityChange) -> str:
    day = written.day(row.confirmed_on) if row.confirmed_on else ""
    said = [row.text, row.who, day, say("must") if row.must else ""]
    return ", ".join(part for part in said if part)
