"""Who may decide, and on what: rules that bind between asking and the answer."""

import re
from datetime import timedelta
from decimal import Decimal as D

import pytest

from approvals.check import check
from approvals.decide import Ruling, decide
from approvals.errors import Incomplete, NeverGranted, NotAsked, OwnDeal
from approvals.limit import Condition
from approvals.models import Decision, Mandate, Request, Step
from approvals.recall import recall
from approvals.submit import submit
from approvals.task import Task
from base import clock
from base.errors import Invalid
from deals.changes import ClauseChange, DraftChanges, TermChange
from deals.edit import save_draft
from deals.models import Deal
from deals.share import share, unshare
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from ledger.models import Effect, Event
from notices.models import Notice
from people.models import Authority, User
from tests.brandt import POLICY, ask_offer_5, narrow_finance, rule, step_of
from tests.cast import APPOINTED, Cast

Verdict = Decision.Verdict
AGREE = Ruling(verdict=Verdict.AGREE)
EXECUTIVE = 'rungs = [{ past = 45.0, level = "Chief Executive" }]'
BOARD = '[[level]]\nfunction = "executive"\nrank = 2\nname = "Board"\nallowance = "24 h"\n'


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


def next_policy(cast: Cast, *rungs: str, more: str = "") -> None:
    """Version 15: the demo's rules, but for when executives look at the margin, and with some more."""
    text = POLICY.read_text().replace("number = 14", "number = 15")
    if rungs:
        text = text.replace(EXECUTIVE, f"rungs = [{', '.join(rungs)}]")
    publish(review(load(f"{text}\n{more}", by=cast.ines), by=cast.dana), by=cast.ines)


def ladder(key: str, metric: str, function: str, rung: str) -> str:
    return f'[[ladder]]\nkey = "{key}"\nmetric = "{metric}"\nfunction = "{function}"\nrungs = [{rung}]\n'


def change(deal: Deal, cast: Cast, changes: DraftChanges) -> Deal:
    deal.refresh_from_db()
    return save_draft(deal, by=cast.maya, version=deal.version, changes=changes)


def refused(step: Step, by: User, error: type[Exception], ruling: Ruling = AGREE) -> Exception:
    before = (Event.objects.count(), Effect.objects.count(), Decision.objects.count(), step.status)
    with pytest.raises(error) as refusal:
        decide(step, by=by, ruling=ruling, seen=step.terms_hash)
    step.refresh_from_db()
    assert (Event.objects.count(), Effect.objects.count(), Decision.objects.count(), step.status) == before
    return refusal.value


def asked(step: Step) -> list[User]:
    return [row.user for row in step.assignments.filter(ended_at=None).select_related("user")]


# --- authority and conflict, again when deciding


@pytest.mark.parametrize(
    "lost",
    [
        {"until": clock.today()},
        {"since": clock.today() + timedelta(days=1)},
        {"region": "Nordics"},
        {"level": 1},
        {"function": "legal"},
    ],
)
def test_who_lost_the_authority_after_being_asked_decides_nothing(
    request_: Request, cast: Cast, lost: dict[str, object]
) -> None:
    Authority.objects.filter(user=cast.henrik).update(**lost)
    said = refused(step_of(request_, "finance"), cast.henrik, NotAsked)
    assert str(said) == "You do not decide as Finance Director any more."


def test_who_left_after_being_asked_decides_nothing(request_: Request, cast: Cast) -> None:
    User.objects.filter(pk=cast.henrik.pk).update(is_active=False)
    refused(step_of(request_, "finance"), cast.henrik, NotAsked)


def test_who_was_promoted_after_being_asked_still_decides(request_: Request, cast: Cast) -> None:
    Authority.objects.filter(user=cast.henrik).update(level=3, region="DACH")
    assert rule(step_of(request_, "finance"), cast.henrik).level == 2


def test_the_owner_is_not_asked_about_what_a_colleague_submits(brandt: Deal, cast: Cast) -> None:
    share(brandt, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    Authority.objects.create(user=cast.maya, function="finance", level=2, since=APPOINTED)
    step = step_of(submit(brandt, by=cast.arjun), "finance")
    assert asked(step) == [cast.henrik]
    refused(step, cast.maya, OwnDeal)


def test_who_submitted_never_decides_even_after_leaving_the_team(brandt: Deal, cast: Cast) -> None:
    share(brandt, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    step = step_of(submit(brandt, by=cast.arjun), "finance")
    unshare(brandt, with_=cast.arjun, by=cast.maya, at=clock.now())
    refused(step, cast.arjun, OwnDeal)


# --- sight


def test_taking_back_what_was_shared_leaves_sight_to_who_is_asked(request_: Request, cast: Cast) -> None:
    share(request_.deal, with_=cast.henrik, role="viewer", by=cast.maya, at=clock.now())
    unshare(request_.deal, with_=cast.henrik, by=cast.maya, at=clock.now())
    assert Deal.objects.visible_to(cast.henrik).exists()
    recall(request_.deal, by=cast.maya)
    assert not Deal.objects.visible_to(cast.henrik).exists()


def test_who_was_shared_in_while_being_asked_keeps_that_sight(request_: Request, cast: Cast) -> None:
    share(request_.deal, with_=cast.henrik, role="viewer", by=cast.maya, at=clock.now())
    recall(request_.deal, by=cast.maya)
    assert Deal.objects.visible_to(cast.henrik).exists()


def test_sight_lasts_as_long_as_any_work_on_the_deal(brandt: Deal, cast: Cast) -> None:
    Authority.objects.create(user=cast.lena, function="legal", level=1, since=APPOINTED)
    Authority.objects.create(user=cast.lena, function="operations", level=1, since=APPOINTED)
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "legal"), cast.tomas)
    assert Deal.objects.visible_to(cast.lena).exists()
    rule(step_of(request, "operations"), cast.jiwoo)
    assert not Deal.objects.visible_to(cast.lena).exists()


