from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.economics import list_and_net
from deals.terms import Ask, Line, Terms
from guardrails.measured import Frame
from insights.leakage import Leakage, compare

FRAME = Frame("1", "Enterprise", "DACH", "New business", "EUR")


def line(key: str, discount: str, quantity: str = "100", price: str = "1000", **more: object) -> Line:
    known = {"product": key, "name": key, "family": "Platform", "per": "seat", "recurring": True}
    known |= {"tier": D(0), "cost": None, "floor": None, **more}
    return Line(key=key, quantity=D(quantity), list_price=D(price), discount=D(discount), **known)  # type: ignore[arg-type]


def terms(*lines: Line, months: str = "12", free: str = "0") -> Terms:
    return Terms(FRAME, D(1), lines, {"term_months": D(months), "free_months": D(free)})


# a list price of 100,000: target 10 %, walk-away 25 %, narrowed to 20 %
ASK = Ask(terms(line("platform", "10")), terms(line("platform", "25")))
CORNER = terms(line("platform", "20"))


def found(signed: Terms, inside: bool = True, ask: Ask = ASK, corner: Terms = CORNER) -> Leakage:
    leakage = compare(signed, ask, corner, inside=inside)
    assert leakage
    return leakage


def money(leakage: Leakage) -> tuple[D, D, D]:
    return leakage.given, leakage.room, leakage.past


def test_what_was_given_away_is_target_less_signed_and_the_room_ends_at_what_was_granted():
    leakage = found(terms(line("platform", "16")))
    assert (leakage.list, leakage.signed) == (100000, 84000)
    assert (leakage.target, leakage.walk_away, leakage.limit) == (90000, 75000, 80000)
    assert money(leakage) == (6000, 10000, 0)
    assert (leakage.points, leakage.used) == (6, 60)
    assert leakage.as_asked


def test_past_the_limit_counts_from_the_narrowed_limit_not_from_the_walk_away():
    leakage = found(terms(line("platform", "23")), inside=False)
    assert money(leakage) == (13000, 10000, 3000)
    assert leakage.used == 130


def test_on_the_limit_is_not_past_it():
    assert money(found(terms(line("platform", "20")), inside=False)) == (10000, 10000, 0)


def test_what_the_check_found_inside_is_never_past_the_limit():
    """The standard threshold may lie further out than what was asked for."""
    assert money(found(terms(line("platform", "22")))) == (12000, 10000, 0)


def test_signed_above_target_gives_nothing_away():
    leakage = found(terms(line("platform", "8")))
    assert (leakage.given, leakage.points, leakage.used) == (-2000, -2, 0)


def test_an_ask_with_one_end_has_no_room_to_use():
    quote = Ask(terms(line("platform", "10")), terms(line("platform", "10")))
    leakage = found(terms(line("platform", "12")), False, quote, quote.walk_away)
    assert money(leakage) == (2000, 0, 2000)
    assert leakage.used is None


@pytest.mark.parametrize("quantity", ["40", "300"])
def test_another_quantity_is_priced_at_the_same_discounts(quantity):
    leakage = found(terms(line("platform", "16", quantity)))
    assert leakage.points == 6
    assert leakage.given == D(quantity) * 60
    assert leakage.used == 60
    assert not leakage.as_asked


def test_a_shorter_contract_is_no_leakage():
    leakage = found(terms(line("platform", "10"), months="6"))
    assert (leakage.signed, leakage.given) == (45000, 0)
    assert not leakage.as_asked


def test_another_mix_at_the_asked_discounts_is_no_leakage():
    """Overall discount grows from 15 to 19 % because the buyer takes less of what had little off."""
    both = (line("platform", "20"), line("support", "10"))
    ask = Ask(terms(*both), terms(*both))
    signed = terms(line("platform", "20"), line("support", "10", quantity="10"))
    assert found(signed, True, ask, ask.walk_away).given == 0


def test_a_line_that_was_dropped_is_left_out():
    ask = Ask(
        terms(line("platform", "10"), line("support", "0")),
        terms(line("platform", "20"), line("support", "0")),
    )
    leakage = found(terms(line("platform", "15")), True, ask, ask.walk_away)
    assert money(leakage) == (5000, 10000, 0)


def test_a_line_that_was_not_asked_for_is_priced_at_the_overall_discount_of_the_others():
    ask = Ask(
        terms(line("platform", "10"), line("support", "0")),
        terms(line("platform", "20"), line("support", "10")),
    )
    lines = (line("platform", "10"), line("support", "0"), line("training", "7", recurring=False))
    leakage = found(terms(*lines), True, ask, ask.walk_away)
    assert money(leakage) == (2000, 30000, 0)  # 7 % where the target has 5 % overall


def test_free_months_are_not_counted_twice_on_a_line_that_was_not_asked_for():
    ends = terms(line("platform", "10"), free="3")
    signed = terms(line("platform", "10"), line("training", "10"), free="3")
    assert found(signed, True, Ask(ends, ends), ends).given == 0


def test_another_product_in_the_place_of_a_line_is_a_new_line():
    leakage = found(terms(line("platform", "30", product="lite")), True)
    assert leakage.given == 20000
    assert not leakage.as_asked


def test_free_months_are_given_away_too():
    ask = Ask(terms(line("platform", "10"), free="0"), terms(line("platform", "10"), free="3"))
    leakage = found(terms(line("platform", "10"), free="1"), True, ask, ask.walk_away)
    assert money(leakage) == (7500, 22500, 0)


def test_a_higher_volume_tier_is_everyones_and_not_given_away():
    ask = Ask(terms(line("platform", "0")), terms(line("platform", "8")))
    signed = terms(line("platform", "5", "200", tier=D(5)))
    assert found(signed, True, ask, ask.walk_away).given == 0
    further = terms(line("platform", "9", "200", tier=D(5)))
    assert money(found(further, False, ask, ask.walk_away)) == (8000, 6000, 2000)


def test_a_tier_that_was_known_when_asked_changes_nothing():
    ask = Ask(terms(line("platform", "0", tier=D(5))), terms(line("platform", "8", tier=D(5))))
    signed = terms(line("platform", "5", tier=D(5)))
    assert found(signed, True, ask, ask.walk_away).given == 5000


def test_a_new_list_price_counts_for_both_sides():
    leakage = found(terms(line("platform", "16", price="2000")))
    assert (leakage.given, leakage.points, leakage.as_asked) == (12000, 6, False)


def test_terms_without_a_price_are_not_compared():
    unknown = terms(line("platform", "10"))
    unknown = replace(unknown, values={**unknown.values, "term_months": None})
    assert compare(unknown, ASK, CORNER, inside=True) is None


def test_nothing_at_list_is_no_points():
    leakage = found(terms(line("platform", "16", price="0")))
    assert (leakage.points, leakage.used) == (0, None)


percents = st.decimals(-20, 90, places=2)


@given(st.lists(st.tuples(percents, percents, st.decimals("0.5", 900, places=2)), min_size=1, max_size=5))
def test_the_same_basket_is_compared_with_exactly_what_was_frozen(rows):
    ends = [
        terms(
            *(
                line(f"line-{place}", str(sorted(row[:2])[end]), "7", str(row[2]))
                for place, row in enumerate(rows)
            ),
            months="37",
        )
        for end in (0, 1)
    ]
    leakage = compare(ends[1], Ask(*ends), ends[1], inside=True)
    nets = [list_and_net(end) for end in ends]
    assert leakage
    assert [(leakage.list, leakage.target), (leakage.list, leakage.limit)] == nets
    assert leakage.as_asked
    assert leakage.given == leakage.room
