from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from approvals.errors import OwnDeal
from approvals.extend import extend
from approvals.models import Request, Step
from approvals.submit import submit
from base.errors import Invalid, NotYours
from deals.share import share
from ledger.models import Event
from ledger.sweep import sweep
from ledger.verify import verify
from tests.approvals.desk_verbs import MONDAY, WHY, asked, everything, mails, timers
from tests.brandt import make_brandt, step_of
from tests.cast import Cast


@pytest.fixture
def request_(cast: Cast) -> Request:
    with time_machine.travel(MONDAY, tick=False):
        return submit(make_brandt(cast), by=cast.maya)


def test_working_minutes_are_added_to_what_is_left(request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        said = extend(step, by=cast.ines, minutes=480, reason=WHY)

    step.refresh_from_db()
    assert (step.allowance, step.remaining, step.run, step.held_level) == (1200, 1140, 2, 2)
    # it was due on Tuesday 14:00; 8 h more end on Wednesday 14:00
    assert step.due_at == datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
    assert asked(step) == [cast.henrik]
    assert timers(step) == [
        ("remind", 1, "cancelled"),
        ("hand_over", 1, "cancelled"),
        ("remind", 2, "pending"),
        ("hand_over", 2, "pending"),
    ]
    assert (said.by, said.to, said.minutes, said.reason) == (cast.ines, None, 480, WHY)
    assert mails("extended") == {
        "henrik": "More time for Brandt Logistik AG, D-1284. "
        "Finance Director has until Wednesday 10 June, 14:00 (Berlin time) to answer."
    }
    event = Event.objects.get(kind="step.extended")
    assert (event.actor, event.facts["minutes"], event.facts["intervention"]) == (cast.ines, 480, said.pk)
    assert verify(request_.deal.stream).faults == ()


def test_the_seat_moves_at_the_new_deadline_and_not_before(request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    before = step.due_at
    with time_machine.travel(MONDAY, tick=False):
        extend(step, by=cast.ines, minutes=60, reason=WHY)
    step.refresh_from_db()
    assert before is not None and step.due_at == before + timedelta(hours=1)
    for at, held in ((before, 2), (step.due_at, 3)):
        with time_machine.travel(at, tick=False):
            sweep(at)
        step.refresh_from_db()
        assert step.held_level == held


def test_an_overdue_step_has_the_minutes_from_now(request_: Request, cast: Cast) -> None:
    step = step_of(request_, "legal")
    Step.objects.filter(pk=step.pk).update(held_level=2)  # nobody above: it stays where it is
    late = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
    with time_machine.travel(late, tick=False):
        extend(step, by=cast.ines, minutes=90, reason=WHY)
    step.refresh_from_db()
    assert step.due_at == late + timedelta(minutes=90)


def test_a_second_extension_adds_to_the_first(request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    with time_machine.travel(MONDAY, tick=False):
        extend(step, by=cast.ines, minutes=60, reason=WHY)
        extend(step, by=cast.ines, minutes=30, reason=WHY)
    step.refresh_from_db()
    assert (step.allowance, step.remaining, step.run) == (810, 810, 3)


@pytest.mark.parametrize("minutes", [1, 4800])
def test_the_least_and_the_most_are_added(request_: Request, cast: Cast, minutes: int) -> None:
    step = step_of(request_, "finance")
    extend(step, by=cast.ines, minutes=minutes, reason=WHY)
    step.refresh_from_db()
    assert step.allowance == 720 + minutes


@pytest.mark.parametrize("minutes", [-1, 0, 4801])
def test_less_or_more_is_refused(request_: Request, cast: Cast, minutes: int) -> None:
    before = everything()
    with pytest.raises(Invalid, match="Between one minute and 80 working hours") as refusal:
        extend(step_of(request_, "finance"), by=cast.ines, minutes=minutes, reason=WHY)
    assert refusal.value.field == "minutes"
    assert everything() == before


def test_only_the_desk_extends_and_never_its_own_deal(request_: Request, cast: Cast) -> None:
    share(request_.deal, with_=cast.ines, role="team", by=cast.maya, at=MONDAY)
    before = everything()
    for who in (cast.maya, cast.henrik, cast.robin):
        with pytest.raises(NotYours, match="Only the deal desk"):
            extend(step_of(request_, "finance"), by=who, minutes=60, reason=WHY)
    with pytest.raises(OwnDeal):
        extend(step_of(request_, "finance"), by=cast.ines, minutes=60, reason=WHY)
    assert everything() == before


def test_a_reason_is_required(request_: Request, cast: Cast) -> None:
    before = everything()
    with pytest.raises(Invalid, match="Say why"):
        extend(step_of(request_, "finance"), by=cast.ines, minutes=60, reason="")
    assert everything() == before
