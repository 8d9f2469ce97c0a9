"""Quarter end is switched on and off by the desk, one at a time for each function, and stays on record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.db import DatabaseError, IntegrityError, transaction

from base.errors import Invalid, NotYours, WrongState
from guardrails.load import STREAM, load
from guardrails.models import ExtraMember, Hastened, PolicyVersion, QuarterEnd
from guardrails.publish import publish
from guardrails.review import review
from guardrails.switch_quarter_end import Member, Wanted, switch_off, switch_on
from ledger.models import Event
from ledger.verify import verify
from tests.cast import Cast

NOW = datetime(2026, 9, 23, 10, 0, tzinfo=UTC)
CLOSE = Wanted(
    name="Q3 close",
    since=date(2026, 9, 28),
    until=date(2026, 10, 1),
    functions=("finance", "legal"),
    percent=50,
    reason="Eleven deals close on the last day.",
)
MIDNIGHT = datetime(2026, 9, 27, 22, 0, tzinfo=UTC)  # in Berlin, the first of the 28th
OVER = datetime(2026, 9, 30, 22, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def policy(cast: Cast, settings: LazySettings) -> PolicyVersion:
    text = (settings.BASE_DIR / "guardrails/demo_policy.toml").read_text()
    return publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (QuarterEnd, Hastened, ExtraMember, Event))


def test_it_holds_from_the_first_midnight_up_to_the_last(policy: PolicyVersion, cast: Cast) -> None:
    member = Member("finance", 2, cast.lena)
    on = switch_on(replace(CLOSE, name=" Q3 close ", members=(member,)), by=cast.ines)

    assert (on.name, on.percent, on.starts, on.ends, on.set_by) == (
        "Q3 close",
        50,
        MIDNIGHT,
        OVER,
        cast.ines,
    )
    second = timedelta(seconds=1)
    held = [
        sorted(row.function for row in Hastened.objects.holding(at))
        for at in (MIDNIGHT - second, MIDNIGHT, OVER - second, OVER)
    ]
    assert held == [[], ["finance", "legal"], ["finance", "legal"], []]
    assert [(one.function, one.level, one.user) for one in on.members.all()] == [("finance", 2, cast.lena)]
    event = Event.objects.get(stream=STREAM, kind="quarter_end_on")
    assert (event.actor, event.facts["quarter_end"], event.facts["percent"]) == (cast.ines, on.pk, 50)
    assert event.facts["members"] == [["finance", 2, cast.lena.pk]]
    assert on.words == "Q3 close: half the usual time"
    assert verify(STREAM).faults == ()


def test_one_that_begins_today_begins_now(policy: PolicyVersion, cast: Cast) -> None:
    on = switch_on(replace(CLOSE, since=date(2026, 9, 23)), by=cast.ines)
    assert on.starts == NOW


SENSELESS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"name": "  "}, "name", "Give it a name"),
    ({"name": "x" * 61}, "name", "at most 60 letters"),
    ({"reason": " "}, "reason", "Say why"),
    ({"since": date(2026, 9, 22)}, "since", "today at the earliest"),
    ({"until": date(2026, 9, 28)}, "until", "between one day and 31"),
    ({"until": date(2026, 10, 30)}, "until", "belongs into the policy"),
    ({"percent": 0}, "percent", "from 1 to 100"),
    ({"percent": 101}, "percent", "from 1 to 100"),
    ({"percent": 100}, "percent", "This changes nothing"),
    ({"functions": ()}, "functions", "Choose the functions"),
    ({"functions": ("finance", "finance")}, "functions", "each once"),
    ({"functions": ("sales",)}, "functions", "Policy v14 asks nobody of “sales”"),
    (
        {"members": [("operations", 1, "lena")]},
        "members",
        "Delivery Manager is of a function that is not",
    ),
    ({"members": [("finance", 4, "lena")]}, "members", "has no level 4 of “finance”"),
    ({"members": [("finance", 2, "ines")]}, "members", "Nobody gives authority to themselves"),
    ({"members": [("finance", 2, "lena"), ("finance", 2, "lena")]}, "members", "named twice"),
)


def test_what_makes_no_sense_is_refused_by_field(policy: PolicyVersion, cast: Cast) -> None:
    before = rows()
    for change, field, words in SENSELESS:
        if "members" in change:
            named = [
                Member(function, level, getattr(cast, who)) for function, level, who in change["members"]
            ]
            change = {"members": tuple(named)}
        with pytest.raises(Invalid, match=words) as refusal:
            switch_on(replace(CLOSE, **change), by=cast.ines)
        assert refusal.value.field == field
    assert rows() == before


def test_only_the_desk_switches_it_and_only_active_people_are_members(
    policy: PolicyVersion, cast: Cast
) -> None:
    on = switch_on(CLOSE, by=cast.ines)
    before = rows()
    for who in (cast.maya, cast.dana, cast.robin):
        with pytest.raises(NotYours):
            switch_on(replace(CLOSE, functions=("operations",)), by=who)
        with pytest.raises(NotYours):
            switch_off(on, by=who)
    cast.lena.is_active = False
    cast.lena.save()
    gone = replace(CLOSE, functions=("operations",), members=(Member("operations", 1, cast.lena),))
    with pytest.raises(Invalid, match="may no longer sign in"):
        switch_on(gone, by=cast.ines)
    on.refresh_from_db()
    assert (rows(), on.ended_at) == (before, None)


def test_two_for_one_function_never_overlap_and_may_touch(policy: PolicyVersion, cast: Cast) -> None:
    switch_on(CLOSE, by=cast.ines)
    before = rows()
    late = replace(CLOSE, name="Late", since=date(2026, 9, 30), until=date(2026, 10, 3))
    with pytest.raises(WrongState, match=r"Finance is in “Q3 close” until 1 Oct\. Switch that off first"):
        switch_on(late, by=cast.ines)
    assert rows() == before
    switch_on(replace(late, functions=("operations",)), by=cast.ines)
    switch_on(replace(late, since=date(2026, 10, 1)), by=cast.ines)
    assert QuarterEnd.objects.count() == 3


def test_the_database_refuses_an_overlap_by_itself(policy: PolicyVersion, cast: Cast) -> None:
    on = switch_on(CLOSE, by=cast.ines)
    for function, refused in (("finance", True), ("operations", False)):
        row = Hastened(quarter_end=on, function=function, starts=MIDNIGHT, ends=OVER)
        if refused:
            with pytest.raises(IntegrityError, match="one_quarter_end_at_a_time"), transaction.atomic():
                row.save()
        else:
            row.save()


def test_two_of_the_desk_at_once_switch_it_on_once(
    race: Callable[..., list[Any]], cast: Cast, policy: PolicyVersion
) -> None:
    outcomes = race(*[lambda: switch_on(CLOSE, by=cast.ines)] * 2)
    assert sorted(type(one).__name__ for one in outcomes) == ["QuarterEnd", "WrongState"]
    assert (QuarterEnd.objects.count(), Hastened.objects.count()) == (1, 2)
    assert verify(STREAM).faults == ()


def test_switched_off_it_ends_there_and_frees_the_days_after(policy: PolicyVersion, cast: Cast) -> None:
    on = switch_on(CLOSE, by=cast.ines)
    noon = MIDNIGHT + timedelta(hours=12)
    with time_machine.travel(noon, tick=False):
        switch_off(on, by=cast.ines)
        assert not Hastened.objects.holding(noon).exists()
        assert Hastened.objects.holding(noon - timedelta(seconds=1)).count() == 2
        with pytest.raises(WrongState, match=r"“Q3 close” is over since 28 Sep\."):
            switch_off(on, by=cast.ines)
        switch_on(replace(CLOSE, name="Again"), by=cast.ines)
    kinds = Event.objects.filter(stream=STREAM, kind__startswith="quarter_end").values_list("kind", flat=True)
    assert list(kinds) == ["quarter_end_on", "quarter_end_off", "quarter_end_on"]


def test_one_that_never_began_leaves_its_days_free(policy: PolicyVersion, cast: Cast) -> None:
    switch_off(switch_on(CLOSE, by=cast.ines), by=cast.ines)
    switch_on(CLOSE, by=cast.ines)
    assert Hastened.objects.holding(MIDNIGHT).count() == 2
    on = QuarterEnd.objects.get(ended_at=None)
    with time_machine.travel(OVER, tick=False), pytest.raises(WrongState, match="is over since 1 Oct"):
        switch_off(on, by=cast.ines)


def test_what_was_said_is_never_changed(policy: PolicyVersion, cast: Cast) -> None:
    on = switch_on(replace(CLOSE, members=(Member("finance", 2, cast.lena),)), by=cast.ines)
    changes: list[Callable[[], Any]] = [
        lambda: QuarterEnd.objects.filter(pk=on.pk).update(percent=80),
        lambda: QuarterEnd.objects.filter(pk=on.pk).update(reason="Other."),
        lambda: ExtraMember.objects.update(level=3),
        lambda: ExtraMember.objects.all().delete(),
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            change()
