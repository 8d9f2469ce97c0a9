import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.answer import Answer
from approvals.limit import Condition, Limit, Value, risk, safer_of, step_hash, told, within
from approvals.mandate import (
    Narrowing,
    allowed_condition,
    allowed_narrowing,
    check,
    crossed_ends,
    limits,
    merge_narrowings,
    narrowed_corner,
)
from base import canonical
from base.format import SPACE as S
from deals.economics import measure
from deals.terms import Ask, Terms
from guardrails.policy import Policy
from tests.approvals.strategies import DEMO, RICH, Granted, between, grants, judged, ladder, with_families
from tests.deals.brandt import BRANDT, FRAME, OFFER_5, TARGET, WALK_AWAY, WORLD, lines

ENDS = datetime(2026, 6, 28, 22, tzinfo=UTC)  # the end of 28 June in Berlin
AGREED = {"finance": 2, "legal": 1, "operations": 1}
HENRIK = {
    "discount": Narrowing(D("20.0"), "finance", 2),
    "payment_days": Narrowing(D(45), "finance", 2),
}
YEARLY = Condition("invoices_per_year", "=", D(1), "finance")


def granted(
    given: Mapping[str, Narrowing] = HENRIK, ask: Ask = BRANDT, policy: Policy = DEMO
) -> dict[str, Limit]:
    evaluation = judged(ask.walk_away, policy)[1]
    return {row.key: row for row in limits(ask, evaluation, given, AGREED, policy, WORLD)}


def answer(
    terms: Terms,
    rows: Mapping[str, Limit] | None = None,
    policy: Policy = DEMO,
    conditions: tuple[Condition, ...] = (),
    **said: Any,
) -> Answer:
    measured, evaluation = judged(terms, policy)
    return check(
        tuple((granted() if rows is None else rows).values()),
        conditions,
        terms,
        measured=measured,
        evaluation=evaluation,
        policy=policy,
        **{"frame": FRAME, "good_until": ENDS, "expires_at": ENDS, **said},
    )


def broken(found: Answer) -> set[str]:
    return {breach.key for breach in found.breaches}


def with_values(terms: Terms, **values: str) -> Terms:
    return replace(terms, values={**terms.values, **{key: D(value) for key, value in values.items()}})


def with_clauses(terms: Terms, **clauses: str | None) -> Terms:
    return replace(terms, clauses={**terms.clauses, **clauses})


def corner(given: Mapping[str, Narrowing] = HENRIK, ask: Ask = BRANDT, policy: Policy = DEMO) -> Terms:
    return narrowed_corner(ask, {key: each.value for key, each in given.items()}, policy, WORLD)[0]


# --- limits


def test_brandt_narrowed_to_20_percent_and_45_days_has_the_limits_of_the_worked_example() -> None:
    found = {key: (row.value, row.source, row.function, row.level) for key, row in granted().items()}
    assert found == {
        "discount": (D("20.0"), "narrowed", "finance", 2),
        "discount_deepest": (D("25.0"), "standard", "finance", 0),
        "margin": (D("58.9"), "derived", "finance", 2),
        "below_floor": (D(0), "standard", "finance", 0),
        "payment_days": (D(45), "narrowed", "finance", 2),
        "invoices_per_year": (D(1), "standard", "finance", 0),
        "term_months": (D(36), "standard", "finance", 0),
        "free_months": (D(0), "standard", "finance", 0),
        "price_rise": (D("2.0"), "standard", "finance", 0),
        "custom_days": (D(20), "asked", "operations", 1),
        "weeks_to_live": (D(13), "asked", "operations", 1),
        "clause:liability": ("fallback-1", "asked", "legal", 1),
        "clause:data": ("standard", "standard", "legal", 0),
        "clause:law": ("fallback-1", "standard", "legal", 0),
        "clause:exit": ("standard", "standard", "legal", 0),
    }


def test_a_limit_knows_both_ends_where_standard_ends_and_who_judges_it() -> None:
    margin = granted()["margin"]
    assert (margin.target, margin.asked, margin.standard) == (D("62.7"), D("58.0"), D("60.0"))
    assert (margin.functions, margin.granted_by) == (("finance", "executive"), ("finance",))


