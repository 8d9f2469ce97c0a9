"""What the deal desk does to a route, and what anyone does besides answering: questions, holds, concerns."""

from typing import Any, cast

from hypothesis import strategies as st

from approvals.add_approver import add_approver
from approvals.claim import claim, unclaim
from approvals.evidence import Shown, hand_in
from approvals.extend import extend
from approvals.hold import hold, release
from approvals.mark_met import mark_met
from approvals.models import Condition, Decision, Hold, Question, Step
from approvals.override import override
from approvals.question import answer_question, ask_question, take_back
from approvals.reassign import reassign
from approvals.watch import unwatch, watch
from people.models import User
from planning.answer import answer
from planning.follow_up import withdraw
from planning.models import Concern
from planning.raise_concern import raise_concern
from tests.approvals.machine.acting import Act, anyone, places
from tests.approvals.machine.teller import Teller

WHY = "Henrik is travelling."
desk = st.sampled_from([*["ines"] * 4, "maya", "henrik"])
someone = st.sampled_from(["ines", "henrik", "grace", "jiwoo", "arjun", "maya", "elena"])
verdicts = st.sampled_from([Decision.Verdict.AGREE, Decision.Verdict.DECLINE, Decision.Verdict.UP_TO])


def named(step: Step) -> str:
    return f"{step.level_name} ({step.get_status_display().lower()})"


def asked_or(teller: Teller, step: Step, key: str) -> User:
    """Mostly whoever is asked; `key` where nobody is, or where it is somebody at the desk."""
    asked = teller.asked(step)
    return teller.person(key) if key in ("maya", "elena") or not asked else asked[0]


def reassigns(teller: Teller, place: int, by: str, to: str) -> None:
    if step := teller.step(place):
        actor, taker = teller.person(by), teller.person(to)
        teller.act(
            f"{actor.name} gives {named(step)} to {taker.name}",
            lambda: reassign(step, by=actor, to=taker, reason=WHY),
        )


def extends(teller: Teller, place: int, by: str, minutes: int) -> None:
    if step := teller.step(place):
        actor = teller.person(by)
        teller.act(
            f"{actor.name} gives {named(step)} {minutes} minutes more",
            lambda: extend(step, by=actor, minutes=minutes, reason=WHY),
        )


def overrides(teller: Teller, place: int, by: str, verdict: Decision.Verdict) -> None:
    if step := teller.step(place):
        actor, seen = teller.person(by), step.terms_hash
        teller.act(
            f"{actor.name} overrides {named(step)}: {verdict.label}",
            lambda: override(step, by=actor, verdict=verdict, reason=WHY, seen=seen),
        )


def holds(teller: Teller, by: str, releaser: str) -> None:
    if last := teller.last():
        actor, other = teller.person(by), teller.person(releaser)
        who = None if releaser == "ines" else other
        teller.act(
            f"{actor.name} holds the grant until {who.name if who else 'the desk'} releases it",
            lambda: hold(last, reason="The insurer has not answered.", by=actor, release_by=who),
        )


def releases(teller: Teller, nth: int, by: str) -> None:
    found = list(Hold.objects.filter(deal=teller.deal).order_by("released_at", "pk"))
    if found:
        held, actor = found[nth % len(found)], teller.person(by)
        teller.act(
            f"{actor.name} releases the hold {held.pk - found[0].pk + 1}: {held}",
            lambda: release(held, by=actor, note="Settled."),
        )


def raises(teller: Teller, by: str, is_named: bool, text: str) -> None:
    actor = teller.person(by)
    teller.act(
        f"{actor.name} raises a concern{'' if is_named else ' without a name'}: {text}",
        lambda: raise_concern(teller.draft(), by=actor, text=text, named=is_named),
    )


def settles(teller: Teller, nth: int, by: str, answers: bool) -> None:
    found = list(Concern.objects.filter(deal=teller.deal).order_by("-pk"))
    if found:
        concern, actor = found[nth % len(found)], teller.person(by)
        verb: Any = answer if answers else withdraw
        teller.act(
            f"{actor.name} {'answers' if answers else 'withdraws'} {concern}",
            lambda: verb(concern, by=actor, text="Seen to."),
        )


