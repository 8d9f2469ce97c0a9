"""Who would sign a brief if it were sent now: one row for each function, with its people and its topics."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from approvals.limit import name_of
from approvals.preview import Preview
from approvals.routing import PlannedStep
from base.format import DAY_MINUTES
from base.words import mark, say, say_many
from desk.brief import unfilled
from desk.lanes import ICONS, OTHER
from desk.phrases import listed, lower, of_them
from guardrails.policy import Policy
from people.models import User


@dataclass(frozen=True, slots=True)
class Asked:
    """One function. `within`: what its levels may take together, in words; `kept`: why it does not sign
    again."""

    name: str
    icon: str
    within: str
    people: str
    topics: str
    unknown: str = ""
    kept: str = ""
    nobody: bool = False
    haste: str = ""


def asked_of(seen: Preview) -> Iterable[Asked]:
    """Functions in the policy's order: those that sign, and those whose grant still holds."""
    policy, plan = seen.judgement.policy, seen.judgement.plan
    people = User.objects.in_bulk([pk for step in plan.steps for pk in step.pool])
    for rule in policy.functions:
        steps = [step for step in plan.steps if step.function == rule.key]
        if rule.key in seen.judgement.kept:
            text = say("Already agreed, and none of its limits is touched. It does not sign again.")
            yield Asked(rule.name, ICONS.get(rule.key, OTHER), "", "", "", kept=text)
        elif steps:
            yield function_asked(rule.name, steps, seen, people)


def function_asked(name: str, steps: list[PlannedStep], seen: Preview, people: Mapping[int, User]) -> Asked:
    policy, function = seen.judgement.policy, steps[0].function
    found = seen.judgement.judged.findings_of(function)
    unknown = [name_of(each.key, policy) for each in found if unfilled(each)] if seen.problems else []
    topics = [name_of(each.key, policy) for each in found if not (seen.problems and unfilled(each))]
    return Asked(
        name=name,
        icon=ICONS.get(function, OTHER),
        within=within(sum(step.allowance for step in steps)),
        people="" if unknown else one_after_another([signer(step, policy, people) for step in steps]),
        topics=in_words(topics),
        unknown=lower(in_words(unknown)),
        nobody=not all(step.routable for step in steps),
        haste=seen.judgement.haste.words(function),
    )


def within(allowance: int) -> str:
    """ "answers within 12 working hours"; from two days on "answers within 2 working days". Rounded down."""
    hours, days = allowance // 60, allowance // DAY_MINUTES
    if days >= 2:
        return say_many("answers within {n} working day", "answers within {n} working days", days, n=days)
    return say_many("answers within {n} working hour", "answers within {n} working hours", hours, n=hours)


def one_after_another(signers: Sequence[str]) -> str:
    """ "Ada Obi, Finance Manager, then Bo Lund, Finance Director"."""
    return reduce(lambda first, then: say("{first}, then {then}", first=first, then=then), signers)


def in_words(names: Iterable[str]) -> str:
    """ "Discount, payment and margin"."""
    every = list(dict.fromkeys(names))
    return listed([name if place == 0 else lower(name) for place, name in enumerate(every)])


def signer(step: PlannedStep, policy: Policy, people: Mapping[int, User]) -> str:
    """ "Henrik Sørensen, Finance Director"; of several, how many must sign."""
    names = [people[pk].name for pk in step.pool]
    level = policy.level_name(step.function, step.level)
    if not step.routable:
        few = mark("Too few can sign as {level} yet") if names else mark("Nobody can sign as {level} yet")
        return say(few, level=level)
    return say("{people}, {level}", people=of_them(names, step.needed), level=level)
