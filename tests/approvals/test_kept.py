"""Grants that outlive their request: what a new revision keeps of them, how long, and what it does not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.db import transaction

from approvals.check import mandate_of
from approvals.close import close
from approvals.decide import Ruling, decide
from approvals.limit import Condition
from approvals.models import Decision, Mandate, Request, Step
from approvals.offer import offer
from approvals.override import override
from approvals.submit import submit
from approvals.validity import after
from base import clock
from base.errors import WrongState
from deals.changes import ClauseChange, DraftChanges, TermChange
from deals.edit import save_draft
from deals.models import Deal
from deals.terms import Terms
from ledger.models import Effect, Event
from ledger.sweep import sweep
from tests.approvals.desk_verbs import let_override
from tests.brandt import ask_offer_5, brandt_lines, make_brandt, narrow_finance, rule, step_of
from tests.cast import Cast

Verdict = Decision.Verdict
MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)
THURSDAY = date(2026, 6, 11)
NEW_DAYS = (TermChange("payment_days", D(30), D(45)),)
YEARLY = Condition("invoices_per_year", "=", D(1), "legal")


def change(deal: Deal, cast: Cast, changes: DraftChanges) -> Deal:
    deal.refresh_from_db()
    return save_draft(deal, by=cast.maya, version=deal.version, changes=changes)


def statuses(request: Request) -> dict[tuple[str, int], str]:
    return {(step.function, step.level): step.status for step in request.steps.all()}


def legal_step(request: Request, level: int) -> Step:
    return request.steps.get(function="legal", level=level)


# --- a climb is kept whole


@pytest.fixture
def climbed(brandt: Deal, cast: Cast) -> Request:
    """Legal climbed: Counsel narrowed the law and asked for yearly invoices, General Counsel agreed."""
    data = ClauseChange("data", "standard", "fallback-2")
    request = submit(change(brandt, cast, DraftChanges(clauses=(data,))), by=cast.maya)
    given = {"limits": {"clause:law": "standard"}, "conditions": (YEARLY,)}
    rule(legal_step(request, 1), cast.tomas, Verdict.UP_TO, **given)
    rule(legal_step(request, 2), cast.grace)
    rule(step_of(request, "operations"), cast.jiwoo)
    return request


def test_a_climb_asks_each_level_in_turn_and_the_upper_one_sees_what_was_narrowed(climbed: Request) -> None:
    first, second = legal_step(climbed, 1), legal_step(climbed, 2)
    assert first.terms_hash != second.terms_hash
    assert [(one.level, one.granted) for one in Decision.objects.filter(function="legal").order_by("pk")] == [
        (1, '{"clause:data":"fallback-2","clause:law":"standard","clause:liability":"fallback-1"}'),
        (2, '{"clause:data":"fallback-2","clause:law":"standard","clause:liability":"fallback-1"}'),
    ]


def test_what_a_lower_level_asked_and_narrowed_holds_on_the_mandate_that_keeps_the_climb(
    climbed: Request, cast: Cast
) -> None:
    law = ClauseChange("law", "standard", "standard")
    deal = change(climbed.deal, cast, DraftChanges(terms=NEW_DAYS, clauses=(law,)))
    request = submit(deal, by=cast.maya)
    assert statuses(request)["legal", 2] == Step.Status.KEPT
    rule(step_of(request, "finance"), cast.henrik)

    mandate = Mandate.objects.get(request=request)
    assert [row.comparison for row in mandate.conditions.all()] == [YEARLY]
    limits = {limit.key: (limit.value, limit.source) for limit in mandate.limit_rows}
    assert limits["clause:law"] == ("standard", "narrowed")


def test_breaking_what_a_lower_level_asked_in_return_opens_the_climb_again(
    climbed: Request, cast: Cast
) -> None:
    law = ClauseChange("law", "standard", "standard")
    quarterly = (TermChange("invoices_per_year", D(1), D(4)),)
    request = submit(change(climbed.deal, cast, DraftChanges(terms=quarterly, clauses=(law,))), by=cast.maya)
    assert statuses(request)["legal", 1] == Step.Status.OPEN


def test_counsel_alone_does_not_answer_for_general_counsel(brandt: Deal, cast: Cast) -> None:
    data = ClauseChange("data", "standard", "fallback-2")
    first = submit(change(brandt, cast, DraftChanges(clauses=(data,))), by=cast.maya)
    rule(legal_step(first, 1), cast.tomas)
    request = submit(change(brandt, cast, DraftChanges(terms=NEW_DAYS)), by=cast.maya)
    assert (statuses(request)["legal", 1], statuses(request)["legal", 2]) == (
        Step.Status.OPEN,
        Step.Status.PLANNED,
    )


def test_a_narrowing_by_counsel_spares_general_counsel(brandt: Deal, cast: Cast) -> None:
    data = ClauseChange("data", "standard", "fallback-2")
    request = submit(change(brandt, cast, DraftChanges(clauses=(data,))), by=cast.maya)
    rule(legal_step(request, 1), cast.tomas, Verdict.UP_TO, limits={"clause:data": "fallback-1"})
    assert statuses(request)["legal", 2] == Step.Status.NOT_NEEDED
    assert Event.objects.filter(kind="step.not_needed").count() == 1


def test_a_condition_asked_twice_in_one_climb_stands_once(brandt: Deal, cast: Cast) -> None:
    data = ClauseChange("data", "standard", "fallback-2")
    request = submit(change(brandt, cast, DraftChanges(clauses=(data,))), by=cast.maya)
    for level, who in ((1, cast.tomas), (2, cast.grace)):
        rule(legal_step(request, level), who, Verdict.UP_TO, conditions=(YEARLY,))
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "finance"), cast.henrik)
    assert [row.comparison for row in Mandate.objects.get().conditions.all()] == [YEARLY]


# --- narrowings and conditions of a kept function


def test_a_kept_function_brings_its_condition_and_its_limit(brandt: Deal, cast: Cast) -> None:
    first = submit(brandt, by=cast.maya)
    narrow_finance(first, cast)
    lines = tuple(replace(line, walk_away=line.target) for line in brandt_lines())
    again = DraftChanges(lines=lines, terms=(*NEW_DAYS, TermChange("custom_days", D(12), D(21))))
    request = submit(change(brandt, cast, again), by=cast.maya)
    assert statuses(request)["finance", 2] == Step.Status.KEPT
    rule(step_of(request, "operations"), cast.olaf)
    rule(step_of(request, "legal"), cast.tomas)

    mandate = Mandate.objects.get(request=request)
    assert [row.comparison.key for row in mandate.conditions.all()] == ["invoices_per_year"]
    limits = {limit.key: limit.value for limit in mandate.limit_rows}
    assert (limits["payment_days"], limits["discount"]) == (D(45), D("12.6"))


def test_a_grant_for_another_frame_is_not_kept(brandt: Deal, cast: Cast) -> None:
    rule(step_of(submit(brandt, by=cast.maya), "operations"), cast.jiwoo)
    request = submit(change(brandt, cast, DraftChanges(deal_type="Expansion")), by=cast.maya)
    assert statuses(request)["operations", 1] == Step.Status.OPEN


# --- how long


@pytest.fixture
def short(cast: Cast) -> Deal:
    """Asked until Thursday; Operations agreed on Monday. Then asked for longer, and for other days."""
    with time_machine.travel(MONDAY, tick=False):
        deal = change(make_brandt(cast), cast, DraftChanges(wanted_expiry=THURSDAY))
        rule(step_of(submit(deal, by=cast.maya), "operations"), cast.jiwoo)
        longer = DraftChanges(wanted_expiry=THURSDAY + timedelta(days=30), terms=NEW_DAYS)
        deal = change(deal, cast, longer)
        request = submit(deal, by=cast.maya)
        rule(step_of(request, "legal"), cast.tomas)
    return deal


def test_a_mandate_ends_with_the_first_grant_it_keeps(short: Deal, cast: Cast) -> None:
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        rule(step_of(short.requests.open().get(), "finance"), cast.henrik)
    assert Mandate.objects.get().expires_at == after(THURSDAY)


def test_nothing_is_granted_on_a_kept_answer_that_ran_out_meanwhile(short: Deal, cast: Cast) -> None:
    step = step_of(short.requests.open().get(), "finance")
    with time_machine.travel(after(THURSDAY), tick=False):
        for verdict in Decision.AGREEING:
            ruling = Ruling(
                verdict, reason="Why.", limits={"payment_days": D(40)} if verdict == "up_to" else {}
            )
            with pytest.raises(WrongState, match="has run out meanwhile"):
                decide(step, by=cast.henrik, ruling=ruling, seen=step.terms_hash)
        with pytest.raises(WrongState, match="has run out meanwhile"):
            override(
                step, by=let_override(cast.ines), verdict=Verdict.AGREE, reason="Why.", seen=step.terms_hash
            )
        assert not Mandate.objects.exists()
        rule(step, cast.henrik, Verdict.CHANGES, reason="Ask again.")


def test_a_mandate_asked_for_until_a_day_that_has_passed_lasts_through_the_day_it_is_granted(
    cast: Cast,
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        deal = change(make_brandt(cast), cast, DraftChanges(wanted_expiry=date(2026, 6, 8)))
        request = submit(deal, by=cast.maya)
    late = MONDAY + timedelta(days=1)
    with time_machine.travel(late, tick=False):
        for function, who in (("finance", cast.henrik), ("legal", cast.tomas), ("operations", cast.jiwoo)):
            rule(step_of(request, function), who)
    assert Mandate.objects.get().expires_at == after(date(2026, 6, 9))


def test_the_end_of_a_superseded_mandate_is_announced_by_nobody(granted: Mandate, cast: Cast) -> None:
    request = submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    rule(step_of(request, "finance"), cast.henrik)
    timer = Effect.objects.get(kind="expire", key=f"mandate:{granted.pk}")
    assert timer.state == Effect.State.CANCELLED
    Effect.objects.filter(pk=timer.pk).update(state=Effect.State.PENDING)
    with time_machine.travel(granted.expires_at, tick=False):
        Effect.objects.exclude(pk=timer.pk).update(state=Effect.State.CANCELLED)
        sweep(granted.expires_at)
    assert not Event.objects.filter(kind="mandate.expired").exists()
    assert Event.objects.filter(kind="mandate.superseded").count() == 1


# --- offers already made


def test_signing_an_offer_that_was_inside_is_inside_until_its_own_date(granted: Mandate, cast: Cast) -> None:
    deal, good_until = granted.deal, clock.today() + timedelta(days=3)
    target = granted.request.revision.ask.target
    terms = replace(target, values={**target.values, "payment_days": D(45)})
    assert offer(deal, by=cast.maya, terms=terms, good_until=good_until).inside
    narrower = DraftChanges(lines=brandt_lines(), terms=(TermChange("payment_days", D(30), D(40)),))
    request = submit(change(deal, cast, narrower), by=cast.maya)
    rule(step_of(request, "finance"), cast.henrik)
    assert mandate_of(deal, at=clock.now()) != granted

    late = close_and_undo(deal, cast, terms, good_until + timedelta(days=1))
    assert late == (False, Mandate.objects.get(request=request))
    assert close_and_undo(deal, cast, terms, good_until) == (True, granted)
    other = replace(terms, values={**terms.values, "custom_days": D(13)})
    assert close_and_undo(deal, cast, other, good_until)[0] is False


def close_and_undo(deal: Deal, cast: Cast, terms: Terms, day: date) -> tuple[bool | None, Mandate | None]:
    """Whether it would be inside, and by which mandate."""
    with transaction.atomic():
        closing = close(deal, by=cast.maya, signed=terms, signed_on=day)
        transaction.set_rollback(True)
    return closing.inside, closing.mandate
