"""What reviewers do: answer in every way, asked or not, on the page of today or an old one."""

from typing import Any

from hypothesis import strategies as st

from approvals.decide import Ruling, decide
from approvals.errors import OwnDeal
from approvals.models import Decision, Step
from base import clock
from base.errors import DomainError
from people.models import User
from tests.approvals.machine.acting import Act, anyone, places
from tests.approvals.machine.asks import RULINGS, TASK, with_task
from tests.approvals.machine.teller import Teller

rulings = st.sampled_from([*["agrees"] * 4, *RULINGS, TASK, TASK])
EXCUSES = ("any more", "run out")  # authority was lost, or a kept grant ran out, since it was asked


def decides(teller: Teller, step: Step, by: User, words: str, seen: str | None = None) -> Any:
    page = step.terms_hash if seen is None else seen
    where = f"{step.level_name}, {step.get_status_display().lower()}" + (", on an old page" if seen else "")
    return teller.act(
        f"{by.name} {words} ({where})",
        lambda: decide(step, by=by, ruling=ruling_of(teller, words), seen=page),
    )


def ruling_of(teller: Teller, words: str) -> Ruling:
    return with_task(teller.cast.arjun.pk, clock.today()) if words == TASK else RULINGS[words]


def answers(teller: Teller, place: int, words: str, nth: int) -> None:
    """Someone who is asked; who only agrees, on the terms of today, is heard."""
    step = teller.step(place)
    if step and (asked := teller.asked(step)):
        said = decides(teller, step, asked[nth % len(asked)], words)
        if words == "agrees" and step.status == Step.Status.OPEN:
            heard = isinstance(said, Decision | OwnDeal) or any(word in str(said) for word in EXCUSES)
            teller.expect(heard, f"Who was asked was refused: {said}")


def everyone_agrees(teller: Teller) -> None:
    last = teller.last()
    for step in last.steps.order_by("pk") if last else ():
        for _ in range(step.needed):
            answers_on(teller, step.pk)


def answers_on(teller: Teller, pk: int) -> None:
    step = Step.objects.get(pk=pk)
    decided = step.decisions.values_list("by", flat=True)
    left = [user for user in teller.asked(step) if user.pk not in decided]
    if step.status == Step.Status.OPEN and left:
        decides(teller, step, left[0], "agrees")


def interferes(teller: Teller, place: int, who: str, words: str) -> None:
    """Anyone at all, whether asked or not."""
    if step := teller.step(place):
        asked = teller.asked(step)
        said = decides(teller, step, teller.person(who), words)
        teller.expect(
            isinstance(said, DomainError) or teller.person(who) in asked,
            "Somebody decided who was not asked.",
        )


def answers_an_old_page(teller: Teller, place: int, words: str) -> None:
    if step := teller.step(place):
        said = decides(teller, step, (teller.asked(step) or [teller.cast.henrik])[0], words, seen="0" * 64)
        teller.expect(isinstance(said, DomainError), "An answer to other terms counted.")


REVIEWING = {
    "answers": Act(answers, 10, {"place": places, "words": rulings, "nth": st.integers(0, 2)}),
    "everyone agrees": Act(everyone_agrees, 2),
    "interferes": Act(interferes, 2, {"place": places, "who": anyone, "words": rulings}),
    "answers an old page": Act(answers_an_old_page, 1, {"place": places, "words": rulings}),
}
