"""Verdicts, and every way to be refused. After a refusal nothing has changed and nobody was written to."""

from decimal import Decimal as D

import pytest

from approvals.decide import Ruling, decide
from approvals.errors import NotAsked, OwnDeal, Stale
from approvals.limit import Condition
from approvals.models import Decision, Mandate, Request, Step
from approvals.submit import submit
from base import clock
from base.errors import Invalid, WrongState
from deals.models import Deal
from deals.share import share
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from ledger.models import Effect, Event
from people.models import User
from tests.brandt import POLICY, narrow_finance, rule, step_of
from tests.cast import Cast

Verdict = Decision.Verdict


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


def refused(step: Step, by: User, error: type[Exception], ruling: Ruling, seen: str | None = None) -> str:
    """Try it, check that nothing changed, and return the sentence."""
    before = (Event.objects.count(), Effect.objects.count(), step.status)
    with pytest.raises(error) as refusal:
        decide(step, by=by, ruling=ruling, seen=step.terms_hash if seen is None else seen)
    step.refresh_from_db()
    assert (Event.objects.count(), Effect.objects.count(), step.status) == before
    assert not Decision.objects.exists()
    return str(refusal.value)


AGREE = Ruling(verdict=Verdict.AGREE)


def test_the_owner_never_decides_on_their_own_deal(request_: Request, cast: Cast) -> None:
    assert "deal team" in refused(step_of(request_, "finance"), cast.maya, OwnDeal, AGREE)


def test_someone_shared_in_as_team_after_the_assignment_may_not_decide(request_: Request, cast: Cast) -> None:
    share(request_.deal, with_=cast.henrik, role="team", by=cast.maya, at=clock.now())
    refused(step_of(request_, "finance"), cast.henrik, OwnDeal, AGREE)


def test_sharing_as_viewer_is_no_conflict(request_: Request, cast: Cast) -> None:
    share(request_.deal, with_=cast.henrik, role="viewer", by=cast.maya, at=clock.now())
    assert rule(step_of(request_, "finance"), cast.henrik).agrees


def test_only_who_is_asked_may_decide(request_: Request, cast: Cast) -> None:
    assert "Finance Director" in refused(step_of(request_, "finance"), cast.priya, NotAsked, AGREE)


def test_a_decision_on_other_terms_than_the_screen_showed_is_refused(request_: Request, cast: Cast) -> None:
    refused(step_of(request_, "finance"), cast.henrik, Stale, AGREE, seen="0" * 64)


@pytest.mark.parametrize("verdict", [Verdict.RELUCTANT, Verdict.CHANGES, Verdict.DECLINE])
def test_a_verdict_that_teaches_needs_its_reason(request_: Request, cast: Cast, verdict: Verdict) -> None:
    refused(step_of(request_, "finance"), cast.henrik, Invalid, Ruling(verdict=verdict, reason="  "))


def test_agreeing_up_to_nothing_is_refused(request_: Request, cast: Cast) -> None:
    refused(step_of(request_, "finance"), cast.henrik, Invalid, Ruling(verdict=Verdict.UP_TO))


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"custom_days": D(15)}, "not judged by Finance"),
        ({"clause:liability": "standard"}, "not judged by Finance"),
        ({"discount": D("22.0")}, "goes further"),
        ({"discount": D("12.0")}, "tighter than the target"),
        ({"payment_days": D(29)}, "tighter than the target"),
    ],
)
def test_a_function_narrows_only_its_own_terms_between_target_and_walk_away(
    request_: Request, cast: Cast, limits: dict[str, D], why: str
) -> None:
    ruling = Ruling(verdict=Verdict.UP_TO, limits=limits)
    assert why in refused(step_of(request_, "finance"), cast.henrik, Invalid, ruling)


def test_both_ends_of_the_ask_may_be_granted_exactly(request_: Request, cast: Cast) -> None:
    limits = {"discount": D("12.6"), "payment_days": D(60)}
    rule(step_of(request_, "finance"), cast.henrik, Verdict.UP_TO, limits=limits)
    rule(step_of(request_, "legal"), cast.tomas)
    rule(step_of(request_, "operations"), cast.jiwoo)
    granted = {limit.key: limit.value for limit in Mandate.objects.get().limit_rows}
    assert (granted["discount"], granted["payment_days"]) == (D("12.6"), D(60))


