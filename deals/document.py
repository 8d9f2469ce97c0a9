"""Canonical documents of what is asked, offered, signed and measured, and what a terms hash covers. Pure.

Covered by `terms_hash`: frame, rate, partner fee, lines (without their names and order), terms, positions and
the hash of their texts, what was known of the world, gets that carry a condition, wanted expiry. Not covered:
names, order, and the brief (title, objective, notes, priorities, exchanges without a condition).

A salt keeps who sees a hash, and everything else of the terms, from finding what a line costs by trying.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from base import canonical
from deals.exception import beyond_document, beyond_from, exceptions_from, standing_document
from deals.terms import TYPED, Ask, Line, Terms, World
from guardrails.measured import Frame, Measured
from guardrails.metric import METRICS

SCHEMA = 1
QUANTITY, PRICE, PERCENT, FEE, RATE, MONEY = (
    Decimal(step) for step in ("1e-4", "1e-4", "1e-6", "1e-2", "1e-8", "1e-2")
)
ENDS = ("target", "walk_away")

Document = dict[str, Any]
Texts = Mapping[str, Mapping[str, str]]
NO_TEXTS: Texts = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Get:
    """A get that every offer is checked against: metric key, "=", "<=" or ">=", value."""

    key: str
    op: str
    value: Decimal


def ask_document(
    ask: Ask,
    world: World,
    gets: tuple[Get, ...] = (),
    wanted_expiry: date | None = None,
    texts: Texts = NO_TEXTS,
    salt: str = "",
) -> Document:
    """What is asked, at both ends. `texts`: clause → end → its exact words; only their hash is kept. `salt`:
    random, the same for every ask of a deal, and shown to nobody who does not see cost.

    Raises ValueError when a number has more digits than its field.
    """
    target, walk_away = ask.target, ask.walk_away
    pairs = {line.key: (line, other) for line, other in zip(target.lines, walk_away.lines, strict=True)}
    return {
        "schema": SCHEMA,
        "terms": {
            "frame": frame_document(target.frame),
            "rate": fixed(target.rate, RATE),
            "partner_fee": fixed(target.partner_fee, FEE),
            "lines": [covered_line(*pairs[key]) for key in sorted(pairs)],
            "values": {key: {end: value_of(getattr(ask, end), key) for end in ENDS} for key in TYPED},
            "clauses": {key: both_positions(ask, key, texts) for key in clauses_of(ask)},
            "world": world_document(world),
            "gets": sorted(
                ({"key": get.key, "op": get.op, "value": fixed(get.value, MONEY)} for get in gets),
                key=lambda get: canonical.dumps(get),
            ),
            "wanted_expiry": wanted_expiry,
            **without_price(target),
            **salted(salt),
        },
        "names": {
            line.key: {"name": line.name, "per": line.per, "position": place}
            for place, line in enumerate(target.lines)
        },
    }


def terms_hash(document: Document) -> str:
    """The hash a decision binds to: of the covered part of an ask's document alone."""
    return canonical.digest(canonical.dumps({"schema": document["schema"], **document["terms"]}))


def ask_from(document: Document) -> Ask:
    """The ask a document was written from."""
    terms, names = document["terms"], document["names"]
    rows = sorted(terms["lines"], key=lambda row: int(names[row["key"]]["position"]))

    def end(name: str) -> Terms:
        return Terms(
            frame=Frame(**terms["frame"]),
            rate=Decimal(terms["rate"]),
            lines=tuple(line_from({**row, **names[row["key"]], "discount": row[name]}) for row in rows),
            values={key: number(pair[name]) for key, pair in terms["values"].items()},
            clauses={key: pair[name]["position"] for key, pair in terms["clauses"].items() if name in pair},
            partner_fee=Decimal(terms["partner_fee"]),
            priced=terms.get("priced", True),
        )

    return Ask(end("target"), end("walk_away"))


def world_from(document: Document) -> World:
    """What was known of the rest of the world when the ask was made, and what was asked beyond never."""
    known = document["terms"]["world"]
    won = numbers({name: known[name] for name in ("won_list", "won_net")})
    asked = (one.beyond for one in exceptions_from(document))
    return World(**won, beyond=(*beyond_from(known.get("exceptions", ())), *asked))


def world_document(world: World) -> Document:
    won = {name: maybe(getattr(world, name), MONEY) for name in ("won_list", "won_net")}
    return {**won, **standing_document(world.beyond)}


def gets_from(document: Document) -> tuple[Get, ...]:
    """The conditions that the gets of an ask carry."""
    return tuple(Get(get["key"], get["op"], Decimal(get["value"])) for get in document["terms"]["gets"])


def expiry_from(document: Document) -> date | None:
    """The last day on which the mandate is wanted to be valid."""
    wanted = document["terms"]["wanted_expiry"]
    return date.fromisoformat(wanted) if wanted else None


