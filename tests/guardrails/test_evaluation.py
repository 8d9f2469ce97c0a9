from dataclasses import replace
from decimal import Decimal

import pytest

from base.canonical import dumps
from guardrails.evaluation import Evaluation, Finding, evaluate, from_document, to_document
from guardrails.metric import METRICS
from guardrails.policy import Clause, Policy, Position
from tests.guardrails.policies import BRANDT, DEMO, POSITIONS, ladder, measuring, small, terms

WALK_AWAY = terms(
    clauses={**POSITIONS, "liability": "fallback-1", "law": "fallback-1"},
    discount="21.5",
    discount_deepest="24.5",
    margin="58.0",
    payment_days="60",
    price_rise="2.0",
    custom_days="20",
    weeks_to_live="13",
    liability_cap="1.5",
)


def needed(evaluation: Evaluation) -> dict[str, tuple[str, int]]:
    return {finding.key: (finding.function, finding.level) for finding in evaluation.findings}


def only(evaluation: Evaluation, key: str, function: str = "finance") -> Finding:
    (finding,) = (each for each in evaluation.findings if (each.key, each.function) == (key, function))
    return finding


def plain(sentence: str) -> str:
    return sentence.replace("\u00a0", " ")


# --- the demo deal --------------------------------------------------------------------------------


def test_the_walk_away_of_the_demo_deal_needs_three_functions() -> None:
    evaluation = evaluate(WALK_AWAY, DEMO)
    assert (evaluation.policy, evaluation.number) == ("v14", 14)
    assert needed(evaluation) == {
        "discount": ("finance", 2),
        "margin": ("finance", 1),
        "payment_days": ("finance", 2),
        "custom_days": ("operations", 1),
        "weeks_to_live": ("operations", 1),
        "clause:liability": ("legal", 1),
    }
    assert evaluation.needs == {"finance": 2, "operations": 1, "legal": 1}
    assert evaluation.never == ()
    assert evaluation.not_judged == ("discount_12m", "cost_of_terms", "total_value", "clause_level")


def test_the_target_of_the_demo_deal_needs_little() -> None:
    target = terms(
        discount="12.6", discount_deepest="16.0", margin="62.7", custom_days="12", weeks_to_live="15"
    )
    assert evaluate(target, DEMO).needs == {"finance": 1, "operations": 1}


def test_findings_say_how_far_in_and_where_the_level_falls_away() -> None:
    said = {finding.key: plain(finding.sentence) for finding in evaluate(WALK_AWAY, DEMO).findings}
    assert said == {
        "discount": "Discount 21.5 % is 1.5 points into the Finance Director band; "
        "at 20.0 % Finance Director falls away.",
        "margin": "Margin 58.0 % is 2.0 points into the Finance Manager band; "
        "at 60.0 % Finance Manager falls away.",
        "payment_days": "Payment 60 days is 15 days into the Finance Director band; "
        "at 45 days Finance Director falls away.",
        "custom_days": "Customisation 20 days is 10 days into the Delivery Manager band; "
        "at 10 days Delivery Manager falls away.",
        "weeks_to_live": "Go-live 13 weeks is 3 weeks into the Delivery Manager band; "
        "at 16 weeks Delivery Manager falls away.",
        "clause:liability": "Limitation of liability at “1.5 × fees” needs Legal Counsel; "
        "at “1.0 × yearly fees” Legal Counsel falls away.",
    }


def test_numbers_and_units_do_not_break_apart() -> None:
    sentence = only(evaluate(WALK_AWAY, DEMO), "discount").sentence
    assert "21.5\u00a0%" in sentence
    assert "1.5\u00a0points" in sentence


def test_every_finding_can_be_said_without_a_figure() -> None:
    bands = [finding.band for finding in evaluate(WALK_AWAY, DEMO).findings if finding.metric]
    assert bands == [
        "Discount is in the Finance Director band.",
        "Margin is in the Finance Manager band.",
        "Payment is in the Finance Director band.",
        "Customisation is in the Delivery Manager band.",
        "Go-live is in the Delivery Manager band.",
    ]


