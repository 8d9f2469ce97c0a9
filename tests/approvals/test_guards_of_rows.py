"""What one change leaves alone: the rows beside those it is about."""

from datetime import timedelta

import pytest

from approvals.add_approver import add_approver
from approvals.appointed import look_again
from approvals.bulk import Order, begin, go_on
from approvals.claim import claim, unclaim
from approvals.errors import NotAsked
from approvals.escalation import hand_over, remind
from approvals.evidence import Shown
from approvals.mark_met import mark_met
from approvals.models import Bulk, BulkRow, Condition, Question, Step
from approvals.question import ask_question
from approvals.reassign import reassign
from approvals.recall import recall
from approvals.submit import submit
from approvals.task import Task
from base import clock
from base.errors import NotYours, WrongState
from deals.models import Deal
from ledger.effects import deliver
from ledger.models import Effect, Event
from people.models import Authority
from tests.approvals.machine.state import digest
from tests.approvals.pooling import asked, directors, two_of_three
from tests.approvals.test_bulk import more_like
from tests.brandt import Verdict, rule, step_of
from tests.cast import Cast

WHY = "Who pays for the third site?"


@pytest.fixture
def step(brandt: Deal, cast: Cast) -> Step:
    return step_of(submit(brandt, by=cast.maya), "finance")


def test_who_had_it_before_another_took_it_is_asked_again_when_added(brandt: Deal, cast: Cast) -> None:
    directors(cast.priya)
    step = step_of(submit(brandt, by=cast.maya), "finance")
    claim(step, by=cast.henrik)
    assert asked(step) == ["henrik"]
    add_approver(step, by=cast.henrik, who=cast.priya, reason="She knows the bank.")
    assert asked(step) == ["henrik", "priya"]


def test_after_two_of_three_agreed_only_who_was_added_is_asked(brandt: Deal, cast: Cast) -> None:
    step = two_of_three(brandt, cast)
    add_approver(step, by=cast.henrik, who=cast.grace, place="after", reason="Her clause.")
    for user in (cast.henrik, cast.lena):
        rule(step, user)
    assert asked(step) == ["grace"]


def test_new_authority_hastens_the_second_look_for_people_and_nothing_else(step: Step, cast: Cast) -> None:
    Authority.objects.filter(user=cast.henrik).delete()
    recall(step.deal, by=cast.maya)
    submit(step.deal, by=cast.maya)
    before = dict(Effect.objects.exclude(kind="reroute").values_list("pk", "due_at"))
    look_again(Event(kind="authority.given"))
    assert dict(Effect.objects.exclude(kind="reroute").values_list("pk", "due_at")) == before
    assert Effect.objects.get(kind="reroute").due_at <= clock.now()


def test_a_question_about_another_deal_stays_open(step: Step, cast: Cast) -> None:
    other = step_of(submit(more_like(step.deal, cast, "D-2001"), by=cast.maya), "finance")
    mine, theirs = (ask_question(one, by=cast.henrik, to=cast.arjun, text=WHY) for one in (step, other))
    recall(step.deal, by=cast.maya)
    statuses = dict(Question.objects.values_list("pk", "status"))
    assert statuses == {mine.pk: Question.Status.ENDED, theirs.pk: Question.Status.OPEN}


def test_who_asked_for_a_task_and_left_marks_nothing(step: Step, cast: Cast) -> None:
    due = clock.today() + timedelta(days=2)
    rule(step, cast.henrik, Verdict.UP_TO, tasks=(Task("A bank guarantee", cast.arjun.pk, due),))
    cast.henrik.is_active = False
    cast.henrik.save()
    before = digest()
    with pytest.raises(NotYours):
        mark_met(Condition.objects.tasks().get(), by=cast.henrik, evidence=Shown("Signed."))
    assert digest() == before


def test_an_order_does_its_own_steps_and_waits_for_no_other(step: Step, cast: Cast) -> None:
    steps = (step, step_of(step.request, "legal"), step_of(step.request, "operations"))
    order = Order(Bulk.Verb.EXTEND, "Month end.", minutes=60)
    first, stopped, waiting = (begin({one.pk: one.terms_hash}, by=cast.ines, order=order) for one in steps)
    deliver(Effect.objects.get(key=first.key).pk, clock.now())
    assert {row.bulk_id: row.outcome for row in BulkRow.objects.all()} == {
        first.pk: BulkRow.Outcome.DONE,
        stopped.pk: BulkRow.Outcome.WAITING,
        waiting.pk: BulkRow.Outcome.WAITING,
    }
    assert [one.ended_at is not None for one in Bulk.objects.order_by("pk")] == [True, False, False]
    Effect.objects.filter(key=stopped.key).update(state=Effect.State.PARKED)
    go_on(stopped, by=cast.ines)
    assert Effect.objects.filter(key=stopped.key, state=Effect.State.PENDING).count() == 1


def test_a_seat_that_was_handed_over_stays_where_it_is(step: Step, cast: Cast) -> None:
    over = Effect.objects.get(kind="hand_over", key=f"step:{step.pk}")
    with clock.standing_at(over.due_at):
        hand_over([over], over.due_at)
    assert asked(step) == ["dana"]
    Authority.objects.filter(user=cast.dana).delete()
    waiting = Effect.objects.filter(kind="remind", key=over.key, state=Effect.State.PENDING)
    first = waiting.earliest("due_at")
    with clock.standing_at(first.due_at):
        remind([first], first.due_at)
    step.refresh_from_db()
    assert (asked(step), step.run) == (["dana"], first.facts["run"])


def test_who_narrows_back_to_standard_has_agreed_all_the_same(step: Step, cast: Cast) -> None:
    legal = step_of(step.request, "legal")
    back = {"clause:liability": "standard", "clause:law": "standard"}
    rule(legal, cast.tomas, Verdict.UP_TO, limits=back)
    assert step_of(step.request, "legal").status == Step.Status.AGREED


def test_when_somebody_was_released_stays_as_it_was(step: Step, cast: Cast) -> None:
    reassign(step, by=cast.ines, to=cast.dana, reason=WHY)
    (released,) = step.assignments.filter(user=cast.henrik).values_list("ended_at", flat=True)
    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        rule(step, cast.dana)
    assert step.assignments.get(user=cast.henrik).ended_at == released
    assert step.assignments.get(user=cast.dana).ended_at != released


def test_who_was_released_decides_no_more_and_who_was_added_gives_nothing_back(
    brandt: Deal, cast: Cast
) -> None:
    directors(cast.priya)
    step = step_of(submit(brandt, by=cast.maya), "finance")
    claim(step, by=cast.henrik)
    add_approver(step, by=cast.henrik, who=cast.grace, reason="Her clause.")
    before = digest()
    with pytest.raises(NotAsked):
        rule(step, cast.priya)
    with pytest.raises(WrongState):
        unclaim(step, by=cast.grace)
    assert digest() == before
