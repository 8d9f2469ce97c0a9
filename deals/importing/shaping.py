"""From the rows of one deal to the deal, or to what is wrong with them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from base.words import mark, say
from deals.importing.heads import Head, HeadReader, differing
from deals.importing.lines import LineReader, Sold
from deals.importing.past import PastDeal
from deals.importing.sources import Wrong
from deals.terms import Ask, Line, Terms
from guardrails.measured import Frame

NOTHING = Decimal(0)
OTHERWISE = mark("says otherwise than row {row} of the same deal: {what}")
SPOILT = mark("belongs to a deal that is refused for row {row}")


@dataclass(frozen=True, slots=True)
class Staged:
    """A row as it waits: its number, its cells, and what is wrong with the row as such ("" is nothing)."""

    number: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that does not land. `column` empty: another row of its deal is at fault, or the row as such."""

    row: Staged
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shaper:
    """Makes past deals of rows. `told`: places of the cells that say something of the deal as a whole."""

    source: str
    heads: HeadReader
    lines: LineReader
    told: tuple[int, ...]

    def shape(self, key: str, rows: Sequence[Staged]) -> PastDeal | tuple[BadRow, ...]:
        """The deal; or all of its rows, each with its own fault or the row that spoils it."""
        bad: dict[int, BadRow] = {}
        sold: list[Sold] = []
        first: tuple[Staged, Head] | None = None
        for row in rows:
            try:
                first = self.agreed(row, first)
                sold.append(self.lines.sold(row.cells))
            except Wrong as fault:
                bad[row.number] = BadRow(row, fault.column, fault.value, str(fault))
        if bad or first is None:
            return spoilt(rows, bad)
        return self.past(key, first[1], sold)

    def agreed(self, row: Staged, first: tuple[Staged, Head] | None) -> tuple[Staged, Head]:
        """The first row with its head, once this row does not say otherwise. Raises Wrong."""
        if row.fault:
            raise Wrong("", "", row.fault)
        if first is None:
            return row, self.heads.head(row.cells)
        if any(row.cells[place] != first[0].cells[place] for place in self.told):
            name = differing(first[1], self.heads.head(row.cells))
            if name:
                raise self.contradiction(name, row, first[0])
        return first

    def contradiction(self, name: str, row: Staged, first: Staged) -> Wrong:
        getter = self.heads.getters.get("account" if name == "account_known" else name)
        if getter is None:
            return Wrong("", "", say(OTHERWISE, row=first.number, what=name))
        found, other = getter(row.cells), getter(first.cells).raw
        return Wrong(found.column, found.raw, say(OTHERWISE, row=first.number, what=f"“{other}”"))

    def past(self, key: str, head: Head, sold: Sequence[Sold]) -> PastDeal:
        walk_away = terms_of(head, sold, "discount")
        target = terms_of(head, sold, "target")
        same = target == walk_away
        return PastDeal(
            source=self.source,
            key=key,
            title=head.title,
            account=head.account,
            ask=Ask(walk_away if same else target, walk_away),
            owner=head.owner,
            outcome=head.outcome,
            opened=head.opened,
            closed=head.closed,
            account_known=head.account_known,
        )


def spoilt(rows: Iterable[Staged], bad: Mapping[int, BadRow]) -> tuple[BadRow, ...]:
    """Never half a deal: the other rows are named too, so that they can be sent again together."""
    culprit = min(bad)
    return tuple(bad.get(row.number) or BadRow(row, "", "", say(SPOILT, row=culprit)) for row in rows)


def terms_of(head: Head, sold: Sequence[Sold], end: str) -> Terms:
    """One end. A line without a price leaves the whole deal without one."""
    return Terms(
        frame=Frame(head.account, head.segment, head.region, head.deal_type, head.currency),
        rate=Decimal(1),
        lines=tuple(line_of(each, key, end) for each, key in zip(sold, keys_of(sold), strict=True)),
        values=head.values,
        clauses=head.clauses,
        partner_fee=head.partner_fee,
        priced=all(each.price.discount is not None for each in sold),
    )


def line_of(sold: Sold, key: str, end: str) -> Line:
    price = sold.price
    return Line(
        key=key,
        product=sold.key,
        name=sold.name,
        family=sold.family,
        per=sold.per,
        recurring=sold.recurring,
        quantity=price.quantity,
        list_price=price.list_price,
        tier=NOTHING,
        cost=price.cost,
        floor=None,
        discount=getattr(price, end) or NOTHING,
    )


def keys_of(sold: Iterable[Sold]) -> list[str]:
    """A key for every line: its product, with a number from the second on."""
    used: set[str] = set()
    keys = []
    for each in sold:
        key, number = each.key, 2
        while key in used:
            key, number = f"{each.key}-{number}", number + 1
        used.add(key)
        keys.append(key)
    return keys
