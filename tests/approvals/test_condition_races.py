"""Tasks and questions at the same instant, each on a real connection."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from approvals.evidence import Shown
from approvals.mark_met import mark_met
from approvals.models import Condition, LimitsVersion, Mandate, Question, Request, Step
from approvals.question import answer_question, ask_question, take_back
from approvals.recall import recall
from approvals.submit import submit
from approvals.task import Task
from approvals.validity import after
from base import clock
from base.errors import WrongState
from deals.models import Deal
from ledger.effects import deliver
from ledger.models import Effect, Event
from ledger.verify import verify
from tests.brandt import Verdict, rule, step_of
from tests.cast import Cast

pytestmark = pytest.mark.concurrency
Race = Callable[..., list[Any]]
SEEN = Shown("Seen.")


def kinds(deal: Deal, kind: str) -> int:
    return Event.objects.filter(stream=deal.stream, kind=kind).count()


@pytest.fixture
def task(brandt: Deal, cast: Cast) -> Condition:
    request = submit(brandt, by=cast.maya)
    asked = Task("A bank guarantee", cast.arjun.pk, clock.today() + timedelta(days=2))
    rule(step_of(request, "finance"), cast.henrik, Verdict.UP_TO, tasks=(asked,))
    rule(step_of(request, "legal"), cast.tomas)
    rule(step_of(request, "operations"), cast.jiwoo)
    return Condition.objects.tasks().get()


def test_at_the_due_instant_it_is_met_or_lapses_never_both(race: Race, task: Condition, cast: Cast) -> None:
    deal, timer = task.decision.deal, Effect.objects.get(kind="lapse")
    assert task.due
    late = after(task.due)

    met, lapsed = race(lambda: mark_met(task, by=cast.henrik, evidence=SEEN), lambda: deliver(timer.pk, late))

    task.refresh_from_db()
    assert lapsed is None
    if isinstance(met, Condition):
        assert (task.met_by, task.lapsed_at) == (cast.henrik, None)
        assert not LimitsVersion.objects.exists()
    else:
        assert isinstance(met, WrongState)
        assert (task.met_at, task.lapsed_at) == (None, late)
        assert not task.evidence.exists()
        assert LimitsVersion.objects.count() == 2
    assert kinds(deal, "condition.met") + kinds(deal, "condition.lapsed") == 1
    assert verify(deal.stream).faults == ()


def test_two_who_mark_it_met_are_one_and_one_who_hears_who_was_first(
    race: Race, task: Condition, cast: Cast
) -> None:
    outcomes = race(
        *[lambda who=who: mark_met(task, by=who, evidence=SEEN) for who in (cast.henrik, cast.dana)]
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["Condition", "WrongState"]
    assert (kinds(task.decision.deal, "condition.met"), task.evidence.count()) == (1, 1)
    task.refresh_from_db()
    assert task.met_by is not None
    refused = next(one for one in outcomes if isinstance(one, WrongState))
    assert refused.message.startswith(f"{task.met_by.name} marked it met")


def test_two_sweeps_let_it_lapse_once(race: Race, task: Condition, cast: Cast) -> None:
    timer = Effect.objects.get(kind="lapse")
    assert task.due
    late = after(task.due)
    race(lambda: deliver(timer.pk, late), lambda: deliver(timer.pk, late))
    assert kinds(task.decision.deal, "condition.lapsed") == 1
    assert LimitsVersion.objects.filter(mandate=Mandate.objects.get()).count() == 2


@pytest.fixture
def question(brandt: Deal, cast: Cast) -> Question:
    step = step_of(submit(brandt, by=cast.maya), "finance")
    return ask_question(step, by=cast.henrik, to=cast.maya, text="Why sixty days?")


def test_answering_while_the_seller_withdraws_leaves_nothing_open_or_due(
    race: Race, question: Question, cast: Cast
) -> None:
    deal = question.deal

    answered, withdrawn = race(
        lambda: answer_question(question, by=cast.maya, text="So."), lambda: recall(deal, by=cast.maya)
    )

    assert isinstance(withdrawn, Request)
    question.refresh_from_db()
    if isinstance(answered, Question):
        assert question.status == "answered"
    else:
        assert isinstance(answered, WrongState)
        assert (question.status, question.answer) == ("ended", "")
    assert not Step.objects.live().exists()
    assert not Effect.objects.filter(key__startswith="step:", state="pending").exists()
    assert verify(deal.stream).faults == ()


def test_answering_while_it_is_taken_back_ends_it_once_and_starts_one_run(
    race: Race, question: Question, cast: Cast
) -> None:
    outcomes = race(
        lambda: answer_question(question, by=cast.maya, text="So."),
        lambda: take_back(question, by=cast.henrik),
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Question", "WrongState"]
    step = Step.objects.get(pk=question.step_id)
    assert (step.status, step.run) == ("open", 2)
    pending = Effect.objects.filter(key=f"step:{step.pk}", state="pending").order_by("kind")
    assert [one.dedupe_key for one in pending] == [f"hand_over:{step.pk}:1:2", f"remind:{step.pk}:1:2"]


def test_two_who_ask_in_the_same_instant_ask_one_question(race: Race, brandt: Deal, cast: Cast) -> None:
    step = step_of(submit(brandt, by=cast.maya), "finance")
    asking = lambda to: lambda: ask_question(step, by=cast.henrik, to=to, text="Why?")  # noqa: E731
    outcomes = race(asking(cast.maya), asking(cast.marcus))
    assert sorted(type(one).__name__ for one in outcomes) == ["Question", "WrongState"]
    assert Question.objects.open().count() == 1


def test_two_sweeps_remind_once(race: Race, question: Question, cast: Cast) -> None:
    timer = Effect.objects.get(kind="chase")
    race(lambda: deliver(timer.pk, timer.due_at), lambda: deliver(timer.pk, timer.due_at))
    assert kinds(question.deal, "question.reminded") == 1
    assert Effect.objects.filter(kind="mail", dedupe_key__startswith="mail:asked_again:").count() == 1
