"""Several people at the same instant, each on a real connection."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest

from approvals.decide import Ruling, decide
from approvals.models import Decision, Mandate, Offer, Request, Step
from approvals.offer import offer
from approvals.recall import recall
from approvals.submit import submit
from base import clock
from base.errors import WrongState
from deals.changes import DraftChanges, TermChange
from deals.edit import save_draft
from deals.models import Deal
from ledger.effects import deliver
from ledger.models import Effect, Event
from ledger.verify import verify
from people.models import User
from tests.brandt import ask_offer_5, brandt_lines, rule, step_of
from tests.cast import Cast

pytestmark = pytest.mark.concurrency
Race = Callable[..., list[Any]]
AGREE = Ruling(verdict=Decision.Verdict.AGREE)


def answering(step: Step, by: User, ruling: Ruling = AGREE) -> Callable[[], Decision]:
    return lambda: decide(step, by=by, ruling=ruling, seen=step.terms_hash)


def sole(outcomes: list[Any], kind: type) -> list[Any]:
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def test_three_functions_that_sign_in_the_same_instant_all_succeed(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    request = submit(brandt, by=cast.maya)
    steps = {function: step_of(request, function) for function in ("finance", "legal", "operations")}

    outcomes = race(
        answering(steps["finance"], cast.henrik),
        answering(steps["legal"], cast.tomas),
        answering(steps["operations"], cast.jiwoo),
    )

    assert [type(outcome) for outcome in outcomes] == [Decision, Decision, Decision]
    assert Mandate.objects.filter(request=request).count() == 1
    request.refresh_from_db()
    assert request.status == Request.Status.GRANTED
    assert verify(brandt.stream).faults == ()


def test_a_double_click_decides_once(race: Race, brandt: Deal, cast: Cast) -> None:
    step = step_of(submit(brandt, by=cast.maya), "finance")

    outcomes = race(answering(step, cast.henrik), answering(step, cast.henrik))

    assert len(sole(outcomes, Decision)) == 1
    assert len(sole(outcomes, WrongState)) == 1
    assert Decision.objects.filter(step=step).count() == 1
    assert Event.objects.filter(stream=brandt.stream, kind="decision.made").count() == 1


def test_two_submits_leave_one_open_request(race: Race, brandt: Deal, cast: Cast) -> None:
    outcomes = race(lambda: submit(brandt, by=cast.maya), lambda: submit(brandt, by=cast.maya))

    assert len(sole(outcomes, Request)) == 1
    assert len(sole(outcomes, WrongState)) == 1
    assert Request.objects.open().filter(deal=brandt).count() == 1
    assert brandt.revisions.count() == 1


def test_deciding_while_the_seller_withdraws_ends_one_way_or_the_other(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "legal"), cast.tomas)
    step = step_of(request, "finance")

    decided, withdrawn = race(answering(step, cast.henrik), lambda: recall(brandt, by=cast.maya))

    request.refresh_from_db()
    won = {type(decided), type(withdrawn)}
    assert won in ({Decision, WrongState}, {Request, WrongState})
    granted = isinstance(decided, Decision)
    assert request.status == (Request.Status.GRANTED if granted else Request.Status.RECALLED)
    assert Mandate.objects.filter(request=request).exists() == granted
    assert not Step.objects.live().filter(request=request).exists()
    assert not Effect.objects.filter(key=f"step:{step.pk}", state="pending").exists()


def test_deciding_on_a_screen_that_the_seller_is_making_stale_counts_for_one_revision_only(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    request = submit(brandt, by=cast.maya)
    step = step_of(request, "finance")
    ask_offer_5(brandt, cast)

    decided, asked = race(answering(step, cast.henrik), lambda: submit(brandt, by=cast.maya))

    request.refresh_from_db()
    assert isinstance(asked, Request)
    assert request.status == Request.Status.SUPERSEDED
    assert Request.objects.open().get() == asked
    step.refresh_from_db()
    if isinstance(decided, Decision):
        assert step.status == Step.Status.AGREED
    else:
        assert isinstance(decided, WrongState)
        assert step.status == Step.Status.CANCELLED
        assert not Decision.objects.exists()
    assert not Step.objects.live().filter(request=request).exists()
    assert verify(brandt.stream).faults == ()


def test_a_hand_over_and_a_decision_at_the_same_moment_fill_the_seat_once(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    step = step_of(submit(brandt, by=cast.maya), "finance")
    timer = Effect.objects.get(kind="hand_over", key=f"step:{step.pk}")
    assert step.due_at is not None
    late = step.due_at

    decided, moved = race(answering(step, cast.henrik), lambda: deliver(timer.pk, late))

    step.refresh_from_db()
    assert moved is None
    if isinstance(decided, Decision):
        assert step.status == Step.Status.AGREED
        assert not step.assignments.filter(ended_at=None).exists()
    else:
        assert isinstance(decided, Exception)
        assert [row.user for row in step.assignments.filter(ended_at=None)] == [cast.dana]
    assert step.seats.count() == 1


def test_two_people_of_one_pool_answer_and_the_first_one_counts(race: Race, brandt: Deal, cast: Cast) -> None:
    from_manager = make_manager_step(brandt, cast)

    outcomes = race(answering(from_manager, cast.priya), answering(from_manager, cast.lena))

    assert len(sole(outcomes, Decision)) == 1
    assert len(sole(outcomes, WrongState)) == 1


def test_two_offers_at_the_same_moment_have_a_number_each(race: Race, granted: Mandate, cast: Cast) -> None:
    terms, day = granted.request.revision.ask.target, clock.today()

    made = race(*[lambda: offer(granted.deal, by=cast.maya, terms=terms, good_until=day)] * 3)

    assert sorted(each.number for each in sole(made, Offer)) == [1, 2, 3]
    assert verify(granted.deal.stream).faults == ()


def make_manager_step(deal: Deal, cast: Cast) -> Step:
    """The discount and payment inside the Finance Manager band, so that Priya or Lena may answer."""
    changes = DraftChanges(
        lines=brandt_lines(("20", "15", "5", "5")), terms=(TermChange("payment_days", D(30), D(45)),)
    )
    deal = save_draft(deal, by=cast.maya, version=deal.version, changes=changes)
    return step_of(submit(deal, by=cast.maya), "finance")
