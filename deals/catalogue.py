"""What a product costs on a day, and what a currency is worth."""

from datetime import date
from decimal import Decimal

from deals.models import Price, Product, Rate


def price_on(product: Product, currency: str, day: date) -> Price | None:
    """The price that was in force on `day`; None when there was none in this currency yet."""
    return Price.objects.on(day).filter(product=product, currency=currency).first()


def tier_for(product: Product, quantity: Decimal) -> Decimal:
    """The volume discount of this quantity, in percent: that of the highest tier it reaches."""
    reached = product.tiers.filter(from_quantity__lte=quantity).order_by("-from_quantity").first()
    return reached.percent if reached else Decimal(0)


def rate_on(currency: str, company: str, day: date) -> Decimal | None:
    """Company currency for one unit of `currency`: the newest rate known by `day`, or None."""
    if currency == company:
        return Decimal(1)
    known = Rate.objects.on(day).filter(currency=currency).first()
    return known.rate if known else None


def no_rate(currency: str, company: str) -> str:
    return f"There is no rate from {currency} to {company} yet."