def test_without_narrowing_every_finding_is_granted_as_asked() -> None:
    rows = granted({})
    assert [(key, rows[key].value, rows[key].source) for key in ("discount", "margin", "payment_days")] == [
        ("discount", D("21.5"), "asked"),
        ("margin", D("58.0"), "derived"),
        ("payment_days", D(60), "asked"),
    ]


def test_narrowing_margin_moves_no_other_limit() -> None:
    tighter = {"margin": Narrowing(D("60.5"), "finance", 2)}
    before, after = granted({}), granted(tighter)
    assert (after["margin"].value, after["margin"].source) == (D("60.5"), "narrowed")
    assert {key: row for key, row in after.items() if key != "margin"} == {
        key: row for key, row in before.items() if key != "margin"
    }


def test_a_derived_limit_is_the_safer_of_measured_at_the_corner_and_narrowed() -> None:
    loose = granted({**HENRIK, "margin": Narrowing(D("58.5"), "finance", 2)})["margin"]
    tight = granted({**HENRIK, "margin": Narrowing(D("59.0"), "finance", 2)})["margin"]
    assert (loose.value, loose.source) == (D("58.9"), "derived")
    assert (tight.value, tight.source) == (D("59.0"), "narrowed")


def test_a_narrowing_of_what_is_standard_counts_against_the_standard_threshold() -> None:
    row = granted({"discount_deepest": Narrowing(D("22.0"), "finance", 2)})["discount_deepest"]
    assert (row.value, row.source, row.level, row.granted_by) == (D("22.0"), "narrowed", 2, ("finance",))


def test_a_kept_narrowing_wider_than_what_is_asked_now_moves_nothing() -> None:
    kept = {"payment_days": Narrowing(D(75), "finance", 2), "discount": Narrowing(D("25.0"), "finance", 2)}
    assert corner(kept) == WALK_AWAY
    assert granted(kept) == granted({})


def test_narrowed_terms_that_already_meet_the_discount_do_not_pull_the_lines_further_out() -> None:
    free = Ask(TARGET, with_values(WALK_AWAY, free_months="6"))
    asked = measure(free.walk_away, DEMO, WORLD).value("discount")
    given = {
        "free_months": Narrowing(D(0), "finance", 2),
        "discount": Narrowing(D("30.0"), "finance", 2),
    }
    assert asked == D("33.7")
    assert corner(given, free).lines == WALK_AWAY.lines


def test_a_longer_term_takes_no_discount_past_what_was_asked() -> None:
    short = with_values(replace(WALK_AWAY, lines=lines("24.5", "18", "10", "0")), term_months="24")
    ask, given = Ask(TARGET, short), {"term_months": Narrowing(D(36), "finance", 2)}
    longer = measure(with_values(short, term_months="36"), DEMO, WORLD).value("discount")
    assert (measure(short, DEMO, WORLD).value("discount"), longer) == (D("20.0"), D("20.6"))
    assert measure(corner(given, ask), DEMO, WORLD).value("discount") == D("20.0")
    assert answer(corner(given, ask), granted(given, ask)).inside


def test_a_derived_limit_never_leaves_the_target_outside() -> None:
    policy = replace(DEMO, ladders=(*DEMO.ladders, ladder("terms-cost", "cost_of_terms", "finance", "4000")))
    ask = Ask(with_values(TARGET, payment_days="45"), WALK_AWAY)
    rows = granted({"payment_days": Narrowing(D(45), "finance", 2)}, ask, policy)
    there = judged(corner({"payment_days": Narrowing(D(45), "finance", 2)}, ask), policy)[0]
    row = rows["cost_of_terms"]  # interest on the price: at the target's better price it is higher
    assert (row.asked, row.target, there.value("cost_of_terms")) == (D(9235), D(5141), D(4618))
    assert (row.value, row.source) == (D(5141), "derived")
    assert answer(ask.target, rows, policy).inside


def test_a_derived_limit_is_never_more_than_was_asked() -> None:
    policy = replace(DEMO, ladders=(*DEMO.ladders, ladder("terms-cost", "cost_of_terms", "finance", "4000")))
    given = {"discount": Narrowing(D("15.0"), "finance", 2)}
    there = judged(corner(given), policy)[0].value("cost_of_terms")
    assert (there, granted(given, policy=policy)["cost_of_terms"].value) == (D(9989), D(9235))