def test_findings_know_what_is_needed_at_safer_points() -> None:
    finding = only(evaluate(terms(discount="31.0"), DEMO), "discount")
    assert finding.threshold == Decimal("30.0")
    assert finding.falls_to == ((Decimal("30.0"), 2), (Decimal("20.0"), 1), (Decimal("12.5"), 0))


def test_what_is_standard_names_its_limit() -> None:
    judged = {(each.key, each.function): each for each in evaluate(terms(margin="45.0"), DEMO).standard}
    assert judged["discount", "finance"].threshold == Decimal("12.5")
    assert (
        plain(judged["discount", "finance"].sentence) == "Discount 0.0 % is standard, up to and with 12.5 %."
    )
    assert (
        plain(judged["margin", "executive"].sentence) == "Margin 45.0 % is standard, down to and with 45.0 %."
    )
    assert judged["margin", "executive"].band == "Margin is standard."
    assert ("margin", "finance") not in judged
    assert judged["clause:law", "legal"].position == "standard"


# --- both sides of every rung of the demo policy ----------------------------------------------------

RUNGS = [
    (each.key, place)
    for each in DEMO.ladders
    if each.replaces is None and each.key != "discount-12m"
    for place in range(len(each.rungs))
]


@pytest.mark.parametrize(("key", "place"), RUNGS)
def test_on_the_point_a_rung_is_not_needed_and_one_step_past_it_is(key: str, place: int) -> None:
    judging = DEMO.ladder(key)
    metric, rung = judging.metric, judging.rungs[place]
    before = judging.rungs[place - 1].level if place else 0
    levels = []
    for value in (rung.past, rung.past + metric.sign * metric.step):
        found = evaluate(measuring(metric.key, str(value)), DEMO).findings
        levels.append(max((each.level for each in found if each.ladder == key), default=0))
    assert levels == [before, rung.level]


@pytest.mark.parametrize(
    ("metric", "value", "function", "level"),
    [
        ("discount", "12.5", "finance", 0),
        ("discount", "12.6", "finance", 1),
        ("discount", "20.0", "finance", 1),
        ("discount", "20.1", "finance", 2),
        ("discount", "30.0", "finance", 2),
        ("discount", "30.1", "finance", 3),
        ("discount", "-5.0", "finance", 0),
        ("discount_deepest", "25.0", "finance", 0),
        ("discount_deepest", "25.1", "finance", 1),
        ("discount_deepest", "35.0", "finance", 1),
        ("discount_deepest", "35.1", "finance", 2),
        ("margin", "60.0", "finance", 0),
        ("margin", "59.9", "finance", 1),
        ("margin", "57.0", "finance", 1),
        ("margin", "56.9", "finance", 2),
        ("margin", "50.0", "finance", 2),
        ("margin", "49.9", "finance", 3),
        ("margin", "45.0", "executive", 0),
        ("margin", "44.9", "executive", 1),
        ("payment_days", "30", "finance", 0),
        ("payment_days", "31", "finance", 1),
        ("payment_days", "45", "finance", 1),
        ("payment_days", "46", "finance", 2),
        ("payment_days", "75", "finance", 2),
        ("payment_days", "76", "finance", 3),
        ("invoices_per_year", "1", "finance", 0),
        ("invoices_per_year", "2", "finance", 1),
        ("term_months", "36", "finance", 0),
        ("term_months", "35", "finance", 1),
        ("term_months", "24", "finance", 1),
        ("term_months", "23", "finance", 2),
        ("free_months", "0", "finance", 0),
        ("free_months", "1", "finance", 1),
        ("free_months", "2", "finance", 1),
        ("free_months", "3", "finance", 2),
        ("price_rise", "2.0", "finance", 0),
        ("price_rise", "1.9", "finance", 1),
        ("below_floor", "0", "finance", 0),
        ("below_floor", "1", "finance", 2),
        ("custom_days", "10", "operations", 0),
        ("custom_days", "11", "operations", 1),
        ("custom_days", "20", "operations", 1),
        ("custom_days", "21", "operations", 2),
        ("custom_days", "40", "operations", 2),
        ("custom_days", "41", "operations", 3),
        ("weeks_to_live", "16", "operations", 0),
        ("weeks_to_live", "15", "operations", 1),
        ("weeks_to_live", "12", "operations", 1),
        ("weeks_to_live", "11", "operations", 2),
        ("weeks_to_live", "8", "operations", 2),
        ("weeks_to_live", "7", "operations", 3),
    ],
)
def test_the_demo_policy_needs_this_level(metric: str, value: str, function: str, level: int) -> None:
    found = evaluate(measuring(metric, value), DEMO).findings_of(function)
    assert [finding.level for finding in found] == ([level] if level else [])


