from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from approvals.errors import NotAsked, OwnDeal
from approvals.models import Intervention, Request, Step
from approvals.reassign import reassign
from approvals.submit import submit
from base.errors import Invalid, NotYours, WrongState
from deals.models import Deal
from deals.share import share
from ledger.models import Event
from ledger.sweep import sweep
from ledger.verify import verify
from people.models import Authority
from tests.approvals.desk_verbs import MONDAY, WHY, asked, everything, mails, timers
from tests.approvals.pooling import directors, finance_of, pooled
from tests.brandt import make_brandt, rule, step_of
from tests.cast import APPOINTED, Cast


@pytest.fixture
def request_(cast: Cast) -> Request:
    with time_machine.travel(MONDAY, tick=False):
        return submit(make_brandt(cast), by=cast.maya)


def test_the_seat_moves_with_a_new_run_of_the_clock_and_both_are_told(request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    with time_machine.travel(MONDAY + timedelta(hours=2), tick=False):
        said = reassign(step, by=cast.ines, to=cast.dana, reason=f" {WHY} ")

    step.refresh_from_db()
    assert (step.status, step.held_level, step.run, step.remaining) == (Step.Status.OPEN, 2, 2, 720)
    assert asked(step) == [cast.dana]
    # 12 h anew from Monday 12:00: 5 h on Monday, 7 h on Tuesday
    assert step.due_at == datetime(2026, 6, 9, 14, 0, tzinfo=UTC)
    assert timers(step) == [
        ("remind", 1, "cancelled"),
        ("hand_over", 1, "cancelled"),
        ("remind", 2, "pending"),
        ("hand_over", 2, "pending"),
    ]
    assert (said.by, said.to, said.reason, said.minutes) == (cast.ines, cast.dana, WHY, None)
    assert mails("reassigned") == {
        "henrik": "Brandt Logistik AG, D-1284 was given to somebody else. "
        "Somebody else answers as Finance Director now. There is nothing more for you to do."
    }
    assert mails("review")["dana"] == (
        "Brandt Logistik AG, D-1284 needs your decision. "
        "Maya Okafor asks for “Warehouse control, 3 sites”. "
        "You are asked as Finance Director: please answer by Tuesday 9 June, 16:00 (Berlin time)."
    )
    assert step.seats.count() == 1
    assert verify(request_.deal.stream).faults == ()


def test_sight_of_the_deal_moves_with_the_seat(request_: Request, cast: Cast) -> None:
    reassign(step_of(request_, "finance"), by=cast.ines, to=cast.dana, reason=WHY)
    assert not Deal.objects.visible_to(cast.henrik).exists()
    assert Deal.objects.visible_to(cast.dana).get() == request_.deal


def test_only_the_new_one_decides_then(request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    reassign(step, by=cast.ines, to=cast.dana, reason=WHY)
    with pytest.raises(NotAsked):
        rule(step, cast.henrik)
    assert rule(step, cast.dana).level == 2


def test_it_is_recorded_without_a_name_or_a_word_of_the_reason(request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    said = reassign(step, by=cast.ines, to=cast.dana, reason=WHY)
    event = Event.objects.get(kind="step.reassigned")
    assert event.actor == cast.ines
    told = {key: event.facts[key] for key in ("step", "run", "holds", "intervention", "user")}
    assert told == {"step": step.pk, "run": 2, "holds": 2, "intervention": said.pk, "user": cast.dana.pk}
    assert WHY not in event.body


def test_one_of_two_who_are_asked_may_be_left_with_it_alone(request_: Request, cast: Cast) -> None:
    Authority.objects.create(user=cast.lena, function="finance", level=2, since=APPOINTED)
    deal = request_.deal
    deal.refresh_from_db()
    step = step_of(request_, "finance")
    reassign(step, by=cast.ines, to=cast.lena, reason=WHY)
    assert asked(step) == [cast.lena]
    reassign(step, by=cast.ines, to=cast.henrik, reason=WHY)
    assert (asked(step), Step.objects.get(pk=step.pk).run) == ([cast.henrik], 3)
    assert Intervention.objects.count() == 2


def test_after_a_hand_over_whoever_holds_it_must_hold_the_upper_level(request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    assert step.due_at is not None
    with time_machine.travel(step.due_at, tick=False):
        sweep(step.due_at)
        before = everything()
        with pytest.raises(Invalid, match=r"does not decide as CFO\. Dana Whitlock may\."):
            reassign(step, by=cast.ines, to=cast.henrik, reason=WHY)
        assert everything() == before


def test_a_step_with_nobody_to_ask_opens_for_a_higher_one(cast: Cast) -> None:
    Authority.objects.filter(user=cast.henrik).delete()
    with time_machine.travel(MONDAY, tick=False):
        request = submit(make_brandt(cast), by=cast.maya)
        step = step_of(request, "finance")
        assert step.status == Step.Status.UNROUTABLE
        reassign(step, by=cast.ines, to=cast.dana, reason="The Director's seat is vacant.")
    step.refresh_from_db()
    assert (step.status, step.held_level, step.reason) == (Step.Status.OPEN, 2, "")
    assert asked(step) == [cast.dana]
    assert step.due_at == datetime(2026, 6, 9, 12, 0, tzinfo=UTC)
    assert [one for one in timers(step) if one[2] == "pending"] == [
        ("remind", 3, "pending"),
        ("hand_over", 3, "pending"),
    ]
    with time_machine.travel(MONDAY + timedelta(minutes=5), tick=False):
        sweep(MONDAY + timedelta(minutes=5))
        assert rule(step, cast.dana).level == 2


def test_only_the_desk_reassigns(request_: Request, cast: Cast) -> None:
    before = everything()
    for who in (cast.maya, cast.henrik, cast.marcus, cast.robin):
        with pytest.raises(NotYours, match="Only the deal desk"):
            reassign(step_of(request_, "finance"), by=who, to=cast.dana, reason=WHY)
    assert everything() == before


def test_the_desk_does_not_choose_who_judges_its_own_deal(request_: Request, cast: Cast) -> None:
    share(request_.deal, with_=cast.ines, role="team", by=cast.maya, at=MONDAY)
    before = everything()
    with pytest.raises(OwnDeal):
        reassign(step_of(request_, "finance"), by=cast.ines, to=cast.dana, reason=WHY)
    assert everything() == before


def test_it_never_goes_to_someone_of_the_deal_team(request_: Request, cast: Cast) -> None:
    share(request_.deal, with_=cast.dana, role="team", by=cast.maya, at=MONDAY)
    before = everything()
    with pytest.raises(Invalid, match=r"Dana Whitlock is on the deal team of D-1284\.") as refusal:
        reassign(step_of(request_, "finance"), by=cast.ines, to=cast.dana, reason=WHY)
    assert refusal.value.field == "to"
    assert everything() == before


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("priya", "Priya Raman does not decide as Finance Director. Dana Whitlock or Henrik Sørensen may."),
        ("tomas", "Tomás Rivera does not decide as Finance Director. Dana Whitlock or Henrik Sørensen may."),
        ("henrik", "Henrik Sørensen is asked already, and nobody else."),
    ],
)
def test_who_may_not_hold_it_is_refused_with_who_may(
    request_: Request, cast: Cast, who: str, said: str
) -> None:
    before = everything()
    with pytest.raises(Invalid) as refusal:
        reassign(step_of(request_, "finance"), by=cast.ines, to=getattr(cast, who), reason=WHY)
    assert (refusal.value.message, refusal.value.field) == (said, "to")
    assert everything() == before


def test_a_reason_is_required(request_: Request, cast: Cast) -> None:
    before = everything()
    with pytest.raises(Invalid, match="Say why") as refusal:
        reassign(step_of(request_, "finance"), by=cast.ines, to=cast.dana, reason="  ")
    assert refusal.value.field == "reason"
    assert everything() == before


def three_who_must_agree(deal: Deal, cast: Cast) -> Step:
    with time_machine.travel(MONDAY, tick=False):
        pooled(cast, 'quorum = "everyone"\n')
        directors(cast.lena, cast.priya)
        return finance_of(deal, cast)


@pytest.fixture
def monday(cast: Cast) -> Deal:
    with time_machine.travel(MONDAY, tick=False):
        return make_brandt(cast)


def test_of_several_seats_only_the_one_that_is_named_moves(monday: Deal, cast: Cast) -> None:
    step = three_who_must_agree(monday, cast)
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        reassign(step, by=cast.ines, to=cast.dana, reason=WHY, of=cast.lena)
    step.refresh_from_db()
    assert asked(step) == [cast.dana, cast.henrik, cast.priya]
    assert {seat.held_by for seat in step.seats.all()} == {cast.dana, cast.henrik, cast.priya}
    assert (step.allowance, step.remaining, step.run) == (720, 660, 2)
    assert step.due_at == datetime(2026, 6, 9, 12, 0, tzinfo=UTC)  # as before
    assert set(mails("reassigned")) == {"lena"}


@pytest.mark.parametrize(
    ("of", "to", "said"),
    [
        ("", "dana", "Say whose seat as Finance Director: Henrik Sørensen, Lena Vogt or Priya Raman"),
        ("lena", "priya", "Priya Raman has a seat as Finance Director already"),
        ("lena", "lena", "Lena Vogt has a seat as Finance Director already"),
    ],
)
def test_of_several_seats_none_is_guessed_and_nobody_gets_two(
    monday: Deal, cast: Cast, of: str, to: str, said: str
) -> None:
    step = three_who_must_agree(monday, cast)
    before = everything()
    with pytest.raises(Invalid, match=said):
        whose = getattr(cast, of) if of else None
        reassign(step, by=cast.ines, to=getattr(cast, to), reason=WHY, of=whose)
    assert everything() == before


def test_whose_seat_was_filled_meanwhile_has_none_to_give(monday: Deal, cast: Cast) -> None:
    step = three_who_must_agree(monday, cast)
    rule(step, cast.lena)
    before = everything()
    with pytest.raises(WrongState, match="Someone has just answered"):
        reassign(step, by=cast.ines, to=cast.dana, reason=WHY, of=cast.lena)
    assert everything() == before


def test_one_alone_does_not_open_what_two_must_agree_to(monday: Deal, cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False):
        pooled(cast, "quorum = 2\n")
        step = finance_of(monday, cast)
    assert step.status == Step.Status.UNROUTABLE
    before = everything()
    with pytest.raises(Invalid, match="2 people must agree as Finance Director"):
        reassign(step, by=cast.ines, to=cast.dana, reason=WHY)
    assert everything() == before
