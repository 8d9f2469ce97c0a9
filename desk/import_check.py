"""An import that was looked into: its first deals as they would land, and how its file is read."""

from collections.abc import Iterator
from dataclasses import dataclass

from base.words import mark, say
from deals.importing.fields import Field, Mapped
from deals.importing.mapping import load
from deals.importing.preview import Preview, Would, preview
from deals.importing.reading import shown
from deals.models import Import
from desk.past import Needed
from guardrails.policy import Policy

FIRST = 8
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": mark("UTF-8, with a mark"),
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": mark("Windows, Western European"),
}
LANDS = {
    "new": (mark("New"), "ok", "plus"),
    "same": (mark("Same"), "", "check"),
    "refused": (mark("Refused"), "bad", "ban"),
}
OUTCOMES = {"won": mark("won"), "lost": mark("lost"), "open": mark("open")}
Fact = tuple[str, str]  # name and value


@dataclass(frozen=True, slots=True)
class Row:
    """One deal; `needed` empty: standard, nobody is needed."""

    would: Would
    look: tuple[str, str, str]
    needed: tuple[Needed, ...]

    @property
    def word(self) -> str:
        return say(self.look[0])

    @property
    def outcome(self) -> str:
        return say(OUTCOMES[self.would.outcome])


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each shown fact comes from, as the mapping says it."""

    account: str
    owner: str
    net: str
    discount: str
    payment: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Check:
    preview: Preview
    rows: tuple[Row, ...]
    columns: Columns
    facts: tuple[Fact, ...]


def check_of(import_: Import) -> Check:
    """Everything the check says. Nothing is written."""
    mapped, found, policy = load(import_.mapping), preview(import_, FIRST), import_.version.policy
    return Check(
        preview=found,
        rows=tuple(Row(each, LANDS[each.lands], needed_of(each, policy)) for each in found.first),
        columns=columns_of(mapped),
        facts=tuple(facts_of(mapped, found)),
    )


def needed_of(would: Would, policy: Policy) -> tuple[Needed, ...]:
    names = {rule.key: rule.name for rule in policy.functions}
    return tuple(
        Needed(policy.level_name(function, rank) if rank else names[function], rank)
        for function, rank in (would.needs or {}).items()
    )


def columns_of(mapped: Mapped) -> Columns:
    line, deal = mapped.line, mapped.deal
    net = line.get("net_price") or line.get("net_total")
    return Columns(
        account=where(deal.get("account")),
        owner=where(deal.get("owner")),
        net=where(net, say("list, discount")),
        discount=where(line.get("discount"), say("list, net")),
        payment=where(mapped.terms.get("payment_days"), say("unknown")),
        outcome=where(deal.get("outcome")),
    )


def where(field: Field | None, otherwise: str = "") -> str:
    if field is None:
        return otherwise
    if field.column:
        return f"{field.table}.{field.column}" if field.table else field.column
    return say("always the same") if field.value is not None else field.text


def sign(written: str) -> str:
    """A mark in a file as people see it: "tab", "none", "“;”"."""
    named = shown(written)
    if not written:
        return say("none")
    return say(named) if named != written else f"“{written}”"


def facts_of(mapped: Mapped, found: Preview) -> Iterator[Fact]:
    """How the file is read, for whoever compares it with what it means."""
    numbers = mapped.numbers
    key = where(mapped.deal.get("key"))
    yield say("Known by"), say("{key}, as source “{source}”", key=key, source=mapped.source)
    yield say("Encoding"), say(ENCODINGS.get(found.encoding, found.encoding))
    yield say("Columns apart by"), sign(found.delimiter)
    yield say("Decimals, thousands"), f"{sign(numbers.decimal)}, {sign(numbers.thousands)}"
    fraction = numbers.percent == "fraction"
    yield say("A discount of 20 %"), say("0.2 in the file") if fraction else say("20 in the file")
    yield say("Days"), ", ".join(mapped.dates)
    yield say("Not known"), ", ".join(f"“{word}”" if word else say("blank") for word in sorted(numbers.blank))