@pytest.mark.parametrize(("value", "level"), [("15.0", 0), ("15.1", 1), ("20.0", 1), ("20.1", 2)])
@pytest.mark.parametrize(
    ("deal_type", "judged"), [("Expansion", True), ("Renewal", True), ("New business", False)]
)
def test_cumulative_discount_is_judged_where_there_was_a_deal_before(
    value: str, level: int, deal_type: str, judged: bool
) -> None:
    evaluation = evaluate(terms(replace(BRANDT, deal_type=deal_type), discount_12m=value), DEMO)
    assert [each.level for each in evaluation.findings if each.metric == "discount_12m"] == (
        [level] if judged and level else []
    )
    assert ("discount_12m" in evaluation.not_judged) is not judged


@pytest.mark.parametrize(
    ("clause", "position", "level", "never"),
    [
        ("liability", "standard", 0, False),
        ("liability", "fallback-1", 1, False),
        ("liability", "fallback-2", 2, False),
        ("liability", "uncapped", 2, True),
        ("data", "standard", 0, False),
        ("data", "fallback-1", 1, False),
        ("data", "fallback-2", 2, False),
        ("law", "standard", 0, False),
        ("law", "fallback-1", 0, False),
        ("law", "fallback-2", 2, False),
        ("exit", "standard", 0, False),
        ("exit", "fallback-1", 2, False),
        ("exit", "fallback-2", 2, True),
    ],
)
def test_a_clause_needs_what_its_position_says(clause: str, position: str, level: int, never: bool) -> None:
    evaluation = evaluate(terms(clauses={**POSITIONS, clause: position}), DEMO)
    found = [(each.key, each.function, each.level, each.never) for each in evaluation.findings]
    assert found == ([(f"clause:{clause}", "legal", level, never)] if level else [])


# --- unknown ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("unreadable", [None, "nan"])
def test_an_unreadable_metric_needs_the_top_level_of_its_ladder(unreadable: str | None) -> None:
    finding = only(evaluate(terms(margin=unreadable), DEMO), "margin")
    assert (finding.level, finding.unknown, finding.never, finding.value) == (3, True, False, None)
    assert finding.falls_to == ()
    assert finding.sentence == "Margin cannot be read, so CFO must decide."


def test_a_metric_that_was_not_measured_at_all_is_unreadable() -> None:
    measured = terms()
    bare = replace(measured, values={key: value for key, value in measured.values.items() if key != "margin"})
    assert evaluate(bare, DEMO).needs == {"finance": 3, "executive": 1}


def test_a_ladder_may_name_the_level_for_what_cannot_be_read() -> None:
    policy = small(ladder("margin", "margin", ("60.0", 1), ("50.0", 3), unknown=2))
    assert evaluate(terms(margin=None), policy).needs == {"finance": 2}


def test_an_unreadable_metric_with_a_never_rung_needs_the_top_that_may_be_granted() -> None:
    policy = small(ladder("margin", "margin", ("60.0", 2), ("50.0", None)))
    finding = only(evaluate(terms(margin=None), policy), "margin")
    assert (finding.level, finding.never) == (2, False)


def test_an_unreadable_metric_takes_the_strictest_ladder() -> None:
    policy = small(
        ladder("a", "margin", ("60.0", 2)),
        ladder("b", "margin", ("55.0", 3)),
        ladder("c", "margin", ("50.0", 1)),
    )
    assert only(evaluate(terms(margin=None), policy), "margin").ladder == "b"


