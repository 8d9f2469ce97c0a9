"""Quarter end: which holds for what opens now, how much time it leaves, and who may decide too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from approvals.models import Step
from guardrails.level import shortened
from guardrails.models import ExtraMember, Hastened, QuarterEnd
from people.models import User

Place = tuple[str, int]  # function and level


@dataclass(frozen=True, slots=True)
class Haste:
    """The quarter end of each function that is in one, and their members by function and level."""

    quarter_ends: Mapping[str, QuarterEnd] = field(default_factory=dict)
    members: Mapping[Place, tuple[User, ...]] = field(default_factory=dict)

    @property
    def percents(self) -> dict[str, int]:
        """Function → how much of the usual time it has."""
        return {function: each.percent for function, each in self.quarter_ends.items()}

    def words(self, function: str) -> str:
        """ "Q3 close: half the usual time"; empty for a function that is in none."""
        found = self.quarter_ends.get(function)
        return found.words if found else ""


NO_HASTE = Haste()


def haste_at(at: datetime) -> Haste:
    """What holds for steps that open at the instant `at`. One query; two more while a quarter end is on."""
    holding = Hastened.objects.holding(at).prefetch_related("quarter_end__members__user")
    found = {row.function: row.quarter_end for row in holding}
    return Haste(found, by_place(one for each in found.items() for one in members_of(*each)))


def haste_of(step: Step, *, at: datetime) -> Haste:
    """What `step` opened in, whatever holds by now; for one that has not opened, what holds at `at`."""
    if step.opened_at is None:
        return haste_at(at)
    if step.quarter_end is None:
        return NO_HASTE
    found = {step.function: step.quarter_end}
    return Haste(found, by_place(members_of(step.function, step.quarter_end)))


def members_of(function: str, quarter_end: QuarterEnd) -> list[ExtraMember]:
    """Those for this function: a quarter end may name people for several."""
    return [one for one in quarter_end.members.all() if one.function == function and one.user.is_active]


def by_place(members: Iterable[ExtraMember]) -> dict[Place, tuple[User, ...]]:
    found: dict[Place, list[User]] = defaultdict(list)
    for one in members:
        found[one.function, one.level].append(one.user)
    return {place: tuple(users) for place, users in found.items()}


def allowance_at(step: Step, at: datetime) -> int:
    """Working minutes that the level holding `step` has for what opens at `at`: those of the policy it was
    asked under, or the part that a quarter end of its function leaves then. What the desk added to this one
    step is not in it."""
    quarter_end = haste_at(at).quarter_ends.get(step.function)
    return allowance_under(step, quarter_end, step.held_level)


def allowance_of(step: Step, rank: int) -> int:
    """The same for any level of its function, in the quarter end that `step` opened in, if any."""
    return allowance_under(step, step.quarter_end, rank)


def allowance_under(step: Step, quarter_end: QuarterEnd | None, rank: int) -> int:
    usual = step.request.version.policy.level(step.function, rank).allowance
    return shortened(usual, quarter_end.percent) if quarter_end else usual


def pin(steps: Iterable[Step], *, at: datetime) -> None:
    """Keep on each step that opens for the first time what it opens in, and give it the time that leaves. The
    caller saves them."""
    fresh = [step for step in steps if step.opened_at is None]
    holding = haste_at(at).quarter_ends if fresh else {}
    for step in fresh:
        step.quarter_end = holding.get(step.function)
        step.allowance = step.remaining = allowance_of(step, step.level)
