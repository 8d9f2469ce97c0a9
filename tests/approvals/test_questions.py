"""Questions: a step waits for an answer, its clock stands, and goes on with what was left. After a refusal
nothing has changed and nobody was written to."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from approvals.errors import NotAsked, OwnDeal
from approvals.models import Decision, Question, Request, Step
from approvals.question import answer_question, ask_question, chase, take_back
from approvals.recall import recall
from approvals.submit import submit
from base.errors import Invalid, NotYours, WrongState
from deals.models import Deal
from ledger.models import Effect, Event
from ledger.sweep import sweep
from people.models import User
from tests.brandt import ask_offer_5, make_brandt, rule, step_of
from tests.cast import Cast

Verdict = Decision.Verdict
MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
ASKED = MONDAY + timedelta(hours=1)
WHY = "Why sixty days?"


def at(moment: datetime) -> time_machine.travel:
    return time_machine.travel(moment, tick=False)


def later(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


@pytest.fixture
def step(cast: Cast) -> Step:
    with at(MONDAY):
        return step_of(submit(make_brandt(cast), by=cast.maya), "finance")


def ask(step: Step, cast: Cast, to: User | None = None, moment: datetime = ASKED) -> Question:
    with at(moment):
        return ask_question(step, by=cast.henrik, to=to or cast.maya, text=WHY)


def fresh(step: Step) -> Step:
    return Step.objects.get(pk=step.pk)


def sweep_at(moment: datetime) -> None:
    with at(moment):
        sweep(moment)


def mails(what: str) -> list[str]:
    effects = Effect.objects.filter(kind="mail", dedupe_key__startswith=f"mail:{what}:").order_by("pk")
    return [User.objects.get(pk=effect.facts["to"]).email.partition("@")[0] for effect in effects]


def timers(step: Step) -> list[tuple[str, str]]:
    pending = Effect.objects.filter(key=f"step:{step.pk}", state="pending").order_by("kind")
    return [(one.kind, f"{one.due_at:%a %H:%M}") for one in pending]


def counts() -> tuple[int, int, int]:
    return Event.objects.count(), Effect.objects.count(), Question.objects.count()


def test_a_question_stops_the_clock_and_everything_that_is_due(step: Step, cast: Cast) -> None:
    before = step.due_at
    assert timers(step) == [("hand_over", "Tue 12:00"), ("remind", "Mon 14:00")]
    question = ask(step, cast)
    paused = fresh(step)
    assert (paused.status, paused.clock_from, paused.remaining, paused.run) == ("paused", None, 660, 1)
    assert timers(step) == [("chase", "Tue 09:00")]
    assert (question.status, question.by, question.to) == ("open", cast.henrik, cast.maya)
    assert mails("asked") == ["maya"]
    sweep_at(before or MONDAY)
    assert (fresh(step).status, fresh(step).held_level) == ("paused", 2)
    said = [event.kind for event in Event.objects.of(step.deal.stream) if event.facts.get("step") == step.pk]
    assert said == ["step.opened", "question.asked"]


def test_the_others_go_on_while_one_function_waits(step: Step, cast: Cast) -> None:
    ask(step, cast)
    with at(later(2)):
        rule(step_of(step.request, "legal"), cast.tomas)
        rule(step_of(step.request, "operations"), cast.jiwoo)
    assert Request.objects.get().status == "open"


def test_the_answer_lets_the_clock_go_on_with_what_was_left(step: Step, cast: Cast) -> None:
    question = ask(step, cast)
    with at(later(26)):  # Tuesday 12:00 in Berlin; 11 of 12 working hours are left
        answered = answer_question(question, by=cast.maya, text=" They pay all others so. ")

    going = fresh(step)
    assert (going.status, going.run, going.remaining) == ("open", 2, 660)
    assert going.due_at == datetime(2026, 6, 10, 13, 0, tzinfo=UTC)  # 5 h on Tuesday, 6 h on Wednesday
    # half of all 12 h: 1 h was gone, the other 5 end on Tuesday at 17:00 in Berlin
    assert timers(step) == [("hand_over", "Wed 13:00"), ("remind", "Tue 15:00")]
    assert (answered.status, answered.answer) == ("answered", "They pay all others so.")
    assert mails("question_answered") == ["henrik"]
    with at(later(27)):
        assert rule(going, cast.henrik).agrees


def test_the_terms_a_paused_step_binds_to_are_the_same_after_the_answer(step: Step, cast: Cast) -> None:
    question = ask(step, cast)
    with at(later(2)):
        answer_question(question, by=cast.maya, text="So.")
    assert fresh(step).terms_hash == step.terms_hash


def test_a_second_question_of_the_same_step_has_a_run_of_its_own(step: Step, cast: Cast) -> None:
    for hour in (1, 3):
        question = ask(step, cast, moment=later(hour))
        with at(later(hour + 1)):
            answer_question(question, by=cast.maya, text="So.")
    assert (fresh(step).run, fresh(step).remaining) == (3, 600)
    runs = Effect.objects.filter(kind="remind", key=f"step:{step.pk}").order_by("pk")
    assert [(one.dedupe_key, one.state) for one in runs] == [
        (f"remind:{step.pk}:1:1", "cancelled"),
        (f"remind:{step.pk}:1:2", "cancelled"),
        (f"remind:{step.pk}:1:3", "pending"),
    ]


def test_nobody_decides_while_the_step_waits_and_is_told_for_what(step: Step, cast: Cast) -> None:
    ask(step, cast)
    before = counts()
    for verdict in Verdict:
        with at(later(2)), pytest.raises(WrongState) as refusal:
            rule(step, cast.henrik, verdict, reason="So.")
        assert refusal.value.message == (
            "Finance Director waits for an answer: Henrik Sørensen asked Maya Okafor on 8 June at 11:00: "
            "“Why sixty days?” Decide when it is answered, or take the question back."
        )
    assert counts() == before
    assert not Decision.objects.exists()


def test_a_paused_step_is_asked_nothing_more(step: Step, cast: Cast) -> None:
    ask(step, cast)
    before = counts()
    with pytest.raises(WrongState, match="Henrik Sørensen asked Maya Okafor"):
        ask(step, cast, cast.arjun)
    assert counts() == before


def test_only_who_is_asked_to_decide_asks(step: Step, cast: Cast) -> None:
    before = counts()
    for by, error in ((cast.priya, NotAsked), (cast.ines, NotAsked), (cast.maya, OwnDeal)):
        with at(later(1)), pytest.raises(error):
            ask_question(step, by=by, to=cast.arjun, text=WHY)
    assert counts() == before
    assert fresh(step).status == "open"


def test_a_question_needs_words_and_someone_else_who_works_here(step: Step, cast: Cast) -> None:
    User.objects.filter(pk=cast.elena.pk).update(is_active=False)
    cast.elena.refresh_from_db()
    before = counts()
    for to, text in ((cast.henrik, WHY), (cast.elena, WHY), (cast.maya, "  "), (cast.maya, "x" * 2001)):
        with at(later(1)), pytest.raises(Invalid):
            ask_question(step, by=cast.henrik, to=to, text=text)
    assert counts() == before
    assert fresh(step).status == "open"


@pytest.mark.parametrize("status", ["planned", "agreed", "returned", "declined", "cancelled", "unroutable"])
def test_a_step_in_any_other_state_asks_nothing(step: Step, cast: Cast, status: str) -> None:
    Step.objects.filter(pk=step.pk).update(status=status)
    before = counts()
    with pytest.raises(WrongState):
        ask(step, cast)
    assert (counts(), fresh(step).status) == (before, status)


def test_only_who_was_asked_answers_and_with_words(step: Step, cast: Cast) -> None:
    question = ask(step, cast)
    before = counts()
    for by in (cast.henrik, cast.arjun, cast.ines):
        with at(later(2)), pytest.raises(NotYours):
            answer_question(question, by=by, text="So.")
    with at(later(2)), pytest.raises(Invalid):
        answer_question(question, by=cast.maya, text=" ")
    assert (counts(), fresh(step).status) == (before, "paused")


def test_who_was_asked_sees_the_deal_and_keeps_seeing_it_after_answering(step: Step, cast: Cast) -> None:
    assert not Deal.objects.visible_to(cast.elena).exists()
    question = ask(step, cast, cast.elena)
    assert Deal.objects.visible_to(cast.elena).exists()
    with at(later(2)):
        answer_question(question, by=cast.elena, text="So.")
    assert Deal.objects.visible_to(cast.elena).exists()


def test_taking_it_back_lets_the_step_go_on_and_the_sight_end(step: Step, cast: Cast) -> None:
    question = ask(step, cast, cast.elena)
    with at(later(2)):
        with pytest.raises(NotYours):
            take_back(question, by=cast.maya)
        assert take_back(question, by=cast.henrik).status == "taken_back"
    assert (fresh(step).status, fresh(step).remaining, fresh(step).run) == ("open", 660, 2)
    assert not Deal.objects.visible_to(cast.elena).exists()
    with at(later(3)):
        for verb in (lambda: take_back(question, by=cast.henrik), lambda: answer_late(question, cast.elena)):
            with pytest.raises(WrongState, match="taken back"):
                verb()


def answer_late(question: Question, by: User) -> Question:
    return answer_question(question, by=by, text="Late.")


def test_withdrawing_ends_the_question_with_the_request(step: Step, cast: Cast) -> None:
    question = ask(step, cast, cast.elena)
    with at(later(2)):
        recall(step.deal, by=cast.maya)
        question.refresh_from_db()
        assert (question.status, question.ended_at) == ("ended", later(2))
        assert not Deal.objects.visible_to(cast.elena).exists()
        with pytest.raises(WrongState, match="ended with the request"):
            answer_late(question, cast.elena)
    assert timers(step) == []
    assert fresh(step).status == "cancelled"


def test_a_newer_revision_ends_the_question_of_the_older(step: Step, cast: Cast) -> None:
    question = ask(step, cast)
    with at(later(2)):
        submit(ask_offer_5(step.deal, cast), by=cast.maya)
    question.refresh_from_db()
    assert question.status == "ended"
    sweep_at(later(200))
    assert not Event.objects.filter(kind="question.reminded").exists()


def test_a_sibling_that_declines_ends_the_question_too(step: Step, cast: Cast) -> None:
    question = ask(step, cast)
    with at(later(2)):
        rule(step_of(step.request, "legal"), cast.tomas, Verdict.DECLINE, reason="No.")
    question.refresh_from_db()
    assert question.status == "ended"


def test_who_does_not_answer_is_reminded_each_working_day_and_then_the_step_goes_on(
    step: Step, cast: Cast
) -> None:
    question = ask(step, cast)
    reminded = []
    for day in range(0, 7):
        for minute in (0, 1):  # two sweeps a morning
            sweep_at(datetime(2026, 6, 9 + day, 9, minute, tzinfo=UTC))
        reminded.append(mails("asked_again").count("maya"))

    question.refresh_from_db()
    assert reminded == [1, 2, 3, 3, 3, 3, 3]
    assert (question.status, f"{question.ended_at:%a %d %H:%M}") == ("unanswered", "Fri 12 09:00")
    assert (fresh(step).status, fresh(step).run, fresh(step).remaining) == ("open", 2, 660)
    assert mails("unanswered") == ["henrik"]
    assert Event.objects.filter(kind="question.reminded").count() == 3
    assert Event.objects.filter(kind="question.unanswered").count() == 1


def test_a_reminder_of_a_question_that_was_answered_does_nothing(step: Step, cast: Cast) -> None:
    question = ask(step, cast)
    timer = Effect.objects.get(kind="chase")
    with at(later(2)):
        answer_question(question, by=cast.maya, text="So.")
        before = counts()
        chase(timer, later(30))
    assert (counts(), Effect.objects.get(kind="chase").state) == (before, "cancelled")


def test_a_returned_step_stays_returned_while_a_sibling_asks_and_is_answered(step: Step, cast: Cast) -> None:
    with at(later(1)):
        rule(step_of(step.request, "legal"), cast.tomas, Verdict.CHANGES, reason="Which law?")
    question = ask(step, cast)
    with at(later(2)):
        answer_question(question, by=cast.maya, text="So.")
        rule(step, cast.henrik)
    assert step_of(step.request, "legal").status == "returned"
    assert Request.objects.get().status == "open"