def test_a_kept_narrowing_binds_though_no_ladder_judges_its_metric_now() -> None:
    row = granted({"cost_of_terms": Narrowing(D(5000), "finance", 2)})["cost_of_terms"]
    assert (row.value, row.source, row.functions, row.standard) == (D(5000), "narrowed", ("finance",), None)
    assert "cost_of_terms" not in granted({})


def test_a_clause_is_narrowed_to_a_position_and_the_metric_it_sets_follows() -> None:
    ask = Ask(with_families(TARGET), with_families(with_clauses(WALK_AWAY, liability="fallback-2")))
    rows = granted({"clause:liability": Narrowing("fallback-1", "legal", 2)}, ask, RICH)
    assert (rows["clause:liability"].value, rows["clause:liability"].source) == ("fallback-1", "narrowed")
    assert (rows["liability_cap"].value, rows["liability_cap"].source) == (D("1.5"), "derived")
    assert rows["liability_cap"].asked == D("2.0")


def test_a_family_has_a_limit_of_its_own() -> None:
    ask = Ask(with_families(TARGET), with_families(WALK_AWAY))
    rows = granted({"discount/Connectors": Narrowing(D("12.0"), "finance", 2)}, ask, RICH)
    assert rows["discount/Connectors"].value == D("12.0")
    assert (rows["discount_deepest/Services"].value, rows["discount_deepest/Services"].source) == (
        D(15),
        "asked",
    )
    assert rows["discount"].value == D("21.5")


def test_both_functions_that_had_a_finding_grant_the_limit() -> None:
    ask = Ask(with_families(TARGET), with_families(WALK_AWAY))
    row = granted({}, ask, RICH)["discount"]
    assert (row.function, row.granted_by) == ("finance", ("finance", "operations"))


def test_own_wording_and_unreadable_numbers_are_granted_as_such() -> None:
    walk_away = with_clauses(
        replace(WALK_AWAY, lines=tuple(replace(line, cost=None) for line in WALK_AWAY.lines)), liability=None
    )
    target = replace(TARGET, lines=tuple(replace(line, cost=None) for line in TARGET.lines))
    rows = granted({}, Ask(target, walk_away))
    assert (rows["margin"].value, rows["clause:liability"].value) == (None, None)
    assert answer(walk_away, rows, known_texts={"clause:liability"}).inside
    assert answer(target, rows).inside
    assert broken(answer(walk_away, rows)) == {"clause:liability"}
    assert broken(answer(WALK_AWAY, rows)) == {"margin", "clause:liability"}
    assert "margin" not in broken(answer(TARGET, rows))


def test_a_row_says_what_is_not_offered_and_what_nobody_could_read() -> None:
    unread = tuple(replace(line, cost=None) for line in WALK_AWAY.lines)
    blind = Ask(replace(TARGET, lines=unread), replace(WALK_AWAY, lines=unread))
    rows = granted({}, blind)
    assert sentence(answer(blind.walk_away, rows), "margin") == "Margin unknown is as it was granted."
    assert sentence(answer(TARGET, rows), "margin") == f"Margin 62.7{S}% is standard."
    families = Ask(with_families(TARGET), with_families(WALK_AWAY))
    fewer = replace(families.target, lines=families.target.lines[:1])
    found = answer(fewer, granted({}, families, RICH), RICH)
    assert sentence(found, "discount/Connectors").endswith(": nothing of it is offered.")
    assert "discount/Connectors" not in broken(found)


def sentence(found: Answer, key: str) -> str:
    return next(row.sentence for row in found.rows if row.key == key)


def test_a_refusal_names_what_it_is_about_and_no_figure_that_cost_goes_into() -> None:
    policy = replace(DEMO, ladders=(*DEMO.ladders, ladder("chief", "margin", "executive", "60")))
    findings = judged(WALK_AWAY, policy)[1].findings
    said = {(one.key, one.function): told(one, policy) for one in findings}
    assert said["margin", "executive"] == "Margin needs Chief Executive."
    assert said["payment_days", "finance"] == next(
        one.sentence for one in findings if one.key == "payment_days"
    )
    never = next(replace(one, never=True) for one in findings if one.key == "margin")
    assert told(never, policy) == "Margin as it is asked is never granted."