def terms_document(terms: Terms, salt: str = "") -> Document:
    """One set of terms: a corner, what was offered, what was signed. `salt`: as of an ask, where a hash of
    the document is shown."""
    return {
        "schema": SCHEMA,
        "frame": frame_document(terms.frame),
        "rate": fixed(terms.rate, RATE),
        "partner_fee": fixed(terms.partner_fee, FEE),
        "lines": [
            {
                **line_document(line),
                "name": line.name,
                "per": line.per,
                "discount": fixed(line.discount, PERCENT),
            }
            for line in terms.lines
        ],
        "values": {key: value_of(terms, key) for key in TYPED},
        "clauses": dict(terms.clauses),
        **without_price(terms),
        **salted(salt),
    }


def salted(salt: str) -> Document:
    return {"salt": salt} if salt else {}


def terms_from(document: Document) -> Terms:
    """The terms a document was written from."""
    return Terms(
        frame=Frame(**document["frame"]),
        rate=Decimal(document["rate"]),
        lines=tuple(line_from(row) for row in document["lines"]),
        values={key: number(value) for key, value in document["values"].items()},
        clauses=dict(document["clauses"]),
        partner_fee=Decimal(document["partner_fee"]),
        priced=document.get("priced", True),
    )


def offer_document(terms: Terms, valid_until: date | None) -> Document:
    """What was put to the buyer, and until which day it holds."""
    return {"schema": SCHEMA, "terms": terms_document(terms), "valid_until": valid_until}


def measured_document(measured: Measured) -> Document:
    """What was measured, each number with the digits of its step."""
    return {
        "schema": SCHEMA,
        "frame": frame_document(measured.frame),
        "values": dict(measured.values),
        "by_family": {family: dict(values) for family, values in measured.by_family.items()},
        "clauses": dict(measured.clauses),
        **({"beyond": beyond_document(measured.beyond)} if measured.beyond else {}),
    }


def measured_from(document: Document) -> Measured:
    """What a document says was measured."""
    return Measured(
        frame=Frame(**document["frame"]),
        values=numbers(document["values"]),
        by_family={family: numbers(values) for family, values in document["by_family"].items()},
        clauses=dict(document["clauses"]),
        beyond=beyond_from(document.get("beyond", ())),
    )


def frame_document(frame: Frame) -> Document:
    return {
        "account": frame.account,
        "segment": frame.segment,
        "region": frame.region,
        "deal_type": frame.deal_type,
        "currency": frame.currency,
    }


def without_price(terms: Terms) -> Document:
    """Only said of a past deal whose price nobody recorded: all other documents keep their words."""
    return {} if terms.priced else {"priced": False}


def covered_line(target: Line, walk_away: Line) -> Document:
    if line_document(target) != line_document(walk_away):
        raise ValueError(f"both ends need the same lines, {target.key!r} and {walk_away.key!r} differ")
    return {
        **line_document(target),
        "target": fixed(target.discount, PERCENT),
        "walk_away": fixed(walk_away.discount, PERCENT),
    }


def line_document(line: Line) -> Document:
    return {
        "key": line.key,
        "product": line.product,
        "family": line.family,
        "recurring": line.recurring,
        "quantity": fixed(line.quantity, QUANTITY),
        "list_price": fixed(line.list_price, PRICE),
        "tier": fixed(line.tier, PERCENT),
        "cost": maybe(line.cost, PRICE),
        "floor": maybe(line.floor, PRICE),
    }


def line_from(row: Document) -> Line:
    texts: Document = {key: row[key] for key in ("key", "product", "name", "family", "per", "recurring")}
    exact: Document = {key: Decimal(row[key]) for key in ("quantity", "list_price", "tier", "discount")}
    return Line(**texts, **exact, cost=number(row["cost"]), floor=number(row["floor"]))


def clauses_of(ask: Ask) -> list[str]:
    return sorted({*ask.target.clauses, *ask.walk_away.clauses})


def both_positions(ask: Ask, clause: str, texts: Texts) -> Document:
    """Ends that do not name the clause stand on its standard position and are left out."""
    words = texts.get(clause, {})
    return {
        end: {"position": terms.clauses[clause], "text": text_hash(words.get(end))}
        for end, terms in ((end, getattr(ask, end)) for end in ENDS)
        if clause in terms.clauses
    }


def text_hash(text: str | None) -> str | None:
    """The hash of a clause's words, blind to how their accents are spelled. None: no words are known."""
    return None if text is None else canonical.digest(canonical.letters(text))


def value_of(terms: Terms, key: str) -> Decimal | None:
    return maybe(terms.values.get(key), METRICS[key].step)


def maybe(value: Decimal | None, step: Decimal) -> Decimal | None:
    return None if value is None else fixed(value, step)


def fixed(value: Decimal, step: Decimal) -> Decimal:
    """`value` with exactly the digits of `step`: the same number is always spelled the same."""
    spelled = value.quantize(step)
    if spelled != value:
        raise ValueError(f"{value} has more digits than {step:f}")
    return spelled


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def numbers(texts: Mapping[str, str | None]) -> dict[str, Decimal | None]:
    return {key: number(text) for key, text in texts.items()}
