"""Absences that begin and end at the very moment something is decided, sent or handed in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from approvals.absence import Window, end_absence, set_absence
from approvals.calendar_file import Change, replace_calendar
from approvals.decide import decide
from approvals.models import Decision, Step
from approvals.submit import submit
from base import clock
from base.errors import DomainError
from deals.models import Deal
from ledger.models import Event
from ledger.sweep import sweep
from ledger.verify import verify
from people.models import Absence, User
from tests.approvals.leaving import work
from tests.approvals.pooling import finance_of
from tests.approvals.test_pool_races import AGREE
from tests.brandt import step_of
from tests.cast import Cast
from tests.people.test_feed import calendar, event

pytestmark = pytest.mark.concurrency
Race = Callable[..., list[Any]]


def now_for_a_week() -> Window:
    at = clock.now()
    return Window(at, at + timedelta(days=7))


def goes(user: User, delegate: User) -> Absence:
    absence = set_absence(user, now_for_a_week(), by=user, delegate=delegate)
    settle()
    return absence


def comes_back(absence: Absence) -> Absence:
    ended = end_absence(absence, by=absence.user)
    settle()
    return ended


def settle() -> None:
    while sweep(clock.now()):
        pass


def answers(step: Step, by: User) -> Decision:
    return decide(step, by=by, ruling=AGREE, seen=step.terms_hash)


def test_leaving_while_deciding_leaves_one_answer_or_moves_the_work(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    step = finance_of(brandt, cast)
    gone, said = race(lambda: goes(cast.henrik, cast.olaf), lambda: answers(step, cast.henrik))
    settle()
    assert isinstance(gone, Absence)
    if isinstance(said, Decision):
        assert (said.by, said.acting_for) == (cast.henrik, None)
        assert work(step) == []
    else:
        assert isinstance(said, DomainError)
        assert work(step) == [("Olaf", "Henrik")]
        assert answers(step, cast.olaf).acting_for == cast.henrik
    assert Event.objects.filter(kind="decision.made").count() == 1
    assert verify(brandt.stream).faults == ()


def test_coming_back_while_the_other_decides_leaves_one_answer_or_gives_it_back(
    race: Race, brandt: Deal, cast: Cast
) -> None:
    absence = goes(cast.henrik, cast.olaf)
    step = finance_of(brandt, cast)
    back, said, own = race(
        lambda: comes_back(absence), lambda: answers(step, cast.olaf), lambda: answers(step, cast.henrik)
    )
    settle()
    assert isinstance(back, Absence)
    made = [one for one in (said, own) if isinstance(one, Decision)]
    if made:
        assert [one.seat_id for one in made] == [step.seats.get().pk]
        assert work(step) == []
    else:
        assert all(isinstance(one, DomainError) for one in (said, own))
        assert work(step) == [("Henrik", "")]
    assert verify(brandt.stream).faults == ()


def test_what_opens_as_somebody_leaves_finds_who_stands_in(race: Race, brandt: Deal, cast: Cast) -> None:
    sent, gone = race(lambda: submit(brandt, by=cast.maya), lambda: goes(cast.henrik, cast.olaf))
    settle()
    assert isinstance(gone, Absence)
    assert work(step_of(sent, "finance")) == [("Olaf", "Henrik")]
    assert verify(brandt.stream).faults == ()


def test_two_calendars_handed_in_at_once_leave_what_one_of_them_says(race: Race, cast: Cast) -> None:
    first = clock.today() + timedelta(days=9)
    days = [f"DTSTART;VALUE=DATE:{first + timedelta(days=number):%Y%m%d}" for number in range(3)]
    one = calendar(*(event(day, f"{number}@x") for number, day in enumerate(days)))
    other = calendar(event(days[1], "1@x"), event(days[2], "0@x"))

    outcomes = race(
        *(lambda feed=feed: replace_calendar(cast.lena, feed, by=cast.lena) for feed in (one, one, other))
    )

    assert all(isinstance(outcome, Change) for outcome in outcomes)
    left = Absence.objects.of(cast.lena).not_over(clock.now())
    uids = sorted(left.values_list("uid", flat=True))
    assert uids in (["0@x", "1@x"], ["0@x", "1@x", "2@x"])
    assert Event.objects.filter(kind="absence.set").count() == Absence.objects.count()


def test_two_who_say_it_at_once_say_it_once(race: Race, cast: Cast) -> None:
    week = now_for_a_week()
    outcomes = race(
        *(lambda by=by: set_absence(cast.lena, week, by=by) for by in (cast.lena, cast.henrik, cast.ines))
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Absence", "WrongState", "WrongState"]
    assert Absence.objects.count() == 1
