"""Telling a story: one act after the other, each checked, and all of it in words when one goes wrong."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from approvals.models import Request, Step
from base import clock
from base.errors import DomainError
from deals.models import Deal
from people.models import User
from tests.approvals.machine.invariants import broken
from tests.approvals.machine.state import State, digest
from tests.approvals.machine.transitions import unlawful
from tests.cast import Cast
from tests.desk.saying import unsaid

T = TypeVar("T")


@dataclass(slots=True)
class Teller:
    """`at`: where the clock of the story stands. `told`: what was done so far, in words."""

    deal: Deal
    cast: Cast
    at: datetime
    told: list[str] = field(default_factory=list)
    state: State = field(init=False)
    sealed: tuple[str, ...] = field(init=False)
    broken: bool = False

    def __post_init__(self) -> None:
        self.state, self.sealed = State.of(self.deal), digest()

    def act(self, words: str, verb: Callable[[], T]) -> T | DomainError:
        """Do it at the hour of the story. A refusal is one of the declared ones and changes nothing at all;
        anything else that is raised is a bug. Then every invariant is checked."""
        self.told.append(f"{self.at:%a %d %b %H:%M}  {words}")
        try:
            with self.meanwhile():
                answer = verb()
        except DomainError as refusal:
            self.told[-1] += f" → refused ({type(refusal).__name__}): {refusal}"
            now = digest()
            self.expect(now == self.sealed, f"A refusal changed {sorted(set(now) ^ set(self.sealed))}.")
            return refusal
        self.check()
        return answer

    def person(self, key: str) -> User:
        user: User = getattr(self.cast, key)
        return user

    def draft(self) -> Deal:
        return Deal.objects.get(pk=self.deal.pk)

    def last(self) -> Request | None:
        return Request.objects.filter(deal=self.deal).newest_first().first()

    def step(self, place: int) -> Step | None:
        """One of the last request, what can be answered before the rest."""
        last = self.last()
        steps = list(last.steps.order_by("pk")) if last else []
        steps.sort(key=lambda step: step.status != Step.Status.OPEN)
        return steps[place % len(steps)] if steps else None

    def asked(self, step: Step) -> list[User]:
        """Whose open work it is."""
        open_work = step.assignments.filter(ended_at=None).select_related("user").order_by("pk")
        return [one.user for one in open_work]

    def check(self) -> None:
        before, self.state, self.sealed = self.state, State.of(self.deal), digest()
        with self.meanwhile():
            faults = [*broken(self.deal), *unlawful(before, self.state)]
        self.expect(not faults, "\n".join(faults))

    def ends(self) -> None:
        """At the end the record says everything that happened."""
        self.expect(not (faults := list(unsaid(self.draft(), self.state.events))), "\n".join(faults))

    def expect(self, holds: bool, fault: str) -> None:
        self.broken = self.broken or not holds
        assert holds, f"{fault}\n\nThe story:\n{self}"

    def meanwhile(self) -> AbstractContextManager[None]:
        return clock.standing_at(self.at)

    def __str__(self) -> str:
        return "\n".join(f"  {number:>2}. {line}" for number, line in enumerate(self.told, start=1))
