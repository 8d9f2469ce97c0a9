from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails.beyond import Beyond, ExceptionRule
from guardrails.clause import Clause, Position
from guardrails.evaluation import Finding, evaluate, from_document, grantors, to_document
from guardrails.faults import Senseless
from guardrails.headroom import headroom
from guardrails.measured import Measured
from guardrails.metric import METRICS
from guardrails.policy import Policy
from guardrails.reading import excepting
from guardrails.toml import PolicyErrors, export, load
from tests.guardrails.policies import DEMO_TEXT, excepted, ladder, measuring, small, terms

SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
Case = tuple[Policy, Measured]
FINANCE = ladder("discount", "discount", ("10.0", 1), ("20.0", 2), ("30.0", None))
LIABILITY = Clause(
    "liability",
    "Liability",
    "legal",
    (
        Position("standard", "1 × fees", "", 0),
        Position("double", "2 × fees", "", 2),
        Position("uncapped", "Uncapped", "", None),
        Position("punitive", "With penalties", "", None),
    ),
)
STANDARD = {"liability": "standard"}
LEGAL_GRANTS = ExceptionRule("legal", 3)
POLICY = replace(small(FINANCE, clauses=(LIABILITY,)), exceptions=(LEGAL_GRANTS,))


def asked(value: str, *, function: str = "finance", key: str = "discount") -> Beyond:
    return Beyond(key, function, D(value))


def judged(value: str, *beyond: Beyond, policy: Policy = POLICY) -> tuple[tuple[str, int, bool, str], ...]:
    measured = replace(measuring("discount", value), clauses=STANDARD, beyond=beyond)
    found = evaluate(measured, policy).findings
    return tuple((one.function, one.level, one.never, one.exception) for one in found)


def test_without_an_exception_never_stays_never() -> None:
    assert judged("34.0") == (("finance", 2, True, ""),)


def test_an_exception_asked_for_needs_the_guardrails_own_highest_level_and_who_grants_it() -> None:
    assert judged("34.0", asked("34.0")) == (("finance", 2, False, "asked"), ("legal", 3, False, "asked"))


def test_past_its_value_never_is_never_again() -> None:
    assert judged("34.1", asked("34.0")) == (("finance", 2, True, ""),)


def test_an_exception_the_account_has_asks_only_the_guardrails_own_function() -> None:
    standing = Beyond("discount", "finance", D("35.0"), 7, date(2027, 5, 3))
    assert judged("34.0", standing, asked("34.0")) == (("finance", 2, False, "standing"),)
    assert judged("36.0", standing) == (("finance", 2, True, ""),)


@pytest.mark.parametrize("value", ["9.0", "15.0", "25.0"])
def test_it_changes_nothing_before_never(value: str) -> None:
    assert judged(value, asked("40.0")) == judged(value)


def test_it_is_of_one_function_alone() -> None:
    assert judged("34.0", asked("34.0", function="legal")) == (("finance", 2, True, ""),)


def test_a_guardrail_that_no_rule_names_stays_never() -> None:
    policy = replace(POLICY, exceptions=(ExceptionRule("legal", 3, ("clause:liability",)),))
    assert judged("34.0", asked("40.0"), policy=policy) == (("finance", 2, True, ""),)


def test_of_two_ladders_that_say_never_both_must_allow_it() -> None:
    also = ladder("discount-dach", "discount", ("15.0", 1), ("32.0", None), regions=("DACH",))
    named = (ExceptionRule("legal", 3, ("discount",)),)
    policy = replace(small(FINANCE, also), exceptions=named)

    assert judged("31.0", asked("40.0"), policy=policy)[0] == ("finance", 2, False, "asked")
    assert judged("34.0", asked("40.0"), policy=policy) == (("finance", 2, True, ""),)


def test_who_grants_and_judges_the_same_number_signs_once_at_the_higher_level() -> None:
    own = ladder("legal-too", "discount", ("25.0", 1), function="legal")
    policy = replace(small(FINANCE, own), exceptions=(LEGAL_GRANTS,))
    measured = replace(measuring("discount", "34.0"), clauses={}, beyond=(asked("34.0"),))

    finance, legal = evaluate(measured, policy).findings

    assert (finance.function, finance.level) == ("finance", 2)
    assert (legal.function, legal.level, legal.falls_to) == ("legal", 3, ((D("30.0"), 1), (D("25.0"), 0)))


def test_the_same_function_may_grant_its_own_exceptions() -> None:
    policy = replace(POLICY, exceptions=(ExceptionRule("finance", 3),))
    measured = replace(measuring("discount", "34.0"), beyond=(asked("34.0"),), clauses={})

    (finding, *_) = evaluate(measured, policy).findings

    assert (finding.function, finding.level, finding.exception) == ("finance", 3, "asked")
    assert finding.falls_to == ((D("30.0"), 2), (D("20.0"), 1), (D("10.0"), 0))


def test_the_sentences_say_who_is_asked_and_name_nobody() -> None:
    until = date(2027, 5, 3)
    standing = replace(
        measuring("discount", "34.0"), beyond=(Beyond("discount", "finance", D("35.0"), 7, until),)
    )
    now = replace(standing, beyond=(asked("34.0"),))
    words = [one.sentence for measured in (now, standing) for one in evaluate(measured, POLICY).findings[:2]]

    assert [one.replace("\u00a0", " ") for one in words if "Discount" in one] == [
        "Discount 34.0 % is past 30.0 %, which nobody may grant: an exception is asked for it, and finance 2 "
        "must decide too.",
        "Discount 34.0 % is past 30.0 %, which nobody may grant: legal 3 is asked for an exception up to "
        "34.0 %.",
        "Discount 34.0 % is past 30.0 %, which nobody may grant; an exception of the account allows up to "
        "35.0 % until 3 May 2027, and finance 2 must decide.",
    ]


