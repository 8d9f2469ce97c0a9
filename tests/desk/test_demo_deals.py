"""The demo shows every state, its story has the numbers of the documents, nothing is overdue by accident."""

from datetime import UTC, datetime
from decimal import Decimal as D

import pytest
import time_machine

from approvals.models import Condition, Decision, Hold, Mandate, Offer, Question, Request, Step
from base import clock
from deals.models import AccountException, Deal
from desk.demo.world import make_world
from ledger.models import Effect
from ledger.verify import verify

pytestmark = pytest.mark.django_db
# a Thursday at noon, a Sunday night, the first working morning of a year
MOMENTS = (
    datetime(2026, 6, 11, 9, 30, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
    datetime(2027, 1, 4, 6, 0, tzinfo=UTC),
)


@pytest.mark.parametrize("moment", MOMENTS)
def test_it_can_be_loaded_at_any_moment_and_shows_every_state(moment: datetime) -> None:
    with time_machine.travel(moment, tick=False):
        make_world(past=0)

    states = set(Step.objects.values_list("status", flat=True))
    assert states == {state.value for state in Step.Status} - {"not_needed"}
    assert set(Request.objects.values_list("status", flat=True)) == {
        "open",
        "granted",
        "declined",
        "recalled",
        "superseded",
    }
    assert set(Deal.objects.values_list("status", flat=True)) == {"open", "won", "lost"}
    assert set(Mandate.objects.values_list("status", flat=True)) == {"active", "ended"}
    late = Effect.objects.filter(state=Effect.State.PENDING, due_at__lte=moment)
    assert [str(effect) for effect in late if effect.kind != "reroute"] == []
    assert not Effect.objects.filter(kind="mail", state=Effect.State.PENDING).exists()
    assert verify().faults == ()


def test_the_brandt_story_has_the_numbers_of_the_documents() -> None:
    make_world(past=0)
    deal = Deal.objects.get(number="D-1284")
    mandate = Mandate.objects.get(deal=deal)
    offers = Offer.objects.filter(deal=deal).order_by("number")
    assert mandate.net_at_limit.quantize(D(1)) == D(1759680)
    assert [(offer.net.quantize(D(1)), offer.inside) for offer in offers] == [
        (D(1924560), True),
        (D(1847664), True),
        (D(1847664), True),
        (D(1790474), True),
        (D(1704690), False),
    ]
    last = Request.objects.open().get(deal=deal)
    assert last.revision.number == 4
    assert {step.function: step.status for step in last.steps.all()} == {
        "finance": Step.Status.OPEN,
        "legal": Step.Status.KEPT,
        "operations": Step.Status.KEPT,
    }


def test_a_step_was_handed_over_and_one_has_nobody_to_ask() -> None:
    make_world(past=0)
    handed = Step.objects.get(deal__number="D-1279", function="finance")
    assert (handed.level, handed.held_level) == (2, 3)
    assert Step.objects.get(status=Step.Status.UNROUTABLE).level_name == "Head of Delivery"
    assert Decision.objects.filter(verdict=Decision.Verdict.RELUCTANT).count() == 1
    assert clock.now() > Decision.objects.earliest("at").at


def test_a_task_a_question_a_concern_and_an_exception_wait_to_be_seen() -> None:
    make_world(past=0)
    task = Condition.objects.tasks().get()
    assert (task.decision.deal.number, task.owner and task.owner.name) == ("D-1295", "Maya Okafor")
    question = Question.objects.open().get()
    assert (question.deal.number, question.step.status) == ("D-1295", Step.Status.PAUSED)
    held = Hold.objects.open().get()
    assert (held.deal.number, held.reason) == ("D-1291", "Concern 1 is not answered.")
    exception = AccountException.objects.get()
    assert (exception.deal.number, exception.granted_by.name) == ("D-1258", "Victor Hale")
    assert exception.in_force(clock.today())
