"""The first deals of a file as they would land. Nothing is written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Literal

from base import clock
from base.words import say
from deals.document import measured_from
from deals.importing.fit import Fitted, fit_import
from deals.importing.heads import required
from deals.importing.land import try_out
from deals.importing.past import PastDeal
from deals.importing.prepare import Ready
from deals.importing.reading import blank, open_text, records
from deals.importing.shaping import BadRow, Staged
from deals.importing.sources import Wrong
from deals.models import Import
from people.models import User

SAMPLE = 500  # rows looked at
Lands = Literal["new", "same", "refused"]


@dataclass(frozen=True, slots=True)
class Would:
    """One deal of the sample. `row`: its first one in the file. Of a refused one only key and fault are said.

    `needs`: function → level; None when it is in already. `column`, `value`, `reason`: why it is refused.
    """

    row: int
    key: str
    lands: Lands
    title: str = ""
    account: str = ""
    owner: str = ""
    outcome: str = ""
    currency: str = ""
    net: Decimal | None = None
    discount: Decimal | None = None
    payment_days: Decimal | None = None
    needs: Mapping[str, int] | None = None
    column: str = ""
    value: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """`used` and `left_out`: columns of the file. `rows`, `deals`, `refused`: of the sample, which is the
    `whole` file or its beginning."""

    first: tuple[Would, ...]
    used: tuple[str, ...]
    left_out: tuple[str, ...]
    encoding: str
    delimiter: str
    rows: int
    deals: int
    refused: int
    whole: bool

    @property
    def lands(self) -> int:
        """How many deals of the sample are in, or would be."""
        return self.deals - self.refused


def preview(import_: Import, n: int = 8) -> Preview:
    """The first `n` deals, judged, and how the file is read. Raises Misfit and Unreadable."""
    fitted = fit_import(import_)
    sample, whole = sample_of(import_, fitted)
    every = would_land(import_, fitted, sample)
    used = fitted.mapped.read()
    return Preview(
        first=tuple(every[:n]),
        used=tuple(column for column in import_.header if column in used),
        left_out=tuple(column for column in import_.header if column not in used),
        encoding=import_.encoding,
        delimiter=import_.delimiter,
        rows=sum(len(rows) for rows in sample.values()),
        deals=len(every),
        refused=sum(one.lands == "refused" for one in every),
        whole=whole,
    )


def sample_of(import_: Import, fitted: Fitted) -> tuple[dict[str, list[Staged]], bool]:
    """The first rows by deal, and whether there are no more. A last deal that may go on is left out."""
    layout = fitted.layout
    groups: dict[str, list[Staged]] = {}
    with open_text(import_.path, layout.encoding) as stream:
        numbered = enumerate(records(stream, layout), start=1)
        rows = ((number, cells) for number, cells in numbered if number >= layout.first and not blank(cells))
        key = ""
        for number, cells in islice(rows, SAMPLE):
            key, staged = staged_row(fitted, number, cells)
            groups.setdefault(key, []).append(staged)
        whole = next(rows, None) is None
    if not whole and len(groups) > 1:
        del groups[key]
    return groups, whole


def staged_row(fitted: Fitted, number: int, cells: list[str]) -> tuple[str, Staged]:
    expected = len(fitted.layout.columns)
    fault = (
        ""
        if len(cells) == expected
        else say("has {count} cells, {expected} were expected", count=len(cells), expected=expected)
    )
    padded = cells + [""] * (expected - len(cells))
    try:
        key = required(fitted.key(padded), "key")
    except Wrong as wrong:
        key, fault = say("row {number}", number=number), str(wrong)
    return key, Staged(number, tuple(cells), fault)


def would_land(import_: Import, fitted: Fitted, sample: Mapping[str, Sequence[Staged]]) -> list[Would]:
    """Each deal of the sample, in the order of the file."""
    shaped = {key: fitted.shaper.shape(key, rows) for key, rows in sample.items()}
    deals = {key: one for key, one in shaped.items() if isinstance(one, PastDeal)}
    tried = try_out(list(deals.values()), version=import_.version, at=clock.now())
    ready = {one.past.key: one for one in tried.ready}
    refused = {one.key: (fitted.column(one.field), one.value, one.reason) for one in tried.refused}
    owners = dict(User.objects.filter(pk__in={one.owner for one in deals.values()}).values_list("pk", "name"))
    found = []
    for key, rows in sample.items():
        one, number = shaped[key], rows[0].number
        if not isinstance(one, PastDeal):
            found.append(spoilt(key, number, one))
        elif key in refused:
            column, value, reason = refused[key]
            found.append(Would(number, key, "refused", column=column, value=value, reason=reason))
        else:
            found.append(landing(number, one, owners[one.owner], ready.get(key)))
    return found


def spoilt(key: str, number: int, bad: Sequence[BadRow]) -> Would:
    """With the fault of the row that spoils it."""
    worst = next((one for one in bad if one.column), bad[0])
    return Would(number, key, "refused", column=worst.column, value=worst.value, reason=worst.reason)


def landing(number: int, past: PastDeal, owner: str, ready: Ready | None) -> Would:
    """A deal that lands, or is in already."""
    terms, walk_away = past.ask.walk_away, ready.verdict.walk_away if ready else None
    measured = measured_from(json.loads(walk_away.measured)).values if walk_away else {}
    return Would(
        row=number,
        key=past.key,
        lands="new" if ready else "same",
        title=past.title,
        account=past.account,
        owner=owner,
        outcome=past.outcome,
        currency=terms.frame.currency,
        net=walk_away.net if walk_away else None,
        discount=measured.get("discount"),
        payment_days=terms.values.get("payment_days"),
        needs=walk_away.needs if walk_away else None,
    )
