"""Who is asked, how many must agree, and what their answers come to together."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from approvals.claim import claim, unclaim
from approvals.decide import Ruling, decide
from approvals.errors import NotAsked, OwnDeal
from approvals.limit import Condition
from approvals.models import Decision, Mandate, Request, Step
from approvals.preview import preview
from approvals.submit import submit
from base import clock
from base.errors import DomainError, WrongState
from deals.changes import DraftChanges
from deals.edit import save_draft
from deals.models import Deal
from deals.share import share
from ledger.models import Effect, Event
from notices.models import Notice
from people.models import Authority, User
from tests.approvals.pooling import (
    NARROW,
    NARROWER,
    asked,
    directors,
    finance_of,
    pooled,
    status,
    two_of_three,
)
from tests.brandt import ask_offer_5, rule, step_of
from tests.cast import Cast

Verdict = Decision.Verdict
AGREE = Ruling(verdict=Verdict.AGREE)


def others_agree(request: Request, cast: Cast) -> None:
    rule(step_of(request, "legal"), cast.tomas)
    rule(step_of(request, "operations"), cast.jiwoo)


def refused(act: Callable[[], object], error: type[Exception]) -> str:
    before = (Event.objects.count(), Effect.objects.count(), Decision.objects.count())
    seats = list(Step.objects.values_list("pk", "status", "seats__held_by", "seats__decision"))
    with pytest.raises(error) as refusal:
        act()
    assert (Event.objects.count(), Effect.objects.count(), Decision.objects.count()) == before
    assert list(Step.objects.values_list("pk", "status", "seats__held_by", "seats__decision")) == seats
    return str(refusal.value)


# --- who is asked


def test_named_people_are_asked_without_any_authority(brandt: Deal, cast: Cast) -> None:
    pooled(cast, 'people = ["marcus@helio.example", "olaf@helio.example"]\n')
    step = finance_of(brandt, cast)
    assert asked(step) == ["marcus", "olaf"]
    assert rule(step, cast.marcus).level == 2


def test_the_manager_two_levels_up_from_the_seller_is_asked(brandt: Deal, cast: Cast) -> None:
    User.objects.filter(pk=cast.marcus.pk).update(manager=cast.victor)
    pooled(cast, "manager = 2\n")
    step = finance_of(brandt, cast)
    assert asked(step) == ["victor"]
    assert rule(step, cast.victor).agrees


def test_a_seller_whose_chain_is_too_short_has_nobody_to_ask(brandt: Deal, cast: Cast) -> None:
    pooled(cast, "manager = 2\n")
    step = finance_of(brandt, cast)
    assert step.status == Step.Status.UNROUTABLE
    assert step.reason == (
        "Finance Director: the seller has no manager 2 levels up who may decide on this deal."
    )


def test_managers_in_a_circle_end_at_the_level_asked_for(brandt: Deal, cast: Cast) -> None:
    User.objects.filter(pk=cast.marcus.pk).update(manager=cast.maya)
    pooled(cast, "manager = 2\n")
    step = finance_of(brandt, cast)
    assert step.status == Step.Status.UNROUTABLE  # two levels up is the seller: no part in their own deal


def test_specialists_stand_in_for_the_pool_on_the_deals_in_scope(brandt: Deal, cast: Cast) -> None:
    specialist = (
        '[[specialist]]\nfunction = "finance"\nlevel = "Finance Director"\n'
        'deal_types = ["New business"]\npeople = ["olaf@helio.example"]\n'
    )
    pooled(cast, more=specialist)
    step = finance_of(brandt, cast)
    assert asked(step) == ["olaf"]
    directors(cast.lena)
    assert "that is not you" in refused(lambda: rule(step, cast.henrik), NotAsked)


def test_specialists_of_another_deal_type_leave_the_pool_as_it_is(brandt: Deal, cast: Cast) -> None:
    specialist = (
        '[[specialist]]\nfunction = "finance"\nlevel = "Finance Director"\n'
        'deal_types = ["Renewal"]\npeople = ["olaf@helio.example"]\n'
    )
    pooled(cast, more=specialist)
    assert asked(finance_of(brandt, cast)) == ["henrik"]


def test_a_running_request_keeps_its_pool_when_the_policy_changes(brandt: Deal, cast: Cast) -> None:
    step = finance_of(brandt, cast)
    pooled(cast, 'people = ["olaf@helio.example"]\n')
    assert asked(step) == ["henrik"]
    assert rule(step, cast.henrik).agrees


def test_whoever_was_named_and_left_decides_nothing(brandt: Deal, cast: Cast) -> None:
    pooled(cast, 'people = ["marcus@helio.example", "olaf@helio.example"]\n')
    step = finance_of(brandt, cast)
    User.objects.filter(pk=cast.marcus.pk).update(is_active=False)
    assert "any more" in refused(lambda: rule(step, cast.marcus), NotAsked)


def test_least_loaded_asks_the_one_with_the_fewest_open_steps_ties_by_name(brandt: Deal, cast: Cast) -> None:
    pooled(cast, 'assign = "least loaded"\n')
    directors(cast.lena, cast.priya)
    first = finance_of(brandt, cast)
    assert asked(first) == ["henrik"]
    second = step_of(submit(ask_offer_5(brandt, cast), by=cast.maya), "finance")
    assert asked(second) == ["henrik"]  # his first step ended superseded

    first.assignments.update(ended_at=None)
    third = save_draft(
        Deal.objects.get(pk=brandt.pk),
        by=cast.maya,
        version=version(brandt),
        changes=DraftChanges(partner_fee=D(3)),
    )
    assert asked(step_of(submit(third, by=cast.maya), "finance")) == ["lena"]


def version(deal: Deal) -> int:
    return Deal.objects.get(pk=deal.pk).version


def test_what_was_given_out_is_nobody_elses_to_decide(brandt: Deal, cast: Cast) -> None:
    pooled(cast, 'assign = "least loaded"\n')
    directors(cast.lena)
    step = finance_of(brandt, cast)
    assert step.seats.get().held_by == cast.henrik
    assert refused(lambda: rule(step, cast.lena), NotAsked) == (
        "Henrik Sørensen answers this as Finance Director."
    )
    assert refused(lambda: unclaim(step, by=cast.henrik), WrongState)


# --- how many must agree


def test_two_of_three_agree_and_the_third_is_asked_no_more(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    assert (step.quorum, step.needed, asked(step)) == ("n_of_m", 2, ["henrik", "lena", "priya"])
    rule(step, cast.lena)
    step.refresh_from_db()
    assert (step.status, asked(step)) == (Step.Status.OPEN, ["henrik", "priya"])
    rule(step, cast.henrik)
    step.refresh_from_db()
    assert (step.status, asked(step)) == (Step.Status.AGREED, [])
    assert refused(lambda: rule(step, cast.priya), WrongState)
    assert not Effect.objects.filter(key=f"step:{step.pk}", state="pending").exists()


def test_nobody_fills_two_seats(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    rule(step, cast.lena)
    assert refused(lambda: rule(step, cast.lena), NotAsked)


def test_the_tightest_limit_and_every_condition_of_all_seats_count(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    yearly = Condition("invoices_per_year", "=", D(1), "finance")
    rule(step, cast.lena, Verdict.UP_TO, limits=NARROW, conditions=(yearly,))
    rule(step, cast.priya, Verdict.UP_TO, limits=NARROWER)
    others_agree(step.request, cast)

    mandate = Mandate.objects.get()
    limits = {limit.key: limit.value for limit in mandate.limit_rows}
    assert (limits["discount"], limits["payment_days"]) == (D("18.0"), D(45))
    assert [each.comparison for each in mandate.conditions.all()] == [yearly]


def test_one_decline_of_three_leaves_two_who_can_still_agree(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    rule(step, cast.lena, Verdict.DECLINE, reason="Too deep.")
    assert status(step.request) == Request.Status.OPEN
    rule(step, cast.priya, Verdict.UP_TO, limits=NARROW)
    rule(step, cast.henrik)
    others_agree(step.request, cast)
    assert status(step.request) == Request.Status.GRANTED


def test_a_second_decline_of_three_declines(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    rule(step, cast.lena, Verdict.DECLINE, reason="Too deep.")
    rule(step, cast.priya, Verdict.DECLINE, reason="Too long to pay.")
    step.refresh_from_db()
    assert (step.status, status(step.request)) == (Step.Status.DECLINED, Request.Status.DECLINED)
    assert step.request.ended_reason == "Too long to pay."
    assert asked(step_of(step.request, "legal")) == []


def test_where_everyone_must_agree_one_decline_declines(brandt: Deal, cast: Cast) -> None:
    pooled(cast, 'quorum = "everyone"\n')
    directors(cast.lena, cast.priya)
    step = finance_of(brandt, cast)
    assert (step.quorum, step.needed) == ("everyone", 3)
    rule(step, cast.henrik)
    rule(step, cast.priya, Verdict.DECLINE, reason="No.")
    assert status(step.request) == Request.Status.DECLINED


def test_where_everyone_must_agree_the_last_one_closes_the_step(brandt: Deal, cast: Cast) -> None:
    pooled(cast, 'quorum = "everyone"\n')
    directors(cast.lena)
    step = finance_of(brandt, cast)
    rule(step, cast.henrik)
    step.refresh_from_db()
    assert step.status == Step.Status.OPEN
    rule(step, cast.lena)
    step.refresh_from_db()
    assert step.status == Step.Status.AGREED


def test_one_of_several_who_asks_for_changes_returns_the_step(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    rule(step, cast.henrik)
    rule(step, cast.lena, Verdict.CHANGES, reason="Rank discount and payment.")
    step.refresh_from_db()
    assert (step.status, asked(step)) == (Step.Status.RETURNED, [])


def test_the_next_revision_keeps_what_all_the_seats_granted_together(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    rule(step, cast.lena, Verdict.UP_TO, limits=NARROW)
    rule(step, cast.priya, Verdict.UP_TO, limits=NARROWER)
    others_agree(step.request, cast)
    again = submit(ask_offer_5(brandt, cast), by=cast.maya)
    assert step_of(again, "finance").status == Step.Status.OPEN  # 22.5 % is past both narrowings
    assert step_of(again, "legal").status == Step.Status.KEPT


def test_too_few_for_a_quorum_are_nobody(brandt: Deal, cast: Cast) -> None:
    pooled(cast, "quorum = 2\n")
    seen = preview(brandt, by=cast.maya, at=clock.now())
    finance = next(each for each in seen.judgement.plan.steps if each.function == "finance")
    assert (finance.pool, finance.needed, finance.routable) == ((cast.henrik.pk,), 2, False)
    step = finance_of(brandt, cast)
    assert step.status == Step.Status.UNROUTABLE
    assert step.reason == "Finance Director, DACH: 2 must agree and only 1 can be asked."


def test_who_has_a_part_in_the_deal_has_no_seat(brandt: Deal, cast: Cast) -> None:
    directors(cast.lena, cast.priya)
    share(brandt, with_=cast.lena, role="team", by=cast.maya, at=clock.now())
    pooled(cast, 'quorum = "everyone"\n')
    step = finance_of(brandt, cast)
    assert [seat.held_by for seat in step.seats.order_by("number")] == [cast.henrik, cast.priya]
    share(brandt, with_=cast.priya, role="team", by=cast.maya, at=clock.now())
    assert "deal team" in refused(lambda: rule(step, cast.priya), OwnDeal)


# --- taking work and giving it back


def claimable(deal: Deal, cast: Cast) -> Step:
    directors(cast.lena, cast.priya)
    return finance_of(deal, cast)


def test_taking_work_removes_it_from_the_inboxes_of_the_others(brandt: Deal, cast: Cast) -> None:
    step = claimable(brandt, cast)
    assert asked(step) == ["henrik", "lena", "priya"]
    assert claim(step, by=cast.lena).held_by == cast.lena
    assert asked(step) == ["lena"]
    assert not Deal.objects.visible_to(cast.priya).filter(pk=brandt.pk).exists()
    assert refused(lambda: rule(step, cast.priya), NotAsked) == "Lena Vogt answers this as Finance Director."
    assert rule(step, cast.lena).agrees


def test_giving_back_asks_all_of_the_pool_again_without_a_second_mail(brandt: Deal, cast: Cast) -> None:
    step = claimable(brandt, cast)
    mails = Effect.objects.filter(kind="mail").count()
    claim(step, by=cast.lena)
    assert unclaim(step, by=cast.lena).held_by is None
    assert asked(step) == ["henrik", "lena", "priya"]
    assert Effect.objects.filter(kind="mail").count() == mails
    assert Deal.objects.visible_to(cast.priya).filter(pk=brandt.pk).exists()
    told = Event.objects.filter(kind__in=["step.claimed", "step.given_back"]).order_by("id")
    assert [event.kind for event in told] == ["step.claimed", "step.given_back"]


def test_work_is_taken_once_and_only_by_who_is_asked(brandt: Deal, cast: Cast) -> None:
    step = claimable(brandt, cast)
    refused(lambda: claim(step, by=cast.tomas), NotAsked)
    refused(lambda: claim(step, by=cast.maya), OwnDeal)
    refused(lambda: unclaim(step, by=cast.lena), WrongState)
    claim(step, by=cast.lena)
    refused(lambda: claim(step, by=cast.lena), WrongState)
    assert "Lena Vogt answers this" in refused(lambda: claim(step, by=cast.priya), NotAsked)
    refused(lambda: unclaim(step, by=cast.priya), NotAsked)


def test_what_has_a_seat_for_each_is_neither_taken_nor_given_back(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    refused(lambda: claim(step, by=cast.lena), WrongState)
    refused(lambda: unclaim(step, by=cast.lena), WrongState)


@pytest.mark.parametrize("state", [each for each in Step.Status if each != Step.Status.OPEN])
def test_only_an_open_step_is_taken_or_given_back(brandt: Deal, cast: Cast, state: Step.Status) -> None:
    step = claimable(brandt, cast)
    Step.objects.filter(pk=step.pk).update(status=state)
    refused(lambda: claim(step, by=cast.lena), WrongState)
    refused(lambda: unclaim(step, by=cast.lena), WrongState)


# --- nobody to ask


def test_an_empty_pool_says_since_when_and_tells_the_desk_once(brandt: Deal, cast: Cast) -> None:
    today = clock.today()
    Authority.objects.filter(user=cast.henrik).update(until=date(today.year, 5, 3))
    step = finance_of(brandt, cast)
    assert (step.status, step.reason) == (
        Step.Status.UNROUTABLE,
        "Finance Director, DACH: nobody holds this since 3 May.",
    )
    mails = Effect.objects.filter(kind="mail", dedupe_key__startswith="mail:unroutable:")
    told = {User.objects.get(pk=each.facts["to"]) for each in mails}
    assert told == {cast.ines}
    notice = Notice.objects.get(kind="unroutable")
    assert notice.text.startswith(step.reason)
    assert notice.path == "/queue/?when=nobody"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"region": "Nordics"}, "nobody holds this"),
        ({"since": clock.today() + timedelta(days=1)}, "nobody holds this"),
    ],
)
def test_a_level_nobody_ever_held_says_no_date(
    brandt: Deal, cast: Cast, change: dict[str, object], reason: str
) -> None:
    Authority.objects.filter(user=cast.henrik).update(**change)
    assert finance_of(brandt, cast).reason == f"Finance Director, DACH: {reason}."


def test_the_reason_tells_leaving_from_having_a_part_in_the_deal(brandt: Deal, cast: Cast) -> None:
    User.objects.filter(pk=cast.henrik.pk).update(is_active=False)
    step = finance_of(brandt, cast)
    assert step.reason == "Finance Director, DACH: whoever held this may not sign in any more."
    User.objects.filter(pk=cast.henrik.pk).update(is_active=True)
    share(brandt, with_=cast.henrik, role="team", by=cast.maya, at=clock.now())
    again = step_of(submit(ask_offer_5(brandt, cast), by=cast.maya), "finance")
    assert again.reason == "Finance Director, DACH: everyone who holds this works on the deal."


def test_named_people_who_all_left_are_nobody(brandt: Deal, cast: Cast) -> None:
    pooled(cast, 'people = ["olaf@helio.example"]\n')
    User.objects.filter(pk=cast.olaf.pk).update(is_active=False)
    step = finance_of(brandt, cast)
    assert step.reason == "Finance Director: none of those the policy names may decide on this deal."


def test_an_unroutable_step_takes_no_verdict(brandt: Deal, cast: Cast) -> None:
    Authority.objects.filter(user=cast.henrik).delete()
    step = finance_of(brandt, cast)
    refused(lambda: decide(step, by=cast.dana, ruling=AGREE, seen=step.terms_hash), DomainError)
