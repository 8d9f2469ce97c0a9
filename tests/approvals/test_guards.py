"""Guards that other tests pass by: each of these fails when its guard is taken out."""

from decimal import Decimal as D
from typing import Any

import pytest

from approvals.add_approver import add_approver
from approvals.answer import Answer
from approvals.bulk import Order, foreseen
from approvals.claim import claim
from approvals.decide import Ruling, decide
from approvals.errors import NotAsked, OwnDeal
from approvals.escalation import remind
from approvals.hold import hold, hold_deal
from approvals.limit import Condition, Value
from approvals.models import Bulk, Decision, Step
from approvals.question import ask_question
from approvals.recall import recall
from approvals.submit import submit
from base import clock
from base.errors import Invalid, WrongState
from deals.models import Deal
from deals.share import share
from ledger.models import Effect
from people.models import Authority
from tests.approvals.desk_verbs import WHY, let_override
from tests.approvals.machine.state import digest
from tests.brandt import rule, step_of
from tests.cast import APPOINTED, Cast

AGREE = Ruling(verdict=Decision.Verdict.AGREE)


@pytest.fixture
def step(brandt: Deal, cast: Cast) -> Step:
    return step_of(submit(brandt, by=cast.maya), "finance")


def test_who_stands_above_but_was_not_asked_does_not_decide(step: Step, cast: Cast) -> None:
    before = digest()
    with pytest.raises(NotAsked, match="Finance Director"):
        decide(step, by=cast.dana, ruling=AGREE, seen=step.terms_hash)
    assert digest() == before


def test_who_decides_while_a_question_is_open_hears_what_is_waited_for(step: Step, cast: Cast) -> None:
    ask_question(step, by=cast.henrik, to=cast.arjun, text="Who pays for the third site?")
    before = digest()
    with pytest.raises(WrongState, match="Henrik Sørensen asked Arjun Mehta"):
        decide(step, by=cast.henrik, ruling=AGREE, seen=step.terms_hash)
    assert digest() == before


def test_nobody_who_has_left_is_named_to_release_a_hold(step: Step, cast: Cast) -> None:
    cast.grace.is_active = False
    cast.grace.save()
    before = digest()
    with pytest.raises(Invalid, match="Grace Mbeki does not work here any more") as refusal:
        hold(step.request, reason="The insurer.", by=cast.ines, release_by=cast.grace)
    assert list(refusal.value.fields) == ["release_by"]
    assert digest() == before


def test_who_joins_the_team_after_being_asked_asks_and_takes_nothing(step: Step, cast: Cast) -> None:
    share(step.deal, with_=cast.henrik, role="team", by=cast.maya, at=clock.now())
    before = digest()
    with pytest.raises(OwnDeal):
        ask_question(step, by=cast.henrik, to=cast.arjun, text="Who pays for the third site?")
    with pytest.raises(OwnDeal):
        claim(step, by=cast.henrik)
    assert digest() == before


def test_who_was_added_to_a_step_finds_nothing_to_take(step: Step, cast: Cast) -> None:
    add_approver(step, by=cast.henrik, who=cast.grace, reason="Her clause.")
    rule(step, cast.henrik)
    before = digest()
    with pytest.raises(WrongState, match="there is nothing to take"):
        claim(step, by=cast.grace)
    assert digest() == before


def test_of_a_run_that_is_over_nothing_is_due_any_more(step: Step, cast: Cast) -> None:
    add_approver(step, by=cast.henrik, who=cast.grace, place="after", reason="Her clause.")
    rule(step, cast.henrik)
    step.refresh_from_db()
    assert runs_due(step) == {step.run} == {2}
    Authority.objects.filter(user=cast.jiwoo).delete()
    deserted = step_of(step.request, "operations")
    Authority.objects.create(user=cast.mei, function="operations", level=1, since=APPOINTED)
    first = Effect.objects.filter(kind="remind", key=f"step:{deserted.pk}").earliest("due_at")
    remind([first], first.due_at)
    deserted.refresh_from_db()
    assert runs_due(deserted) == {deserted.run} == {2}


def runs_due(step: Step) -> set[int]:
    waiting = Effect.objects.filter(key=f"step:{step.pk}", state=Effect.State.PENDING)
    return {one.facts["run"] for one in waiting}


@pytest.mark.parametrize("verb", Bulk.Verb)
def test_what_would_be_refused_is_foreseen_whatever_many_are_to_get(
    verb: Bulk.Verb, step: Step, cast: Cast
) -> None:
    recall(step.deal, by=cast.maya)
    step.refresh_from_db()
    order = Order(verb, WHY, to=cast.dana, minutes=60, verdict="agree")
    found = foreseen([step], {step.pk: step.terms_hash}, by=let_override(cast.ines), order=order)
    assert found[step.pk].startswith("Finance Director: cancelled.")


def test_an_answer_of_another_schema_is_not_read() -> None:
    with pytest.raises(ValueError, match="unknown schema of an answer: 2"):
        Answer.from_document({"schema": 2, "rows": [], "breaches": [], "conditions": []})


def test_what_holds_a_deal_holds_it_once(step: Step, cast: Cast) -> None:
    hold_deal(step.deal, reason="It is prepared first.", cause="kickoff:1", at=clock.now())
    before = digest()
    with pytest.raises(WrongState, match="D-1284 is held for this already"):
        hold_deal(step.deal, reason="It is prepared first.", cause="kickoff:1", at=clock.now())
    assert digest() == before


@pytest.mark.parametrize(
    ("key", "op", "value"),
    [
        ("discount", "<=", D(20)),
        ("payment_days", "<", D(30)),
        ("payment_days", "=", "30"),
        ("clause:law", "<=", "standard"),
        ("clause:law", "=", D(1)),
    ],
)
def test_what_can_never_be_compared_is_no_condition(key: str, op: Any, value: Value) -> None:
    with pytest.raises(ValueError, match="compare"):
        Condition(key, op, value, "finance")


def test_a_condition_is_met_by_its_value_and_never_by_one_that_nobody_knows() -> None:
    early = Condition("payment_days", "<=", D(30), "finance")
    found = [early.met_by({"payment_days": value}, {}) for value in (None, D(30), D(31))]
    assert found == [False, True, False]
    at_home = Condition("clause:law", "=", "standard", "legal")
    assert [at_home.met_by({}, {"law": law}) for law in (None, "standard", "fallback-1")] == [
        False,
        True,
        False,
    ]
