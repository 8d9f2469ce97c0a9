from dataclasses import replace
from decimal import ROUND_HALF_UP
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deals.corner import corner, pull_back
from deals.economics import list_and_net, measure, waterfall
from deals.terms import Ask, Terms
from guardrails.metric import METRICS
from tests.deals.brandt import BRANDT, POLICY, TARGET, WALK_AWAY, WORLD, lines
from tests.deals.strategies import asks, exact

DISCOUNT = METRICS["discount"]


def pulled(limits: dict[str, D | str], ask: Ask = BRANDT) -> Terms:
    return pull_back(ask, limits, POLICY, WORLD)


def off(terms: Terms) -> list[D]:
    return [line.discount for line in terms.lines]


def discount(terms: Terms, family: str = "") -> D | None:
    return measure(terms, POLICY, WORLD).value("discount", family)


def with_values(terms: Terms, **values: str) -> Terms:
    return replace(terms, values={**terms.values, **{key: D(value) for key, value in values.items()}})


def test_brandt_narrowed_to_20_percent_and_45_days() -> None:
    terms = pulled({"discount": D("20.0"), "payment_days": D(45)})
    shown = [discount.quantize(D("0.01"), rounding=ROUND_HALF_UP) for discount in off(terms)]
    assert shown == [D("23.15"), D("16.73"), D("8.41"), D("12.61")]
    assert off(terms) == [D("23.146397"), D("16.726021"), D("8.407527"), D("12.611290")]
    flow, measured = waterfall(terms, POLICY), measure(terms, POLICY, WORLD)
    assert flow.net == D("1759680.01")  # a cent over: lines are rounded to safer
    assert flow.margin == D("1037152.28")
    assert (measured.values["discount"], measured.values["margin"]) == (D("20.0"), D("58.9"))
    assert terms.values["payment_days"] == 45
    assert terms.values["custom_days"] == 20  # nobody narrowed it


def test_without_limits_the_corner_is_the_walk_away() -> None:
    assert pulled({}) == WALK_AWAY
    assert (
        pulled({"discount": D("21.5")}) == WALK_AWAY
    )  # 21.42 measured is 21.5: this is the walk-away itself


def test_the_targets_own_discount_leads_to_the_target() -> None:
    assert off(pulled({"discount_deepest": D("16.0"), "discount": D("12.504")})) == [16, 10, 0, 0]
    assert off(pulled({"discount": D("12.504")})) == [16, 10, 0, 0]


def test_a_limit_safer_than_the_target_stops_at_the_target() -> None:
    assert off(pulled({"discount": D("5.0")})) == off(TARGET)


def test_a_riskier_limit_carries_the_lines_past_the_walk_away_on_the_same_line() -> None:
    terms = pulled({"discount": D("25.0")})
    assert discount(terms) == D("25.0")
    gone = [(d - w) / (w - t) for d, w, t in zip(off(terms), off(WALK_AWAY), off(TARGET), strict=True)]
    assert all(abs(share - gone[0]) < D("0.000001") for share in gone)


def test_no_price_falls_below_nothing() -> None:
    assert off(pulled({"discount": D("100.0")})) == [100, 100, 100, 100]


def test_lines_with_one_end_give_the_same_points_more() -> None:
    quote = Ask(TARGET, replace(TARGET, values=WALK_AWAY.values))
    terms = pulled({"discount": D("15.0")}, quote)
    more = {given - asked for given, asked in zip(off(terms), off(TARGET), strict=True)}
    assert len(more) == 1 and discount(terms) == D("15.0")


def test_the_deepest_line_is_clipped_and_the_others_stay() -> None:
    assert off(pulled({"discount_deepest": D("20.0")})) == [20, 18, 10, 15]
    assert off(pulled({"discount_deepest": D("12.0")})) == [16, 12, 10, 12]  # never past its target


def test_a_family_moves_alone_and_the_whole_only_as_far_as_it_must() -> None:
    terms = pulled({"discount/Platform": D("20.0"), "discount": D("21.5")})
    assert off(terms) == [20, 18, 10, 15]
    both = pulled({"discount/Platform": D("20.0"), "discount": D("17.0")})
    assert (discount(both), discount(both, "Platform")) == (D("17.0"), D("19.1"))


def test_typed_terms_take_the_limit_and_clauses_the_position() -> None:
    terms = pulled({"payment_days": D(75), "weeks_to_live": D(14), "clause:liability": "standard"})
    assert (terms.values["payment_days"], terms.values["weeks_to_live"]) == (75, 14)
    assert (terms.clauses["liability"], terms.clauses["law"]) == ("standard", "fallback-1")
    assert off(terms) == off(WALK_AWAY)


