from datetime import date
from decimal import Decimal as D

import pytest

from deals.catalogue import price_list, rate_on, rate_row
from deals.models import Price, Product, Tier
from tests.deals.makers import dollars, make_catalogue


@pytest.fixture
def support(db: None) -> Product:
    make_catalogue()
    return Product.objects.get(key="support")


def test_the_newest_price_that_has_begun_counts(support: Product) -> None:
    Price.objects.create(product=support, currency="EUR", list_price=70000, from_date=date(2026, 6, 1))

    def listed(currency: str, day: date) -> D | None:
        price = price_list([support], currency, day).price(support)
        return price.list_price if price else None

    assert listed("EUR", date(2025, 12, 31)) is None
    assert [listed("EUR", date(2026, *day)) for day in ((1, 1), (5, 31), (6, 1))] == [62700, 62700, 70000]
    assert listed("USD", date(2026, 6, 1)) is None


def test_the_highest_tier_that_is_reached_counts(support: Product) -> None:
    for quantity, percent in ((10, 5), (100, 12), (50, 8)):
        Tier.objects.create(product=support, from_quantity=quantity, percent=percent)
    listed = price_list([support], "EUR", date(2026, 6, 1))
    found = [listed.tier(support, D(quantity)) for quantity in ("9.9999", "10", "99.9999", "100", "5000")]
    assert found == [0, 5, 8, 12, 12]


def test_the_companys_own_currency_needs_no_rate_and_others_the_newest_known(db: None) -> None:
    dollars(date(2026, 1, 1), "0.90")
    dollars(date(2026, 5, 1), "0.95")
    assert rate_on("EUR", "EUR", date(2026, 1, 1)) == 1
    days = ((2025, 12, 31), (2026, 1, 1), (2026, 4, 30), (2026, 5, 1))
    assert [rate_on("USD", "EUR", date(*day)) for day in days] == [None, D("0.9"), D("0.9"), D("0.95")]


def test_the_row_of_a_rate_says_where_it_is_from(db: None) -> None:
    older, newer = dollars(date(2026, 1, 1), "0.90"), dollars(date(2026, 5, 1), "0.95")
    days = ((2025, 12, 31), (2026, 4, 30), (2026, 5, 1))
    assert [rate_row("USD", "EUR", date(*day)) for day in days] == [None, older, newer]
    assert rate_row("EUR", "EUR", date(2026, 5, 1)) is None
