from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.terms import TYPED
from guardrails.metric import METRICS, Metric


def test_seventeen_metrics_are_declared_once_in_display_order() -> None:
    assert list(METRICS) == [
        "discount",
        "discount_deepest",
        "discount_12m",
        "margin",
        "below_floor",
        "payment_days",
        "cost_of_terms",
        "invoices_per_year",
        "term_months",
        "free_months",
        "price_rise",
        "total_value",
        "liability_cap",
        "exit_month",
        "clause_level",
        "custom_days",
        "weeks_to_live",
    ]


def test_lower_is_riskier_for_six_of_them() -> None:
    lower = {key for key, metric in METRICS.items() if metric.riskier == "lower"}
    assert lower == {"margin", "term_months", "price_rise", "total_value", "exit_month", "weeks_to_live"}


def test_typed_metrics_are_the_terms_that_people_type() -> None:
    assert {key for key, metric in METRICS.items() if metric.kind == "typed"} == set(TYPED)


def test_clauses_set_two_metrics_and_those_are_not_narrowed_themselves() -> None:
    assert {key for key, metric in METRICS.items() if metric.kind == "set"} == {"liability_cap", "exit_month"}
    assert {key for key, metric in METRICS.items() if not metric.narrowable} == {
        "liability_cap",
        "exit_month",
        "clause_level",
    }


def test_derived_limits_are_measured_at_the_corner() -> None:
    derived = {key for key, metric in METRICS.items() if metric.derived_limit}
    assert derived == {"margin", "cost_of_terms", "total_value", "discount_12m", "below_floor"}


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("discount", "12.504", "12.6"),
        ("discount", "12.5", "12.5"),
        ("discount", "-3.19", "-3.1"),
        ("discount", "-0.04", "0.0"),
        ("margin", "62.7669", "62.7"),
        ("margin", "-0.01", "-0.1"),
        ("payment_days", "30.01", "31"),
        ("term_months", "35.9", "35"),
        ("liability_cap", "1.41", "1.5"),
        ("cost_of_terms", "-1.5", "-1"),
        ("total_value", "-1.5", "-2"),
    ],
)
def test_a_metric_is_quantised_towards_riskier(key: str, value: str, expected: str) -> None:
    assert str(METRICS[key].quantise(Decimal(value))) == expected


@given(st.sampled_from(list(METRICS.values())), st.decimals(-(10**9), 10**9, places=6))
def test_quantising_never_makes_safer_moves_less_than_a_step_and_happens_once(
    metric: Metric, value: Decimal
) -> None:
    once = metric.quantise(value)
    assert not metric.riskier_than(value, once)
    assert abs(once - value) < metric.step
    assert metric.quantise(once) == once


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("discount", "22.5", "22.5 %"),
        ("discount", "-2", "−2.0 %"),
        ("payment_days", "60", "60 days"),
        ("payment_days", "1", "1 day"),
        ("weeks_to_live", "13", "13 weeks"),
        ("term_months", "36", "36 months"),
        ("exit_month", "18", "month 18"),
        ("liability_cap", "1.5", "1.5 × fees"),
        ("cost_of_terms", "9234", "€9,234"),
        ("clause_level", "2", "position 2"),
        ("invoices_per_year", "1", "yearly"),
        ("invoices_per_year", "2", "half-yearly"),
        ("invoices_per_year", "4", "quarterly"),
        ("invoices_per_year", "12", "monthly"),
        ("invoices_per_year", "3", "3 times a year"),
    ],
)
def test_a_value_is_shown_with_its_unit(key: str, value: str, expected: str) -> None:
    assert METRICS[key].show(Decimal(value)).replace("\u00a0", " ") == expected


def test_between_number_and_unit_stands_a_no_break_space() -> None:
    assert METRICS["discount"].show(Decimal("22.5")) == "22.5\u00a0%"
    assert METRICS["liability_cap"].show(Decimal("1.5")) == "1.5\u00a0×\u00a0fees"


def test_an_unreadable_value_is_shown_as_unknown() -> None:
    assert METRICS["margin"].show(None) == "unknown"


def test_money_is_shown_in_the_currency_asked_for() -> None:
    assert METRICS["cost_of_terms"].show(Decimal(1234), "USD") == "$1,234"


@pytest.mark.parametrize(
    ("key", "gap", "expected"),
    [
        ("discount", "1.5", "1.5 points"),
        ("margin", "-2.0", "2.0 points"),
        ("discount", "1.0", "1.0 points"),
        ("payment_days", "15", "15 days"),
        ("exit_month", "-6", "6 months"),
        ("liability_cap", "0.5", "0.5 × fees"),
        ("cost_of_terms", "-1200", "€1,200"),
    ],
)
def test_a_gap_is_never_negative(key: str, gap: str, expected: str) -> None:
    assert METRICS[key].show_gap(Decimal(gap)).replace("\u00a0", " ") == expected


def test_riskier_and_safer_know_the_direction() -> None:
    discount, margin = METRICS["discount"], METRICS["margin"]
    ten, twenty = Decimal(10), Decimal(20)
    assert discount.riskier_than(twenty, ten)
    assert not discount.riskier_than(ten, ten)
    assert margin.riskier_than(ten, twenty)
    assert discount.safer(ten, twenty) == ten
    assert margin.safer(ten, twenty) == twenty