def test_derived_limits_move_nothing() -> None:
    limits: dict[str, D | str] = {
        "margin": D("60.0"),
        "cost_of_terms": D(0),
        "total_value": D(1),
        "clause_level": D(0),
    }
    assert pulled(limits) == WALK_AWAY


@pytest.mark.parametrize("key", ["discuont", "clause:liabilty", "metric:law", "clause:"])
def test_a_limit_that_names_nothing_is_a_mistake(key: str) -> None:
    with pytest.raises(ValueError, match=key):
        pulled({key: "20"})


def test_the_corner_measures_what_comes_out() -> None:
    limits: dict[str, D | str] = {"discount": D("20.0"), "payment_days": D(45)}
    assert corner(BRANDT, limits, POLICY, WORLD).values["margin"] == D("58.9")


def test_more_free_months_than_at_the_target_go_back_one_by_one_when_prices_do_not_do_it() -> None:
    ask = Ask(TARGET, with_values(replace(WALK_AWAY, lines=lines("16", "10", "0", "0")), free_months="6"))
    assert discount(ask.walk_away) == D("26.1")
    terms = pulled({"discount": D("20.0")}, ask)
    assert terms.values["free_months"] == 3
    assert (discount(terms), off(terms)) == (D("19.4"), off(TARGET))


def test_a_shorter_contract_goes_back_when_prices_do_not_do_it() -> None:
    deep = lines("0", "0", "0", "50")  # one-off work weighs more, the shorter the contract
    ask = Ask(replace(TARGET, lines=deep), with_values(replace(WALK_AWAY, lines=deep), term_months="12"))
    assert [discount(ask.target), discount(ask.walk_away)] == [D("3.0"), D("8.0")]
    terms = pulled({"discount": D("5.0")}, ask)
    assert terms.values["term_months"] == 21 and discount(terms) == D("4.9")  # at 20 months 5.1


@settings(deadline=None)
@given(asks())
def test_the_target_is_always_reachable(ask: Ask) -> None:
    measured = measure(ask.target, POLICY, WORLD)
    limits: dict[str, D | str] = {
        f"discount/{family}": value
        for family, values in measured.by_family.items()
        if (value := values["discount"]) is not None
    }
    if (whole := measured.values["discount"]) is not None:
        limits["discount"] = whole
    got = measure(pull_back(ask, limits, POLICY, WORLD), POLICY, WORLD)
    for key, most in limits.items():
        value = got.value("discount", key.partition("/")[2])
        assert value is None or value <= D(most)


@settings(deadline=None)
@given(asks(), exact(-20, 100, 1), exact(-20, 100, 1), st.booleans())
def test_every_limit_that_the_target_keeps_is_met(ask: Ask, whole: D, part: D, riskier: bool) -> None:
    family = ask.target.lines[0].family
    target = measure(ask.target, POLICY, WORLD)
    limits: dict[str, D | str] = {}
    for key, limit in (("discount", whole), (f"discount/{family}", part)):
        least = target.value("discount", key.partition("/")[2])
        if least is not None:
            limits[key] = max(limit, least)
    got = measure(pull_back(ask, limits, POLICY, WORLD), POLICY, WORLD)
    for key, most in limits.items():
        value = got.value("discount", key.partition("/")[2])
        assert value is None or value <= D(most)


@settings(deadline=None)
@given(asks(), exact(-20, 100, 1), exact(-100, 100, 1))
def test_no_line_is_safer_than_its_target_or_riskier_than_its_walk_away(
    ask: Ask, limit: D, deepest: D
) -> None:
    walk_away = discount(ask.walk_away)
    limits: dict[str, D | str] = {"discount_deepest": deepest}
    if walk_away is not None:
        limits["discount"] = min(limit, walk_away)
    terms = pull_back(ask, limits, POLICY, WORLD)
    ends = zip(off(ask.target), off(terms), off(ask.walk_away), strict=True)
    assert all(least <= given <= most for least, given, most in ends)


@settings(deadline=None)
@given(asks(same_length=True), st.lists(exact(-20, 100, 1), min_size=2, max_size=2).map(sorted))
def test_a_tighter_limit_makes_no_line_riskier(ask: Ask, limits: list[D]) -> None:
    tight, loose = (pull_back(ask, {"discount": limit}, POLICY, WORLD) for limit in limits)
    assert all(less <= more for less, more in zip(off(tight), off(loose), strict=True))


@settings(deadline=None)
@given(asks(same_length=True), exact(-20, 100, 1))
def test_no_more_is_pulled_back_than_is_needed(ask: Ask, limit: D) -> None:
    terms = pull_back(ask, {"discount": limit}, POLICY, WORLD)
    both = list_and_net(terms)
    if both and terms != ask.walk_away and off(terms) != off(ask.target):
        rounding = both[0] / 10**6 + len(terms.lines)
        assert both[0] - both[1] >= both[0] * limit / 100 - rounding or 100 in off(terms)
