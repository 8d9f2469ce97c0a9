"""One more person asked by a signer: beside the pool or after it."""

from collections.abc import Callable
from decimal import Decimal as D

import pytest

from approvals.add_approver import add_approver
from approvals.claim import claim
from approvals.errors import NotAsked, OwnDeal
from approvals.models import Decision, Mandate, Request, Seat, Step
from approvals.submit import submit
from base.errors import DomainError, Invalid, WrongState
from deals.models import Deal
from ledger.models import Effect, Event
from people.models import User
from tests.approvals.pooling import asked, directors, finance_of, status, two_of_three
from tests.brandt import rule, step_of
from tests.cast import Cast

Verdict = Decision.Verdict
WHY = "She knows this customer's credit."


@pytest.fixture
def step(brandt: Deal, cast: Cast) -> Step:
    return step_of(submit(brandt, by=cast.maya), "finance")


def refused(act: Callable[[], object], error: type[DomainError]) -> str:
    before = (Event.objects.count(), Effect.objects.count(), Seat.objects.count())
    with pytest.raises(error) as refusal:
        act()
    assert (Event.objects.count(), Effect.objects.count(), Seat.objects.count()) == before
    return str(refusal.value)


def test_beside_the_pool_both_must_agree_in_whatever_order(step: Step, cast: Cast) -> None:
    seat = add_approver(step, by=cast.henrik, who=cast.priya, reason=WHY)
    assert (seat.held_by, seat.added_by, seat.reason) == (cast.priya, cast.henrik, WHY)
    assert asked(step) == ["henrik", "priya"]
    rule(step, cast.priya)
    step.refresh_from_db()
    assert (step.status, asked(step)) == (Step.Status.OPEN, ["henrik"])
    rule(step, cast.henrik)
    step.refresh_from_db()
    assert step.status == Step.Status.AGREED


def test_whoever_was_added_needs_no_authority_and_narrows_like_the_function(step: Step, cast: Cast) -> None:
    add_approver(step, by=cast.henrik, who=cast.marcus, reason=WHY)
    rule(step, cast.marcus, Verdict.UP_TO, limits={"discount": D("19.0")})
    rule(step, cast.henrik)
    rule(step_of(step.request, "legal"), cast.tomas)
    rule(step_of(step.request, "operations"), cast.jiwoo)
    granted = {limit.key: limit.value for limit in Mandate.objects.get().limit_rows}
    assert granted["discount"] == D("19.0")


def test_whoever_was_added_can_decline_it(step: Step, cast: Cast) -> None:
    add_approver(step, by=cast.henrik, who=cast.priya, reason=WHY)
    rule(step, cast.henrik)
    rule(step, cast.priya, Verdict.DECLINE, reason="They pay late.")
    assert status(step.request) == Request.Status.DECLINED


def test_after_the_pool_they_are_asked_once_it_has_agreed_on_what_it_granted(step: Step, cast: Cast) -> None:
    add_approver(step, by=cast.henrik, who=cast.priya, place="after", reason=WHY)
    assert asked(step) == ["henrik"]
    before = step.terms_hash
    rule(step, cast.henrik, Verdict.UP_TO, limits={"discount": D("20.0")})
    step.refresh_from_db()
    assert (step.status, asked(step), step.run) == (Step.Status.OPEN, ["priya"], 2)
    assert step.terms_hash != before
    assert step.remaining == step.allowance
    rule(step, cast.priya)
    step.refresh_from_db()
    assert step.status == Step.Status.AGREED


def test_one_added_beside_two_of_three_counts_for_neither_of_the_two(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    add_approver(step, by=cast.henrik, who=cast.olaf, reason=WHY)
    rule(step, cast.olaf)
    rule(step, cast.henrik)
    step.refresh_from_db()
    assert step.status == Step.Status.OPEN
    rule(step, cast.lena)
    step.refresh_from_db()
    assert step.status == Step.Status.AGREED


def test_taking_the_work_leaves_whoever_was_added_asked(brandt: Deal, cast: Cast) -> None:
    directors(cast.lena)
    step = finance_of(brandt, cast)
    add_approver(step, by=cast.henrik, who=cast.olaf, reason=WHY)
    claim(step, by=cast.henrik)
    assert asked(step) == ["henrik", "olaf"]


def test_the_ledger_names_who_was_added_and_keeps_the_reason_to_itself(step: Step, cast: Cast) -> None:
    seat = add_approver(step, by=cast.henrik, who=cast.priya, reason=WHY)
    event = Event.objects.get(kind="step.approver_added")
    assert event.actor == cast.henrik
    assert {key: event.facts[key] for key in ("step", "seat", "user", "place")} == {
        "step": step.pk,
        "seat": seat.pk,
        "user": cast.priya.pk,
        "place": "beside",
    }
    assert WHY not in event.body


def test_nobody_is_added_who_may_not_judge_the_deal_or_has_a_seat(step: Step, cast: Cast) -> None:
    def adding(who: User, reason: str = WHY, place: str = "beside") -> str:
        act = lambda: add_approver(step, by=cast.henrik, who=who, place=place, reason=reason)  # type: ignore[arg-type]  # noqa: E731
        return refused(act, Invalid)

    assert "deal team" in adding(cast.maya)
    assert "asked already" in adding(cast.henrik)
    assert "Say why" in adding(cast.priya, reason="  ")
    assert "beside the pool or after" in adding(cast.priya, place="before")
    gone = cast.olaf
    gone.is_active = False
    assert "does not work here" in adding(gone)
    add_approver(step, by=cast.henrik, who=cast.priya, reason=WHY)
    assert "a seat here already" in adding(cast.priya)


def test_only_a_signer_of_the_step_adds_somebody(step: Step, cast: Cast) -> None:
    refused(lambda: add_approver(step, by=cast.dana, who=cast.priya, reason=WHY), NotAsked)
    refused(lambda: add_approver(step, by=cast.maya, who=cast.priya, reason=WHY), OwnDeal)


@pytest.mark.parametrize("state", [each for each in Step.Status if each != Step.Status.OPEN])
def test_nobody_is_added_to_a_step_that_is_not_open(step: Step, cast: Cast, state: Step.Status) -> None:
    Step.objects.filter(pk=step.pk).update(status=state)
    refused(lambda: add_approver(step, by=cast.henrik, who=cast.priya, reason=WHY), WrongState)