@pytest.mark.parametrize("asked", [None, "their-own"])
def test_own_wording_needs_the_top_level_of_the_clause(asked: str | None) -> None:
    finding = only(evaluate(terms(clauses={**POSITIONS, "data": asked}), DEMO), "clause:data", "legal")
    assert (finding.level, finding.unknown, finding.never) == (2, True, False)
    assert (
        finding.sentence
        == "Data location is in words that the library does not know, so General Counsel must read it."
    )


def test_a_clause_that_nobody_positioned_is_unknown() -> None:
    assert evaluate(terms(clauses={}), DEMO).needs == {"legal": 2}


def test_own_wording_of_a_clause_without_a_level_needs_the_top_of_its_function() -> None:
    clause = Clause(
        "law", "Law", "legal", (Position("home", "Home", "", 0), Position("away", "Away", "", None))
    )
    assert evaluate(terms(clauses={"law": None}), small(clauses=(clause,))).needs == {"legal": 3}


# --- never ------------------------------------------------------------------------------------------


def test_past_a_never_rung_nobody_may_grant() -> None:
    policy = small(ladder("discount", "discount", ("20.0", 2), ("40.0", None)))
    on, past = (evaluate(terms(discount=value), policy) for value in ("40.0", "40.1"))
    assert (on.never, only(on, "discount").level) == ((), 2)
    (never,) = past.never
    assert (never.key, never.level, never.threshold) == ("discount", 2, Decimal("40.0"))
    assert never.falls_to == ((Decimal("40.0"), 2), (Decimal("20.0"), 0))
    assert plain(never.sentence) == (
        "Discount 40.1 % is past 40.0 %, which nobody may grant; at 40.0 % finance 2 may decide."
    )


def test_a_ladder_of_one_never_rung_falls_away_to_nobody() -> None:
    policy = small(ladder("free", "free_months", ("6", None), unknown=3))
    (never,) = evaluate(terms(free_months="7"), policy).never
    assert plain(never.sentence) == (
        "Free months 7 months is past 6 months, which nobody may grant; at 6 months nobody is needed."
    )


def test_never_wins_over_every_level_and_keeps_the_highest_one() -> None:
    policy = small(
        ladder("a", "discount", ("10.0", 3)),
        ladder("b", "discount", ("5.0", 1), ("20.0", None)),
    )
    assert evaluate(terms(discount="20.0"), policy).needs == {"finance": 3}
    finding = only(evaluate(terms(discount="20.1"), policy), "discount")
    assert (finding.ladder, finding.never, finding.level) == ("b", True, 3)


def test_a_never_position_says_what_the_furthest_one_is() -> None:
    evaluation = evaluate(terms(clauses={**POSITIONS, "exit": "fallback-2"}), DEMO)
    assert evaluation.never[0].sentence == (
        "Exit for convenience at “Month 12” is never granted; “Month 18” is the furthest."
    )


# --- scope, replaces, strictest ---------------------------------------------------------------------


def test_every_ladder_in_scope_judges_and_the_strictest_wins() -> None:
    policy = small(
        ladder("lenient", "discount", ("10.0", 1), ("30.0", 2)),
        ladder("strict", "discount", ("15.0", 3), regions=("DACH",)),
        ladder("elsewhere", "discount", ("0.0", 3), regions=("Nordics",)),
    )
    finding = only(evaluate(terms(discount="16.0"), policy), "discount")
    assert (finding.level, finding.ladder) == (3, "strict")
    assert finding.falls_to == ((Decimal("15.0"), 1), (Decimal("10.0"), 0))


def test_of_two_ladders_that_need_the_same_level_the_tighter_point_counts() -> None:
    policy = small(ladder("wide", "discount", ("18.0", 2)), ladder("tight", "discount", ("12.0", 2)))
    finding = only(evaluate(terms(discount="20.0"), policy), "discount")
    assert (finding.ladder, finding.threshold) == ("tight", Decimal("12.0"))
    assert finding.falls_to == ((Decimal("12.0"), 0),)


