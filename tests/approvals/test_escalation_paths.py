"""Reminders and hand-overs as the policy says them of a level, up to the desk; each once in a run."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from approvals.absence import Window, set_absence
from approvals.claim import claim, unclaim
from approvals.errors import NotAsked, OwnDeal
from approvals.escalation import ask_anew, hand_over, remind
from approvals.extend import extend
from approvals.models import Decision, Step
from approvals.question import answer_question, ask_question
from approvals.reassign import reassign
from deals.models import Deal
from ledger.models import Effect, Event
from ledger.sweep import sweep
from ledger.verify import verify
from notices.models import Notice
from people.models import User
from tests.approvals.pooling import asked, directors, finance_of, pooled
from tests.brandt import make_brandt, rule
from tests.cast import Cast

MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin; Finance Director has 12 h
UP = 'escalate = ["manager", "manager", "desk"]\n'


@pytest.fixture
def monday(cast: Cast) -> Deal:
    with time_machine.travel(MONDAY, tick=False):
        return make_brandt(cast)


def begun(deal: Deal, cast: Cast, lines: str, *more: User) -> Step:
    with time_machine.travel(MONDAY, tick=False):
        pooled(cast, lines)
        directors(*more)
        return finance_of(deal, cast)


def fresh(step: Step) -> Step:
    return Step.objects.select_related("request__version", "deal").get(pk=step.pk)


def sweep_at(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        sweep(at)


def overdue(step: Step) -> Step:
    """At the end of its run, swept twice."""
    due = fresh(step).due_at
    assert due is not None
    sweep_at(due)
    sweep_at(due)
    return fresh(step)


def said(step: Step, kind: str) -> list[dict[str, Any]]:
    events = Event.objects.filter(stream=step.deal.stream, kind=kind).order_by("sequence")
    return [event.facts for event in events if event.facts["step"] == step.pk]


def told(kind: str) -> list[str]:
    people = Notice.objects.filter(kind=kind).order_by("pk").values_list("user__email", flat=True)
    return [email.partition("@")[0] for email in people]


def test_each_share_of_the_time_reminds_once(monday: Deal, cast: Cast) -> None:
    step = begun(monday, cast, "remind = [0.25, 0.5, 0.8]\n")
    timers = Effect.objects.filter(kind="remind", key=f"step:{step.pk}").order_by("due_at")
    # of 12 h: after 3 h, 6 h and 9.6 h, when 2 h 36 min of Tuesday are gone
    assert [(one.dedupe_key, f"{one.due_at:%a %H:%M}") for one in timers] == [
        (f"remind:{step.pk}:1:1", "Mon 11:00"),
        (f"remind:{step.pk}:1:1:2", "Mon 14:00"),
        (f"remind:{step.pk}:1:1:3", "Tue 09:36"),
    ]
    for timer in timers:
        sweep_at(timer.due_at)
        sweep_at(timer.due_at + timedelta(minutes=1))
    assert [one["share"] for one in said(step, "step.reminded")] == ["0.25", "0.5", "0.8"]
    assert told("remind").count("henrik") == 3


def test_a_sweep_that_is_late_by_hours_sends_the_last_of_what_is_due_alone(monday: Deal, cast: Cast) -> None:
    step = begun(monday, cast, "remind = [0.25, 0.5, 0.8]\n")
    sweep_at(MONDAY + timedelta(hours=25, minutes=40))
    assert [one["share"] for one in said(step, "step.reminded")] == ["0.8"]
    assert told("remind").count("henrik") == 1
    overdue(step)
    assert len(said(step, "step.reminded")) == 1
    assert Effect.objects.filter(kind="remind", state="parked").count() == 0


def test_what_was_reminded_before_a_pause_is_not_reminded_again(monday: Deal, cast: Cast) -> None:
    step = begun(monday, cast, "remind = [0.5, 0.8]\n")
    sweep_at(MONDAY + timedelta(hours=6))
    with time_machine.travel(MONDAY + timedelta(hours=6, minutes=30), tick=False):
        question = ask_question(fresh(step), by=cast.henrik, to=cast.maya, text="Why?")
        answer_question(question, by=cast.maya, text="So.")
    timers = Effect.objects.filter(kind="remind", key=f"step:{step.pk}", state="pending")
    assert [one.dedupe_key for one in timers] == [f"remind:{step.pk}:1:2:2"]
    overdue(step)
    assert [one["share"] for one in said(step, "step.reminded")] == ["0.5"]


def test_the_managers_take_over_one_after_the_other_and_then_the_desk_has_it(
    monday: Deal, cast: Cast
) -> None:
    step = begun(monday, cast, UP)
    held = [(asked(fresh(step)), fresh(step).held_level)]
    for _ in range(2):
        held.append((asked(overdue(step)), fresh(step).held_level))
    assert held == [(["henrik"], 2), (["dana"], 2), (["victor"], 2)]
    assert [one["moved"] for one in said(step, "step.handed_over")] == [
        {"held": 2, "holds": 2, "managers": [cast.dana.pk], "run": 2},
        {"held": 2, "holds": 2, "managers": [cast.victor.pk], "run": 3},
    ]
    assert told("moved_up") == ["henrik", "dana"]
    assert not Deal.objects.visible_to(cast.henrik).filter(pk=monday.pk).exists()

    last = overdue(step)
    assert (asked(last), last.with_desk_since, last.status) == (["victor"], last.due_at, Step.Status.OPEN)
    assert len(said(step, "step.overdue")) == 1
    assert told("overdue") == ["ines"]
    assert (last.due_at, verify(monday.stream).faults) == (last.with_desk_since, ())
    rows = step.assignments.order_by("pk").values_list("user__name", "late_as")
    assert list(rows) == [("Henrik Sørensen", 2), ("Dana Whitlock", 2), ("Victor Hale", None)]


def test_a_manager_who_stepped_in_decides_and_nobody_before_them(monday: Deal, cast: Cast) -> None:
    step = begun(monday, cast, 'escalate = ["manager", "manager", "desk"]\nremind = []\n')
    overdue(step)
    late = overdue(step)
    assert late.due_at is not None
    with time_machine.travel(late.due_at, tick=False):
        for gone in (cast.henrik, cast.dana):
            with pytest.raises(NotAsked):
                rule(late, gone)
        assert not Decision.objects.filter(step=step).exists()
        decision = rule(late, cast.victor)
    assert (decision.level, decision.agrees, fresh(step).status) == (2, True, Step.Status.AGREED)


def test_a_manager_of_the_deal_team_or_who_has_gone_is_passed_over(monday: Deal, cast: Cast) -> None:
    step = begun(monday, cast, UP)
    cast.dana.is_active = False
    cast.dana.save()
    assert asked(overdue(step)) == ["victor"]
    Deal.objects.filter(pk=monday.pk).update(owner=cast.victor)
    with time_machine.travel(MONDAY + timedelta(days=2), tick=False), pytest.raises(OwnDeal):
        rule(fresh(step), cast.victor)
    last = overdue(step)
    assert (asked(last), last.with_desk_since is not None) == (["victor"], True)


def test_a_manager_who_is_away_is_stood_in_for_and_else_passed_over(monday: Deal, cast: Cast) -> None:
    step = begun(monday, cast, UP)
    for away, delegate in ((cast.dana, None), (cast.victor, cast.lena)):
        with time_machine.travel(MONDAY, tick=False):
            week = Window(MONDAY, MONDAY + timedelta(days=7))
            set_absence(away, week, by=cast.ines, delegate=delegate)
    late = overdue(step)
    assert (asked(late), late.managers) == (["lena"], (cast.victor.pk,))
    assert late.due_at is not None
    with time_machine.travel(late.due_at, tick=False):
        decision = rule(late, cast.lena)
    assert (decision.by, decision.acting_for) == (cast.lena, cast.victor)


def test_a_manager_on_the_deal_team_takes_nothing_over(monday: Deal, cast: Cast) -> None:
    step = begun(monday, cast, UP)
    Deal.objects.filter(pk=monday.pk).update(owner=cast.dana)
    assert asked(overdue(step)) == ["victor"]


def test_what_nobody_is_left_for_goes_on_and_comes_to_the_desk_once(monday: Deal, cast: Cast) -> None:
    step = begun(monday, cast, UP)
    overdue(step)
    for _ in range(3):
        with transaction.atomic():
            ask_anew(fresh(step), now=MONDAY + timedelta(days=2))
    last = fresh(step)
    assert (asked(last), last.managers, last.with_desk_since) == (
        ["victor"],
        (cast.victor.pk,),
        MONDAY + timedelta(days=2),
    )
    assert len(said(step, "step.handed_over")) == 2
    assert len(said(step, "step.overdue")) == 1


def test_who_takes_over_may_take_it_and_give_it_back_to_the_managers(monday: Deal, cast: Cast) -> None:
    step = begun(monday, cast, UP, cast.tomas)
    assert asked(overdue(step)) == ["dana", "grace"]
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        claim(fresh(step), by=cast.grace)
        assert asked(step) == ["grace"]
        unclaim(fresh(step), by=cast.grace)
    assert asked(step) == ["dana", "grace"]


def test_the_next_level_takes_over_with_its_own_time_and_reminders(monday: Deal, cast: Cast) -> None:
    step = begun(monday, cast, 'escalate = ["next level", "manager", "desk"]\nremind = [0.9]\n')
    handed = overdue(step)
    assert (asked(handed), handed.held_level, handed.allowance, handed.passed) == (["dana"], 3, 960, 1)
    timer = Effect.objects.get(kind="remind", key=f"step:{step.pk}", state="pending")
    assert (timer.dedupe_key, timer.facts["share"]) == (f"remind:{step.pk}:1:2", "0.5")
    assert (asked(overdue(step)), fresh(step).held_level) == (["victor"], 3)


@pytest.mark.parametrize("verb", ["extend", "reassign"])
def test_the_desk_takes_what_it_has_out_of_its_queue_and_gets_it_again(
    monday: Deal, cast: Cast, verb: str
) -> None:
    step = begun(monday, cast, 'escalate = ["desk"]\n')
    late = overdue(step)
    assert late.due_at is not None
    with time_machine.travel(late.due_at + timedelta(hours=1), tick=False):
        if verb == "extend":
            extend(late, by=cast.ines, minutes=60, reason="He is back tomorrow.")
        else:
            reassign(late, by=cast.ines, to=cast.dana, reason="He is away.")
    assert fresh(step).with_desk_since is None
    again = overdue(step)
    assert again.with_desk_since == again.due_at
    assert [one["run"] for one in said(step, "step.overdue")] == [1, 2]
    assert told("overdue") == ["ines", "ines"]


def test_two_sweepers_hand_over_each_place_once_and_tell_the_desk_once(
    race: Callable[..., list[Any]], cast: Cast
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        deal = make_brandt(cast)
    step = begun(deal, cast, 'escalate = ["manager", "desk"]\n')
    for _ in range(2):
        due = fresh(step).due_at
        race(*[lambda at=due: sweep(at)] * 3)
    last = fresh(step)
    assert (asked(last), last.run, last.passed) == (["dana"], 2, 1)
    assert len(said(step, "step.handed_over")) == len(said(step, "step.overdue")) == 1
    assert sorted(told("overdue") + told("moved_up")) == ["henrik", "ines"]
    assert verify(deal.stream).faults == ()


def test_a_timer_finds_every_state_but_open_as_it_is(monday: Deal, cast: Cast) -> None:
    step = begun(monday, cast, "remind = [0.5, 0.8]\n" + UP)
    due = step.due_at
    assert due is not None
    timers = list(Effect.objects.filter(key=f"step:{step.pk}", kind__in=["remind", "hand_over"]))
    before = Event.objects.count()
    for status in Step.Status:
        if status == Step.Status.OPEN:
            continue
        Step.objects.filter(pk=step.pk).update(status=status)
        for timer in timers:
            with transaction.atomic():
                {"remind": remind, "hand_over": hand_over}[timer.kind]([timer], due)
    assert (Event.objects.count(), asked(step), fresh(step).run) == (before, ["henrik"], 1)
