from datetime import time

import pytest

from base.errors import Invalid, NotYours, WrongState
from guardrails.working_hours import set_hours
from ledger.models import Event
from ledger.verify import verify
from people.models import FunctionCalendar
from tests.cast import Cast


def hours_of(function: str = "finance") -> FunctionCalendar:
    return FunctionCalendar.objects.get(function=function)


def told() -> list[Event]:
    return list(Event.objects.filter(kind="hours_changed"))


def test_the_desk_changes_hours_and_the_record_keeps_what_they_were(cast: Cast) -> None:
    seen = hours_of().print
    kept = set_hours(
        FunctionCalendar(
            function="finance",
            zone="Europe/London",
            closes=time(18),
            lunch_from=time(12),
            lunch_until=time(13),
            country="GB-ENG",
            holidays=["2026-12-23"],
            other_hours={"5": ["-15:00"], "12-24": ["09:00-12:00", "13:00-14:00"]},
        ),
        by=cast.ines,
        seen=seen,
    )
    assert hours_of().said == kept.said
    assert FunctionCalendar.objects.count() == 4
    (event,) = told()
    assert (event.stream, event.actor, event.facts["function"]) == ("people", cast.ines, "finance")
    assert event.facts["before"]["closes"] == "17:00"
    assert event.facts["after"] == hours_of().said
    assert verify("people").faults == ()


def test_the_same_hours_again_change_nothing(cast: Cast) -> None:
    set_hours(FunctionCalendar(function="finance"), by=cast.ines, seen=hours_of().print)
    assert told() == []


def test_a_function_without_hours_gets_some(cast: Cast) -> None:
    set_hours(FunctionCalendar(function="desk"), by=cast.ines, seen="")
    assert hours_of("desk").opens == time(9)
    assert "before" not in told()[0].facts


def test_hours_are_refused_from_others_stale_or_senseless(cast: Cast) -> None:
    before, seen = list(FunctionCalendar.objects.order_by("pk").values()), hours_of().print
    late = FunctionCalendar(function="finance", closes=time(20))
    for who in (cast.maya, cast.dana, cast.robin):
        with pytest.raises(NotYours, match="The deal desk keeps the working hours"):
            set_hours(late, by=who, seen=seen)
    for old in ("", "0" * 64):
        with pytest.raises(WrongState, match="Somebody changed the hours of Finance meanwhile"):
            set_hours(late, by=cast.ines, seen=old)
    wrong = {
        "zone": FunctionCalendar(function="finance", zone="Berlin"),
        "country": FunctionCalendar(function="finance", country="XX"),
        "other_hours": FunctionCalendar(function="finance", other_hours={"9": []}),
        "": FunctionCalendar(function="finance", opens=time(17), closes=time(9)),
    }
    for field, calendar in wrong.items():
        with pytest.raises(Invalid) as refusal:
            set_hours(calendar, by=cast.ines, seen=seen)
        assert list(refusal.value.fields) == [field]
    with pytest.raises(Invalid, match="on at least one day"):
        nothing: dict[str, list[str]] = {day: [] for day in "12345"}
        set_hours(FunctionCalendar(function="finance", other_hours=nothing), by=cast.ines, seen=seen)
    assert list(FunctionCalendar.objects.order_by("pk").values()) == before
    assert told() == []
