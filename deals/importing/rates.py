"""The rates of many days at once."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from deals.models import Rate


@dataclass(frozen=True, slots=True)
class Pinned:
    """A rate, and where it is from; nothing of that for the company's own currency."""

    rate: Decimal
    known_on: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Rates:
    """Currency → its rates, the oldest first."""

    company: str
    days: dict[str, list[date]]
    rates: dict[str, list[Pinned]]

    def on(self, currency: str, day: date) -> Pinned | None:
        """The newest rate known by `day`, as `deals.catalogue.rate_on` says; None when there is none."""
        if currency == self.company:
            return Pinned(Decimal(1))
        place = bisect_right(self.days.get(currency, []), day)
        return self.rates[currency][place - 1] if place else None


def rates_of(currencies: Iterable[str], company: str) -> Rates:
    """All rates of these currencies; one query, or none when there is only the company's own."""
    foreign = set(currencies) - {company}
    found = Rates(company, defaultdict(list), defaultdict(list))
    if not foreign:
        return found
    rows = Rate.objects.on(date.max).filter(currency__in=foreign).order_by("date")
    for currency, day, rate, source in rows.values_list("currency", "date", "rate", "source"):
        found.days[currency].append(day)
        found.rates[currency].append(Pinned(rate, day, source))
    return found
