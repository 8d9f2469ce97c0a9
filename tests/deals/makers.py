"""The smallest valid objects of deals, and Brandt's draft as rows."""

from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

from base import canonical
from deals.changes import ClauseChange, DraftChanges, LineChange, TermChange
from deals.document import terms_document
from deals.models import Account, Deal, Price, Product, Rate, Tier
from deals.terms import Terms
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from people.models import User
from tests.cast import Cast
from tests.deals.brandt import BRANDT, CLAUSES, DEMO_POLICY, PRODUCTS

BEGAN = datetime(2026, 5, 1, 9, tzinfo=UTC)
LISTED = date(2026, 1, 1)


def make_account(name: str = "Brandt Logistik AG") -> Account:
    return Account.objects.get_or_create(name=name, defaults={"segment": "Enterprise", "region": "DACH"})[0]


def make_deal(owner: User, **fields: Any) -> Deal:
    usual = {
        "number": f"T-{Deal.objects.count() + 1}",
        "title": "Warehouse control",
        "account": make_account(),
        "deal_type": "New business",
        "segment": "Enterprise",
        "region": "DACH",
        "currency": "EUR",
        "created_at": BEGAN,
        "updated_at": BEGAN,
    }
    return Deal.objects.create(owner=owner, **{**usual, **fields})


def make_catalogue() -> None:
    """Brandt's four products, listed since January 2026 in euros."""
    for key, (name, family, per, recurring, _, price, tier, cost) in PRODUCTS.items():
        product = Product.objects.create(key=key, name=name, family=family, per=per, recurring=recurring)
        listed = {"list_price": D(price), "cost": D(cost)}
        Price.objects.create(product=product, currency="EUR", from_date=LISTED, **listed)
        if tier != "0":
            Tier.objects.create(product=product, from_quantity=100, percent=D(tier))


def dollars(day: date = LISTED, rate: str = "0.9") -> Rate:
    return Rate.objects.create(currency="USD", date=day, rate=D(rate), source="ECB")


def brandt_changes() -> DraftChanges:
    target, walk_away = BRANDT.target, BRANDT.walk_away
    ends = zip(target.lines, walk_away.lines, strict=True)
    return DraftChanges(
        partner_fee=D(4),
        lines=tuple(LineChange(aim.product, aim.quantity, aim.discount, far.discount) for aim, far in ends),
        terms=tuple(TermChange(key, value, walk_away.values[key]) for key, value in target.values.items()),
        clauses=tuple(ClauseChange(key, target.clauses[key], walk_away.clauses[key]) for key in CLAUSES),
    )


def make_won(owner: User, terms: Terms | None, signed_at: date, **fields: Any) -> Deal:
    signed = canonical.dumps(terms_document(terms)) if terms else ""
    return make_deal(owner, status="won", closed_at=BEGAN, signed_at=signed_at, signed=signed, **fields)


def make_policy(cast: Cast) -> PolicyVersion:
    return publish(review(load(DEMO_POLICY.read_text(), by=cast.ines), by=cast.dana), by=cast.ines)
