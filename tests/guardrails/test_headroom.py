from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from guardrails.evaluation import Evaluation, evaluate
from guardrails.headroom import Relief, Remeasure, headroom
from guardrails.measured import Measured
from guardrails.metric import METRICS
from guardrails.policy import Policy
from tests.guardrails.policies import DEMO, POSITIONS, judged, ladder, small, terms

DERIVED = [*(metric.key for metric in METRICS.values() if metric.derived_limit), "discount_deepest"]


def moved_by(measured: Measured, policy: Policy) -> Remeasure:
    """A small model of a deal: each point of discount taken back makes all that follows a point safer."""

    def remeasure(changes: Mapping[str, Decimal | str]) -> Measured | None:
        values, clauses = dict(measured.values), dict(measured.clauses)
        families = {family: dict(read) for family, read in measured.by_family.items()}
        for key, value in changes.items():
            name, _, family = key.partition("/")
            if isinstance(value, str):
                clauses[key.removeprefix("clause:")] = value
            elif family:
                families[family][name] = value
            else:
                values[name] = value
        was, now = measured.value("discount"), values.get("discount")
        if was is not None and now is not None:
            for key in sorted(set(DERIVED) - changes.keys()):
                before, metric = values.get(key), METRICS[key]
                values[key] = (
                    before if before is None else metric.quantise(before - metric.sign * (was - now))
                )
        return replace(
            measured, values=set_by(values, clauses, measured, policy), by_family=families, clauses=clauses
        )

    return remeasure


def set_by(
    values: dict[str, Decimal | None], clauses: dict[str, str | None], measured: Measured, policy: Policy
) -> dict[str, Decimal | None]:
    for clause in policy.clauses:
        position = clause.position(clauses.get(clause.key))
        if clauses.get(clause.key) != measured.clauses.get(clause.key) and position:
            values |= position.sets
            values["clause_level"] = Decimal(
                max(
                    each.place(found)
                    for each in policy.clauses
                    if (found := clauses.get(each.key)) and each.position(found)
                )
            )
    return values


def reliefs(measured: Measured, policy: Policy = DEMO) -> list[tuple[str, int, int, dict[str, str]]]:
    found = headroom(measured, policy, remeasure=moved_by(measured, policy))
    return [
        (each.function, each.from_level, each.to_level, {key: str(value) for key, value in each.changes})
        for each in found
    ]


def plain(relief: Relief) -> str:
    return relief.sentence.replace("\u00a0", " ")


WALK_AWAY = terms(
    clauses={**POSITIONS, "liability": "fallback-1", "law": "fallback-1"},
    discount="21.5",
    discount_deepest="24.5",
    margin="58.0",
    payment_days="60",
    price_rise="2.0",
    custom_days="20",
    weeks_to_live="13",
)


def test_the_demo_deal_sheds_each_sign_off_with_the_fewest_changes() -> None:
    assert reliefs(WALK_AWAY) == [
        ("finance", 2, 1, {"discount": "20.0", "payment_days": "45"}),
        ("finance", 2, 0, {"discount": "12.5", "payment_days": "30"}),
        ("legal", 1, 0, {"clause:liability": "standard"}),
        ("operations", 1, 0, {"custom_days": "10", "weeks_to_live": "16"}),
    ]


def test_a_relief_is_said_in_a_sentence() -> None:
    found = headroom(WALK_AWAY, DEMO, remeasure=moved_by(WALK_AWAY, DEMO))
    assert [plain(relief) for relief in found] == [
        "With discount 20.0 % and payment 45 days, "
        "Finance Director falls away and Finance Manager is enough.",
        "With discount 12.5 % and payment 30 days, nobody in Finance is needed.",
        "With limitation of liability at “1.0 × yearly fees”, nobody in Legal is needed.",
        "With customisation 10 days and go-live 16 weeks, nobody in Operations is needed.",
    ]


def test_margin_is_relieved_through_the_highest_discount_that_is_enough() -> None:
    assert reliefs(terms(discount="12.0", margin="57.4")) == [("finance", 1, 0, {"discount": "9.4"})]


def test_margin_out_of_reach_of_any_discount_is_not_offered() -> None:
    assert reliefs(terms(discount="2.0", margin="57.4")) == []


def test_a_level_that_needs_no_other_change_is_dropped_first() -> None:
    assert reliefs(terms(discount="12.0", margin="49.0")) == [
        ("finance", 3, 2, {"discount": "11.0"}),
        ("finance", 3, 1, {"discount": "4.0"}),
        ("finance", 3, 0, {"discount": "1.0"}),
    ]


def test_what_another_change_makes_needless_is_left_out() -> None:
    policy = small(ladder("all", "discount", ("10.0", 1)), ladder("margin", "margin", ("60.0", 1)))
    assert reliefs(terms(discount="15.0", margin="58.0"), policy) == [("finance", 1, 0, {"discount": "10.0"})]


