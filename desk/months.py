"""Leakage month by month, as a drawing and as the table it is drawn from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models.functions import TruncMonth

from base.format import points, short_month, whole_month
from base.words import say
from insights.models import summed
from insights.period import Period

HUNDRED = Decimal(100)
ZERO = Decimal(0)
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Month:
    """In points of discount, of all that was signed in it at list; None where nothing was signed."""

    first: date
    deals: int
    inside: Decimal | None
    past: Decimal | None

    @property
    def name(self) -> str:
        return whole_month(self.first)

    @property
    def short(self) -> str:
        return short_month(self.first)


@dataclass(frozen=True, slots=True)
class Months:
    rows: tuple[Month, ...]

    @property
    def sentence(self) -> str:
        """What the drawing shows, for who does not see it; empty where there is nothing to show."""
        most = max((row for row in self.rows if row.deals), key=given, default=None)
        if most is None:
            return ""
        much = points(given(most))
        return say(
            "Given away by month of signature, in points of discount: most in {month}, {much}.",
            month=most.name,
            much=much,
        )

    @property
    def drawing(self) -> dict[str, Any]:
        """What charts.js draws."""
        return {
            "type": "bar",
            "stacked": True,
            "group": 0.6,
            "labels": [row.short for row in self.rows],
            "value": {"unit": say("points")},
            "series": [
                {
                    "label": say("Given away inside the limit"),
                    "colour": "lv2",
                    "data": drawn(self.rows, "inside"),
                },
                {"label": say("Past the limit"), "colour": "bad-2", "data": drawn(self.rows, "past")},
            ],
        }


def given(month: Month) -> Decimal:
    return (month.inside or ZERO) + (month.past or ZERO)


def drawn(rows: tuple[Month, ...], name: str) -> list[float | None]:
    values = (getattr(row, name) for row in rows)
    return [None if value is None else float(value) for value in values]


def months_of(compared: Any, period: Period, today: date) -> Months:
    """Every month of the period that has begun, also those without a deal. `compared`: leaks read in the
    company's currency. One query."""
    said = compared.annotate(month=TruncMonth("signed_on")).values("month").annotate(**summed())
    known = {row["month"]: row for row in said.order_by("month")}
    begun = firsts(period.first, min(period.last, today))
    return Months(tuple(month_of(first, known.get(first)) for first in begun))


def firsts(first: date, last: date) -> Iterator[date]:
    """The first days of the months from that of `first` to that of `last`."""
    at = first.replace(day=1)
    while at <= last:
        yield at
        at = date(at.year + at.month // 12, at.month % 12 + 1, 1)


def month_of(first: date, row: dict[str, Any] | None) -> Month:
    if row is None or not row["listed_sum"]:
        return Month(first, row["deals"] if row else 0, None, None)
    past = min(row["past_sum"], row["leaked_sum"])
    shares = [
        (amount * HUNDRED / row["listed_sum"]).quantize(TENTH) for amount in (row["leaked_sum"] - past, past)
    ]
    return Month(first, row["deals"], *shares)