def test_own_wording_that_nobody_granted_is_over_whoever_knows_its_text() -> None:
    found = answer(with_clauses(TARGET, liability=None), known_texts={"clause:liability"})
    assert broken(found) == {"clause:liability"}
    assert (
        found.breaches[0].sentence == "Limitation of liability own wording is past the limit of “1.5 × fees”."
    )


# --- the check of an offer


def test_offer_5_breaks_discount_payment_and_margin_and_all_of_them_are_for_finance() -> None:
    found = answer(OFFER_5)
    assert [(one.key, one.value, one.limit, one.needs) for one in found.breaches] == [
        ("discount", D("22.5"), D("20.0"), {"finance": 2}),
        ("margin", D("57.4"), D("58.9"), {"finance": 1}),
        ("payment_days", D(60), D(45), {"finance": 2}),
    ]
    assert [one.sentence for one in found.breaches] == [
        f"Discount 22.5{S}% is 2.5{S}points over the limit of 20.0{S}%.",
        f"Margin 57.4{S}% is 1.5{S}points under the limit of 58.9{S}%.",
        f"Payment 60{S}days is 15{S}days over the limit of 45{S}days.",
    ]
    assert (found.inside, found.functions) == (False, ("finance",))
    assert [one.level for one in found.breaches] == [2, 1, 2]


def test_every_limit_has_a_row_with_the_room_left() -> None:
    rows = {row.key: row for row in answer(OFFER_5).rows}
    assert list(rows) == list(granted())
    assert {key for key, row in rows.items() if row.over} == {"discount", "margin", "payment_days"}
    assert (rows["discount"].room, rows["margin"].room) == (D("-2.5"), D("-1.5"))
    assert (rows["discount_deepest"].room, rows["custom_days"].room) == (D("0.5"), D(0))
    deepest = f"Deepest line 24.5{S}% is inside the limit of 25.0{S}%, 0.5{S}points left."
    assert rows["discount_deepest"].sentence == deepest
    assert rows["custom_days"].sentence == f"Customisation 20{S}days is at the limit, none left."
    assert (rows["discount"].functions, rows["custom_days"].functions) == (("finance",), ("operations",))
    assert rows["weeks_to_live"].name == "Go-live"


def test_room_grows_away_from_risk_whichever_way_that_is() -> None:
    rows = {row.key: row.room for row in answer(TARGET).rows}
    assert (rows["margin"], rows["weeks_to_live"], rows["clause:liability"]) == (D("3.8"), D(2), D(1))


def test_the_corner_and_the_target_are_inside() -> None:
    for terms in (corner(), TARGET):
        assert answer(terms).breaches == ()


@pytest.mark.parametrize(
    ("key", "last", "first"),
    [
        ("payment_days", "45", "46"),
        ("custom_days", "20", "21"),
        ("weeks_to_live", "13", "12"),
        ("price_rise", "2.0", "1.9"),
        ("term_months", "36", "35"),
    ],
)
def test_on_the_limit_is_inside_and_one_step_past_it_is_not(key: str, last: str, first: str) -> None:
    assert answer(with_values(TARGET, **{key: last})).inside
    assert broken(answer(with_values(TARGET, **{key: first}))) == {key}


def test_past_a_standard_limit_belongs_to_who_would_be_needed() -> None:
    breach = answer(with_clauses(with_values(TARGET, price_rise="1.5"), exit="fallback-1")).breaches
    assert [(one.key, one.needs) for one in breach] == [
        ("price_rise", {"finance": 1}),
        ("clause:exit", {"legal": 2}),
    ]
    assert breach[1].sentence == "Exit for convenience “Month 18” is past the limit of “Month 24”."


def test_a_breach_belongs_to_who_limits_it_and_to_who_would_be_needed_now() -> None:
    chief = replace(DEMO, ladders=(*DEMO.ladders, ladder("margin-chief", "margin", "executive", "57.6")))
    found = {one.key: one.needs for one in answer(OFFER_5, granted(policy=chief), chief).breaches}
    assert found["margin"] == {"finance": 1, "executive": 1}
    assert answer(OFFER_5, granted(policy=chief), chief).functions == ("finance", "executive")


