from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db.models import QuerySet

from approvals.deadlines import Move, moves_of, print_of
from approvals.errors import MovesOtherwise, OwnDeal
from approvals.models import Bulk, Intervention, Mandate, Offer, Request, Step
from approvals.question import answer_question, ask_question
from approvals.recompute import recompute
from approvals.recompute_many import begin_recompute, first_moves
from approvals.submit import submit
from base import clock
from base.errors import Invalid, NotYours, WrongState
from deals.models import Deal
from deals.share import share
from guardrails.models import Hastened, QuarterEnd
from ledger.models import Effect, Event
from ledger.sweep import sweep
from ledger.verify import verify
from notices.models import Notice
from people.models import FunctionCalendar
from tests.approvals.desk_verbs import MONDAY, WHY, asked, everything
from tests.brandt import Verdict, ask_offer_5, grant_brandt, make_brandt, rule, step_of
from tests.cast import Cast
from tests.desk.offering import offer_inside

NOON = datetime(2026, 6, 8, 10, 0, tzinfo=UTC)  # 12:00 in Berlin, two hours after it was asked
TUESDAY = datetime(2026, 6, 9, 6, 0, tzinfo=UTC)
LONG: dict[str, Any] = {"opens": time(8), "closes": time(20)}
SHORT: dict[str, Any] = {"opens": time(9), "closes": time(13)}


@pytest.fixture
def request_(cast: Cast) -> Request:
    with time_machine.travel(MONDAY, tick=False):
        return submit(make_brandt(cast), by=cast.maya)


def set_hours(function: str = "finance", **hours: object) -> None:
    FunctionCalendar.objects.filter(function=function).update(**hours)


def every() -> QuerySet[Step]:
    return Step.objects.all()


def moves_at(at: datetime) -> dict[str, Move]:
    return {move.step.function: move for move in moves_of(every(), at)}


def told() -> dict[str, str]:
    """Who got word of a deadline that came earlier, by first name."""
    sooner = Notice.objects.filter(kind="sooner").select_related("user")
    return {one.user.name.split()[0]: f"{one.subject}. {one.text}" for one in sooner}


def test_new_hours_move_no_deadline_by_themselves(request_: Request) -> None:
    assert moves_at(NOON) == {}
    before = everything()
    set_hours(**LONG)
    move = moves_at(NOON)["finance"]
    # 12 h from Monday 10:00: until Tuesday 14:00 before, and open from 8 to 20 until Tuesday 10:00
    assert (move.before, move.after) == (
        datetime(2026, 6, 9, 12, tzinfo=UTC),
        datetime(2026, 6, 9, 8, tzinfo=UTC),
    )
    assert (move.earlier, move.overdue, move.shift) == (True, False, 0)
    assert everything() == before


def test_the_deadline_moves_with_its_timers_and_who_has_less_time_is_told(
    request_: Request, cast: Cast
) -> None:
    set_hours(**LONG)
    step = step_of(request_, "finance")
    with time_machine.travel(NOON, tick=False):
        move = moves_at(NOON)["finance"]
        said = recompute(step, by=cast.ines, reason=WHY, seen=move.print)
    step.refresh_from_db()
    assert (step.due_at, step.clock_from) == (move.after, MONDAY)
    assert (step.allowance, step.remaining, step.run, step.held_level) == (720, 720, 2, 2)
    pending = Effect.objects.filter(key=f"step:{step.pk}", state="pending").order_by("due_at")
    assert [(each.kind, each.facts["run"], each.due_at) for each in pending] == [
        ("remind", 2, datetime(2026, 6, 8, 14, tzinfo=UTC)),
        ("hand_over", 2, move.after),
    ]
    assert asked(step) == [cast.henrik]
    assert list(told()) == ["Henrik"]
    assert told()["Henrik"].startswith("Less time for Brandt Logistik AG, D-1284. Finance Director has until")
    assert (said.kind, said.by, said.reason) == ("recompute", cast.ines, WHY)
    event = Event.objects.get(kind="step.recomputed")
    assert event.facts["before"] == "2026-06-09T12:00:00.000000Z"
    assert event.facts["due_at"] == "2026-06-09T08:00:00.000000Z"
    assert verify(request_.deal.stream).faults == ()
    assert moves_at(NOON) == {}