def test_of_two_never_rungs_the_tighter_point_counts() -> None:
    policy = small(
        ladder("wide", "discount", ("5.0", 3), ("30.0", None)),
        ladder("tight", "discount", ("10.0", 1), ("20.0", None)),
    )
    finding = only(evaluate(terms(discount="31.0"), policy), "discount")
    assert (finding.ladder, finding.threshold) == ("tight", Decimal("20.0"))
    assert finding.falls_to[0] == (Decimal("20.0"), 3)


def test_functions_judge_the_same_metric_each_for_itself() -> None:
    evaluation = evaluate(terms(margin="44.9"), DEMO)
    assert [(each.key, each.function, each.level) for each in evaluation.findings] == [
        ("margin", "finance", 3),
        ("margin", "executive", 1),
    ]
    assert [each.function for each in evaluation.findings_of("executive")] == ["executive"]


@pytest.mark.parametrize(
    ("changed", "value", "level"),
    [
        ({"deal_type": "Renewal"}, "8.0", 0),
        ({"deal_type": "Renewal"}, "8.1", 1),
        ({"segment": "Public sector", "region": "UK & Ireland"}, "15.0", 0),
        ({"segment": "Public sector", "region": "UK & Ireland"}, "15.1", 1),
        ({"segment": "Public sector"}, "12.6", 1),
        ({"segment": "Public sector", "region": "UK & Ireland", "deal_type": "Renewal"}, "8.1", 1),
    ],
)
def test_a_ladder_stands_in_for_another_only_in_its_own_scope(
    changed: dict[str, str], value: str, level: int
) -> None:
    found = evaluate(terms(replace(BRANDT, **changed), discount=value, discount_12m="0.0"), DEMO)
    assert [each.level for each in found.findings] == ([level] if level else [])


def test_setting_aside_is_said() -> None:
    renewal = replace(BRANDT, deal_type="Renewal")
    finding = only(evaluate(terms(renewal, discount="9.0"), DEMO), "discount")
    assert finding.set_aside == ("discount",)
    assert plain(finding.sentence) == (
        "Discount 9.0 % is 1.0 points into the Finance Manager band; at 8.0 % Finance Manager falls away. "
        "Judged by “discount-renewal”, set aside: “discount”."
    )
    judged = next(each for each in evaluate(terms(renewal), DEMO).standard if each.key == "discount")
    assert (judged.ladder, judged.threshold, judged.set_aside) == (
        "discount-renewal",
        Decimal("8.0"),
        ("discount",),
    )
    assert judged.sentence.endswith("Judged by “discount-renewal”, set aside: “discount”.")


def chain(*scopes: dict[str, tuple[str, ...]]) -> Policy:
    """c stands in for b, b for a; each needs another level."""
    first, second, third = scopes
    return small(
        ladder("a", "discount", ("10.0", 3), **first),
        ladder("b", "discount", ("10.0", 2), replaces="a", **second),
        ladder("c", "discount", ("10.0", 1), replaces="b", **third),
    )


@pytest.mark.parametrize(
    ("segment", "region", "level", "aside"),
    [
        ("Enterprise", "DACH", 1, ("a", "b")),
        ("Public sector", "DACH", 2, ("a",)),
        ("Enterprise", "Nordics", 3, ()),
    ],
)
def test_chains_of_replacing_resolve(segment: str, region: str, level: int, aside: tuple[str, ...]) -> None:
    dach = ("DACH",)
    policy = chain({}, {"regions": dach}, {"regions": dach, "segments": ("Enterprise",)})
    finding = only(
        evaluate(terms(replace(BRANDT, segment=segment, region=region), discount="11.0"), policy), "discount"
    )
    assert (finding.level, finding.set_aside) == (level, aside)


# --- product families ---------------------------------------------------------------------------------

FAMILY = ladder("platform", "discount", ("10.0", 2), families=("Platform",))