def test_tighter_than_standard_is_still_the_limit_of_who_narrowed_it() -> None:
    rows = granted({"discount_deepest": Narrowing(D("16.0"), "finance", 2)})
    breach = answer(with_values(replace(TARGET, lines=lines("16.1", "10", "0", "0"))), rows).breaches
    assert [(one.key, one.needs) for one in breach] == [("discount_deepest", {"finance": 0})]


def test_a_finding_that_was_never_granted_is_a_breach_with_a_row() -> None:
    rows = {key: row for key, row in granted().items() if key != "custom_days"}
    found = answer(TARGET, rows)
    assert [(one.key, one.value, one.limit, one.needs) for one in found.breaches] == [
        ("custom_days", D(12), None, {"operations": 1})
    ]
    assert found.breaches[0].sentence.startswith(
        f"This was never granted. Customisation 12{S}days is 2{S}days into"
    )
    assert [(row.over, row.limit, row.room) for row in found.rows if row.key == "custom_days"] == [
        (True, None, None)
    ]


def test_a_function_that_did_not_grant_a_limit_is_not_covered_by_it() -> None:
    rows = granted()
    rows["margin"] = replace(rows["margin"], granted_by=("executive",))
    found = answer(corner(), rows)
    assert [(one.key, one.needs) for one in found.breaches] == [("margin", {"executive": 0, "finance": 1})]
    assert found.breaches[0].sentence.startswith("This was never granted. Margin")


def test_what_nobody_may_grant_is_a_breach_that_says_so() -> None:
    found = answer(with_clauses(TARGET, liability="uncapped"))
    assert [(one.key, one.never) for one in found.breaches] == [("clause:liability", True)]
    assert not answer(OFFER_5).breaches[0].never


def test_another_frame_is_outside_whatever_the_numbers_say() -> None:
    swiss = replace(TARGET, frame=replace(FRAME, currency="CHF"))
    found = answer(swiss)
    assert (broken(found), found.functions) == ({"frame"}, ("finance", "operations"))


def test_an_offer_is_good_no_longer_than_the_mandate() -> None:
    assert answer(TARGET, good_until=ENDS).inside
    assert broken(answer(TARGET, good_until=ENDS + timedelta(days=1))) == {"good_until"}


def test_a_condition_is_checked_at_every_offer() -> None:
    met = answer(TARGET, conditions=(YEARLY,))
    assert (met.inside, [row.met for row in met.conditions]) == (True, [True])
    rows = granted({}, Ask(TARGET, with_values(WALK_AWAY, invoices_per_year="4")))
    found = answer(with_values(TARGET, invoices_per_year="4"), rows, conditions=(YEARLY,))
    assert [(one.key, one.needs) for one in found.breaches] == [("if:invoices_per_year", {"finance": 0})]
    assert (found.conditions[0].sentence, found.conditions[0].met) == ("Invoicing yearly", False)


def test_a_condition_on_a_clause_holds_for_terms_that_do_not_name_it() -> None:
    month_24 = Condition("clause:exit", "=", "standard", "legal")
    assert answer(replace(TARGET, clauses={}), conditions=(month_24,)).inside


def test_quantities_may_change() -> None:
    more = tuple(replace(line, quantity=line.quantity * 2) for line in corner().lines)
    assert answer(replace(corner(), lines=more)).functions == ()


def test_an_answer_survives_being_stored() -> None:
    found = answer(with_clauses(OFFER_5, law="fallback-2"), conditions=(YEARLY,))
    text = canonical.dumps(found.to_document())
    assert Answer.from_document(json.loads(text)) == found
    with pytest.raises(ValueError, match="schema"):
        Answer.from_document({**found.to_document(), "schema": 2})


def test_limits_survive_being_stored() -> None:
    rows = [*granted().values(), replace(granted()["margin"], value=None)]
    assert [Limit.from_document(row.to_document()) for row in rows] == rows


# --- what may be narrowed


def refusal(key: str, value: Value, function: str = "finance", ask: Ask = BRANDT) -> str | None:
    target, walk_away = (measure(end, DEMO, WORLD) for end in (ask.target, ask.walk_away))
    return allowed_narrowing(key, value, function, target, walk_away, DEMO)