# --- what may be said


@pytest.mark.parametrize("verdict", [Verdict.AGREE, Verdict.RELUCTANT, Verdict.CHANGES, Verdict.DECLINE])
def test_limits_are_not_dropped_in_silence(request_: Request, cast: Cast, verdict: Verdict) -> None:
    step = step_of(request_, "finance")
    refused(step, cast.henrik, Invalid, Ruling(verdict, reason="Why.", limits={"discount": D("20.0")}))
    yearly = (Condition("invoices_per_year", "=", D(1), "finance"),)
    refused(step, cast.henrik, Invalid, Ruling(verdict, reason="Why.", conditions=yearly))


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (Condition("payment_days", "<=", D(14), "finance"), "the target itself has 30"),
        (Condition("invoices_per_year", "=", D(1), "legal"), "Finance asks in return for itself alone."),
    ],
)
def test_a_condition_that_would_leave_the_target_outside_or_is_not_its_own_is_refused(
    request_: Request, cast: Cast, condition: Condition, why: str
) -> None:
    ruling = Ruling(verdict=Verdict.UP_TO, conditions=(condition,))
    said = refused(step_of(request_, "finance"), cast.henrik, Invalid, ruling)
    assert isinstance(said, Invalid)
    assert list(said.fields) == [f"if:{condition.key}"]
    assert why in str(said)


def test_a_target_past_its_walk_away_is_refused_on_its_key(brandt: Deal, cast: Cast) -> None:
    """The same days on a higher price cost more: the end that routes would need less than the target."""
    next_policy(cast, more=ladder("terms", "cost_of_terms", "finance", '{ past = 4000, level = "CFO" }'))
    deal = change(brandt, cast, DraftChanges(terms=(TermChange("payment_days", D(45), D(45)),)))
    with pytest.raises(Incomplete) as refusal:
        submit(deal, by=cast.maya)
    assert refusal.value.fields == {
        "cost_of_terms": "Cost of terms is riskier at the target than at the walk-away."
    }
    assert not Request.objects.exists()


def test_a_refusal_says_no_figure_that_cost_goes_into(brandt: Deal, cast: Cast) -> None:
    next_policy(cast, '{ past = 59.0, level = "Chief Executive" }', '{ past = 58.5, level = "never" }')
    with pytest.raises(NeverGranted) as refusal:
        submit(brandt, by=cast.maya)
    assert refusal.value.fields == {"margin": "Margin as it is asked is never granted."}


def test_own_wording_that_was_granted_may_be_offered(brandt: Deal, cast: Cast) -> None:
    own = ClauseChange("liability", "standard", None, "Each party is liable for what it foresaw.")
    request = submit(change(brandt, cast, DraftChanges(clauses=(own,))), by=cast.maya)
    for level, who in ((1, cast.tomas), (2, cast.grace)):
        rule(request.steps.get(function="legal", level=level), who)
    rule(step_of(request, "finance"), cast.henrik)
    rule(step_of(request, "operations"), cast.jiwoo)
    asked_for = request.revision.ask.walk_away
    assert check(Mandate.objects.get(), asked_for, good_until=clock.today())[1].breaches == ()


# --- the policy of the day it was asked


def test_a_policy_published_while_it_is_in_review_changes_nothing_of_it(
    request_: Request, cast: Cast
) -> None:
    next_policy(cast, '{ past = 99.0, level = "Chief Executive" }')
    narrow_finance(request_, cast)
    rule(step_of(request_, "legal"), cast.tomas)
    rule(step_of(request_, "operations"), cast.jiwoo)
    mandate = Mandate.objects.get()
    assert (mandate.version.number, mandate.margin_at_limit) == (14, D("58.9"))
    target = request_.revision.ask.target
    assert check(mandate, target, good_until=clock.today())[1].inside


# --- executives


def executive_request(brandt: Deal, cast: Cast, *rungs: str, more: str = "") -> Request:
    next_policy(cast, *rungs, more=more)
    return submit(brandt, by=cast.maya)


