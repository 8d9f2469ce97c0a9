"""What one row says of what was sold. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from base.canonical import digest
from deals.importing.cells import truth
from deals.importing.fields import Mapped
from deals.importing.heads import decimal, required, wrong
from deals.importing.prices import Facts, Price, Senseless, price
from deals.importing.sources import Desk, Getter, Row, Wrong

LONGEST = 60
PERCENTS = ("discount", "target_discount")
AMOUNTS = ("list_price", "net_price", "cost", "list_total", "net_total", "cost_total", "profit_total")
GAPS = re.compile("[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Sold:
    """A product and its price; `key`: of the product."""

    key: str
    name: str
    family: str
    per: str
    recurring: bool
    price: Price


@dataclass(frozen=True, slots=True)
class LineReader:
    mapped: Mapped
    getters: Mapping[str, Getter]
    facts: Mapping[str, Getter]

    def sold(self, row: Row) -> Sold:
        """Raises Wrong for the first fact that cannot be."""
        product = self.getters["product"](row)
        name = required(product, "account")
        key = self.getters["key"](row).text if "key" in self.getters else None
        return Sold(
            key=slug(key or name),
            name=name,
            family=required(self.getters["family"](row), "family"),
            per=required(self.getters["per"](row), "per"),
            recurring=self.recurring(row),
            price=self.price(row),
        )

    def recurring(self, row: Row) -> bool:
        found = self.getters["recurring"](row)
        try:
            return truth(required(found, "recurring"))
        except Wrong:
            raise
        except ValueError as reason:
            raise wrong(found, str(reason)) from None

    def price(self, row: Row) -> Price:
        found = self.getters["quantity"](row)
        required(found, "quantity")
        quantity = decimal(found, self.mapped.numbers) or Decimal(0)
        known = {
            name: decimal(getter(row), self.mapped.numbers, name in PERCENTS)
            for name, getter in self.facts.items()
        }
        try:
            return price(Facts(quantity, **known))
        except Senseless as fault:
            at = self.facts.get(fault.field) or self.getters["quantity"]
            raise wrong(at(row), str(fault)) from None


def line_reader(mapped: Mapped, desk: Desk) -> LineReader:
    """Ready for rows of this file."""
    getters = {name: desk.getter(field) for name, field in mapped.line.items()}
    facts = {name: getter for name, getter in getters.items() if name in (*PERCENTS, *AMOUNTS)}
    return LineReader(mapped, getters, facts)


@lru_cache(maxsize=4096)
def slug(name: str) -> str:
    """A product's key from its name; of a name without a Latin letter, a short hash."""
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return GAPS.sub("-", letters).strip("-")[:LONGEST].rstrip("-") or f"product-{digest(name)[:12]}"
