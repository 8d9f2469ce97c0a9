"""What happens by itself: reminders, hand-overs, a second look for people, expiry. Each acts once per run."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from approvals.models import Mandate, Request, Step
from approvals.submit import submit
from deals.models import Deal
from ledger.models import Effect, Event
from ledger.sweep import sweep
from people.models import Authority, User
from tests.brandt import make_brandt, rule, step_of
from tests.cast import APPOINTED, Cast

MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin


@pytest.fixture
def monday(cast: Cast) -> Deal:
    with time_machine.travel(MONDAY, tick=False):
        return make_brandt(cast)


@pytest.fixture
def request_(monday: Deal, cast: Cast) -> Request:
    with time_machine.travel(MONDAY, tick=False):
        return submit(monday, by=cast.maya)


def sweep_at(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        sweep(at)


def kinds(deal: Deal, kind: str) -> int:
    return Event.objects.filter(stream=deal.stream, kind=kind).count()


def mails(what: str) -> set[str]:
    effects = Effect.objects.filter(kind="mail", dedupe_key__startswith=f"mail:{what}:")
    return {User.objects.get(pk=effect.facts["to"]).email.partition("@")[0] for effect in effects}


def due(request: Request, function: str) -> datetime:
    at = step_of(request, function).due_at
    assert at is not None
    return at


def test_the_deadline_is_the_allowance_in_working_hours(request_: Request) -> None:
    # 12 h from Monday 10:00, open 9 to 17: 7 h on Monday, 5 h on Tuesday
    assert due(request_, "finance") == datetime(2026, 6, 9, 12, 0, tzinfo=UTC)


def test_half_of_the_time_gone_reminds_once(request_: Request, cast: Cast) -> None:
    half = datetime(2026, 6, 8, 14, 0, tzinfo=UTC)
    sweep_at(half - timedelta(minutes=1))
    assert kinds(request_.deal, "step.reminded") == 0
    sweep_at(half)
    sweep_at(half + timedelta(minutes=1))
    assert kinds(request_.deal, "step.reminded") == 1
    assert mails("remind") == {"henrik"}


def test_when_the_time_is_gone_the_seat_moves_once_to_the_next_level(request_: Request, cast: Cast) -> None:
    late = due(request_, "finance")
    sweep_at(late)
    sweep_at(late + timedelta(minutes=1))

    step = step_of(request_, "finance")
    assert step.held_level == 3
    assert step.run == 2
    assert [row.user for row in step.assignments.filter(ended_at=None)] == [cast.dana]
    assert not Deal.objects.visible_to(cast.henrik).exists()
    assert kinds(request_.deal, "step.handed_over") == 1
    assert mails("moved") == {"henrik"}
    assert step.due_at == datetime(2026, 6, 11, 12, 0, tzinfo=UTC)  # 16 h for the CFO


def test_the_one_it_was_handed_to_decides_at_their_own_level(request_: Request, cast: Cast) -> None:
    late = due(request_, "finance")
    sweep_at(late)
    with time_machine.travel(late + timedelta(hours=1), tick=False):
        assert rule(step_of(request_, "finance"), cast.dana).level == 3


def test_a_second_deadline_is_named_overdue_and_moves_nothing(request_: Request, cast: Cast) -> None:
    sweep_at(due(request_, "finance"))
    sweep_at(due(request_, "finance"))
    step = step_of(request_, "finance").pk
    said = [event.kind for event in Event.objects.of(request_.deal.stream) if event.facts.get("step") == step]
    assert said == ["step.opened", "step.reminded", "step.handed_over", "step.reminded", "step.overdue"]
    assert [row.user for row in step_of(request_, "finance").assignments.filter(ended_at=None)] == [cast.dana]


def test_a_hand_over_never_goes_to_someone_in_conflict(request_: Request, cast: Cast) -> None:
    Deal.objects.filter(pk=request_.deal_id).update(owner=cast.dana)
    sweep_at(due(request_, "finance"))
    assert step_of(request_, "finance").held_level == 2
    assert kinds(request_.deal, "step.overdue") == 1


def test_a_timer_of_an_answered_step_does_nothing(request_: Request, cast: Cast) -> None:
    late = due(request_, "finance")
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        rule(step_of(request_, "finance"), cast.henrik)
    sweep_at(late)
    assert kinds(request_.deal, "step.handed_over") == 0
    assert step_of(request_, "finance").status == Step.Status.AGREED


def test_a_timer_of_an_earlier_run_does_nothing(request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    timer = Effect.objects.get(kind="hand_over", key=f"step:{step.pk}")
    Step.objects.filter(pk=step.pk).update(run=2)
    assert step.due_at is not None
    sweep_at(step.due_at)
    timer.refresh_from_db()
    assert timer.state == Effect.State.DONE
    assert kinds(request_.deal, "step.handed_over") == 0


def test_an_unroutable_step_routes_itself_once_somebody_may(monday: Deal, cast: Cast) -> None:
    Authority.objects.filter(user=cast.henrik).delete()
    with time_machine.travel(MONDAY, tick=False):
        request = submit(monday, by=cast.maya)
    sweep_at(MONDAY + timedelta(minutes=5))
    assert step_of(request, "finance").status == Step.Status.UNROUTABLE
    assert kinds(monday, "step.unroutable") == 1

    Authority.objects.create(user=cast.lena, function="finance", level=2, since=APPOINTED)
    sweep_at(MONDAY + timedelta(minutes=10))

    step = step_of(request, "finance")
    assert step.status == Step.Status.OPEN
    assert [row.user for row in step.assignments.filter(ended_at=None)] == [cast.lena]
    # the clock starts when there is somebody to answer
    assert step.due_at == datetime(2026, 6, 9, 12, 10, tzinfo=UTC)


def test_running_out_tells_the_seller_once_and_changes_nothing_else(request_: Request, cast: Cast) -> None:
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        for function, who in (("finance", cast.henrik), ("legal", cast.tomas), ("operations", cast.jiwoo)):
            rule(step_of(request_, function), who)
    mandate = Mandate.objects.get()
    sweep_at(mandate.expires_at - timedelta(seconds=1))
    assert kinds(request_.deal, "mandate.expired") == 0
    sweep_at(mandate.expires_at)
    sweep_at(mandate.expires_at + timedelta(days=1))
    assert kinds(request_.deal, "mandate.expired") == 1
    assert mails("expired") == {"maya"}
    mandate.refresh_from_db()
    assert mandate.status == Mandate.Status.ACTIVE
    assert not mandate.active_at(mandate.expires_at)