def test_who_has_more_time_is_not_written_to(request_: Request, cast: Cast) -> None:
    set_hours(**SHORT)
    set_hours("legal", **LONG)
    with time_machine.travel(NOON, tick=False):
        for function, move in moves_at(NOON).items():
            recompute(step_of(request_, function), by=cast.ines, reason=WHY, seen=move.print)
    assert Step.objects.get(function="finance").due_at == datetime(2026, 6, 11, 8, tzinfo=UTC)
    assert list(told()) == ["Tomás"]


def test_what_would_be_late_at_once_says_so_and_moves_on_at_the_next_sweep(
    request_: Request, cast: Cast
) -> None:
    set_hours(opens=time(0), closes=time(23))
    late = datetime(2026, 6, 9, 7, tzinfo=UTC)
    move = moves_at(late)["finance"]
    assert move.overdue
    step = step_of(request_, "finance")
    with time_machine.travel(late, tick=False):
        recompute(step, by=cast.ines, reason=WHY, seen=move.print)
        sweep(late)
    step.refresh_from_db()
    assert step.held_level == 3


def test_what_is_late_and_stays_late_is_left_alone(request_: Request) -> None:
    wednesday = datetime(2026, 6, 10, 6, tzinfo=UTC)
    set_hours(**LONG)
    assert moves_at(wednesday) == {}
    set_hours(**SHORT)
    assert moves_at(wednesday)["finance"].after == datetime(2026, 6, 11, 8, tzinfo=UTC)


def test_a_reminder_that_was_sent_is_not_sent_again(request_: Request, cast: Cast) -> None:
    half = datetime(2026, 6, 8, 14, tzinfo=UTC)
    with time_machine.travel(half, tick=False):
        sweep(half)
    set_hours(**LONG)
    step = step_of(request_, "finance")
    with time_machine.travel(half, tick=False):
        recompute(step, by=cast.ines, reason=WHY, seen=moves_at(half)["finance"].print)
        sweep(half)
    reminded = Event.objects.filter(kind="step.reminded", body__contains=f'"step":{step.pk}')
    assert reminded.count() == 1


def test_only_running_clocks_move(request_: Request, cast: Cast) -> None:
    rule(step_of(request_, "legal"), cast.tomas, Verdict.CHANGES, reason="Cap it.")
    operations = step_of(request_, "operations")
    with time_machine.travel(NOON, tick=False):
        question = ask_question(operations, by=cast.jiwoo, to=cast.maya, text="Which site first?")
    for function in ("finance", "legal", "operations", "executive"):
        set_hours(function, **LONG)
    assert list(moves_at(NOON)) == ["finance"]
    with time_machine.travel(NOON, tick=False):
        answer_question(question, by=cast.maya, text="Hamburg.")
    operations.refresh_from_db()
    # what is left counts in the new hours: 14 h from Monday 12:00, 8 until 20:00 and 6 on Tuesday
    assert operations.due_at == datetime(2026, 6, 9, 12, tzinfo=UTC)


def test_a_deadline_moves_by_the_pause_and_the_dates_of_the_buyer_do_not(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False):
        deal = make_brandt(cast)
        Deal.objects.filter(pk=deal.pk).update(wanted_expiry=date(2026, 7, 31))
        made = offer_inside(grant_brandt(deal, cast), cast)
        step = step_of(submit(ask_offer_5(deal, cast), by=cast.maya), "finance")
    before = [
        Deal.objects.values("wanted_signature", "wanted_expiry").get(pk=deal.pk),
        Offer.objects.values("good_until").get(pk=made.pk),
        list(Mandate.objects.values("expires_at")),
    ]
    assert before[0] == {"wanted_signature": date(2026, 7, 3), "wanted_expiry": date(2026, 7, 31)}
    with time_machine.travel(NOON, tick=False):
        question = ask_question(step, by=cast.henrik, to=cast.maya, text="Why 60 days?")
    with time_machine.travel(NOON + timedelta(hours=3), tick=False):
        answer_question(question, by=cast.maya, text="Their standard.")
    assert step.due_at == datetime(2026, 6, 9, 12, tzinfo=UTC)
    step.refresh_from_db()
    assert step.due_at == datetime(2026, 6, 9, 15, tzinfo=UTC)  # Tuesday 17:00 in Berlin
    assert before == [
        Deal.objects.values("wanted_signature", "wanted_expiry").get(pk=deal.pk),
        Offer.objects.values("good_until").get(pk=made.pk),
        list(Mandate.objects.values("expires_at")),
    ]


