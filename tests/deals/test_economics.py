from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deals.economics import bridge, list_and_net, measure, waterfall
from deals.terms import Ask, Terms, World
from guardrails.measured import Frame
from guardrails.metric import METRICS
from tests.deals.brandt import BRANDT, OFFER_5, POLICY, TARGET, WALK_AWAY, WORLD
from tests.deals.strategies import asks

DOCUMENT = Path(__file__).parents[2] / "docs" / "economics.md"


def change(terms: Terms, **values: str | None) -> Terms:
    typed = {key: None if value is None else D(value) for key, value in values.items()}
    return replace(terms, values={**terms.values, **typed})


def price(terms: Terms, key: str, **changes: object) -> Terms:
    lines = (replace(line, **changes) if line.key == key else line for line in terms.lines)  # type: ignore[arg-type]
    return replace(terms, lines=tuple(lines))


def value(terms: Terms, key: str, world: World = WORLD, family: str = "") -> D | None:
    return measure(terms, POLICY, world).value(key, family)


def documented(head: str) -> list[tuple[str, list[D]]]:
    text = DOCUMENT.read_text()
    table = text.partition(f"| {head} |")[2].split("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    return [(name, [D(cell.replace(",", "").replace("−", "-")) for cell in cells]) for name, *cells in rows]


def test_the_waterfall_is_the_one_worked_by_hand_in_the_documents() -> None:
    flows = [waterfall(terms, POLICY) for terms in (TARGET, WALK_AWAY, OFFER_5)]
    steps = zip(*(flow.steps for flow in flows), strict=True)
    assert [(row[0].name, [step.amount for step in row]) for row in steps] == documented("Step")


def test_the_bridge_is_the_one_worked_by_hand_in_the_documents() -> None:
    bridges = [bridge(terms, POLICY) for terms in (TARGET, WALK_AWAY, OFFER_5)]
    steps = zip(*(each.steps for each in bridges), strict=True)
    assert [(row[0].name, [step.amount for step in row]) for row in steps] == documented("Level")


@pytest.mark.parametrize(
    ("terms", "discount", "deepest", "margin", "net", "euros"),
    [
        (TARGET, "12.6", "16.0", "62.7", "1924560.00", "1207977.60"),
        (WALK_AWAY, "21.5", "24.5", "58.0", "1728450.00", "1002637.81"),
        (OFFER_5, "22.5", "24.5", "57.4", "1704690.00", "979955.15"),
    ],
)
def test_brandt_measures_what_was_agreed(
    terms: Terms, discount: str, deepest: str, margin: str, net: str, euros: str
) -> None:
    measured, flow = measure(terms, POLICY, WORLD), waterfall(terms, POLICY)
    assert measured.values["discount"] == D(discount)
    assert measured.values["discount_deepest"] == D(deepest)
    assert measured.values["margin"] == D(margin) == flow.margin_percent
    assert (flow.list, flow.net, flow.margin) == (D("2199600.00"), D(net), D(euros))


def test_every_metric_is_measured_in_display_order() -> None:
    measured = measure(WALK_AWAY, POLICY, WORLD)
    assert list(measured.values) == list(METRICS)
    assert {key: str(number) for key, number in measured.values.items()} == {
        "discount": "21.5",
        "discount_deepest": "24.5",
        "discount_12m": "21.5",
        "margin": "58.0",
        "below_floor": "0",
        "payment_days": "60",
        "cost_of_terms": "9235",
        "invoices_per_year": "1",
        "term_months": "36",
        "free_months": "0",
        "price_rise": "2.0",
        "total_value": "1761016",
        "liability_cap": "1.5",
        "exit_month": "24",
        "clause_level": "1",
        "custom_days": "20",
        "weeks_to_live": "13",
    }


def test_families_are_measured_by_their_own_lines_and_only_on_metrics_that_can_be() -> None:
    assert {family: {key: str(number) for key, number in values.items()}
            for family, values in measure(WALK_AWAY, POLICY, WORLD).by_family.items()} == {
        "Platform": {"discount": "24.5", "discount_deepest": "24.5"},
        "Connectors": {"discount": "18.0", "discount_deepest": "18.0"},
        "Support": {"discount": "10.0", "discount_deepest": "10.0"},
        "Services": {"discount": "15.0", "discount_deepest": "15.0"},
    }  # fmt: skip


def test_lines_say_their_own_net_and_margin() -> None:
    lines = {line.key: (line.net, line.margin_percent) for line in waterfall(TARGET, POLICY).lines}
    assert lines == {
        "platform": (D("1217160.00"), D("69.8")),
        "connector": (D("388800.00"), D("68.2")),
        "support": (D("188100.00"), D("36.0")),
        "implementation": (D("130500.00"), D("28.4")),
    }


def test_what_the_buyer_pays_is_rounded_half_up_and_what_we_pay_up() -> None:
    one = price(TARGET, "platform", quantity=D(1), list_price=D("0.01"), tier=D(0), cost=D("0.001"))
    lines = {line.key: line for line in waterfall(change(one, term_months="6"), POLICY).lines}
    assert lines["platform"].list == D("0.01")  # half a cent
    assert lines["platform"].cost == D("0.01")  # a twentieth of one


def test_free_months_lower_net_and_not_cost_and_count_as_discount() -> None:
    free = change(TARGET, free_months="3")
    flow = waterfall(free, POLICY)
    assert flow.amount("free") == D("-149505.00")  # three of 36 months of 1,794,060
    assert flow.net == D("1775055.00")
    assert flow.amount("cost:Platform") == D("-318780.00")
    assert value(free, "discount") == D("19.4")
    assert value(free, "discount_deepest") == D("16.0")


def test_more_free_months_than_there_are_leave_nothing_to_pay() -> None:
    assert waterfall(change(TARGET, free_months="40"), POLICY).net == D("130500.00")


def test_paying_sooner_than_standard_earns_nothing() -> None:
    assert waterfall(change(TARGET, payment_days="14"), POLICY).amount("terms") == 0
    assert waterfall(change(TARGET, payment_days="31"), POLICY).amount("terms") == D(
        "-342.73"
    )  # 342.7298…, up


def test_prices_rise_from_the_second_year_on() -> None:
    assert value(TARGET, "total_value") == 1978920
    assert value(change(TARGET, term_months="12"), "total_value") == 598020 + 130500
    half = change(TARGET, term_months="18")
    assert value(half, "total_value") == 598020 + 307980 + 130500  # half of 598,020 × 1.03 is 307,980.30
    assert (
        value(change(TARGET, free_months="12"), "total_value") == 1380900
    )  # 615,960.60 + 634,439.42 + 130,500


def test_free_months_leave_the_headline_price_and_the_rise_of_later_years() -> None:
    free = bridge(change(TARGET, free_months="3"), POLICY)
    assert [(step.key, step.amount) for step in free.steps][:4] == [
        ("headline", D("1924560.00")),
        ("free", D("-149505.00")),
        ("rise", D("54360.02")),
        ("value", D("1829415.02")),
    ]


def test_without_a_rise_the_total_value_is_the_net_price_to_the_cent() -> None:
    thirds = price(change(TARGET, price_rise="0"), "platform", discount=D("33.333333"), list_price=D("0.37"))
    rise = bridge(thirds, POLICY)
    assert rise.value == waterfall(thirds, POLICY).net
    assert [step.amount for step in rise.steps if step.key == "rise"] == [0]


def test_a_deal_of_services_has_one_price_for_ever() -> None:
    once = change(
        replace(TARGET, lines=TARGET.lines[3:]), term_months=None, free_months=None, price_rise=None
    )
    assert bridge(once, POLICY).headline == bridge(once, POLICY).value == D("130500.00")


@pytest.mark.parametrize(
    ("missing", "unknown"),
    [
        ("price_rise", {"rise", "value", "pocket"}),
        ("payment_days", {"terms", "pocket"}),
        ("custom_days", {"custom", "pocket"}),
        ("weeks_to_live", set()),
    ],
)
def test_what_a_bridge_cannot_know_is_unknown(missing: str, unknown: set[str]) -> None:
    steps = bridge(change(TARGET, **{missing: None}), POLICY).steps
    assert {step.key for step in steps if step.amount is None} == unknown


@pytest.mark.parametrize("missing", ["term_months", "free_months"])
def test_without_a_span_there_is_no_bridge(missing: str) -> None:
    none = bridge(change(TARGET, **{missing: None}), POLICY)
    assert (none.steps, none.headline, none.value, none.pocket) == ((), None, None, None)


def test_a_foreign_deal_is_measured_in_the_companys_currency() -> None:
    dollars = replace(WALK_AWAY, rate=D("0.9"))
    assert value(dollars, "cost_of_terms") == 8311  # 9,234.19 × 0.9, up
    assert value(dollars, "total_value") == 1584914
    assert waterfall(dollars, POLICY).amount("custom") == D("-21777.78")  # 20 × 980 ÷ 0.9, up
    assert value(dollars, "discount") == D("21.5")


def test_cumulative_discount_counts_the_deals_won_before() -> None:
    world = World(D("1000000"), D("500000"))
    assert value(TARGET, "discount_12m", world) == D("24.3")  # (3,199,600 − 2,424,560) ÷ 3,199,600 = 24.223
    assert value(replace(TARGET, rate=D("0.5")), "discount_12m", world) == D("30.4")
    assert value(TARGET, "discount_12m", World(None, None)) is None


def test_lines_under_their_floor_add_up_over_the_years() -> None:
    low = price(WALK_AWAY, "platform", floor=D("900"))  # sold at 868.25
    assert value(low, "below_floor") == 40005  # 31.75 × 420 × 3
    assert value(price(low, "implementation", floor=D("1232.51")), "below_floor") == 40006  # a cent × 90 more
    assert value(replace(low, rate=D("0.5")), "below_floor") == 20003
    assert value(price(low, "platform", floor=None), "below_floor") is None


@pytest.mark.parametrize(
    ("missing", "unknown"),
    [
        ("payment_days", {"payment_days", "cost_of_terms", "margin"}),
        ("custom_days", {"custom_days", "margin"}),
        ("price_rise", {"price_rise", "total_value"}),
        ("weeks_to_live", {"weeks_to_live"}),
        ("invoices_per_year", {"invoices_per_year"}),
        (
            "term_months",
            {
                "term_months",
                "discount",
                "discount_12m",
                "margin",
                "below_floor",
                "cost_of_terms",
                "total_value",
            },
        ),
        (
            "free_months",
            {"free_months", "discount", "discount_12m", "margin", "cost_of_terms", "total_value"},
        ),
    ],
)
def test_what_needs_an_unknown_term_is_unknown(missing: str, unknown: set[str]) -> None:
    values = measure(change(TARGET, **{missing: None}), POLICY, WORLD).values
    assert {key for key, number in values.items() if number is None} == unknown


def test_an_unknown_cost_makes_only_margin_unknown() -> None:
    terms = price(TARGET, "support", cost=None)
    flow = waterfall(terms, POLICY)
    assert (flow.margin, flow.margin_percent, flow.amount("cost:Support")) == (None, None, None)
    assert flow.net == D("1924560.00")
    assert value(terms, "margin") is None
    assert value(terms, "discount") == D("12.6")


def test_a_deal_without_lines_or_for_nothing_has_no_discount() -> None:
    empty = replace(TARGET, lines=())
    assert [value(empty, key) for key in ("discount", "discount_deepest", "margin")] == [None, None, None]
    free = replace(TARGET, lines=tuple(replace(line, list_price=D(0)) for line in TARGET.lines))
    assert [value(free, key) for key in ("discount", "margin")] == [None, None]


def test_a_deal_of_services_needs_no_contract_length() -> None:
    once = replace(TARGET, lines=TARGET.lines[3:])
    assert value(change(once, term_months=None, free_months=None), "discount") == D("0.0")


def test_a_surcharge_is_a_negative_discount() -> None:
    assert value(price(TARGET, "platform", discount=D(-10)), "discount") == D("-4.6")


@pytest.mark.parametrize(
    ("position", "cap", "level"),
    [
        ("standard", "1.0", 0),
        ("fallback-2", "2.0", 2),
        ("uncapped", None, 3),
        (None, None, 4),
        ("gone", None, 4),
    ],
)
def test_positions_set_metrics_and_own_wording_leaves_them_unknown(
    position: str | None, cap: str | None, level: int
) -> None:
    measured = measure(replace(TARGET, clauses={"liability": position}), POLICY, WORLD)
    assert measured.values["liability_cap"] == (None if cap is None else D(cap))
    assert measured.values["clause_level"] == level
    assert measured.clauses["liability"] == (None if position == "gone" else position)
    assert measured.clauses["exit"] == "standard"  # not said: standard


@settings(deadline=None)
@given(asks())
def test_the_steps_add_up_to_the_cent(ask: Ask) -> None:
    flow = waterfall(ask.walk_away, POLICY)
    amounts = {step.key: step.amount for step in flow.steps}
    gives = [step.amount or D(0) for step in flow.steps if step.kind == "give"]
    outs = [step.amount or D(0) for step in flow.steps if step.kind == "out"]
    assert amounts["list"] is not None and amounts["list"] + sum(gives) == amounts["net"] == flow.net
    assert flow.net is not None and flow.net + sum(outs) == flow.margin
    assert all(amount == amount.quantize(D("0.01")) for amount in amounts.values() if amount is not None)


@settings(deadline=None)
@given(asks())
def test_the_bridge_adds_up_to_the_cent_and_to_the_metric(ask: Ask) -> None:
    found, flow = bridge(ask.walk_away, POLICY), waterfall(ask.walk_away, POLICY)
    amount = {step.key: step.amount or D(0) for step in found.steps}
    assert amount["headline"] + amount["free"] == flow.net
    assert amount["headline"] + amount["free"] + amount["rise"] == amount["value"] == found.value
    spent = [amount[key] for key in ("partner", "terms", "custom")]
    assert spent == [flow.amount(key) for key in ("partner", "terms", "custom")]
    assert amount["value"] + sum(spent) == amount["pocket"] == found.pocket
    assert all(each == each.quantize(D("0.01")) for each in amount.values())
    worth = METRICS["total_value"].quantise(amount["value"] * ask.walk_away.rate)
    assert worth == value(ask.walk_away, "total_value")


@settings(deadline=None)
@given(asks(), st.randoms())
def test_the_order_of_lines_measures_nothing(ask: Ask, random: Random) -> None:
    lines = list(ask.walk_away.lines)
    random.shuffle(lines)
    assert measure(replace(ask.walk_away, lines=tuple(lines)), POLICY, WORLD).values == (
        measure(ask.walk_away, POLICY, WORLD).values
    )


@settings(deadline=None)
@given(asks())
def test_every_value_lies_on_the_step_of_its_metric(ask: Ask) -> None:
    for key, number in measure(ask.walk_away, POLICY, WORLD).values.items():
        assert number is None or number == METRICS[key].quantise(number)


@settings(deadline=None)
@given(asks())
def test_the_walk_away_is_never_worth_more_than_the_target(ask: Ask) -> None:
    same = replace(ask.walk_away, values=ask.target.values)
    ends = list_and_net(ask.target), list_and_net(same)
    assert ends[0] is not None and ends[1] is not None and ends[1][1] <= ends[0][1]


def test_a_frame_is_carried_as_it_is() -> None:
    assert measure(BRANDT.target, POLICY, WORLD).frame == Frame(
        "Brandt Logistik AG", "Enterprise", "DACH", "New business", "EUR"
    )
