"""What was sold before the company had a desk: taken over from the system before it, by the import engine."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random

from base import clock
from deals.importing.land import land
from deals.importing.past import PastDeal
from deals.models import Price
from deals.terms import Ask, Line, Terms
from desk.demo.sales import Sale
from desk.demo.scene import STANDARD
from guardrails.measured import Frame
from guardrails.models import PolicyVersion
from people.models import User

SOURCE = "salesbook"  # the system before
Prices = Mapping[tuple[str, str], Price]  # product and currency


def take_over(
    sales: Iterable[tuple[str, Sale]], random: Random, people: Mapping[str, User], version: PolicyVersion
) -> None:
    """All of them, each under its number, where the clock stands now."""
    prices = {(row.product.key, row.currency): row for row in Price.objects.select_related("product")}
    deals = [past_deal(sale, number, random, people[sale.seller], prices) for number, sale in sales]
    landed = land(deals, version=version, by=people["ines"], at=clock.now())
    if landed.refused:
        raise ValueError(f"could not be taken over: {landed.refused[0]}")


def past_deal(sale: Sale, number: str, random: Random, owner: User, prices: Prices) -> PastDeal:
    """Only what was agreed in the end is known of it: both ends are that."""
    terms = terms_of(sale, random, prices)
    return PastDeal(
        source=SOURCE,
        key=number.replace("D-", "S-"),
        number=number,
        title=sale.title,
        account=sale.buyer.name,
        ask=Ask(terms, terms),
        owner=owner.pk,
        outcome="won" if sale.won else "lost",
        opened=sale.opened.date() - timedelta(days=random.randint(2, 40)),
        closed=sale.closed.date(),
    )


def terms_of(sale: Sale, random: Random, prices: Prices) -> Terms:
    buyer = sale.buyer
    usual = {key: ends[0] for key, ends in STANDARD.items()}
    asked = {key: ends[random.random() < 0.5] for key, ends in sale.terms.items()}
    return Terms(
        frame=Frame("", buyer.segment, buyer.region, sale.deal_type, buyer.currency),
        rate=Decimal(1),
        lines=tuple(
            line(place, many, sale.signed, prices[key, buyer.currency])
            for place, (key, many) in enumerate(sale.lines, start=1)
        ),
        values={key: Decimal(value) for key, value in {**usual, **asked}.items()},
        clauses={key: ends[random.random() < 0.5] for key, ends in sale.clauses.items()},
        partner_fee=Decimal(sale.partner_fee),
    )


def line(place: int, many: int, discount: Decimal, price: Price) -> Line:
    """As the price book of the demo has it; nobody knows any more which volume discount was in it."""
    product = price.product
    return Line(
        key=f"line-{place}",
        product=product.key,
        name=product.name,
        family=product.family,
        per=product.per,
        recurring=product.recurring,
        quantity=Decimal(many),
        list_price=price.list_price,
        tier=Decimal(0),
        cost=price.cost,
        floor=price.floor,
        discount=discount,
    )