def test_a_family_ladder_measures_only_that_family() -> None:
    policy = small(ladder("all", "discount", ("20.0", 1)), FAMILY)
    families = {"Platform": {"discount": Decimal("10.1")}, "Services": {"discount": Decimal("90.0")}}
    (finding,) = evaluate(terms(discount="15.0", families=families), policy).findings
    assert (finding.key, finding.family, finding.value) == ("discount/Platform", "Platform", Decimal("10.1"))
    assert plain(finding.sentence) == (
        "Discount of Platform 10.1 % is 0.1 points into the finance 2 band; at 10.0 % finance 2 falls away."
    )


def test_a_family_ladder_is_not_in_scope_of_a_deal_without_such_lines() -> None:
    evaluation = evaluate(
        terms(discount="50.0", families={"Services": {"discount": Decimal("50.0")}}), small(FAMILY)
    )
    assert (evaluation.findings, evaluation.standard) == ((), ())
    assert "discount" in evaluation.not_judged


def test_a_ladder_of_two_families_judges_each_by_itself() -> None:
    policy = small(ladder("both", "discount", ("10.0", 1), families=("Platform", "Services")))
    families = {"Services": {"discount": Decimal("11.0")}, "Platform": {"discount": Decimal("10.0")}}
    evaluation = evaluate(terms(families=families), policy)
    assert [each.key for each in evaluation.findings] == ["discount/Services"]
    assert [each.key for each in evaluation.standard] == ["discount/Platform"]


def test_a_family_whose_discount_cannot_be_read_is_a_finding() -> None:
    (finding,) = evaluate(terms(families={"Platform": {"discount": None}}), small(FAMILY)).findings
    assert finding.sentence == "Discount of Platform cannot be read, so finance 2 must decide."


def test_a_family_ladder_sets_aside_a_wider_one_for_its_family_alone() -> None:
    policy = small(
        ladder("both", "discount", ("10.0", 1), families=("Platform", "Services")),
        ladder("platform", "discount", ("20.0", 2), families=("Platform",), replaces="both"),
    )
    families = {name: {"discount": Decimal("15.0")} for name in ("Platform", "Services")}
    evaluation = evaluate(terms(families=families), policy)
    assert [(each.key, each.ladder, each.set_aside) for each in evaluation.findings] == [
        ("discount/Services", "both", ())
    ]
    assert [(each.key, each.ladder, each.set_aside) for each in evaluation.standard] == [
        ("discount/Platform", "platform", ("both",))
    ]


# --- words and documents --------------------------------------------------------------------------------


def test_invoicing_is_said_in_words() -> None:
    finding = only(evaluate(terms(invoices_per_year="4"), DEMO), "invoices_per_year")
    assert finding.sentence == (
        "Invoicing quarterly is past yearly and in the Finance Manager band; "
        "at yearly Finance Manager falls away."
    )


def test_a_position_the_seller_may_give_is_said_so() -> None:
    evaluation = evaluate(terms(clauses={**POSITIONS, "law": "fallback-1"}), DEMO)
    judged = next(each for each in evaluation.standard if each.key == "clause:law")
    assert judged.sentence == "Governing law at “Austria” may be given without asking."


def test_a_clause_that_jumps_a_level_falls_to_the_nearest_position_below_it() -> None:
    evaluation = evaluate(terms(clauses={**POSITIONS, "law": "fallback-2"}), DEMO)
    assert evaluation.findings[0].sentence == (
        "Governing law at “England and Wales” needs General Counsel; at “Austria” General Counsel falls away."
    )


def test_an_evaluation_survives_being_stored() -> None:
    evaluation = evaluate(WALK_AWAY, DEMO)
    document = to_document(evaluation)
    assert from_document(document) == evaluation
    assert document["findings"][0]["value"] == "21.5"
    assert document["schema"] == 1
    assert dumps(to_document(from_document(document))) == dumps(document)


def test_a_document_of_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown schema of an evaluation: 2"):
        from_document({**to_document(evaluate(WALK_AWAY, DEMO)), "schema": 2})


def test_metrics_that_a_clause_sets_count_as_judged_by_the_clause() -> None:
    assert {"liability_cap", "exit_month"} & set(evaluate(terms(), DEMO).not_judged) == set()
    assert set(evaluate(terms(), small()).not_judged) == set(METRICS)