def test_executives_come_after_the_others_and_not_at_all_when_a_narrowing_spares_them(
    brandt: Deal, cast: Cast
) -> None:
    request = executive_request(brandt, cast, '{ past = 58.5, level = "Chief Executive" }')
    assert step_of(request, "executive").status == Step.Status.PLANNED
    narrow_finance(request, cast)
    spared = step_of(request, "executive")
    assert (spared.status, spared.reason) == (
        Step.Status.NOT_NEEDED,
        "The narrowed limits stay below this level.",
    )
    rule(step_of(request, "legal"), cast.tomas)
    rule(step_of(request, "operations"), cast.jiwoo)
    assert Mandate.objects.filter(request=request).exists()


def test_executives_grant_the_corner_they_saw_and_not_what_was_asked(brandt: Deal, cast: Cast) -> None:
    request = executive_request(brandt, cast, '{ past = 59.5, level = "Chief Executive" }')
    narrow_finance(request, cast)
    rule(step_of(request, "legal"), cast.tomas)
    assert step_of(request, "executive").status == Step.Status.PLANNED
    rule(step_of(request, "operations"), cast.jiwoo)
    decision = rule(step_of(request, "executive"), cast.victor)
    assert decision.granted == '{"margin":"58.9"}'


def test_an_executive_planned_at_the_top_stays_while_a_lower_one_would_still_be_needed(
    brandt: Deal, cast: Cast
) -> None:
    Authority.objects.create(user=cast.robin, function="executive", level=2, since=APPOINTED)
    rungs = ('{ past = 59.5, level = "Chief Executive" }', '{ past = 58.5, level = "Board" }')
    request = executive_request(brandt, cast, *rungs, more=BOARD)
    narrow_finance(request, cast)
    rule(step_of(request, "legal"), cast.tomas)
    rule(step_of(request, "operations"), cast.jiwoo)
    step = step_of(request, "executive")
    assert (step.level, step.status, asked(step)) == (2, Step.Status.OPEN, [cast.robin])
    assert not Mandate.objects.exists()


def test_a_narrowing_that_would_need_again_who_was_spared_is_refused(brandt: Deal, cast: Cast) -> None:
    terms = ladder("terms", "cost_of_terms", "executive", '{ past = 9200, level = "Chief Executive" }')
    prices = ladder("prices", "discount", "operations", '{ past = 18.0, level = "Delivery Manager" }')
    request = executive_request(brandt, cast, more=f"{terms}{prices}")
    rule(step_of(request, "finance"), cast.henrik, Verdict.UP_TO, limits={"payment_days": D(59)})
    assert step_of(request, "executive").status == Step.Status.NOT_NEEDED

    dearer = Ruling(verdict=Verdict.UP_TO, limits={"discount": D("15.0")})
    said = refused(step_of(request, "operations"), cast.jiwoo, Invalid, dearer)
    assert str(said) == ("These limits need someone who was not asked: Cost of terms needs Chief Executive.")
    else_dearer = Task("A second reference call", cast.arjun.pk, clock.today(), {"discount": D("15.0")})
    falls_back = Ruling(verdict=Verdict.UP_TO, tasks=(else_dearer,))
    assert str(refused(step_of(request, "operations"), cast.jiwoo, Invalid, falls_back)) == str(said)


# --- ways out, words


def test_a_returned_step_ends_with_its_request(request_: Request, cast: Cast) -> None:
    rule(step_of(request_, "finance"), cast.henrik, Verdict.CHANGES, reason="Rank them.")
    rule(step_of(request_, "legal"), cast.tomas)
    again = submit(ask_offer_5(request_.deal, cast), by=cast.maya)
    assert {step.function: step.status for step in request_.steps.all()} == {
        "finance": Step.Status.CANCELLED,
        "legal": Step.Status.AGREED,
        "operations": Step.Status.CANCELLED,
    }
    assert {step.function: step.status for step in again.steps.all()} == {
        "finance": Step.Status.OPEN,
        "legal": Step.Status.KEPT,
        "operations": Step.Status.OPEN,
    }


def test_a_step_with_nobody_to_ask_can_be_withdrawn(brandt: Deal, cast: Cast) -> None:
    Authority.objects.filter(user=cast.henrik).delete()
    step = step_of(submit(brandt, by=cast.maya), "finance")
    recall(brandt, by=cast.maya)
    step.refresh_from_db()
    assert step.status == Step.Status.CANCELLED
    assert not Effect.objects.filter(kind="reroute", state="pending").exists()


def test_no_mail_says_a_number_of_the_deal_and_no_event_says_words(request_: Request, cast: Cast) -> None:
    narrow_finance(request_, cast)
    rule(step_of(request_, "legal"), cast.tomas, Verdict.DECLINE, reason="Margin of 58 % is too thin.")
    notices = Notice.objects.all()
    assert [one.subject for one in notices.filter(user=cast.maya)] == ["Declined: Brandt Logistik AG, D-1284"]
    assert len(notices) == 4
    assert not [one for one in notices if re.search(r"[%€]|argin|iscount|thin", one.subject + one.text)]
    assert not [event for event in Event.objects.all() if "thin" in event.body]
