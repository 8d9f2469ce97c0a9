"""Each thing a verb may find, in each state it may be in, brought there as its people would do it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

from approvals.bulk import Order, begin
from approvals.close import close
from approvals.evidence import Shown
from approvals.hold import hold, release
from approvals.mark_met import mark_met
from approvals.models import Bulk, Condition, Decision, Hold, Mandate, Question, Request, Step
from approvals.question import answer_question, ask_question, take_back
from approvals.recall import recall
from approvals.revoke_exception import revoke_exception
from approvals.submit import submit
from approvals.watch import watch
from base import clock
from deals.changes import ClauseChange, DraftChanges
from deals.edit import save_draft
from deals.models import AccountException, Deal
from ledger.effects import deliver
from ledger.models import Effect
from ledger.sweep import sweep
from people.models import Authority
from planning.answer import answer
from planning.follow_up import withdraw
from planning.models import Concern
from planning.raise_concern import raise_concern
from tests.approvals.machine.asks import RULINGS, TASK, with_task
from tests.brandt import ask_offer_5, grant_brandt, rule, step_of
from tests.cast import Cast

Verdict = Decision.Verdict


@dataclass(frozen=True, slots=True)
class Scene:
    deal: Deal
    cast: Cast

    def asked(self) -> Request:
        return submit(self.deal, by=self.cast.maya)

    def finance(self, ruling: str = "") -> Step:
        """What Finance is asked, and what Henrik says."""
        step = step_of(self.asked(), "finance")
        if ruling:
            self.says(step, ruling)
        return Step.objects.get(pk=step.pk)

    def says(self, step: Step, ruling: str) -> Decision:
        said = with_task(self.cast.arjun.pk, clock.today()) if ruling == TASK else RULINGS[ruling]
        fields = {"limits": said.limits, "tasks": said.tasks} if ruling == TASK else {}
        return rule(step, self.cast.henrik, said.verdict, reason=said.reason, **fields)

    def granted(self) -> Mandate:
        return grant_brandt(self.deal, self.cast)

    def climb(self) -> Request:
        """Legal is asked at both levels."""
        data = ClauseChange("data", "standard", "fallback-2")
        deal = save_draft(
            self.deal, by=self.cast.maya, version=self.deal.version, changes=DraftChanges(clauses=(data,))
        )
        return submit(deal, by=self.cast.maya)


# --- steps


def planned(scene: Scene) -> Step:
    return scene.climb().steps.get(function="legal", level=2)


def paused(scene: Scene) -> Step:
    return question(scene).step


def unroutable(scene: Scene) -> Step:
    Authority.objects.filter(user=scene.cast.henrik).delete()
    return scene.finance()


def cancelled(scene: Scene) -> Step:
    step = scene.finance()
    recall(scene.deal, by=scene.cast.maya)
    return step


def not_needed(scene: Scene) -> Step:
    request = scene.climb()
    counsel = request.steps.get(function="legal", level=1)
    rule(counsel, scene.cast.tomas, Verdict.UP_TO, limits={"clause:data": "standard"})
    return request.steps.get(function="legal", level=2)


def kept(scene: Scene) -> Step:
    scene.granted()
    return step_of(submit(ask_offer_5(scene.deal, scene.cast), by=scene.cast.maya), "operations")


STEPS: Mapping[str, Callable[[Scene], Step]] = {
    Step.Status.PLANNED: planned,
    Step.Status.OPEN: Scene.finance,
    Step.Status.PAUSED: paused,
    Step.Status.UNROUTABLE: unroutable,
    Step.Status.AGREED: lambda scene: scene.finance("agrees"),
    Step.Status.RETURNED: lambda scene: scene.finance("asks for changes"),
    Step.Status.DECLINED: lambda scene: scene.finance("declines"),
    Step.Status.CANCELLED: cancelled,
    Step.Status.NOT_NEEDED: not_needed,
    Step.Status.KEPT: kept,
}

# --- requests


def superseded(scene: Scene) -> Request:
    request = scene.asked()
    submit(ask_offer_5(scene.deal, scene.cast), by=scene.cast.maya)
    return request


def closed(scene: Scene) -> Request:
    request = scene.asked()
    close(scene.deal, by=scene.cast.maya)
    return request


REQUESTS: Mapping[str, Callable[[Scene], Request]] = {
    Request.Status.OPEN: Scene.asked,
    Request.Status.GRANTED: lambda scene: scene.granted().request,
    Request.Status.DECLINED: lambda scene: scene.finance("declines").request,
    Request.Status.RECALLED: lambda scene: cancelled(scene).request,
    Request.Status.SUPERSEDED: superseded,
    Request.Status.CLOSED: closed,
}

# --- deals


def won(scene: Scene) -> Deal:
    mandate = scene.granted()
    close(scene.deal, by=scene.cast.maya, signed=mandate.request.revision.ask.target)
    return scene.deal


DEALS: Mapping[str, Callable[[Scene], Any]] = {
    "draft": lambda scene: scene.deal,
    "in review": Scene.asked,
    "mandated": Scene.granted,
    "won": won,
    "lost": lambda scene: close(scene.deal, by=scene.cast.maya),
}

# --- questions, holds, tasks, concerns, watchers, exceptions, orders for many steps


def question(scene: Scene) -> Question:
    step = scene.finance()
    return ask_question(step, by=scene.cast.henrik, to=scene.cast.arjun, text="Who pays for the third site?")


def unanswered(scene: Scene) -> Question:
    asked = question(scene)
    for days in range(1, 20):
        with clock.standing_at(clock.now() + timedelta(days=days)):
            sweep(clock.now())
    return asked


def question_of_ended(scene: Scene) -> Question:
    asked = question(scene)
    recall(scene.deal, by=scene.cast.maya)
    return asked


QUESTIONS: Mapping[str, Callable[[Scene], Question]] = {
    Question.Status.OPEN: question,
    Question.Status.ANSWERED: lambda scene: answer_question(question(scene), by=scene.cast.arjun, text="We."),
    Question.Status.TAKEN_BACK: lambda scene: take_back(question(scene), by=scene.cast.henrik),
    Question.Status.UNANSWERED: unanswered,
    Question.Status.ENDED: question_of_ended,
}


def held(scene: Scene) -> Hold:
    return hold(scene.asked(), reason="The insurer has not answered.", by=scene.cast.ines)


def held_and_ended(scene: Scene) -> Hold:
    found = held(scene)
    recall(scene.deal, by=scene.cast.maya)
    return found


HOLDS: Mapping[str, Callable[[Scene], Hold]] = {
    "open": held,
    "released": lambda scene: release(held(scene), by=scene.cast.ines, note="It has."),
    "ended": held_and_ended,
}


def task(scene: Scene) -> Condition:
    scene.finance(TASK)
    return Condition.objects.tasks().get()


def lapsed(scene: Scene) -> Condition:
    found = task(scene)
    due = Effect.objects.get(kind="lapse").due_at
    with clock.standing_at(due):
        deliver(Effect.objects.get(kind="lapse").pk, due)
    return found


def met(scene: Scene) -> Condition:
    return mark_met(task(scene), by=scene.cast.henrik, evidence=Shown("Signed."))


TASKS: Mapping[str, Callable[[Scene], Condition]] = {"open": task, "met": met, "lapsed": lapsed}


def concern(scene: Scene) -> Concern:
    return raise_concern(scene.deal, by=scene.cast.maya, text="Too thin.", named=True).concern


CONCERNS: Mapping[str, Callable[[Scene], Any]] = {
    "open": concern,
    "answered": lambda scene: answer(concern(scene), by=scene.cast.ines, text="Seen.").concern,
    "withdrawn": lambda scene: withdraw(concern(scene), by=scene.cast.maya).concern,
}
WATCHES: Mapping[str, Callable[[Scene], Any]] = {
    "watched": lambda scene: watch(scene.deal, by=scene.cast.ines, who=scene.cast.grace),
    "not watched": lambda scene: scene.deal,
}


def exception(scene: Scene, days: int = 30) -> AccountException:
    deal, today = scene.deal, clock.today()
    return AccountException.objects.create(
        account=deal.account,
        deal=deal,
        key="discount",
        function="finance",
        value=D("45"),
        why="The reference.",
        until=today + timedelta(days=days),
        granted_by=scene.cast.dana,
        granted_at=clock.now(),
    )


def revoked(scene: Scene) -> AccountException:
    return revoke_exception(exception(scene), by=scene.cast.ines, reason="It was for one year.")


EXCEPTIONS: Mapping[str, Callable[[Scene], AccountException]] = {
    "in force": exception,
    "revoked": revoked,
    "run out": lambda scene: exception(scene, -1),
}


def ordered(scene: Scene) -> Bulk:
    step = scene.finance()
    order = Order(Bulk.Verb.EXTEND, "Everyone travels.", minutes=60)
    return begin({step.pk: step.terms_hash}, by=scene.cast.ines, order=order)


def stopped(scene: Scene) -> Bulk:
    found = ordered(scene)
    Effect.objects.filter(kind="bulk").update(state=Effect.State.PARKED)
    return found


def done(scene: Scene) -> Bulk:
    found = ordered(scene)
    deliver(Effect.objects.get(kind="bulk").pk, clock.now())
    return found


BULKS: Mapping[str, Callable[[Scene], Bulk]] = {"going on": ordered, "stopped": stopped, "ended": done}
SCENES: Mapping[str, Mapping[str, Callable[[Scene], Any]]] = {
    "step": STEPS,
    "request": REQUESTS,
    "deal": DEALS,
    "question": QUESTIONS,
    "hold": HOLDS,
    "task": TASKS,
    "concern": CONCERNS,
    "watch": WATCHES,
    "exception": EXCEPTIONS,
    "bulk": BULKS,
}
