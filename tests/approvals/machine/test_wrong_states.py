"""Every verb of approvals and planning in every state: done where it may be, else WrongState and no change.

A verb without a row, and a state of the life cycle without a scene, fail.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from approvals import bulk as bulks
from approvals.absence import end_absence, set_absence
from approvals.add_approver import add_approver
from approvals.answer_link import answer_by_link
from approvals.calendar_file import replace_calendar
from approvals.claim import claim, unclaim
from approvals.close import close
from approvals.decide import decide
from approvals.decide_all import Said, decide_all
from approvals.errors import NoMandate, SameAsk
from approvals.evidence import Shown, hand_in
from approvals.extend import extend
from approvals.hold import hold, hold_deal, release
from approvals.links import make_links
from approvals.looking_after import call_desk
from approvals.mark_met import mark_met
from approvals.models import AnswerLink, Bulk, Decision, Question, Request, Step
from approvals.nudge import nudge
from approvals.offer import offer
from approvals.override import override
from approvals.pause import pause, pause_all, resume
from approvals.question import answer_question, ask_question, take_back
from approvals.reassign import reassign
from approvals.recall import recall
from approvals.revoke_exception import revoke_exception
from approvals.submit import submit
from approvals.watch import unwatch, watch
from base import clock
from base.errors import WrongState
from deals.models import Deal
from people.models import User
from planning.answer import answer
from planning.follow_up import add_word, withdraw
from planning.raise_concern import raise_concern
from tests.approvals.desk_verbs import let_override
from tests.approvals.machine.absent import ABSENCES, leave_by_calendar, next_week, under_other_hours
from tests.approvals.machine.asks import RULINGS
from tests.approvals.machine.pausing import PAUSES
from tests.approvals.machine.scenes import SCENES as FOUND
from tests.approvals.machine.scenes import STEPS, Scene
from tests.approvals.machine.state import digest
from tests.cast import Cast

ROOT = Path(__file__).parents[3]
SCENES = {**FOUND, "pause": PAUSES, "absence": ABSENCES}
AGREE, WHY = RULINGS["agrees"], "Henrik is travelling."


@dataclass(frozen=True, slots=True)
class Row:
    """`may`: the states of `kind` in which it is done. `else_`: what is refused by an error of its own."""

    kind: str
    act: Callable[[Scene, Any], object]
    may: tuple[str, ...]
    else_: Mapping[str, type[WrongState]] = field(default_factory=dict)


def terms_of(scene: Scene) -> Any:
    request = Request.objects.filter(deal=scene.deal).first()
    return request.revision.ask.target if request else None


@transaction.atomic
def by_link(step: Step, user: User) -> Decision:
    """By the link that they have, or would have."""
    make_links([(step, user)], at=clock.now())
    link = AnswerLink.objects.get(step=step, user=user, run=step.run)
    return answer_by_link(link, by=user, ruling=AGREE)


S, R, Q = Step.Status, Request.Status, Question.Status
ROWS: Mapping[str, Row] = {
    "decide.decide": Row(
        "step", lambda a, step: decide(step, by=a.cast.henrik, ruling=AGREE, seen=step.terms_hash), (S.OPEN,)
    ),
    "decide_all.decide_all": Row(
        "step", lambda a, step: decide_all([Said(step, AGREE, step.terms_hash)], by=a.cast.henrik), (S.OPEN,)
    ),
    "override.override": Row(
        "step",
        lambda a, step: override(
            step, by=a.cast.ines, verdict=Decision.Verdict.AGREE, reason=WHY, seen=step.terms_hash
        ),
        (S.OPEN,),
    ),
    "reassign.reassign": Row(
        "step",
        lambda a, step: reassign(step, by=a.cast.ines, to=a.cast.dana, reason=WHY),
        (S.OPEN, S.UNROUTABLE),
    ),
    "answer_link.answer_by_link": Row("step", lambda a, step: by_link(step, a.cast.henrik), (S.OPEN,)),
    "pause.pause": Row("step", lambda a, step: pause(step, by=a.cast.ines, reason=WHY), (S.OPEN,)),
    "pause.pause_all": Row(
        "request", lambda a, request: pause_all(request, by=a.cast.ines, reason=WHY), (R.OPEN,)
    ),
    "pause.resume": Row("pause", lambda a, step: resume(step, by=a.cast.ines), ("paused by the desk",)),
    "nudge.nudge": Row("step", lambda a, step: nudge(step, by=a.cast.ines), (S.OPEN,)),
    "looking_after.call_desk": Row(
        "step",
        lambda a, step: call_desk(step, by=a.cast.marcus, reason=WHY, sent=uuid4()),
        (S.OPEN, S.PAUSED, S.UNROUTABLE),
    ),
    "extend.extend": Row(
        "step", lambda a, step: extend(step, by=a.cast.ines, minutes=60, reason=WHY), (S.OPEN,)
    ),
    "recompute.recompute": Row("step", under_other_hours, (S.OPEN,)),
    "claim.claim": Row("step", lambda a, step: claim(step, by=a.cast.henrik), (S.OPEN,)),
    "claim.unclaim": Row("step", lambda a, step: unclaim(step, by=a.cast.henrik), ()),
    "add_approver.add_approver": Row(
        "step", lambda a, step: add_approver(step, by=a.cast.henrik, who=a.cast.grace, reason=WHY), (S.OPEN,)
    ),
    "question.ask_question": Row(
        "step", lambda a, step: ask_question(step, by=a.cast.henrik, to=a.cast.grace, text="Why?"), (S.OPEN,)
    ),
    "question.answer_question": Row(
        "question", lambda a, asked: answer_question(asked, by=a.cast.arjun, text="Us."), (Q.OPEN,)
    ),
    "question.take_back": Row("question", lambda a, asked: take_back(asked, by=a.cast.henrik), (Q.OPEN,)),
    "hold.hold": Row("request", lambda a, request: hold(request, reason="Wait.", by=a.cast.ines), (R.OPEN,)),
    "hold.hold_deal": Row(
        "deal",
        lambda a, _: hold_deal(a.deal, reason="Wait.", cause="kickoff:1", at=clock.now()),
        ("draft", "in review", "mandated"),
    ),
    "hold.release": Row("hold", lambda a, held: release(held, by=a.cast.ines, note="Settled."), ("open",)),
    "recall.recall": Row("request", lambda a, _: recall(a.deal, by=a.cast.maya), (R.OPEN, R.SUPERSEDED)),
    "submit.submit": Row(
        "deal", lambda a, _: submit(a.deal, by=a.cast.maya), ("draft", "mandated"), {"in review": SameAsk}
    ),
    "offer.offer": Row(
        "deal",
        lambda a, _: offer(a.deal, by=a.cast.maya, terms=terms_of(a), good_until=clock.today()),
        ("mandated",),
        {"draft": NoMandate, "in review": NoMandate},
    ),
    "close.close": Row(
        "deal", lambda a, _: close(a.deal, by=a.cast.maya), ("draft", "in review", "mandated")
    ),
    "mark_met.mark_met": Row(
        "task", lambda a, task: mark_met(task, by=a.cast.henrik, evidence=Shown("Signed.")), ("open",)
    ),
    "evidence.hand_in": Row(
        "task", lambda a, task: hand_in(task, by=a.cast.arjun, shown=Shown("Signed.")), ("open",)
    ),
    "watch.watch": Row(
        "watch", lambda a, _: watch(a.deal, by=a.cast.ines, who=a.cast.grace), ("not watched",)
    ),
    "watch.unwatch": Row(
        "watch", lambda a, _: unwatch(a.deal, by=a.cast.ines, who=a.cast.grace), ("watched",)
    ),
    "revoke_exception.revoke_exception": Row(
        "exception", lambda a, found: revoke_exception(found, by=a.cast.ines, reason=WHY), ("in force",)
    ),
    "bulk.begin": Row(  # each step is judged when its turn comes: test_bulk.py
        "step",
        lambda a, step: bulks.begin(
            {step.pk: step.terms_hash}, by=a.cast.ines, order=bulks.Order(Bulk.Verb.EXTEND, WHY, minutes=60)
        ),
        tuple(STEPS),
    ),
    "bulk.go_on": Row("bulk", lambda a, found: bulks.go_on(found, by=a.cast.ines), ("stopped",)),
    "absence.set_absence": Row(
        "absence",
        lambda a, _: set_absence(a.cast.henrik, next_week(), by=a.cast.henrik),
        ("ended", "over"),
    ),
    "absence.end_absence": Row(
        "absence", lambda a, found: end_absence(found, by=a.cast.henrik), ("planned",)
    ),
    "calendar_file.replace_calendar": Row(
        "absence",
        lambda a, _: replace_calendar(a.cast.henrik, leave_by_calendar(), by=a.cast.henrik),
        ("planned", "ended", "over"),
    ),
    "answer.answer": Row("concern", lambda a, found: answer(found, by=a.cast.ines, text="Seen."), ("open",)),
    "follow_up.add_word": Row(
        "concern", lambda a, found: add_word(found, by=a.cast.maya, text="And late."), ("open", "answered")
    ),
    "follow_up.withdraw": Row("concern", lambda a, found: withdraw(found, by=a.cast.maya), ("open",)),
    "raise_concern.raise_concern": Row(
        "deal",
        lambda a, _: raise_concern(a.deal, by=a.cast.maya, text="Too thin.", named=True),
        ("draft", "in review", "mandated"),
    ),
}


def verbs() -> Iterator[str]:
    """Every public function of the two apps that owns a transaction."""
    for app in ("approvals", "planning"):
        for path in (ROOT / app).glob("*.py"):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef) and "transaction.atomic" in map(
                    ast.unparse, node.decorator_list
                ):
                    yield f"{path.stem}.{node.name}"


def test_every_verb_has_a_row() -> None:
    assert set(verbs()) == ROWS.keys()


@pytest.mark.parametrize(("kind", "status"), [("step", Step), ("request", Request), ("question", Question)])
def test_every_state_of_a_life_cycle_has_a_scene(kind: str, status: Any) -> None:
    assert set(SCENES[kind]) == set(status.Status)


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind in SCENES for state in SCENES[kind]])
def test_in_a_wrong_state_a_verb_says_so_and_changes_nothing(
    kind: str, state: str, brandt: Deal, cast: Cast
) -> None:
    let_override(cast.ines)
    cast.ines.refresh_from_db()
    scene = Scene(brandt, cast)
    thing = SCENES[kind][state](scene)
    if kind in ("step", "request", "question"):
        thing.refresh_from_db()
        assert thing.status == state
    assert {name: said(row, scene, thing) for name, row in ROWS.items() if row.kind == kind} == {
        name: None if state in row.may else row.else_.get(state, WrongState)
        for name, row in ROWS.items()
        if row.kind == kind
    }


def said(row: Row, scene: Scene, thing: Any) -> type[Exception] | None:
    """What the verb raises, then all of it is taken back."""
    before, point = digest(), transaction.savepoint()
    try:
        row.act(scene, thing)
        assert digest() != before
    except WrongState as refusal:
        assert digest() == before
        return type(refusal)
    finally:
        transaction.savepoint_rollback(point)
    return None
