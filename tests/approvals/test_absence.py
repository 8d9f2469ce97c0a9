"""Saying who is away: who may, what is refused, and what a calendar handed in again changes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from approvals.absence import Window, end_absence, set_absence
from approvals.calendar_file import replace_calendar
from base.errors import DomainError, Invalid, NotYours, WrongState
from ledger.models import Effect, Event
from people.models import Absence, User
from tests.approvals.leaving import MONDAY, MORNING, WEEK, leave
from tests.cast import Cast
from tests.people.test_feed import calendar, event

DAY = timedelta(days=1)
SUMMER = "DTSTART;VALUE=DATE:20260706\nDTEND;VALUE=DATE:20260720"
LONGER = "DTSTART;VALUE=DATE:20260706\nDTEND;VALUE=DATE:20260727"
FAIR = "DTSTART;VALUE=DATE:20260615\nDTEND;VALUE=DATE:20260617"


@pytest.fixture(autouse=True)
def monday() -> object:
    with time_machine.travel(MONDAY, tick=False):
        yield


def written() -> tuple[object, ...]:
    """Everything a verb may write."""
    return (
        tuple(Absence.objects.order_by("pk").values_list()),
        tuple(Event.objects.order_by("pk").values_list("pk")),
        tuple(Effect.objects.order_by("pk").values_list("pk", "state")),
    )


def refused(kind: type[DomainError], words: str, act: Callable[[], object]) -> None:
    before = written()
    with pytest.raises(kind) as refusal:
        act()
    assert str(refusal.value) == words
    assert written() == before


def rows(user: User) -> list[tuple[str, str, str]]:
    """Those that are not over: how they came, and their days in Berlin."""
    return [
        (one.source, f"{one.starts + DAY / 12:%d %b}", f"{one.ends + DAY / 12:%d %b}")
        for one in Absence.objects.of(user).not_over(MONDAY)
    ]


def test_the_person_their_manager_and_the_desk_say_it_and_it_is_on_record(cast: Cast) -> None:
    for by in (cast.lena, cast.henrik, cast.ines):
        absence = leave(cast.lena, cast.priya, by=by)
        told = Event.objects.filter(kind="absence.set").latest("pk")
        assert (told.stream, told.actor) == ("people", by)
        assert (told.facts["user"], told.facts["delegate"]) == (cast.lena.pk, cast.priya.pk)
        waiting = Effect.objects.filter(key=f"absence:{absence.pk}", state="pending")
        assert list(waiting.order_by("due_at").values_list("due_at", flat=True)) == [MONDAY, WEEK.ends]
        ended = end_absence(absence, by=by)
        assert (ended.ended_at, ended.ended_by) == (MONDAY, by)
        assert list(waiting.values_list("dedupe_key", flat=True)) == [f"absence:{absence.pk}:ended"]
    assert Event.objects.filter(kind="absence.ended").count() == 3


def test_what_cannot_be_is_refused_and_changes_nothing(cast: Cast) -> None:
    lena = cast.lena
    User.objects.filter(pk=cast.arjun.pk).update(is_active=False)
    gone = User.objects.get(pk=cast.arjun.pk)
    mine = "Lena Vogt, whoever they report to, and the deal desk say when they are away."
    for by in (cast.priya, cast.dana, cast.robin, cast.maya):
        refused(NotYours, mine, lambda by=by: leave(lena, by=by))  # type: ignore[misc]
    backwards, past = Window(MONDAY + DAY, MONDAY + DAY), Window(MONDAY - DAY, MONDAY)
    endless = Window(MONDAY, MONDAY + 733 * DAY)
    refused(Invalid, "The last day comes after the first.", lambda: leave(lena, window=backwards))
    refused(Invalid, "This is over already.", lambda: leave(lena, window=past))
    years = "Nobody is away for longer than two years. Give the authority to others."
    refused(Invalid, years, lambda: leave(lena, window=endless))
    oneself = "Choose somebody else: nobody stands in for themselves."
    refused(Invalid, oneself, lambda: leave(lena, lena))
    refused(Invalid, "Arjun Mehta does not work here any more.", lambda: leave(lena, gone))
    refused(Invalid, "Robin Achterberg audits what others decide.", lambda: leave(lena, cast.robin))
    unknown = "Choose a function, or all of them."
    refused(Invalid, unknown, lambda: leave(lena, function="catering"))
    absence = leave(lena)
    again = "Lena Vogt is away then already, until Monday 15 June 2026. End that first."
    edge = Window(WEEK.ends - timedelta(microseconds=1), WEEK.ends + DAY)
    refused(WrongState, again, lambda: leave(lena, cast.priya, edge))
    refused(NotYours, mine, lambda: end_absence(absence, by=cast.priya))
    leave(lena, cast.priya, Window(WEEK.ends, WEEK.ends + DAY))
    leave(lena, cast.priya, function="finance")
    end_absence(absence, by=lena)
    refused(WrongState, "This absence of Lena Vogt is over.", lambda: end_absence(absence, by=lena))


def test_a_window_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="instants need their zone"):
        Window(datetime(2026, 6, 8), datetime(2026, 6, 9, tzinfo=UTC))


def test_a_calendar_handed_in_again_changes_what_has_changed_and_keeps_what_was_written(cast: Cast) -> None:
    lena = cast.lena
    leave(lena, cast.priya)
    first = calendar(event(SUMMER), event(FAIR, "fair@x"))
    change = replace_calendar(lena, first, by=cast.henrik, delegate=cast.priya)
    assert (len(change.fresh), len(change.kept), len(change.over)) == (2, 0, 0)
    by_hand = ("form", "08 Jun", "15 Jun")
    fair, summer = ("calendar", "15 Jun", "17 Jun"), ("calendar", "06 Jul", "20 Jul")
    assert rows(lena) == [by_hand, fair, summer]

    before = written()
    again = replace_calendar(lena, first, by=cast.henrik, delegate=cast.priya)
    assert (len(again.fresh), len(again.kept), len(again.over)) == (0, 2, 0)
    assert written() == before

    later = replace_calendar(lena, calendar(event(LONGER)), by=lena, delegate=cast.priya)
    assert (len(later.fresh), len(later.kept), len(later.over)) == (1, 0, 2)
    assert rows(lena) == [by_hand, ("calendar", "06 Jul", "27 Jul")]
    assert Absence.objects.of(lena).count() == 4

    other = replace_calendar(lena, calendar(event(LONGER)), by=lena, delegate=cast.olaf)
    assert [one.delegate for one in other.fresh] == [cast.olaf]
    assert len(rows(lena)) == 2
    replace_calendar(lena, calendar(), by=lena)
    assert rows(lena) == [by_hand]


def test_a_calendar_that_cannot_be_read_leaves_the_last_one_in_force(cast: Cast) -> None:
    replace_calendar(cast.lena, calendar(event(SUMMER)), by=cast.lena)
    words = "This is not a calendar. Export one as a file that ends in .ics."
    refused(Invalid, words, lambda: replace_calendar(cast.lena, b"%PDF", by=cast.lena))
    mine = "Lena Vogt, whoever they report to, and the deal desk say when they are away."
    refused(NotYours, mine, lambda: replace_calendar(cast.lena, calendar(), by=cast.priya))
    oneself = "Choose somebody else: nobody stands in for themselves."
    refused(
        Invalid,
        oneself,
        lambda: replace_calendar(cast.lena, calendar(), by=cast.lena, delegate=cast.lena),
    )


def test_days_of_a_calendar_are_those_of_the_person(cast: Cast) -> None:
    User.objects.filter(pk=cast.lena.pk).update(timezone="Asia/Tokyo")
    change = replace_calendar(cast.lena, calendar(event(SUMMER)), by=cast.ines)
    assert change.fresh[0].starts == datetime(2026, 7, 5, 15, tzinfo=UTC)
    assert MORNING < change.fresh[0].starts
    assert set_absence(cast.lena, WEEK, by=cast.lena).delegate is None
