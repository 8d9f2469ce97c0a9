"""What holds for any policy and any terms."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails.evaluation import Finding, Judged, benches, evaluate, from_document, to_document
from guardrails.ladder import Ladder
from guardrails.measured import Measured
from guardrails.metric import METRICS
from guardrails.policy import Policy
from guardrails.toml import export, load
from tests.guardrails.policies import judged, policies, terms

SLOW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
Case = tuple[Policy, Measured]


@SLOW
@given(judged())
def test_any_terms_can_be_judged_twice_with_the_same_answer(case: Case) -> None:
    policy, measured = case
    assert evaluate(measured, policy) == evaluate(measured, policy)


@SLOW
@given(judged())
def test_a_policy_read_back_from_its_text_judges_the_same(case: Case) -> None:
    policy, measured = case
    assert evaluate(measured, load(export(policy))) == evaluate(measured, policy)


@SLOW
@given(judged())
def test_any_evaluation_survives_being_stored(case: Case) -> None:
    policy, measured = case
    evaluation = evaluate(measured, policy)
    assert from_document(to_document(evaluation)) == evaluation


@SLOW
@given(judged(), st.data())
def test_a_riskier_value_never_needs_less(case: Case, data: st.DataObject) -> None:
    policy, measured = case
    metric = data.draw(st.sampled_from(list(METRICS.values())))
    value = measured.value(metric.key)
    if value is None:
        return
    steps = data.draw(st.integers(0, 500))
    riskier = replace(
        measured, values={**measured.values, metric.key: value + metric.sign * steps * metric.step}
    )
    before, after = evaluate(measured, policy), evaluate(riskier, policy)
    assert all(after.needs[function] >= level for function, level in before.needs.items())
    assert {each.key for each in before.never} <= {each.key for each in after.never}


@SLOW
@given(judged())
def test_the_strictest_ladder_in_scope_wins(case: Case) -> None:
    policy, measured = case
    found = {(each.key, each.function): each for each in evaluate(measured, policy).findings if each.metric}
    for bench in benches(measured, policy):
        value = measured.value(bench.metric.key, bench.family)
        finding = found.get((bench.key, bench.function))
        for ladder in bench.ladders:
            rung = None if value is None else ladder.rung_at(value)
            if value is None:
                assert finding
                assert finding.unknown
                assert finding.level >= ladder.unreadable
            elif rung:
                assert finding
                assert finding.never if rung.level is None else finding.level >= rung.level


@SLOW
@given(judged())
def test_a_ladder_judges_or_is_set_aside_by_one_that_judges_or_is_set_aside(case: Case) -> None:
    policy, measured = case
    for bench in benches(measured, policy):
        there = {ladder.key for ladder in bench.ladders} | set(bench.set_aside)
        assert bench.ladders
        for key in bench.set_aside:
            assert any(policy.ladder(other).replaces == key for other in there)


@SLOW
@given(judged())
def test_every_number_is_found_standard_found_needed_or_named_as_not_judged(case: Case) -> None:
    policy, measured = case
    evaluation = evaluate(measured, policy)
    said: list[Finding | Judged] = [*evaluation.findings, *evaluation.standard]
    read = {each.metric for each in said if not each.family}
    set_by = {key for clause in policy.clauses for position in clause.positions for key in position.sets}
    assert (read | set_by | set(evaluation.not_judged)) - {None} == set(METRICS)
    assert read.isdisjoint(evaluation.not_judged)
    clauses = [each.clause for each in said if each.clause]
    assert sorted(clauses) == sorted(clause.key for clause in policy.clauses)


@SLOW
@given(judged())
def test_a_finding_falls_away_exactly_where_it_says(case: Case) -> None:
    policy, measured = case
    for finding in evaluate(measured, policy).findings:
        if finding.value is None or finding.family or finding.metric is None:
            continue
        metric = METRICS[finding.metric]
        assert finding.threshold == finding.falls_to[0][0]
        for point, level in finding.falls_to:
            for value, expected in ((point, level), (point + metric.sign * metric.step, None)):
                moved = replace(measured, values={**measured.values, metric.key: value})
                found = [
                    (each.never, each.level)
                    for each in evaluate(moved, policy).findings
                    if (each.key, each.function) == (finding.key, finding.function)
                ]
                now = found[0] if found else (False, 0)
                if expected is None:
                    assert now > (False, level)
                else:
                    assert now == (False, expected)


def rungs_of(policy: Policy) -> list[tuple[Ladder, int]]:
    return [(each, place) for each in policy.ladders for place in range(len(each.rungs))]


@SLOW
@given(policies())
def test_a_rung_is_needed_past_its_point_and_not_on_it(policy: Policy) -> None:
    for ladder, place in rungs_of(policy):
        rung, step = ladder.rungs[place], ladder.metric.sign * ladder.metric.step
        assert ladder.rung_at(rung.past) == (ladder.rungs[place - 1] if place else None)
        assert ladder.rung_at(rung.past + step) == rung or ladder.rungs[place + 1].past == rung.past + step


@SLOW
@given(policies())
def test_with_nothing_to_read_no_ladder_in_scope_passes(policy: Policy) -> None:
    unread = Measured(terms().frame, {}, {}, {})
    evaluation = evaluate(unread, policy)
    assert evaluation.standard == ()
    assert all(finding.level >= 1 for finding in evaluation.findings)
    assert {finding.clause for finding in evaluation.findings} >= {clause.key for clause in policy.clauses}