def test_a_clause_goes_as_far_as_the_position_of_the_exception() -> None:
    def found(position: str) -> list[tuple[str, int, bool]]:
        beyond = (Beyond("clause:liability", "legal", "uncapped"),)
        measured = replace(terms(clauses={"liability": position}), beyond=beyond)
        return [(one.function, one.level, one.never) for one in evaluate(measured, POLICY).findings]

    assert found("uncapped") == [("legal", 3, False)]
    assert found("punitive") == [("legal", 2, True)]


def test_headroom_goes_back_to_what_somebody_may_grant() -> None:
    measured = replace(measuring("discount", "34.0"), beyond=(asked("34.0"),), clauses=STANDARD)

    def remeasure(moves: Mapping[str, D | str]) -> Measured:
        return replace(measured, values={**measured.values, **{key: D(to) for key, to in moves.items()}})

    reliefs = {
        (one.function, one.to_level): one.changes for one in headroom(measured, POLICY, remeasure=remeasure)
    }

    assert reliefs["legal", 0] == (("discount", D("30.0")),)
    assert reliefs["finance", 1] == (("discount", D("20.0")),)


def test_who_may_grant_is_known_before_it_is_asked() -> None:
    measured = measuring("discount", "34.0")
    (never,) = evaluate(measured, POLICY).never
    assert grantors(never, measured, POLICY) == (LEGAL_GRANTS,)
    assert grantors(never, measured, replace(POLICY, exceptions=())) == ()


def test_a_rule_names_guardrails_that_say_never() -> None:
    with pytest.raises(Senseless) as refusal:
        replace(POLICY, exceptions=(ExceptionRule("legal", 3, ("nothing",)), LEGAL_GRANTS, LEGAL_GRANTS))
    reasons = [fault.reason for fault in refusal.value.faults]
    assert reasons == [
        "“nothing” is no ladder and no clause:… of this policy",
        "two tables without `guardrails`: which one is for all others?",
    ]
    with pytest.raises(Senseless, match="“mild” never says never"):
        mild = small(ladder("mild", "discount", ("10.0", 1)))
        replace(mild, exceptions=(ExceptionRule("legal", 3, ("mild",)),))
    with pytest.raises(Senseless, match="legal has no level 4"):
        replace(POLICY, exceptions=(ExceptionRule("legal", 4),))


def test_the_policy_text_names_who_grants() -> None:
    rule = (
        '\n[[exception]]\nfunction = "executive"\nlevel = "Chief Executive"\nguardrails = ["clause:exit"]\n'
    )
    bare = load(DEMO_TEXT)
    policy = load(export(replace(bare, exceptions=())) + rule)
    assert policy.exceptions == (ExceptionRule("executive", 1, ("clause:exit",)),)
    assert load(export(policy)) == policy
    with pytest.raises(PolicyErrors, match="no level is named “Pope”"):
        load(export(replace(bare, exceptions=())) + rule.replace("Chief Executive", "Pope"))


@SLOW
@given(excepted())
def test_an_exception_makes_no_finding_milder_but_its_own(case: Case) -> None:
    policy, measured = case
    bare, lifted = evaluate(replace(measured, beyond=()), policy), evaluate(measured, policy)
    after = {(one.key, one.function): one for one in lifted.findings}

    for before in bare.findings:
        now = after[before.key, before.function]
        assert now.level >= before.level
        if before.never and not now.never:
            assert any((one.key, one.function) == (before.key, before.function) for one in measured.beyond)
            assert grantors(before, measured, policy)
        else:
            assert now.never == before.never
    assert lifted.standard == bare.standard


@SLOW
@given(excepted())
def test_whoever_may_grant_it_is_asked_unless_the_account_has_it(case: Case) -> None:
    policy, measured = case
    needs = evaluate(measured, policy).needs
    for never in evaluate(replace(measured, beyond=()), policy).never:
        now = next(each for each in evaluate(measured, policy).findings if place(each) == place(never))
        if now.exception == "asked":
            assert all(needs[rule.function] >= rule.level for rule in grantors(never, measured, policy))


@SLOW
@given(excepted(), st.data())
def test_a_riskier_value_never_needs_less_whatever_is_excepted(case: Case, data: st.DataObject) -> None:
    policy, measured = case
    metric = data.draw(st.sampled_from(list(METRICS.values())))
    value = measured.value(metric.key)
    if value is None:
        return
    further = value + metric.sign * data.draw(st.integers(0, 500)) * metric.step
    riskier = replace(measured, values={**measured.values, metric.key: further})
    before, after = evaluate(measured, policy), evaluate(riskier, policy)
    never = {one.function for one in after.never}
    asked = {one.function for one in before.findings if one.exception == "asked"}
    assert {one.key for one in before.never} <= {one.key for one in after.never}
    for function, level in before.needs.items():
        assert after.needs.get(function, 0) >= level or (function in asked and never)


@SLOW
@given(excepted())
def test_what_was_excepted_survives_being_stored(case: Case) -> None:
    policy, measured = case
    evaluation = evaluate(measured, policy)
    assert from_document(to_document(evaluation)) == evaluation


def place(finding: Finding) -> tuple[str, str]:
    return finding.key, finding.function


def test_the_page_of_the_policy_says_who_may_grant_exceptions_and_from_what() -> None:
    rules = (ExceptionRule("legal", 3, ("discount", "clause:liability")), ExceptionRule("finance", 3))
    assert excepting(replace(POLICY, exceptions=rules)) == (
        ("legal 3", ("Discount (all deals)", "Liability")),
        ("finance 3", ()),
    )
