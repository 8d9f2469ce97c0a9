"""Several steps of one person, decided on one screen: each for its own terms, all of them or none."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import transaction

from approvals.assign import bind
from approvals.decide import Ruling, decide
from approvals.decide_all import Said, decide_all
from approvals.errors import NotAsked, OwnDeal, Stale
from approvals.escalation import hand_over
from approvals.grants import InForce
from approvals.models import Assignment, Decision, Mandate, Request, Step
from approvals.recall import recall
from approvals.submit import submit
from base.errors import DomainError, Invalid, WrongState
from deals.models import Deal
from ledger.models import Effect, Event
from ledger.verify import verify
from people.models import Authority, User
from tests.brandt import rule, step_of
from tests.cast import APPOINTED, Cast

Verdict = Decision.Verdict
AGREE = Ruling(verdict=Verdict.AGREE)
UP_TO = Ruling(verdict=Verdict.UP_TO, limits={"discount": D("20.0")})
CHANGES = Ruling(verdict=Verdict.CHANGES, reason="Ask for less.")
DECLINE = Ruling(verdict=Verdict.DECLINE, reason="Not like this.")


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    """Henrik is asked as Finance Director and as Delivery Manager; Legal has agreed."""
    Authority.objects.create(user=cast.henrik, function="operations", level=1, since=APPOINTED)
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "legal"), cast.tomas)
    return request


def said(request: Request, **rulings: Ruling) -> list[Said]:
    steps = {function: step_of(request, function) for function in rulings}
    return [Said(steps[function], ruling, steps[function].terms_hash) for function, ruling in rulings.items()]


def statuses(request: Request) -> dict[str, str]:
    return dict(request.steps.values_list("function", "status"))


def unchanged(request: Request) -> None:
    assert statuses(request) == {"finance": "open", "legal": "agreed", "operations": "open"}
    assert Decision.objects.filter(step__request=request).count() == 1
    assert Assignment.objects.filter(step__request=request, ended_at=None).count() == 3
    request.refresh_from_db()
    assert request.status == Request.Status.OPEN


def test_two_steps_are_decided_at_once_and_the_mandate_is_granted(request_: Request, cast: Cast) -> None:
    made = decide_all(said(request_, finance=UP_TO, operations=AGREE), by=cast.henrik)
    assert [(one.function, one.verdict, one.level) for one in made] == [
        ("finance", "up_to", 2),
        ("operations", "agree", 1),
    ]
    assert statuses(request_) == dict.fromkeys(("finance", "legal", "operations"), "agreed")
    assert Mandate.objects.get(request=request_).deal_id == request_.deal_id
    assert Assignment.objects.filter(step__request=request_, ended_at=None).count() == 0
    assert verify(request_.deal.stream).faults == ()


def test_a_limit_given_at_one_is_in_force_at_the_next(request_: Request, cast: Cast) -> None:
    finance, operations = decide_all(said(request_, finance=UP_TO, operations=AGREE), by=cast.henrik)
    assert (finance.limits, operations.limits) == ('{"discount":"20.0"}', "{}")
    limits = {limit.key: limit.value for limit in Mandate.objects.get().limit_rows}
    assert limits["discount"] == D("20.0")


def test_one_declined_ends_the_request_and_the_other_keeps_what_was_said(
    request_: Request, cast: Cast
) -> None:
    decide_all(said(request_, operations=AGREE, finance=DECLINE), by=cast.henrik)
    assert statuses(request_) == {"finance": "declined", "legal": "agreed", "operations": "agreed"}
    request_.refresh_from_db()
    assert (request_.status, request_.ended_reason) == ("declined", "Not like this.")
    assert not Mandate.objects.exists()


def test_both_declined_end_the_request_once(request_: Request, cast: Cast) -> None:
    decide_all(said(request_, operations=DECLINE, finance=DECLINE), by=cast.henrik)
    assert statuses(request_) == {"finance": "declined", "legal": "agreed", "operations": "declined"}
    assert Event.objects.filter(kind="request.declined").count() == 1
    assert Effect.objects.filter(dedupe_key__startswith="mail:declined:").count() == 1


def test_declined_and_sent_back_is_declined_and_the_seller_is_told_that_alone(
    request_: Request, cast: Cast
) -> None:
    decide_all(said(request_, operations=CHANGES, finance=DECLINE), by=cast.henrik)
    assert statuses(request_) == {"finance": "declined", "legal": "agreed", "operations": "cancelled"}
    assert Effect.objects.filter(dedupe_key__startswith="mail:declined:").count() == 1
    assert not Effect.objects.filter(dedupe_key__startswith="mail:changes:").exists()


def test_both_sent_back_tell_the_seller_once(request_: Request, cast: Cast) -> None:
    decide_all(said(request_, operations=CHANGES, finance=CHANGES), by=cast.henrik)
    assert statuses(request_) == {"finance": "returned", "legal": "agreed", "operations": "returned"}
    assert Effect.objects.filter(dedupe_key__startswith="mail:changes:").count() == 1
    request_.refresh_from_db()
    assert request_.status == Request.Status.OPEN


def test_one_sent_back_leaves_the_request_open(request_: Request, cast: Cast) -> None:
    decide_all(said(request_, operations=CHANGES, finance=AGREE), by=cast.henrik)
    assert statuses(request_) == {"finance": "agreed", "legal": "agreed", "operations": "returned"}
    assert not Mandate.objects.exists()


def stale(request: Request, cast: Cast) -> list[Said]:
    both = said(request, finance=AGREE, operations=AGREE)
    return [both[0], Said(both[1].step, AGREE, "0" * 64)]


def taken_back(request: Request, cast: Cast) -> list[Said]:
    both = said(request, finance=AGREE, operations=AGREE)
    Authority.objects.filter(user=cast.henrik, function="operations").delete()
    return both


def without_a_reason(request: Request, cast: Cast) -> list[Said]:
    return said(request, finance=AGREE, operations=Ruling(verdict=Verdict.DECLINE))


def too_far(request: Request, cast: Cast) -> list[Said]:
    far = Ruling(verdict=Verdict.UP_TO, limits={"custom_days": D(90)})
    return said(request, finance=UP_TO, operations=far)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [(stale, Stale), (taken_back, NotAsked), (without_a_reason, Invalid), (too_far, Invalid)],
)
def test_one_that_cannot_be_decided_leaves_all_undecided(
    request_: Request, cast: Cast, wrong: Callable[..., list[Said]], refusal: type[DomainError]
) -> None:
    rulings = wrong(request_, cast)
    events = Event.objects.count()
    with pytest.raises(refusal):
        decide_all(rulings, by=cast.henrik)
    unchanged(request_)
    assert Event.objects.count() == events


def test_one_that_was_answered_meanwhile_leaves_the_other_undecided(request_: Request, cast: Cast) -> None:
    both = said(request_, finance=AGREE, operations=AGREE)
    rule(both[1].step, cast.jiwoo)
    with pytest.raises(WrongState):
        decide_all(both, by=cast.henrik)
    assert statuses(request_) == {"finance": "open", "legal": "agreed", "operations": "agreed"}


def test_who_is_asked_at_one_alone_decides_none(request_: Request, cast: Cast) -> None:
    with pytest.raises(NotAsked):
        decide_all(said(request_, finance=AGREE, operations=AGREE), by=cast.jiwoo)
    unchanged(request_)


def test_nobody_decides_on_their_own_deal(request_: Request, cast: Cast) -> None:
    with pytest.raises(OwnDeal):
        decide_all(said(request_, finance=AGREE, operations=AGREE), by=cast.maya)
    unchanged(request_)


def test_after_it_was_withdrawn_nothing_is_decided(request_: Request, cast: Cast) -> None:
    both = said(request_, finance=AGREE, operations=AGREE)
    recall(request_.deal, by=cast.maya)
    with pytest.raises(WrongState):
        decide_all(both, by=cast.henrik)
    assert statuses(request_) == {"finance": "cancelled", "legal": "agreed", "operations": "cancelled"}


def test_the_same_step_twice_is_a_mistake_of_the_program(request_: Request, cast: Cast) -> None:
    once = said(request_, finance=AGREE)
    with pytest.raises(ValueError, match="not different steps of one request"):
        decide_all([*once, *once], by=cast.henrik)
    unchanged(request_)


def test_each_step_is_bound_to_its_own_terms(request_: Request, cast: Cast) -> None:
    """The terms of one moved on after the page was opened; those of the other did not."""
    both = said(request_, finance=AGREE, operations=AGREE)
    step = Step.objects.select_related("request", "deal").get(pk=both[1].step.pk)
    step.request.terms_hash = "9" * 64
    bind(step, InForce())
    step.save(update_fields=["terms_hash"])
    with pytest.raises(Stale) as refusal:
        decide_all(both, by=cast.henrik)
    assert (refusal.value.context["seen"], refusal.value.context["now"]) == (both[1].seen, step.terms_hash)
    unchanged(request_)


# --- on real connections -------------------------------------------------------------------------------


def deciding(both: list[Said], by: User) -> Callable[[], Any]:
    return lambda: decide_all(both, by=by)


@pytest.mark.concurrency
def test_a_double_click_decides_each_step_once(
    race: Callable[..., list[Any]], request_: Request, cast: Cast
) -> None:
    both = said(request_, finance=AGREE, operations=AGREE)
    outcomes = race(deciding(both, cast.henrik), deciding(both[::-1], cast.henrik))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["WrongState", "tuple"]
    assert Decision.objects.filter(step__request=request_).count() == 3
    assert Mandate.objects.filter(request=request_).count() == 1
    assert verify(request_.deal.stream).faults == ()


@pytest.mark.concurrency
def test_a_hand_over_of_one_of_them_comes_before_or_after_never_between(
    race: Callable[..., list[Any]], request_: Request, cast: Cast
) -> None:
    both = said(request_, finance=AGREE, operations=AGREE)
    step = both[1].step
    assert step.due_at is not None
    late = step.due_at
    effect = Effect.objects.get(kind="hand_over", key=f"step:{step.pk}")

    decided, moved = race(deciding(both, cast.henrik), lambda: moving(effect, late))

    assert moved is None
    found = statuses(request_)
    if isinstance(decided, tuple):
        assert found == dict.fromkeys(("finance", "legal", "operations"), "agreed")
        assert not Event.objects.filter(kind="step.handed_over").exists()
    else:
        assert isinstance(decided, NotAsked)
        assert found == {"finance": "open", "legal": "agreed", "operations": "open"}
        assert Event.objects.filter(kind="step.handed_over").count() == 1
        assert not Decision.objects.filter(by=cast.henrik).exists()
    assert verify(request_.deal.stream).faults == ()


def moving(effect: Effect, late: Any) -> None:
    with transaction.atomic():
        hand_over([effect], late)


@pytest.mark.concurrency
def test_one_of_them_answered_by_a_colleague_at_the_same_moment(
    race: Callable[..., list[Any]], request_: Request, cast: Cast
) -> None:
    both = said(request_, finance=AGREE, operations=AGREE)
    one = both[1]
    outcomes = race(
        deciding(both, cast.henrik), lambda: decide(one.step, by=cast.jiwoo, ruling=AGREE, seen=one.seen)
    )
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 1
    by_henrik = Decision.objects.filter(by=cast.henrik).count()
    assert by_henrik == (2 if isinstance(outcomes[0], tuple) else 0)
    assert Decision.objects.filter(step=one.step).count() == 1