@pytest.mark.parametrize(
    ("key", "target", "walk_away", "tighter", "wider"),
    [
        ("discount", D("12.6"), D("21.5"), D("12.5"), D("21.6")),
        ("payment_days", D(30), D(60), D(29), D(61)),
        ("margin", D("62.7"), D("58.0"), D("62.8"), D("57.9")),
        ("price_rise", D("3.0"), D("2.0"), D("3.1"), D("1.9")),
    ],
)
def test_a_narrowing_lies_from_walk_away_to_target_both_included(
    key: str, target: D, walk_away: D, tighter: D, wider: D
) -> None:
    assert [refusal(key, value) for value in (target, walk_away)] == [None, None]
    assert "tighter than the target" in (refusal(key, tighter) or "")
    assert "goes further than" in (refusal(key, wider) or "")


def test_a_clause_is_narrowed_by_its_owner_along_the_library() -> None:
    assert refusal("clause:liability", "standard", "legal") is None
    assert refusal("clause:liability", "fallback-1", "legal") is None
    assert "goes further" in (refusal("clause:liability", "fallback-2", "legal") or "")
    assert "goes further" in (refusal("clause:liability", "no-such-position", "legal") or "")
    own = Ask(TARGET, with_clauses(WALK_AWAY, liability=None))
    assert refusal("clause:liability", "fallback-2", "legal", own) is None
    assert "goes further" in (refusal("clause:liability", "no-such-position", "legal", own) or "")
    said = refusal("clause:liability", "uncapped", "legal", own)
    assert said == "Limitation of liability “Uncapped” is never granted."
    assert refusal("clause:liability", "standard") == "Limitation of liability is not judged by Finance."


def test_a_function_narrows_only_what_its_own_ladders_judge() -> None:
    assert refusal("custom_days", D(15), "operations") is None
    assert refusal("custom_days", D(15)) == "Customisation is not judged by Finance."
    assert refusal("margin", D("60.0"), "executive") is None
    assert refusal("cost_of_terms", D(5000)) == "Cost of terms is not judged by Finance."


def test_what_a_clause_sets_is_narrowed_at_the_clause() -> None:
    target, walk_away = (measure(end, RICH, WORLD) for end in (TARGET, WALK_AWAY))
    said = allowed_narrowing("liability_cap", D("1.0"), "finance", target, walk_away, RICH)
    assert said == "Liability cap follows from a clause. Narrow the clause."


def test_a_narrowing_is_on_the_step_of_its_metric() -> None:
    assert refusal("discount", D("18.55")) == "Discount goes in steps of 0.1."
    assert refusal("discount", D("18.50")) is None


def test_a_condition_that_the_target_does_not_keep_is_refused() -> None:
    target = measure(TARGET, DEMO, WORLD)
    assert allowed_condition(YEARLY, target, DEMO) is None
    said = allowed_condition(Condition("payment_days", "<=", D(14), "finance"), target, DEMO)
    assert said == f"Payment at most 14{S}days: the target itself has 30{S}days. Ask for changes instead."


def test_the_narrowest_of_several_grants_is_in_force() -> None:
    first = {"payment_days": Narrowing(D(50), "finance", 1), "margin": Narrowing(D("59.0"), "finance", 1)}
    second = {"payment_days": Narrowing(D(45), "finance", 2), "margin": Narrowing(D("58.5"), "executive", 1)}
    assert merge_narrowings([first, second], DEMO) == {
        "payment_days": second["payment_days"],
        "margin": first["margin"],
    }
    assert merge_narrowings([], DEMO) == {}


def test_ends_that_cross_are_named() -> None:
    target, walk_away = (measure(end, DEMO, WORLD) for end in (TARGET, WALK_AWAY))
    assert crossed_ends(target, walk_away, DEMO) == {}
    assert {"discount", "margin", "payment_days", "clause:liability"} <= set(
        crossed_ends(walk_away, target, DEMO)
    )


# --- conditions and hashes


@pytest.mark.parametrize(("op", "kept"), [("=", {45}), ("<=", {44, 45}), (">=", {45, 46})])
def test_a_condition_compares_as_it_says(op: Any, kept: set[int]) -> None:
    condition = Condition("payment_days", op, D(45), "finance")
    assert {days for days in (44, 45, 46) if condition.met_by({"payment_days": D(days)}, {})} == kept
    assert not condition.met_by({"payment_days": None}, {})
    assert not condition.met_by({}, {})


