from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal as D
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.routing import Desk, Plan, PlannedStep, route
from deals.terms import Ask, Terms
from guardrails.policy import Policy
from tests.approvals.strategies import DEMO, RICH, asks, judged, ladder
from tests.deals.brandt import WALK_AWAY, lines

EVERYONE = {(level.function, level.rank): (10 * level.rank, 10 * level.rank + 1) for level in DEMO.levels}
DESK = Desk(EVERYONE, DEMO)
CHIEF = ladder("margin-chief", "margin", "executive", "59")


def plan(terms: Terms = WALK_AWAY, desk: Desk = DESK, kept: Collection[str] = ()) -> Plan:
    return route(judged(terms, desk.policy)[1], desk, kept)


def asking(policy: Policy = DEMO, **clauses: str) -> Plan:
    walk_away = replace(WALK_AWAY, clauses={**WALK_AWAY.clauses, **clauses})
    return plan(walk_away, Desk(EVERYONE, policy))


def places(plan: Plan) -> list[tuple[str, int, int, int]]:
    return [(step.function, step.level, step.stage, step.order) for step in plan.steps]


def test_brandt_needs_a_finance_director_legal_counsel_and_a_delivery_manager_side_by_side() -> None:
    assert plan().steps == (
        PlannedStep("finance", 2, 1, 1, (20, 21), ("discount", "margin", "payment_days"), 720, True),
        PlannedStep("legal", 1, 1, 1, (10, 11), ("clause:liability",), 960, True),
        PlannedStep("operations", 1, 1, 1, (10, 11), ("custom_days", "weeks_to_live"), 960, True),
    )


def test_a_direct_function_is_asked_at_the_highest_level_only() -> None:
    assert [place for place in places(asking()) if place[0] == "finance"] == [("finance", 2, 1, 1)]


def test_a_function_that_climbs_is_asked_at_each_level_up_to_the_one_needed() -> None:
    found = asking(data="fallback-2")
    assert [place for place in places(found) if place[0] == "legal"] == [
        ("legal", 1, 1, 1),
        ("legal", 2, 1, 2),
    ]


def test_in_a_climb_a_higher_level_is_not_asked_for_what_a_lower_one_settles() -> None:
    counsel, general = (step for step in asking(data="fallback-2").steps if step.function == "legal")
    assert counsel.findings == ("clause:liability", "clause:data")
    assert general.findings == ("clause:data",)


def test_executives_come_after_all_others() -> None:
    chief = replace(DEMO, functions=tuple(reversed(DEMO.functions)), ladders=(*DEMO.ladders, CHIEF))
    found = places(asking(chief))
    assert found[-1] == ("executive", 1, 2, 1)
    assert [place[2] for place in found] == [1, 1, 1, 2]


def test_an_empty_pool_is_a_step_that_cannot_be_routed_and_not_a_pass() -> None:
    nobody = {place: () if place == ("legal", 1) else pool for place, pool in EVERYONE.items()}
    missing = {place: pool for place, pool in EVERYONE.items() if place != ("operations", 1)}
    for pools, function in ((nobody, "legal"), (missing, "operations")):
        found = {step.function: step for step in plan(desk=Desk(pools, DEMO)).steps}
        assert set(found) == {"finance", "legal", "operations"}
        assert (found[function].pool, found[function].routable) == ((), False)
        assert found["finance"].routable


def test_a_kept_function_is_not_asked_again() -> None:
    assert places(plan(kept={"legal", "operations"})) == [("finance", 2, 1, 1)]


def test_standard_terms_need_nobody() -> None:
    standard = replace(
        WALK_AWAY,
        lines=lines("12.5", "12.5", "12.5", "12.5"),
        values={**WALK_AWAY.values, "payment_days": D(30), "custom_days": D(10), "weeks_to_live": D(16)},
        clauses={},
    )
    assert plan(standard) == Plan((), ())


def test_what_nobody_may_grant_is_named_on_the_plan() -> None:
    found = asking(liability="uncapped")
    assert [finding.key for finding in found.never] == ["clause:liability"]
    assert asking().never == ()


@given(asks(), st.sets(st.sampled_from([rule.key for rule in RICH.functions])))
@settings(max_examples=60, deadline=None)
def test_each_function_that_is_needed_and_not_kept_is_asked_up_to_its_level(ask: Ask, kept: set[str]) -> None:
    evaluation = judged(ask.walk_away, RICH)[1]
    found = route(evaluation, Desk(EVERYONE, RICH), kept)
    tops = {step.function: step.level for step in found.steps}
    assert tops == {function: level for function, level in evaluation.needs.items() if function not in kept}
    assert [step.stage for step in found.steps] == sorted(step.stage for step in found.steps)
    assert {key for step in found.steps for key in step.findings} == {
        finding.key for finding in evaluation.findings if finding.function not in kept
    }


@given(asks(), st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_route_does_not_hang_on_the_order_in_which_people_are_known(ask: Ask, random: Random) -> None:
    shuffled = list(EVERYONE.items())
    random.shuffle(shuffled)
    evaluation = judged(ask.walk_away, RICH)[1]
    assert route(evaluation, Desk(dict(shuffled), RICH)) == route(evaluation, Desk(EVERYONE, RICH))