def test_a_parallel_narrowing_does_not_make_another_screen_stale(request_: Request, cast: Cast) -> None:
    legal = step_of(request_, "legal")
    narrow_finance(request_, cast)
    decide(legal, by=cast.tomas, ruling=AGREE, seen=legal.terms_hash)
    assert Decision.objects.count() == 2


def test_declining_ends_the_request_and_cancels_everything_of_its_siblings(
    request_: Request, cast: Cast
) -> None:
    rule(step_of(request_, "finance"), cast.henrik, Verdict.DECLINE, reason="Not this quarter.")

    request_.refresh_from_db()
    assert request_.status == Request.Status.DECLINED
    assert {step.function: step.status for step in request_.steps.all()} == {
        "finance": Step.Status.DECLINED,
        "legal": Step.Status.CANCELLED,
        "operations": Step.Status.CANCELLED,
    }
    assert not Step.objects.assigned_to(cast.tomas).exists()
    assert not Effect.objects.filter(kind__in=["remind", "hand_over"], state="pending").exists()
    assert not Deal.objects.visible_to(cast.tomas).exists()


def test_asking_for_changes_stops_this_clock_while_the_others_go_on(request_: Request, cast: Cast) -> None:
    finance = step_of(request_, "finance")
    rule(finance, cast.henrik, Verdict.CHANGES, reason="Rank discount and payment.")

    finance.refresh_from_db()
    assert finance.status == Step.Status.RETURNED
    assert finance.clock_from is None
    assert not finance.assignments.filter(ended_at=None).exists()
    assert finance.decisions.get().granted == "{}"
    assert not Effect.objects.filter(key=f"step:{finance.pk}", state="pending").exists()
    assert step_of(request_, "legal").status == Step.Status.OPEN
    rule(step_of(request_, "legal"), cast.tomas)
    rule(step_of(request_, "operations"), cast.jiwoo)
    request_.refresh_from_db()
    assert request_.status == Request.Status.OPEN
    assert not Mandate.objects.exists()


def test_a_second_answer_to_the_same_step_is_refused(request_: Request, cast: Cast) -> None:
    rule(step_of(request_, "finance"), cast.henrik)
    with pytest.raises(WrongState):
        rule(step_of(request_, "finance"), cast.henrik)
    assert Decision.objects.count() == 1


def test_a_seat_is_filled_once_even_if_its_step_were_open_still(request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    rule(step, cast.henrik)
    Step.objects.filter(pk=step.pk).update(status=Step.Status.OPEN)
    step.assignments.update(ended_at=None)
    with pytest.raises(WrongState, match="Someone has just answered this"):
        rule(step, cast.henrik)


def test_a_narrowing_whose_corner_needs_someone_new_is_refused(brandt: Deal, cast: Cast) -> None:
    """Less discount is a higher price, so the days cost more: past a point that nobody was asked about."""
    ladder = """
[[ladder]]
key = "cost-of-terms"
metric = "cost_of_terms"
function = "operations"
rungs = [{ past = 9300, level = "COO" }]
"""
    text = POLICY.read_text().replace("number = 14", "number = 15") + ladder
    publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)
    step = step_of(submit(brandt, by=cast.maya), "finance")

    too_dear = Ruling(verdict=Verdict.UP_TO, limits={"discount": D("20.0")})
    assert "COO" in refused(step, cast.henrik, Invalid, too_dear)
    rule(step, cast.henrik, Verdict.UP_TO, limits={"discount": D("20.0"), "payment_days": D(45)})


def test_conditions_of_every_function_are_united_on_the_mandate(request_: Request, cast: Cast) -> None:
    narrow_finance(request_, cast)
    law = Condition("clause:law", "=", "standard", "legal")
    rule(step_of(request_, "legal"), cast.tomas, Verdict.UP_TO, conditions=(law,))
    rule(step_of(request_, "operations"), cast.jiwoo)

    comparisons = [row.comparison for row in Mandate.objects.get().conditions.order_by("pk")]
    assert {(one.key, one.function) for one in comparisons} == {
        ("invoices_per_year", "finance"),
        ("clause:law", "legal"),
    }


def test_a_reviewer_who_decided_still_sees_the_deal_and_one_who_was_moved_off_does_not(
    request_: Request, cast: Cast
) -> None:
    narrow_finance(request_, cast)
    assert Deal.objects.visible_to(cast.henrik).exists()
    rule(step_of(request_, "legal"), cast.tomas, Verdict.DECLINE, reason="No.")
    assert Deal.objects.visible_to(cast.henrik).exists()
    assert not Deal.objects.visible_to(cast.jiwoo).exists()