@pytest.mark.parametrize(
    ("key", "op", "value"),
    [
        ("margin", ">=", D(58)),
        ("clause:exit", "<=", "standard"),
        ("payment_days", "<", D(30)),
        ("payment_days", "=", "30"),
        ("clause:exit", "=", D(1)),
    ],
)
def test_a_comparison_that_cannot_be_made_is_no_condition(key: str, op: Any, value: Any) -> None:
    with pytest.raises(ValueError, match=key):
        Condition(key, op, value, "finance")


def test_conditions_survive_being_stored_and_read_as_sentences() -> None:
    conditions = [YEARLY, Condition("clause:exit", "=", "standard", "legal")]
    assert [Condition.from_document(one.to_document()) for one in conditions] == conditions
    assert [one.sentence(DEMO) for one in conditions] == [
        "Invoicing yearly",
        "Exit for convenience “Month 24”",
    ]


def test_a_step_hash_covers_terms_limits_and_conditions_and_no_spelling() -> None:
    before = step_hash("a" * 64, {"discount": D("20.0"), "payment_days": D(45)}, [YEARLY])
    assert before == step_hash(
        "a" * 64, {"payment_days": D("45.0"), "discount": D("20.00")}, [YEARLY, YEARLY]
    )
    others = [
        step_hash("b" * 64, {"discount": D("20.0"), "payment_days": D(45)}, [YEARLY]),
        step_hash("a" * 64, {"discount": D("20.1"), "payment_days": D(45)}, [YEARLY]),
        step_hash("a" * 64, {"discount": D("20.0")}, [YEARLY]),
        step_hash("a" * 64, {"discount": D("20.0"), "payment_days": D(45)}, []),
    ]
    assert len({before, *others}) == 5


# --- laws


def rows_of(grant: Granted) -> dict[str, Limit]:
    return granted(grant.given, grant.ask, RICH)


@given(grants())
@settings(max_examples=80, deadline=None)
def test_no_limit_is_wider_than_the_narrowest_grant_behind_it(grant: Granted) -> None:
    judged_walk_away = judged(grant.ask.walk_away, RICH)[1]
    found = {finding.key for finding in judged_walk_away.findings}
    for key, row in rows_of(grant).items():
        widest = row.asked if key in found else row.standard
        assert row.value is None or risk(key, row.value, RICH) <= risk(key, widest, RICH)
        if key in grant.given:
            value = grant.given[key].value
            assert row.value is not None and safer_of(key, row.value, value, RICH) == row.value


@given(grants())
@settings(max_examples=80, deadline=None)
def test_the_target_is_inside_every_granted_mandate(grant: Granted) -> None:
    assert answer(grant.ask.target, rows_of(grant), RICH).breaches == ()


@given(grants())
@settings(max_examples=80, deadline=None)
def test_an_offer_at_the_corner_is_inside(grant: Granted) -> None:
    terms = corner(grant.given, grant.ask, RICH)
    own = {f"clause:{key}" for key, position in terms.clauses.items() if position is None}
    # narrowing margin moves no term: it alone may bind before the corner is reached
    assert broken(answer(terms, rows_of(grant), RICH, known_texts=own)) <= {"margin"} & set(grant.given)


@given(grants(), st.integers(0, 10), st.integers(0, 10))
@settings(max_examples=60, deadline=None)
def test_a_safer_price_breaks_no_more(grant: Granted, one: int, other: int) -> None:
    rows = rows_of(grant)
    near, far = (
        answer(between(grant.ask, grant.ask.walk_away, D(share) / 10), rows, RICH)
        for share in (max(one, other), min(one, other))
    )
    assert broken(near) <= broken(far)


@given(grants(), st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_safer_than_something_within_a_limit_is_within_it(
    grant: Granted, data: st.DataObject
) -> None:
    rows = [row for row in rows_of(grant).values() if isinstance(row.value, D)]
    row = data.draw(st.sampled_from(rows))
    assert isinstance(row.value, D)
    steps = data.draw(st.integers(-30, 30))
    value = row.value + steps * (D("0.1") if row.key.startswith(("discount", "margin")) else D(1))
    assert within(row, value, RICH) == (risk(row.key, value, RICH) <= risk(row.key, row.value, RICH))