def questions(teller: Teller, place: int, to: str, by: str) -> None:
    if step := teller.step(place):
        actor, taker = asked_or(teller, step, by), teller.person(to)
        teller.act(
            f"{actor.name} of {named(step)} asks {taker.name} a question",
            lambda: ask_question(step, by=actor, to=taker, text="Who pays for the third site?"),
        )


def settles_question(teller: Teller, nth: int, by: str, answers: bool) -> None:
    found = list(Question.objects.filter(deal=teller.deal).select_related("to", "by").order_by("-pk"))
    if found:
        question = found[nth % len(found)]
        usual = question.to if answers else question.by
        actor = teller.person(by) if by in ("elena", "arjun") else usual
        verb: Any = (
            (lambda: answer_question(question, by=actor, text="We do."))
            if answers
            else lambda: take_back(question, by=actor)
        )
        teller.act(f"{actor.name} {'answers' if answers else 'takes back'} the question ({question})", verb)


def claims(teller: Teller, place: int, by: str, keeps: bool) -> None:
    if step := teller.step(place):
        actor = asked_or(teller, step, by)
        verb = claim if keeps else unclaim
        teller.act(
            f"{actor.name} {'takes' if keeps else 'gives back'} {named(step)}", lambda: verb(step, by=actor)
        )


def adds(teller: Teller, place: int, by: str, who: str, where: Any) -> None:
    if step := teller.step(place):
        actor, guest = asked_or(teller, step, by), teller.person(who)
        teller.act(
            f"{actor.name} adds {guest.name} {where} {named(step)}",
            lambda: add_approver(step, by=actor, who=guest, place=where, reason=WHY),
        )


def watches(teller: Teller, by: str, who: str, begins: bool) -> None:
    actor, guest = teller.person(by), teller.person(who)
    verb = watch if begins else unwatch
    words = "lets" if begins else "stops letting"
    teller.act(f"{actor.name} {words} {guest.name} watch", lambda: verb(teller.draft(), by=actor, who=guest))


def shows(teller: Teller, nth: int, by: str, marks: bool) -> None:
    """Evidence of a task, from its owner or not; or its mark, from the function that asked."""
    found = list(Condition.objects.tasks().filter(decision__deal=teller.deal).order_by("-pk"))
    if found:
        task = found[nth % len(found)]
        usual = task.decision.by if marks else cast(User, task.owner)
        actor = teller.person(by) if by in ("elena", "maya") else usual
        verb: Any = (
            (lambda: mark_met(task, by=actor, evidence=Shown("Signed on Friday.")))
            if marks
            else lambda: hand_in(task, by=actor, shown=Shown("Here it is."))
        )
        teller.act(f"{actor.name} {'marks met' if marks else 'hands in what shows'}: {task}", verb)


DESKING = {
    "reassigns": Act(reassigns, 2, {"place": places, "by": desk, "to": anyone}),
    "extends": Act(extends, 1, {"place": places, "by": desk, "minutes": st.sampled_from([60, 900, 0])}),
    "overrides": Act(overrides, 2, {"place": places, "by": desk, "verdict": verdicts}),
    "holds": Act(holds, 2, {"by": desk, "releaser": st.sampled_from(["ines", "grace", "maya"])}),
    "releases": Act(releases, 3, {"nth": places, "by": st.sampled_from(["ines", "ines", "grace", "maya"])}),
    "raises": Act(
        raises,
        1,
        {"by": someone, "is_named": st.booleans(), "text": st.sampled_from(["Too thin.", "Too fast."])},
    ),
    "settles": Act(settles, 2, {"nth": places, "by": desk, "answers": st.booleans()}),
    "questions": Act(questions, 2, {"place": places, "to": someone, "by": someone}),
    "settles question": Act(settles_question, 2, {"nth": places, "by": someone, "answers": st.booleans()}),
    "claims": Act(claims, 2, {"place": places, "by": someone, "keeps": st.booleans()}),
    "adds": Act(
        adds,
        2,
        {"place": places, "by": someone, "who": anyone, "where": st.sampled_from(["beside", "after"])},
    ),
    "watches": Act(watches, 1, {"by": someone, "who": someone, "begins": st.booleans()}),
    "shows": Act(shows, 2, {"nth": places, "by": someone, "marks": st.booleans()}),
}
