"""A draft as it is stored, and how changes are written to it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from base import format as show
from base.errors import Invalid
from base.words import say
from deals.catalogue import PriceList, price_list
from deals.changes import (
    ClauseChange,
    DraftChanges,
    ExchangeChange,
    LineChange,
    PriorityChange,
    SuccessChange,
    TermChange,
    line_name,
)
from deals.document import Get
from deals.models import Deal, DraftClause, DraftLine, DraftTerm, Exchange, Priority, Product, Success

UNTOUCHED = DraftChanges()
ENDS = ["target", "walk_away"]
WRITTEN = ["position", "product", "quantity", "list_price", "tier", "cost", "floor", "target", "walk_away"]


def stored(deal: Deal, named: DraftChanges | None = None) -> DraftChanges:
    """The draft, in the form in which it is changed: all of it, or only the lists that `named` touches."""
    lists: dict[str, Any] = {
        part: tuple(read(deal))
        for part, read in PARTS.items()
        if named is None or getattr(named, part) != getattr(UNTOUCHED, part)
    }
    return DraftChanges(
        title=deal.title,
        deal_type=deal.deal_type,
        segment=deal.segment,
        region=deal.region,
        currency=deal.currency,
        objective=deal.objective,
        non_negotiables=deal.non_negotiables,
        partner_fee=deal.partner_fee,
        wanted_signature=deal.wanted_signature,
        wanted_expiry=deal.wanted_expiry,
        decision_owner=deal.decision_owner_id,
        **lists,
    )


def lines_of(deal: Deal) -> Iterable[LineChange]:
    for line in deal.lines.all():
        yield LineChange(line.product.key, line.quantity, line.target, line.walk_away, line.key)


def terms_of(deal: Deal) -> Iterable[TermChange]:
    return (TermChange(row.key, row.target, row.walk_away) for row in deal.terms.all())


def clauses_of(deal: Deal) -> Iterable[ClauseChange]:
    for row in deal.clauses.all():
        yield ClauseChange(row.clause, row.target, row.walk_away, row.own_text)


def priorities_of(deal: Deal) -> Iterable[PriorityChange]:
    return (PriorityChange(row.text, row.must, row.who, row.confirmed_on) for row in deal.priorities.all())


def exchanges_of(deal: Deal) -> Iterable[ExchangeChange]:
    return map(exchange_of, deal.exchanges.all())


def successes_of(deal: Deal) -> Iterable[SuccessChange]:
    return (SuccessChange(row.function, row.text) for row in deal.successes.all())


PARTS: Mapping[str, Callable[[Deal], Iterable[Any]]] = {
    "lines": lines_of,
    "terms": terms_of,
    "clauses": clauses_of,
    "priorities": priorities_of,
    "exchanges": exchanges_of,
    "successes": successes_of,
}


def exchange_of(row: Exchange) -> ExchangeChange:
    return ExchangeChange(row.give, row.give_value, row.get, row.get_value, condition_of(row))


def condition_of(row: Exchange) -> Get | None:
    """The condition that a get carries."""
    if row.condition_key is None or row.condition_op is None or row.condition_value is None:
        return None
    return Get(row.condition_key, row.condition_op, row.condition_value)


def write(deal: Deal, changes: DraftChanges, *, day: date) -> None:
    """Write what `changes` names, with prices of `day`; the deal's own row is left to the caller to save.

    Raises Invalid for a product that is not in the catalogue, or has no price in the deal's currency.
    """
    moved = changes.currency is not None and changes.currency != deal.currency
    for key, value in changes.header.items():
        setattr(deal, "decision_owner_id" if key == "decision_owner" else key, value)
    if changes.lines is not None or moved:
        write_lines(deal, changes.lines if changes.lines is not None else tuple(lines_of(deal)), day, moved)
    write_ends(deal, changes)
    write_talk(deal, changes)


def write_ends(deal: Deal, changes: DraftChanges) -> None:
    """Terms and clauses, each in one statement; of one that is named twice the last counts."""
    terms = {row.key: DraftTerm(deal=deal, key=row.key, **ends_of(row)) for row in changes.terms}
    clauses = {
        row.clause: DraftClause(deal=deal, clause=row.clause, own_text=row.own_text, **ends_of(row))
        for row in changes.clauses
    }
    DraftTerm.objects.bulk_create(
        terms.values(), update_conflicts=True, unique_fields=["deal", "key"], update_fields=ENDS
    )
    DraftClause.objects.bulk_create(
        clauses.values(),
        update_conflicts=True,
        unique_fields=["deal", "clause"],
        update_fields=[*ENDS, "own_text"],
    )


def ends_of(row: TermChange | ClauseChange) -> dict[str, Any]:
    return {"target": row.target, "walk_away": row.walk_away}


def write_talk(deal: Deal, changes: DraftChanges) -> None:
    """What is said around the terms: priorities, gives and gets, success."""
    if changes.priorities is not None:
        deal.priorities.all().delete()
        Priority.objects.bulk_create(
            Priority(
                deal=deal,
                position=place,
                text=row.text,
                must=row.must,
                who=row.who,
                confirmed_on=row.confirmed_on,
            )
            for place, row in enumerate(changes.priorities)
        )
    if changes.exchanges is not None:
        deal.exchanges.all().delete()
        Exchange.objects.bulk_create(
            new_exchange(deal, place, row) for place, row in enumerate(changes.exchanges)
        )
    for success in changes.successes:
        rows = Success.objects.filter(deal=deal, function=success.function)
        rows.delete()
        if success.text:
            Success.objects.create(deal=deal, function=success.function, text=success.text)


def new_exchange(deal: Deal, place: int, row: ExchangeChange) -> Exchange:
    condition = row.condition
    return Exchange(
        deal=deal,
        position=place,
        give=row.give,
        give_value=row.give_value,
        get=row.get,
        get_value=row.get_value,
        condition_key=condition.key if condition else None,
        condition_op=condition.op if condition else None,
        condition_value=condition.value if condition else None,
    )


def write_lines(deal: Deal, lines: tuple[LineChange, ...], day: date, moved: bool) -> None:
    before = {line.key: line for line in deal.lines.all()}
    products = {
        product.key: product for product in Product.objects.filter(key__in={row.product for row in lines})
    }
    keys = name_lines(lines, set(before))
    listed = price_list(products.values(), deal.currency, day)
    faults: dict[str, str] = {}
    after: list[DraftLine] = []
    for place, (key, row) in enumerate(zip(keys, lines, strict=True)):
        line = before.pop(key, None) or DraftLine(deal=deal, key=key)
        product = products.get(row.product)
        changed = line.pk is None or moved or product != line.product or row.quantity != line.quantity
        fault = say("Not in the catalogue.") if product is None else ""
        line.position, line.target, line.walk_away = place, row.target, row.walk_away
        if product is not None and changed:
            fault = pin(line, product, row.quantity, listed)
        if fault:
            faults[f"{line_name(place, row)}.product"] = fault
        after.append(line)
    if faults:
        raise Invalid(say("These lines cannot be priced."), fields=faults)
    if before:
        DraftLine.objects.filter(pk__in=[line.pk for line in before.values()]).delete()
    kept = [line for line in after if line.pk is not None]
    DraftLine.objects.bulk_create([line for line in after if line.pk is None])
    DraftLine.objects.bulk_update(kept, WRITTEN)


def pin(line: DraftLine, product: Product, quantity: Decimal, listed: PriceList) -> str:
    """Give `line` the prices that are `listed`. Says what is wrong when there are none."""
    line.product, line.quantity = product, quantity
    price = listed.price(product)
    if price is None:
        return say("No price in {currency} on {day}.", currency=listed.currency, day=show.day(listed.day))
    line.list_price, line.cost, line.floor = price.list_price, price.cost, price.floor
    line.tier = listed.tier(product, quantity)
    return ""


def name_lines(lines: tuple[LineChange, ...], taken: set[str]) -> list[str]:
    """A key for every line; a new one is called by its product, with a number from the second on."""
    used = taken | {row.key for row in lines}
    keys = []
    for row in lines:
        key, number = row.key or row.product, 2
        while not row.key and key in used:
            key, number = f"{row.product}-{number}", number + 1
        used.add(key)
        keys.append(key)
    return keys
