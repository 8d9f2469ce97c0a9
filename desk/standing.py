"""Where one function stands in a request, in a word: who holds it, or what it said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from approvals.models import Step
from base.words import mark, say
from desk.clocks import NOBODY, holder, moved_from
from guardrails.policy import FunctionRule, Policy

Status = Step.Status
# the first of these that a function's steps have is what is said of it; word None: the level's name
SAID = (
    (Status.UNROUTABLE, "bad", "user-question", NOBODY),
    (Status.OPEN, "on", "progress", None),
    (Status.RETURNED, "warn", "message-reply", mark("Changes")),
    (Status.DECLINED, "bad", "x", mark("Declined")),
    (Status.PAUSED, "warn", "player-pause", mark("Paused")),
    (Status.PLANNED, "", "hourglass", mark("Waits")),
    (Status.CANCELLED, "", "minus", mark("Not answered")),
    (Status.AGREED, "ok", "check", mark("Agreed")),
    (Status.KEPT, "", "lock", mark("Kept")),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`word` is empty when the function is not needed. `tone`: on, ok, warn, bad or nothing."""

    function: str
    name: str
    tone: str = ""
    icon: str = ""
    word: str = ""
    note: str = ""


def standings(
    steps: Iterable[Step], functions: Sequence[FunctionRule], policy: Policy
) -> tuple[Standing, ...]:
    """One for each of `functions`, in their order."""
    listed = list(steps)
    return tuple(
        standing(rule, [step for step in listed if step.function == rule.key], policy) for rule in functions
    )


def standing(rule: FunctionRule, steps: Sequence[Step], policy: Policy) -> Standing:
    """What there is to say of one function, given its steps in the order of the climb."""
    for status, tone, icon, word in SAID:
        step = next((step for step in steps if step.status == status), None)
        if step is not None:
            name = say(word) if word else short(holder(step, policy), rule.name)
            return Standing(rule.key, rule.name, tone, icon, name, note(step, rule))
    return Standing(rule.key, rule.name)


def note(step: Step, rule: FunctionRule) -> str:
    """Whose time ran out."""
    from_ = short(moved_from(step), rule.name) if step.status == Status.OPEN else ""
    return say("moved from {level}", level=from_) if from_ else ""


def short(level_name: str, function_name: str) -> str:
    """A level's name under the heading of its function: "Finance Director" is "Director"."""
    return level_name.removeprefix(f"{function_name} ")