def test_a_quarter_end_counts_for_running_clocks_when_the_desk_says_so(request_: Request, cast: Cast) -> None:
    ends = MONDAY + timedelta(days=14)
    q2 = QuarterEnd.objects.create(
        name="Q2", percent=50, starts=NOON, ends=ends, reason=WHY, set_by=cast.ines, set_at=NOON
    )
    Hastened.objects.create(quarter_end=q2, function="finance", starts=NOON, ends=ends)
    step = step_of(request_, "finance")
    with time_machine.travel(NOON, tick=False):
        move = moves_at(NOON)["finance"]
        recompute(step, by=cast.ines, reason=WHY, seen=move.print)
    step.refresh_from_db()
    assert (move.shift, step.allowance, step.remaining, step.quarter_end) == (-360, 360, 360, q2)
    assert step.due_at == datetime(2026, 6, 8, 14, tzinfo=UTC)
    assert moves_at(NOON) == {}
    Hastened.objects.update(ends=NOON + timedelta(hours=1))
    back = moves_at(NOON + timedelta(hours=1))["finance"]
    assert (back.shift, back.after) == (360, datetime(2026, 6, 9, 12, tzinfo=UTC))


def test_what_was_not_on_the_screen_is_not_done(request_: Request, cast: Cast) -> None:
    set_hours(**LONG)
    step = step_of(request_, "finance")
    seen = moves_at(NOON)["finance"].print
    set_hours(**SHORT)
    before = everything()
    with time_machine.travel(NOON, tick=False):
        with pytest.raises(MovesOtherwise, match="has changed since you looked"):
            recompute(step, by=cast.ines, reason=WHY, seen=seen)
        seen = moves_at(NOON)["finance"].print
        for who in (cast.maya, cast.henrik, cast.robin):
            with pytest.raises(NotYours, match="Only the deal desk"):
                recompute(step, by=who, reason=WHY, seen=seen)
        with pytest.raises(Invalid, match="Say why"):
            recompute(step, by=cast.ines, reason=" ", seen=seen)
        with pytest.raises(WrongState, match="Nothing is left to move"):
            recompute(step_of(request_, "legal"), by=cast.ines, reason=WHY, seen=seen)
    assert everything() == before


def test_nobody_moves_a_deadline_of_their_own_deal_or_of_what_has_ended(
    request_: Request, cast: Cast
) -> None:
    set_hours(**LONG)
    step, seen = step_of(request_, "finance"), moves_at(NOON)["finance"].print
    share(request_.deal, with_=cast.ines, role="team", by=cast.maya, at=NOON)
    before = everything()
    with pytest.raises(OwnDeal):
        recompute(step, by=cast.ines, reason=WHY, seen=seen)
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_many_are_done_in_the_background_and_one_that_was_answered_meanwhile_is_refused(
    request_: Request, cast: Cast
) -> None:
    set_hours(**LONG)
    set_hours("legal", **LONG)
    with time_machine.travel(NOON, tick=False):
        moves, rest = first_moves(every())
        once = uuid4()
        bulk = begin_recompute(every(), by=cast.ines, reason=WHY, seen=print_of(moves), once=once)
        assert begin_recompute(every(), by=cast.ines, reason=WHY, seen="", once=once) == bulk
        rule(step_of(request_, "legal"), cast.tomas)
        while sweep(clock.now()):
            pass
    assert (len(moves), rest) == (2, 0)
    rows = {row.step.function: (row.outcome, row.why) for row in bulk.rows.select_related("step")}
    assert rows["finance"] == ("done", "")
    assert rows["legal"] == ("refused", "Legal Counsel: agreed. Nobody is asked just now.")
    assert [one.step.function for one in Intervention.objects.all()] == ["finance"]


def test_many_are_not_begun_when_other_steps_would_move_than_were_shown(
    request_: Request, cast: Cast
) -> None:
    set_hours(**LONG)
    with time_machine.travel(NOON, tick=False):
        seen = print_of(first_moves(every())[0])
        set_hours("legal", **LONG)
        before = everything()
        with pytest.raises(MovesOtherwise):
            begin_recompute(every(), by=cast.ines, reason=WHY, seen=seen, once=uuid4())
        with pytest.raises(NotYours):
            begin_recompute(every(), by=cast.robin, reason=WHY, seen=seen, once=uuid4())
        with pytest.raises(Invalid, match="Say why"):
            begin_recompute(every(), by=cast.ines, reason="", seen=seen, once=uuid4())
    assert everything() == before
    assert not Bulk.objects.exists()
