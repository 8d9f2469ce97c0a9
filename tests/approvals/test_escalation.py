"""What happens by itself: reminders, hand-overs, a second look for people, expiry. Each acts once per run."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from approvals.errors import NotAsked
from approvals.escalation import hand_over, remind, reroute
from approvals.models import Decision, Mandate, Request, Step
from approvals.submit import submit
from deals.changes import ClauseChange, DraftChanges
from deals.edit import save_draft
from deals.models import Deal
from deals.share import share, unshare
from ledger.effects import deliver
from ledger.models import Effect, Event
from ledger.sweep import sweep
from notices.models import Notice
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
    assert said == ["step.opened", "step.handed_over", "step.overdue"]  # late for each reminder
    assert [row.user for row in step_of(request_, "finance").assignments.filter(ended_at=None)] == [cast.dana]


def test_a_hand_over_never_goes_to_someone_in_conflict(request_: Request, cast: Cast) -> None:
    Deal.objects.filter(pk=request_.deal_id).update(owner=cast.dana)
    sweep_at(due(request_, "finance"))
    assert step_of(request_, "finance").held_level == 2
    assert kinds(request_.deal, "step.overdue") == 1


def test_an_answer_keeps_the_working_minutes_that_were_left(request_: Request, cast: Cast) -> None:
    with time_machine.travel(MONDAY + timedelta(minutes=70), tick=False):
        rule(step_of(request_, "finance"), cast.henrik, Decision.Verdict.CHANGES, reason="Rank them.")
    step = step_of(request_, "finance")
    assert (step.allowance, step.remaining, step.clock_from) == (720, 650, None)


def test_a_hand_over_that_comes_first_leaves_no_reminder_of_its_run_behind(request_: Request) -> None:
    step = step_of(request_, "finance")
    late = due(request_, "finance")
    with time_machine.travel(late, tick=False):
        deliver(Effect.objects.get(kind="hand_over", key=f"step:{step.pk}").pk, late)
    reminders = Effect.objects.filter(kind="remind", key=f"step:{step.pk}").order_by("pk")
    assert [one.state for one in reminders] == [Effect.State.CANCELLED, Effect.State.PENDING]


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


def test_who_held_the_seat_before_a_hand_over_decides_no_more(request_: Request, cast: Cast) -> None:
    late = due(request_, "finance")
    sweep_at(late)
    with time_machine.travel(late, tick=False), pytest.raises(NotAsked, match="CFO is asked here"):
        rule(step_of(request_, "finance"), cast.henrik)
    assert not Decision.objects.exists()


def test_who_takes_over_and_who_is_released_read_the_level_that_holds_it_now(
    request_: Request, cast: Cast
) -> None:
    sweep_at(due(request_, "finance"))
    step = step_of(request_, "finance")
    moved = Notice.objects.get(kind="moved")
    assert moved.subject == "Brandt Logistik AG, D-1284 has moved on to CFO"
    assert moved.text == "Nobody answered in time, so CFO holds it now."
    assert moved.path == f"/reviews/{step.pk}/"
    taken = Notice.objects.get(key=f"review:step:{step.pk}:2:{cast.dana.pk}")
    assert taken.text.endswith(
        "You are asked as CFO: please answer by Thursday 11 June, 14:00 (Berlin time)."
    )


def test_a_hand_over_skips_a_level_that_has_nobody_and_never_goes_down(monday: Deal, cast: Cast) -> None:
    Authority.objects.filter(user=cast.olaf).delete()
    Authority.objects.create(user=cast.lena, function="operations", level=1, since=APPOINTED)
    with time_machine.travel(MONDAY, tick=False):
        request = submit(monday, by=cast.maya)
    sweep_at(due(request, "operations"))
    step = step_of(request, "operations")
    assert (step.held_level, step.level) == (3, 1)
    assert [row.user for row in step.assignments.filter(ended_at=None)] == [cast.mei]


def test_who_submitted_is_not_handed_what_they_asked(monday: Deal, cast: Cast) -> None:
    Authority.objects.filter(user=cast.dana).update(user=cast.arjun)
    with time_machine.travel(MONDAY, tick=False):
        share(monday, with_=cast.arjun, role="team", by=cast.maya, at=MONDAY)
        request = submit(monday, by=cast.arjun)
        unshare(monday, with_=cast.arjun, by=cast.maya, at=MONDAY)
    sweep_at(due(request, "finance"))
    assert kinds(monday, "step.overdue") == 1
    assert step_of(request, "finance").held_level == 2


def test_a_draft_moved_to_another_region_moves_nobody_into_the_seat(request_: Request, cast: Cast) -> None:
    Authority.objects.create(user=cast.elena, function="finance", level=3, region="Nordics", since=APPOINTED)
    Authority.objects.filter(user=cast.dana).update(region="DACH")
    Deal.objects.filter(pk=request_.deal_id).update(region="Nordics")
    late = due(request_, "finance")
    sweep_at(late)
    step = step_of(request_, "finance")
    assert [row.user for row in step.assignments.filter(ended_at=None)] == [cast.dana]
    with time_machine.travel(late, tick=False):
        assert rule(step, cast.dana).level == 3


def test_after_a_hand_over_in_a_climb_the_upper_level_is_still_asked_in_its_turn(
    monday: Deal, cast: Cast
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        data = DraftChanges(clauses=(ClauseChange("data", "standard", "fallback-2"),))
        deal = save_draft(monday, by=cast.maya, version=monday.version, changes=data)
        request = submit(deal, by=cast.maya)
    counsel, general = (request.steps.get(function="legal", level=level) for level in (1, 2))
    assert counsel.due_at is not None
    sweep_at(counsel.due_at)
    with time_machine.travel(counsel.due_at, tick=False):
        assert rule(counsel, cast.grace).level == 2
        general.refresh_from_db()
        assert general.status == Step.Status.OPEN
        assert [row.user for row in general.assignments.filter(ended_at=None)] == [cast.grace]
        assert not Mandate.objects.exists()


def test_looking_again_for_people_happens_once_in_five_minutes(monday: Deal, cast: Cast) -> None:
    Authority.objects.filter(user=cast.henrik).delete()
    with time_machine.travel(MONDAY, tick=False):
        request = submit(monday, by=cast.maya)
    for minute in (4, 5, 5, 9, 10):
        sweep_at(MONDAY + timedelta(minutes=minute))
    looked = Effect.objects.filter(kind="reroute").order_by("due_at")
    step = step_of(request, "finance").pk
    assert [(one.dedupe_key, one.state) for one in looked] == [
        (f"reroute:{step}:1:2", Effect.State.DONE),
        (f"reroute:{step}:1:3", Effect.State.DONE),
        (f"reroute:{step}:1:4", Effect.State.PENDING),
    ]


def test_a_timer_that_came_early_or_for_an_ended_step_does_nothing(request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    timer = Effect.objects.get(kind="hand_over", key=f"step:{step.pk}")
    with time_machine.travel(MONDAY, tick=False):
        hand_over([timer], MONDAY + timedelta(hours=1))
        rule(step, cast.henrik)
        hand_over([timer], due(request_, "finance"))
        remind([timer], due(request_, "finance"))
        reroute([timer], due(request_, "finance"))
    step.refresh_from_db()
    assert (step.held_level, step.status) == (2, Step.Status.AGREED)
    said = {"step.handed_over", "step.reminded", "step.overdue", "step.unroutable"}
    assert not Event.objects.filter(kind__in=said).exists()


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
