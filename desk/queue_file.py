"""The queue as a file: what its pages show, all of them, in the same order and columns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice

from approvals.models import Request
from base.format import MINUS
from base.words import mark, say
from desk.clocks import Now
from desk.narrowing import Reader, narrowed
from desk.queue import Row, columns_for, for_rows, order_for, rows_of, visible_requests
from guardrails.policy import FunctionRule, Policy
from people.models import User

CHUNK = 200  # rows that are in memory at once
DEAL = (mark("Account"), mark("Number"), mark("Revision"), mark("Deal"), mark("Seller"), mark("State"))
HEADS: Mapping[str, tuple[str, ...]] = {
    "value": (
        mark("Currency"),
        mark("Value at target"),
        mark("At risk"),
        mark("Value at target, {currency}"),
        mark("At risk, {currency}"),
    ),
    "margin": (mark("Margin at target, %"), mark("Margin at walk-away, %")),
    "due": (mark("Answer due"), mark("Left")),
    "signals": (mark("Signals"),),
    "age": (mark("Asked"),),
    "segment": (mark("Segment"), mark("Region")),
}


def file_name(now: Now) -> str:
    """ "queue-2026-06-11-1130.csv", by the reader's clock."""
    return f"queue-{now.local:%Y-%m-%d-%H%M}.csv"


def head_of(columns: Sequence[str], functions: Sequence[FunctionRule], currency: str) -> tuple[str, ...]:
    names = {key: tuple(say(head, currency=currency) for head in heads) for key, heads in HEADS.items()}
    names["functions"] = tuple(rule.name for rule in functions)
    return (*map(say, DEAL), *(name for column in columns for name in names[column]))


def queue_file(
    user: User, policy: Policy, asked: Mapping[str, str], now: Now
) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    """The head, and the lines as they are read: a fixed number of queries for each chunk of rows. Only what
    this person may see; a column of theirs that shows a margin only where the page does."""
    columns = columns_for(user, policy, asked)
    functions = tuple(rule for rule in policy.functions if policy.levels_of(rule.key))
    requests = narrowed(visible_requests(user, now), asked, Reader(user, now))
    rows = for_rows(requests, now).order_by(*order_for(asked.get("sort", ""))).iterator(chunk_size=CHUNK)

    def lines() -> Iterator[tuple[str, ...]]:
        while chunk := list[Request](islice(rows, CHUNK)):
            for row in rows_of(chunk, functions, "margin" in columns, now):
                yield cells(row, columns, now)

    return head_of(columns, functions, policy.currency), lines()


def cells(row: Row, columns: Sequence[str], now: Now) -> tuple[str, ...]:
    request, deal, revision = row.request, row.request.deal, row.request.revision
    first = (deal.account.name, deal.number, str(revision.number), deal.title, deal.owner.name)
    said = (*first, str(request.get_status_display()))
    return (*said, *(cell for column in columns for cell in CELLS[column](row, now)))


def instant(at: datetime | None, now: Now) -> str:
    """By the reader's clock: "2026-06-11 16:20"."""
    return f"{at.astimezone(now.zone):%Y-%m-%d %H:%M}" if at else ""


def amount(value: object) -> str:
    return "" if value is None else str(value)


def cents(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.2f}"


def value_cells(row: Row, _: Now) -> tuple[str, ...]:
    own = row.request.deal.currency, amount(row.request.revision.net_target), amount(row.risk)
    return (*own, *(cents(worth) for worth in (row.worth.value, row.worth.risk)))


def margin_cells(row: Row, _: Now) -> tuple[str, ...]:
    return (amount(row.margin.target), amount(row.margin.walk_away)) if row.margin else ("", "")


def function_cells(row: Row, _: Now) -> tuple[str, ...]:
    return tuple(f"{cell.word}, {cell.note}" if cell.note else cell.word for cell in row.cells)


def due_cells(row: Row, now: Now) -> tuple[str, ...]:
    if row.clock is None:
        return "", say("Held") if row.held else instant(row.request.ended_at, now)
    return instant(row.clock.due_at, now), row.clock.words.replace(MINUS, "-")


CELLS: Mapping[str, Callable[[Row, Now], tuple[str, ...]]] = {
    "value": value_cells,
    "margin": margin_cells,
    "functions": function_cells,
    "due": due_cells,
    "signals": lambda row, _: ("; ".join(signal.word for signal in row.signals),),
    "age": lambda row, now: (instant(row.request.submitted_at, now),),
    "segment": lambda row, _: (row.request.deal.segment, row.request.deal.region),
}
