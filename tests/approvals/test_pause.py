"""The desk stops a clock, lets it go on, and writes to whoever is asked."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from approvals.errors import OwnDeal
from approvals.models import Decision, Intervention, Request, Step
from approvals.nudge import nudge
from approvals.pause import pause, pause_all, resume
from approvals.paused import paused_words
from approvals.question import ask_question
from approvals.recall import recall
from approvals.submit import submit
from base.errors import DomainError, Invalid, NotYours, WrongState
from deals.share import share
from ledger.models import Effect, Event
from ledger.sweep import sweep
from ledger.verify import verify
from tests.approvals.desk_verbs import MONDAY, WHY, asked, everything, mails, timers
from tests.approvals.leaving import leave, work
from tests.brandt import make_brandt, rule, step_of
from tests.cast import Cast

HOUR = timedelta(hours=1)
THURSDAY = datetime(2026, 6, 10, 22, 0, tzinfo=UTC)  # as the 11th begins in Berlin


@pytest.fixture
def request_(cast: Cast) -> Request:
    with time_machine.travel(MONDAY, tick=False):
        return submit(make_brandt(cast), by=cast.maya)


@pytest.fixture
def step(request_: Request) -> Step:
    return step_of(request_, "finance")


def states(request: Request) -> dict[str, str]:
    return dict(request.steps.values_list("function", "status"))


def paused_after_an_hour(step: Step, cast: Cast, until: datetime | None = None) -> Intervention:
    with time_machine.travel(MONDAY + HOUR, tick=False):
        said = pause(step, by=cast.ines, reason=WHY, until=until)
    step.refresh_from_db()
    return said


def test_the_clock_stands_with_the_minutes_that_were_left_and_nothing_is_due(step: Step, cast: Cast) -> None:
    said = paused_after_an_hour(step, cast)

    assert (step.status, step.remaining, step.allowance, step.clock_from) == ("paused", 660, 720, None)
    assert step.reason == f"Ines Carvalho has paused it: {WHY}"
    assert timers(step) == [("remind", 1, "cancelled"), ("hand_over", 1, "cancelled")]
    assert asked(step) == [cast.henrik]  # it stays theirs
    assert (said.by, said.to, said.minutes, said.until, said.reason) == (cast.ines, None, None, None, WHY)
    assert list(mails("paused")) == ["henrik"]
    event = Event.objects.get(kind="step.paused")
    assert (event.actor, event.facts["left"], event.facts["until"]) == (cast.ines, 660, None)
    with time_machine.travel(MONDAY + timedelta(days=30), tick=False):
        sweep(MONDAY + timedelta(days=30))
    step.refresh_from_db()
    assert (step.status, step.held_level) == ("paused", 2)


def test_its_target_moves_by_the_pause(step: Step, cast: Cast) -> None:
    before = step.due_at
    paused_after_an_hour(step, cast)
    with time_machine.travel(MONDAY + 3 * HOUR, tick=False):
        resume(step, by=cast.ines, reason="He is back.")

    step.refresh_from_db()
    assert before and step.due_at == before + 2 * HOUR
    assert (step.status, step.reason, step.run, step.remaining) == ("open", "", 2, 660)
    assert timers(step)[2:] == [("remind", 2, "pending"), ("hand_over", 2, "pending")]
    assert mails("resumed")["henrik"].startswith("Brandt Logistik AG, D-1284 goes on.")
    assert Event.objects.get(kind="step.resumed").actor == cast.ines
    assert verify(step.deal.stream).faults == ()
    with time_machine.travel(MONDAY + 3 * HOUR, tick=False):
        assert rule(step, cast.henrik).agrees


def test_it_goes_on_by_itself_on_the_day_that_was_named_and_once(step: Step, cast: Cast) -> None:
    paused_after_an_hour(step, cast, until=THURSDAY)
    assert timers(step)[2:] == [("go_on", 1, "pending")]
    for at, status in ((THURSDAY - HOUR, "paused"), (THURSDAY, "open"), (THURSDAY, "open")):
        with time_machine.travel(at, tick=False):
            sweep(at)
        step.refresh_from_db()
        assert (step.status, step.run) == (status, 1 if status == "paused" else 2)
    # 660 minutes from Thursday 9:00: 8 hours of the day, then three of Friday
    assert step.due_at == datetime(2026, 6, 12, 10, 0, tzinfo=UTC)
    event = Event.objects.get(kind="step.resumed")
    assert (event.actor, event.facts["run"]) == (None, 2)


def test_resumed_before_its_day_it_is_not_resumed_again(step: Step, cast: Cast) -> None:
    paused_after_an_hour(step, cast, until=THURSDAY)
    with time_machine.travel(MONDAY + 2 * HOUR, tick=False):
        resume(step, by=cast.ines)
        assert ("go_on", 1, "cancelled") in timers(step)
        pause(step, by=cast.ines, reason=WHY)
    with time_machine.travel(THURSDAY, tick=False):
        sweep(THURSDAY)
    step.refresh_from_db()
    assert (step.status, step.run) == ("paused", 2)
    assert Event.objects.filter(kind="step.resumed").count() == 1


def test_all_open_steps_of_a_request_are_paused_or_none(request_: Request, step: Step, cast: Cast) -> None:
    before = everything()
    with pytest.raises(Invalid):
        pause_all(request_, by=cast.ines, reason=" ")
    assert everything() == before
    rule(step_of(request_, "legal"), cast.tomas)
    said = pause_all(request_, by=cast.ines, reason=WHY)

    assert len(said) == 2
    assert states(request_) == {"finance": "paused", "legal": "agreed", "operations": "paused"}
    with pytest.raises(WrongState, match="Nobody is asked about revision 1"):
        pause_all(request_, by=cast.ines, reason=WHY)


def test_a_decision_meanwhile_is_told_who_paused_it_and_why(step: Step, cast: Cast) -> None:
    paused_after_an_hour(step, cast, until=THURSDAY)
    before = everything()
    with pytest.raises(WrongState) as refusal:
        rule(step, cast.henrik)
    assert str(refusal.value) == (
        f"Finance Director is paused: Ines Carvalho paused it on 8 June at 11:00: “{WHY}” "
        "It goes on by itself on 11 June at 00:00."
    )
    assert everything() == before


def test_a_pause_is_told_of_the_level_that_holds_it_now(step: Step, cast: Cast) -> None:
    paused_after_an_hour(step, cast)
    step.held_level = 3
    assert paused_words(step).startswith("CFO is paused: Ines Carvalho paused it on ")


def test_a_pause_and_a_question_never_wait_for_each_other(step: Step, cast: Cast) -> None:
    ask_question(step, by=cast.henrik, to=cast.maya, text="Who pays?")
    before = everything()
    for verb in (lambda: pause(step, by=cast.ines, reason=WHY), lambda: resume(step, by=cast.ines)):
        with pytest.raises(WrongState, match="waits for an answer: Henrik Sørensen asked Maya Okafor"):
            verb()
    assert everything() == before


def test_nobody_asks_while_it_is_paused(step: Step, cast: Cast) -> None:
    paused_after_an_hour(step, cast)
    before = everything()
    with pytest.raises(WrongState, match="Ines Carvalho paused it"):
        ask_question(step, by=cast.henrik, to=cast.maya, text="Who pays?")
    assert everything() == before


def test_a_paused_step_ends_with_its_request_and_never_goes_on(step: Step, cast: Cast) -> None:
    paused_after_an_hour(step, cast, until=THURSDAY)
    recall(step.deal, by=cast.maya)
    with time_machine.travel(THURSDAY, tick=False):
        sweep(THURSDAY)
    step.refresh_from_db()
    assert (step.status, asked(step)) == ("cancelled", [])
    assert timers(step)[-1] == ("go_on", 1, "cancelled")


def test_who_left_meanwhile_is_stood_in_for_as_it_goes_on(step: Step, cast: Cast) -> None:
    paused_after_an_hour(step, cast)
    with time_machine.travel(MONDAY + 2 * HOUR, tick=False):
        leave(cast.henrik, cast.dana)
        sweep(MONDAY + 2 * HOUR)
        assert work(step) == [("Henrik", "")]
        resume(step, by=cast.ines)
    assert work(step) == [("Dana", "Henrik")]


@pytest.mark.parametrize(
    ("who", "said", "error"),
    [
        ("maya", {}, NotYours),
        ("henrik", {}, NotYours),
        ("ines", {"reason": "  "}, Invalid),
        ("ines", {"until": MONDAY}, Invalid),
        ("ines", {"until": MONDAY + timedelta(days=90, seconds=1)}, Invalid),
    ],
)
def test_a_pause_that_is_refused_changes_nothing(
    step: Step, cast: Cast, who: str, said: dict[str, object], error: type[DomainError]
) -> None:
    before = everything()
    asked_for: dict[str, object] = {"reason": WHY, **said}
    with time_machine.travel(MONDAY, tick=False), pytest.raises(error):
        pause(step, by=getattr(cast, who), **asked_for)  # type: ignore[arg-type]
    with pytest.raises((NotYours, WrongState)):
        resume(step, by=getattr(cast, who))
    assert everything() == before


def test_the_desk_leaves_its_own_deal_alone(step: Step, cast: Cast) -> None:
    share(step.deal, with_=cast.ines, role="team", by=cast.maya, at=MONDAY)
    before = everything()
    for verb in (lambda: pause(step, by=cast.ines, reason=WHY), lambda: nudge(step, by=cast.ines)):
        with pytest.raises(OwnDeal):
            verb()
    assert everything() == before


def test_who_is_asked_is_reminded_at_once_and_not_again_within_four_hours(step: Step, cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False):
        (said,) = nudge(step, by=cast.ines, note="The buyer calls at five.")
        assert (said.to, said.reason) == (cast.henrik, "The buyer calls at five.")
        assert mails("nudge")["henrik"].endswith("Ines Carvalho: “The buyer calls at five.”")
        event = Event.objects.get(kind="step.nudged")
        assert (event.actor, event.facts["user"]) == (cast.ines, cast.henrik.pk)
    before = everything()
    with time_machine.travel(MONDAY + 4 * HOUR - timedelta(seconds=1), tick=False):
        with pytest.raises(WrongState, match="Ines Carvalho reminded Henrik Sørensen on 8 June at 10:00"):
            nudge(step, by=cast.ines)
    assert everything() == before
    with time_machine.travel(MONDAY + 4 * HOUR, tick=False):
        assert len(nudge(step, by=cast.ines)) == 1
    assert step.due_at is not None
    with time_machine.travel(step.due_at + HOUR, tick=False):
        assert len(nudge(step, by=cast.ines)) == 1
        assert "Finance Director should have answered by" in mails("nudge")["henrik"]
        assert "and still may; the deal desk reminds you." in mails("nudge")["henrik"]
    assert Effect.objects.filter(kind="mail", dedupe_key__startswith="mail:nudge").count() == 3


def test_a_reminder_is_for_those_only_who_had_none(request_: Request, cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False):
        step = step_of(request_, "finance")
        nudge(step, by=cast.ines)
        step.assignments.create(user=cast.dana, run=step.run, since=MONDAY)
        assert [one.to for one in nudge(step, by=cast.ines)] == [cast.dana]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", ["decide", "pause", "nudge"])
def test_at_the_same_moment_one_of_them_comes_first(race: object, cast: Cast, rival: str) -> None:
    step = step_of(submit(make_brandt(cast), by=cast.maya), "finance")
    acts = {
        "decide": lambda: rule(step, cast.henrik),
        "pause": lambda: pause(step, by=cast.ines, reason=WHY),
        "nudge": lambda: nudge(step, by=cast.ines),
    }
    first = acts["nudge"] if rival == "nudge" else acts["pause"]
    ends = race(first, acts[rival])  # type: ignore[operator]

    refused = [end for end in ends if isinstance(end, Exception)]
    assert [type(end) for end in refused] == [WrongState]
    step.refresh_from_db()
    kept = Intervention.objects.filter(step=step).count() + Decision.objects.filter(step=step).count()
    assert kept == 1
    assert verify(step.deal.stream).faults == ()
