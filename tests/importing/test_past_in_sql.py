"""The SQL that the import is compared with, itself compared with a few deals worked by hand and with counts
of the files: what it finds is there because the data has it, not because nothing was read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal as D
from typing import Any

import pytest

from tests.importing.past import AWS, MAVEN, RESELLERS, ask, in_sql

pytestmark = pytest.mark.django_db
FIGURES = ("list", "net", "discount", "discount_deepest", "discount_12m", "margin", "total_value", "finance")
Figures = tuple[D | int | None, ...]

# Four lines: 8.61 × 3 at 60 % off; 6.48 × 2, 12.99 × 2 and 16.74 × 5 at 20 %. Net 10.33 + 10.37 + 20.78 +
# 66.96; cost 16.2729, 6.7392, 24.4212 and 80.352, each up. Discount 40.03 ÷ 148.47 = 26.96 %; margin −19.37 ÷
# 108.44 = −17.86 %, down. The account paid 177.68 and 59.92 before, both at list: 40.03 ÷ 386.07 = 10.37 %.
# Past 20 % off asks for 2, the deepest line on its point of 60 only for 1, below cost for 2.
FOUR_LINES = (D("148.47"), D("108.44"), D("27.0"), D("60.0"), D("10.4"), D("-17.9"), D(108), 2)
# Broke even: 105.98 × 3 at 20 % off is 254.352 and cost as much; the buyer pays 254.35, we pay 254.36.
BROKE_EVEN = (D("317.94"), D("254.35"), D("20.1"), D("20.0"), D("7.5"), D("-0.1"), D(254), 2)
# 1,096 at list, sold for 1,054: 42 ÷ 1,096 = 3.83 %; no cost on record. Retail needs 3 past 2 % over a year.
WON = (D(1096), D(1054), D("3.9"), D("3.9"), D("3.9"), None, D(1054), 3)
# Four days before, the account paid 1,247 for what lists at 1,096: (2,192 − 2,327) ÷ 2,192 = −6.16 %.
WON_AFTER_A_SURCHARGE = (D(1096), D(1080), D("1.5"), D("1.5"), D("-6.1"), None, D(1080), 1)
# Technology over a year cannot be read: the top of that ladder.
ENGAGING = (None, None, None, None, None, None, None, 3)
# 3,374.99 at 2,024.99, 2 × 49.99 at 28.84 (42.31 % off). Interest 2,082.67 × 6.5 % × 30 ÷ 365 = 11.1266, up;
# cost 1,898.0944 and 76.9846, each up. Margin 96.45 ÷ 2,082.67 = 4.63 %. Clothing past 42 % asks for 1.
TWO_FAMILIES = (D("3474.97"), D("2082.67"), D("40.1"), D("42.4"), D("40.1"), D("4.6"), D(2082), 1)


def figures(deals: Mapping[str, dict[str, Any]], *keys: str) -> list[Figures]:
    return [tuple(deals[key][name] for name in FIGURES) for key in keys]


def test_past_orders_have_as_many_losses_as_the_file_says() -> None:
    """1,022 of 5,009 orders say they lost money; two that broke even are a cent short once rounded."""
    by_key = in_sql(AWS)
    assert figures(by_key, "APJ-2021-130673", "EMEA-2024-169054") == [FOUR_LINES, BROKE_EVEN]
    deals = by_key.values()
    profits = 'SELECT sum("Profit"::numeric) AS profit FROM raw_order GROUP BY "Order ID"'

    assert (len(deals), ask("SELECT count(*) FROM line")) == (5009, [(9994,)])
    assert ask(f"SELECT count(*) FROM ({profits}) AS profits WHERE profit < 0") == [(1022,)]
    assert negative(deals) == {"margin": 1024}
    assert unknown(deals) == {}
    assert levels(deals) == {0: 1730, 1: 1517, 2: 1351, 3: 411}
    assert sum(deal["discount_deepest"] > 75 for deal in deals) == 250  # what nobody may grant


def test_opportunities_without_a_price_have_no_figures() -> None:
    """2,473 lost, 1,589 engaging and 500 prospecting: 4,562 of 8,800 have no price."""
    by_key = in_sql(MAVEN)
    assert figures(by_key, "1C1I7A6R", "051QTX8Z", "PMEENWD5") == [WON, WON_AFTER_A_SURCHARGE, ENGAGING]
    deals = by_key.values()
    blank = "SELECT count(*) FILTER (WHERE account = ''), count(*) FILTER (WHERE engage_date = ''), "
    blank += "count(*) FILTER (WHERE close_date = ''), count(*) FILTER (WHERE close_value = ''), "
    blank += "count(*) FILTER (WHERE close_value = '0') FROM raw_pipeline"

    assert len(deals) == 8800
    assert ask(blank) == [(1425, 500, 2089, 2089, 2473)]
    assert unknown(deals) == {
        "net": 4562, "discount": 4562, "discount_deepest": 4562, "discount_12m": 4562,
        "margin": 8800, "total_value": 4562,
    }  # fmt: skip
    assert negative(deals) == {"discount": 2037, "discount_deepest": 2037, "discount_12m": 1886}
    assert levels(deals) == {0: 1280, 1: 1687, 2: 2486, 3: 3347}


def test_orders_of_resellers_are_far_off_list() -> None:
    by_key = in_sql(RESELLERS)
    assert figures(by_key, "SO43889") == [TWO_FAMILIES]
    deals = by_key.values()
    discounts = sorted(deal["discount"] for deal in deals)

    assert (len(deals), ask("SELECT count(*) FROM line")) == (3616, [(57851,)])
    assert ask("SELECT max(lines) FROM (SELECT count(*) AS lines FROM line GROUP BY deal) AS l") == [(72,)]
    assert (discounts[0], discounts[1808], discounts[-1]) == (D("40.0"), D("40.3"), D("80.0"))
    assert negative(deals) == {"margin": 2142}
    assert unknown(deals) == {}
    assert levels(deals) == {0: 564, 1: 2224, 2: 754, 3: 74}
    assert sum(deal["discount_deepest"] > 70 for deal in deals) == 57  # what nobody may grant


def negative(deals: Iterable[dict[str, Any]]) -> dict[str, int]:
    return counted(deals, lambda value: value is not None and value < 0)


def unknown(deals: Iterable[dict[str, Any]]) -> dict[str, int]:
    return counted(deals, lambda value: value is None)


def counted(deals: Iterable[dict[str, Any]], what: Any) -> dict[str, int]:
    found = {name: sum(what(deal[name]) for deal in deals) for name in FIGURES[1:-1]}
    return {name: count for name, count in found.items() if count}


def levels(deals: Iterable[dict[str, Any]]) -> dict[int, int]:
    return dict(Counter(deal["finance"] for deal in deals))
