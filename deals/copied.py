"""What one brief takes over from another: our terms. Never the mandate, days, what the buyer said, nor what
was promised for something in return: they belong to that deal alone."""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

from base import canonical
from deals.catalogue import price_list
from deals.changes import ClauseChange, DraftChanges, LineChange, SuccessChange, TermChange
from deals.document import ask_from
from deals.models import Deal, Product, Revision
from deals.rows import stored
from deals.terms import Ask
from guardrails.policy import Policy

ROWS: dict[str, type[Any]] = {
    "lines": LineChange,
    "terms": TermChange,
    "clauses": ClauseChange,
    "successes": SuccessChange,
}


def copied(deal: Deal) -> DraftChanges:
    """What a brief that begins with `deal` takes over; of one that was imported what was recorded of it."""
    changes = stored(deal)
    if not changes.lines and (last := Revision.objects.filter(deal=deal).order_by("-number").first()):
        changes = replace(changes, **recorded(ask_from(json.loads(last.document))))
    return DraftChanges(
        partner_fee=changes.partner_fee,
        non_negotiables=changes.non_negotiables,
        lines=tuple(replace(line, key="") for line in changes.lines or ()),
        terms=changes.terms,
        clauses=changes.clauses,
        successes=changes.successes,
    )


def recorded(ask: Ask) -> dict[str, Any]:
    """The terms of a deal that nobody wrote as a draft."""
    ends = zip(ask.target.lines, ask.walk_away.lines, strict=True)
    values = {key: (value, ask.walk_away.values.get(key)) for key, value in ask.target.values.items()}
    return {
        "lines": tuple(
            LineChange(one.product, one.quantity, one.discount, other.discount) for one, other in ends
        ),
        "terms": tuple(TermChange(key, *both) for key, both in values.items() if None not in both),
        "clauses": tuple(
            ClauseChange(key, position, ask.walk_away.clauses.get(key, position))
            for key, position in ask.target.clauses.items()
        ),
    }


def document_of(changes: DraftChanges) -> str:
    rows = {name: [asdict(row) for row in getattr(changes, name) or ()] for name in ROWS}
    words = {"partner_fee": changes.partner_fee, "non_negotiables": changes.non_negotiables}
    return canonical.dumps({"schema": 1, **words, **rows})


def changes_from(document: str) -> DraftChanges:
    """What `document_of` wrote."""
    said = json.loads(document)
    rows: dict[str, Any] = {
        name: tuple(row_from(form, row) for row in said[name]) for name, form in ROWS.items()
    }
    fee = said["partner_fee"]
    return DraftChanges(
        partner_fee=None if fee is None else Decimal(fee), non_negotiables=said["non_negotiables"], **rows
    )


def row_from(form: type[Any], row: dict[str, Any]) -> Any:
    if form in (LineChange, TermChange):
        words = ("product", "key")
        row = {key: value if key in words or value is None else Decimal(value) for key, value in row.items()}
    return form(**row)


def fitting(
    changes: DraftChanges, policy: Policy, currency: str, day: date
) -> tuple[DraftChanges, list[str]]:
    """What of `changes` a brief of today may hold, and the names of what it may not: products without a price
    in `currency`, clauses and positions that the policy does not know any more."""
    asked = changes.lines or ()
    products = {one.key: one for one in Product.objects.filter(key__in=[line.product for line in asked])}
    prices = price_list(products.values(), currency, day)
    lines = tuple(one for one in asked if one.product in products and prices.price(products[one.product]))
    clauses = tuple(one for one in changes.clauses if known(one, policy))
    functions = {rule.key for rule in policy.functions}
    kept = tuple(one for one in changes.successes if one.function in functions)
    names = {key: product.name for key, product in products.items()}
    left = [names.get(one.product, one.product) for one in asked if one not in lines]
    left += [one.clause for one in changes.clauses if one not in clauses]
    return replace(changes, lines=lines, clauses=clauses, successes=kept), list(dict.fromkeys(left))


def known(row: ClauseChange, policy: Policy) -> bool:
    rule = next((each for each in policy.clauses if each.key == row.clause), None)
    ends: Iterable[str | None] = (row.target, row.walk_away)
    return rule is not None and all(end is None or rule.position(end) for end in ends)
