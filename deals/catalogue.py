"""What a product costs on a day, and what a currency is worth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from base.words import say
from deals.models import Price, Product, Rate, Tier


@dataclass(frozen=True, slots=True)
class PriceList:
    """The prices in force on one day in one currency, and the volume tiers, by id of the product."""

    currency: str
    day: date
    prices: Mapping[int, Price]
    tiers: Mapping[int, tuple[Tier, ...]]

    def price(self, product: Product) -> Price | None:
        """None when there was none in this currency yet."""
        return self.prices.get(product.pk)

    def tier(self, product: Product, quantity: Decimal) -> Decimal:
        """The volume discount of this quantity, in percent: that of the highest tier it reaches."""
        reached = [tier for tier in self.tiers.get(product.pk, ()) if tier.from_quantity <= quantity]
        return max(reached, key=lambda tier: tier.from_quantity).percent if reached else Decimal(0)


def price_list(products: Iterable[Product], currency: str, day: date) -> PriceList:
    """What `products` cost on `day`: two queries, however many they are."""
    among = [product.pk for product in products]
    prices = Price.objects.on(day).filter(product__in=among, currency=currency)
    newest = prices.order_by("product", "-from_date").distinct("product")
    tiers: dict[int, tuple[Tier, ...]] = {}
    for tier in Tier.objects.filter(product__in=among):
        tiers[tier.product_id] = (*tiers.get(tier.product_id, ()), tier)
    return PriceList(currency, day, {price.product_id: price for price in newest}, tiers)


def rate_on(currency: str, company: str, day: date) -> Decimal | None:
    """Company currency for one unit of `currency`: the newest rate known by `day`, or None."""
    if currency == company:
        return Decimal(1)
    known = rate_row(currency, company, day)
    return known.rate if known else None


def rate_row(currency: str, company: str, day: date) -> Rate | None:
    """Where `rate_on` has it from; None for the company's own currency, and while no rate is known."""
    if currency == company:
        return None
    return Rate.objects.on(day).filter(currency=currency).first()


def no_rate(currency: str, company: str) -> str:
    return say("There is no rate from {currency} to {company} yet.", currency=currency, company=company)
