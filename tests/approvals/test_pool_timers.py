"""Pools and time: seats that are handed over, people who go, authority that the desk mends."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
import time_machine

from approvals.claim import claim
from approvals.models import Decision, Step
from approvals.submit import submit
from deals.models import Deal
from guardrails.appoint import appoint, end
from ledger.follow import catch_up
from ledger.models import Effect, Event
from ledger.sweep import sweep
from people.models import Authority, User
from tests.approvals.pooling import asked, directors, finance_of, pooled, two_of_three
from tests.brandt import make_brandt, rule, step_of
from tests.cast import APPOINTED, Cast

MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
Verdict = Decision.Verdict
Made = TypeVar("Made")


@pytest.fixture
def monday(cast: Cast) -> Deal:
    with time_machine.travel(MONDAY, tick=False):
        return make_brandt(cast)


def at_monday(act: Callable[[], Made]) -> Made:
    with time_machine.travel(MONDAY, tick=False):
        return act()


def sweep_at(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        sweep(at)


def unroutable(monday: Deal, cast: Cast) -> Step:
    Authority.objects.filter(user=cast.henrik).update(until=MONDAY.date())
    return at_monday(lambda: finance_of(monday, cast))


def test_whoever_takes_over_answers_for_all_who_did_not(monday: Deal, cast: Cast) -> None:
    step = at_monday(lambda: two_of_three(monday, cast))
    at_monday(lambda: rule(step, cast.lena))
    step.refresh_from_db()
    assert step.due_at
    sweep_at(step.due_at)
    step.refresh_from_db()
    assert (asked(step), step.held_level) == (["dana"], 3)
    assert (step.seats.filter(decision=None).count(), step.needed) == (1, 2)
    at_monday(lambda: rule(step, cast.dana))
    step.refresh_from_db()
    assert step.status == Step.Status.AGREED


def test_a_handed_over_seat_that_is_declined_declines_the_step(monday: Deal, cast: Cast) -> None:
    step = at_monday(lambda: two_of_three(monday, cast))
    at_monday(lambda: rule(step, cast.lena, Verdict.DECLINE, reason="No."))
    step.refresh_from_db()
    assert step.due_at
    sweep_at(step.due_at)
    at_monday(lambda: rule(step, cast.dana, Verdict.DECLINE, reason="Nor I."))
    step.refresh_from_db()
    assert step.status == Step.Status.DECLINED


def test_a_hand_over_takes_the_seat_from_who_had_taken_it(monday: Deal, cast: Cast) -> None:
    directors(cast.lena)
    step = at_monday(lambda: finance_of(monday, cast))
    at_monday(lambda: claim(step, by=cast.lena))
    step.refresh_from_db()
    assert step.due_at
    sweep_at(step.due_at)
    assert asked(step) == ["dana"]
    assert step.seats.get().held_by is None


def test_who_is_asked_and_leaves_makes_room_for_who_may_now(monday: Deal, cast: Cast) -> None:
    step = at_monday(lambda: finance_of(monday, cast))
    User.objects.filter(pk=cast.henrik.pk).update(is_active=False)
    directors(cast.lena)
    sweep_at(MONDAY + timedelta(hours=7))  # half of 12 h is gone
    step.refresh_from_db()
    assert (step.status, asked(step)) == (Step.Status.OPEN, ["lena"])
    assert step.remaining == step.allowance


def test_when_the_last_one_leaves_the_open_step_is_named_unroutable_and_the_desk_told(
    monday: Deal, cast: Cast
) -> None:
    step = at_monday(lambda: finance_of(monday, cast))
    User.objects.filter(pk=cast.henrik.pk).update(is_active=False)
    sweep_at(MONDAY + timedelta(hours=7))
    step.refresh_from_db()
    assert step.status == Step.Status.UNROUTABLE
    assert step.reason == "Finance Director, DACH: whoever held this may not sign in any more."
    assert asked(step) == []
    assert Effect.objects.filter(dedupe_key__startswith="mail:unroutable:").count() == 1


def test_the_desk_gives_authority_and_the_step_routes_itself_at_once(monday: Deal, cast: Cast) -> None:
    step = unroutable(monday, cast)
    assert step.reason == "Finance Director, DACH: nobody holds this since 8 June."
    soon = MONDAY + timedelta(seconds=20)
    with time_machine.travel(soon, tick=False):
        appoint(cast.lena, "finance", 2, "", soon.date(), by=cast.ines)
        catch_up()
        sweep(soon)
    step.refresh_from_db()
    assert (step.status, asked(step), step.reason) == (Step.Status.OPEN, ["lena"], "")


def test_an_unroutable_step_that_is_looked_at_often_tells_the_desk_once(monday: Deal, cast: Cast) -> None:
    unroutable(monday, cast)
    for minutes in (5, 10, 15):
        sweep_at(MONDAY + timedelta(minutes=minutes))
    assert Effect.objects.filter(dedupe_key__startswith="mail:unroutable:").count() == 1
    assert Event.objects.filter(kind="step.unroutable").count() == 1


def test_a_second_time_without_anybody_is_told_again(monday: Deal, cast: Cast) -> None:
    step = unroutable(monday, cast)
    Authority.objects.create(user=cast.lena, function="finance", level=2, since=APPOINTED)
    sweep_at(MONDAY + timedelta(minutes=5))
    step.refresh_from_db()
    assert step.status == Step.Status.OPEN
    Authority.objects.filter(user=cast.lena, level=2).update(until=MONDAY.date())
    assert step.due_at
    sweep_at(step.due_at - timedelta(minutes=1))
    step.refresh_from_db()
    assert step.status == Step.Status.UNROUTABLE
    assert Effect.objects.filter(dedupe_key__startswith="mail:unroutable:").count() == 2


def test_a_quorum_waits_until_there_are_enough(monday: Deal, cast: Cast) -> None:
    at_monday(lambda: pooled(cast, "quorum = 2\n"))
    step = step_of(at_monday(lambda: submit(monday, by=cast.maya)), "finance")
    assert step.status == Step.Status.UNROUTABLE
    directors(cast.priya)
    sweep_at(MONDAY + timedelta(minutes=5))
    step.refresh_from_db()
    assert (step.status, asked(step), step.needed) == (Step.Status.OPEN, ["henrik", "priya"], 2)


def test_a_pool_that_is_made_anew_keeps_the_seats_that_were_answered(monday: Deal, cast: Cast) -> None:
    step = at_monday(lambda: two_of_three(monday, cast))
    at_monday(lambda: rule(step, cast.henrik))
    User.objects.filter(pk__in=[cast.lena.pk, cast.priya.pk]).update(is_active=False)
    directors(cast.olaf, cast.mei)
    sweep_at(MONDAY + timedelta(hours=7))
    step.refresh_from_db()
    assert asked(step) == ["mei", "olaf"]
    at_monday(lambda: rule(step, cast.mei))
    step.refresh_from_db()
    assert step.status == Step.Status.AGREED


def test_where_everyone_must_agree_who_left_is_not_passed_over(monday: Deal, cast: Cast) -> None:
    at_monday(lambda: pooled(cast, 'quorum = "everyone"\n'))
    directors(cast.lena)
    step = at_monday(lambda: finance_of(monday, cast))
    at_monday(lambda: rule(step, cast.henrik))
    User.objects.filter(pk=cast.lena.pk).update(is_active=False)
    sweep_at(MONDAY + timedelta(hours=7))
    step.refresh_from_db()
    assert (step.status, asked(step)) == (Step.Status.UNROUTABLE, [])
    assert step.reason == "Finance Director, DACH: those who have not answered may not decide any more."
    directors(cast.priya)
    sweep_at(MONDAY + timedelta(hours=7, minutes=5))
    step.refresh_from_db()
    assert (asked(step), step.needed) == (["priya"], 2)


def test_ending_authority_is_heard_too(monday: Deal, cast: Cast) -> None:
    step = unroutable(monday, cast)
    held = Authority.objects.create(user=cast.lena, function="finance", level=2, since=APPOINTED)
    with time_machine.travel(MONDAY + timedelta(seconds=20), tick=False):
        end(held, held.since + timedelta(days=5000), by=cast.ines)
        catch_up()
        waiting = Effect.objects.get(kind="reroute", state="pending", key=f"step:{step.pk}")
    assert waiting.due_at == MONDAY + timedelta(seconds=20)