def test_a_deepest_line_that_the_whole_discount_pulls_along_needs_no_change_of_its_own() -> None:
    assert reliefs(terms(discount="22.0", discount_deepest="36.0")) == [
        ("finance", 2, 1, {"discount": "20.0"}),
        ("finance", 2, 0, {"discount": "12.5", "discount_deepest": "25.0"}),
    ]


def test_what_cannot_be_read_cannot_be_relieved() -> None:
    assert reliefs(terms(payment_days=None)) == []
    assert reliefs(terms(margin=None, discount="15.0")) == []


def test_own_wording_is_relieved_by_the_furthest_position_that_is_enough() -> None:
    assert reliefs(terms(clauses={**POSITIONS, "law": None})) == [
        ("legal", 2, 0, {"clause:law": "fallback-1"}),
    ]


def test_from_never_the_way_back_begins_with_what_may_be_granted() -> None:
    found = headroom(
        (asked := terms(clauses={**POSITIONS, "liability": "uncapped"})),
        DEMO,
        remeasure=moved_by(asked, DEMO),
    )
    assert [(each.never, each.from_level, each.to_level, each.changes) for each in found] == [
        (True, 2, 2, (("clause:liability", "fallback-2"),)),
        (True, 2, 1, (("clause:liability", "fallback-1"),)),
        (True, 2, 0, (("clause:liability", "standard"),)),
    ]
    assert found[0].sentence == (
        "With limitation of liability at “2.0 × fees”, it may be granted and General Counsel is enough."
    )


def test_a_metric_that_a_clause_sets_is_relieved_through_the_clause() -> None:
    policy = replace(DEMO, ladders=(ladder("cap", "liability_cap", ("1.0", 1), ("1.5", 2)),))
    asked = terms(clauses={**POSITIONS, "liability": "fallback-2"}, liability_cap="2.0")
    assert reliefs(asked, policy)[:2] == [
        ("finance", 2, 1, {"clause:liability": "fallback-1"}),
        ("finance", 2, 0, {"clause:liability": "standard"}),
    ]


def test_the_furthest_clause_is_relieved_by_moving_every_clause_that_lies_further() -> None:
    policy = replace(DEMO, ladders=(ladder("depth", "clause_level", ("1", 1)),))
    asked = terms(
        clauses={**POSITIONS, "law": "fallback-2", "data": "fallback-2", "exit": "fallback-1"},
        clause_level="2",
    )
    assert reliefs(asked, policy)[0] == (
        "finance",
        1,
        0,
        {"clause:data": "fallback-1", "clause:law": "fallback-1"},
    )


def test_a_family_is_relieved_by_its_own_discount() -> None:
    policy = small(ladder("platform", "discount", ("10.0", 1), families=("Platform",)))
    asked = terms(discount="5.0", families={"Platform": {"discount": Decimal("12.0")}})
    found = headroom(asked, policy, remeasure=moved_by(asked, policy))
    assert [each.changes for each in found] == [(("discount/Platform", Decimal("10.0")),)]
    assert plain(found[0]) == "With discount of Platform 10.0 %, nobody in Finance is needed."


def test_what_cannot_be_moved_is_not_offered() -> None:
    assert headroom(WALK_AWAY, DEMO, remeasure=lambda changes: None) == ()


def test_a_change_that_would_need_another_function_more_is_not_offered() -> None:
    policy = small(
        ladder("a", "payment_days", ("30", 1)), ladder("b", "cost_of_terms", ("0", 1), function="legal")
    )
    asked = terms(payment_days="60")

    def dearer(changes: Mapping[str, Decimal | str]) -> Measured:
        return terms(payment_days="30", cost_of_terms="5") if changes else asked

    assert headroom(asked, policy, remeasure=dearer) == ()


def test_standard_terms_need_no_relief() -> None:
    assert headroom(terms(), DEMO, remeasure=moved_by(terms(), DEMO)) == ()


def need(evaluation: Evaluation, function: str) -> tuple[bool, int]:
    found = evaluation.findings_of(function)
    return any(each.never for each in found), max((each.level for each in found), default=0)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(judged())
def test_every_relief_holds_when_judged_again_and_needs_each_of_its_changes(
    case: tuple[Policy, Measured],
) -> None:
    policy, measured = case
    remeasure = moved_by(measured, policy)
    for relief in headroom(measured, policy, remeasure=remeasure):
        changes = dict(relief.changes)
        after = remeasure(changes)
        assert after is not None
        assert need(evaluate(after, policy), relief.function) == (False, relief.to_level)
        assert (relief.never, relief.from_level) > (False, relief.to_level)
        for key in changes:
            fewer = remeasure({name: value for name, value in changes.items() if name != key})
            assert fewer is not None
            assert need(evaluate(fewer, policy), relief.function) > (False, relief.to_level)


@pytest.mark.parametrize("function", ["finance", "operations", "legal"])
def test_each_function_in_need_is_offered_a_way_to_be_left_alone(function: str) -> None:
    found = headroom(WALK_AWAY, DEMO, remeasure=moved_by(WALK_AWAY, DEMO))
    assert [each.to_level for each in found if each.function == function][-1] == 0
