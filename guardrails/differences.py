"""What differs between two policies, term by term, as people read it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from base.format import amount, days, hours, number, percent
from base.lists import listed
from base.words import mark, say
from guardrails.clause import Clause
from guardrails.escalation import Escalation
from guardrails.hidden import hides
from guardrails.ladder import DIMENSIONS, Ladder
from guardrails.level import FunctionRule, Level
from guardrails.policy import Policy
from guardrails.reading import giver, guardrail_name
from people.shown import View

Terms = dict[tuple[str, str], str]  # rule and term → what it says
SCOPE: Mapping[str, str] = {
    "segments": mark("Segments"),
    "regions": mark("Regions"),
    "deal_types": mark("Deal types"),
    "families": mark("Product families"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One term of one rule. `before` or `after` is "" where the rule or the term is not there."""

    rule: str
    term: str
    before: str
    after: str


def differences(before: Policy, after: Policy, view: View) -> tuple[Difference, ...]:
    """Everything that `after` says otherwise, in its order; then what it says no more. For who sees cost as
    a band, points that would tell it are left out."""
    old, new = dict(terms(before, view)), dict(terms(after, view))
    return tuple(
        Difference(rule, term, old.get((rule, term), ""), new.get((rule, term), ""))
        for rule, term in (*new, *(key for key in old if key not in new))
        if old.get((rule, term), "") != new.get((rule, term), "")
    )


def terms(policy: Policy, view: View) -> Iterator[tuple[tuple[str, str], str]]:
    yield from of_whole(policy, view)
    for function in policy.functions:
        yield from of_function(function)
    for level in policy.levels:
        yield from of_level(level, policy)
    for ladder in policy.ladders:
        yield from of_ladder(ladder, policy, view)
    for clause in policy.clauses:
        yield from of_clause(clause, policy)
    for rule in policy.exceptions:
        names = [guardrail_name(key, policy) for key in rule.guardrails]
        what = listed(names) if names else say("all that is not named elsewhere")
        who = f"{policy.function(rule.function).name}, {policy.level_name(rule.function, rule.level)}"
        yield (say("Exceptions"), what), who
    for one in policy.specialists:
        who = policy.level_name(one.function, one.level)
        yield (say("Specialists"), f"{who}, {one.scope}"), ", ".join(one.people)


def of_whole(policy: Policy, view: View) -> Iterator[tuple[tuple[str, str], str]]:
    whole, costs = say("The policy as a whole"), policy.economics
    yield (whole, say("Currency")), policy.currency
    yield (whole, say("Library of clauses")), str(policy.library)
    yield (whole, say("A mandate is valid")), days(policy.valid_days)
    for name in DIMENSIONS:
        yield (whole, say(SCOPE[name])), ", ".join(getattr(policy, name))
    yield (whole, say("Payment without cost")), days(costs.standard_days)
    if view != "band":
        rate, cost = costs.capital_rate, costs.day_cost
        yield (whole, say("Capital, a year")), percent(rate, max(1, decimals(rate)))
        yield (whole, say("A day not billed")), amount(cost, policy.currency, decimals(cost))


def decimals(value: Decimal) -> int:
    """How many are written: what is rounded could hide a difference."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def of_function(function: FunctionRule) -> Iterator[tuple[tuple[str, str], str]]:
    rule = say("Function {name}", name=function.name)
    first = say("with the others") if function.stage == 1 else say("after the others")
    way = say("level by level") if function.route == "climb" else say("straight to the level that is needed")
    yield (rule, say("Asked")), f"{first}, {way}"
    yield (rule, say("Sees of cost")), function.shown


def of_level(level: Level, policy: Policy) -> Iterator[tuple[tuple[str, str], str]]:
    """By its rank: a level that is called otherwise is the same one."""
    function = policy.function(level.function).name
    rule = say("Level {rank} of {function}", rank=level.rank, function=function)
    yield (rule, say("Name")), level.name
    yield (rule, say("Time to answer")), hours(level.allowance)
    people = ", ".join(level.pool.people)
    yield (rule, say("Who is asked")), level.pool.words or say("any one of those with authority")
    yield (rule, say("Named people")), people
    yield (
        (rule, say("While nobody answers")),
        level.escalation.words if level.escalation != Escalation() else (say("as usual")),
    )


def of_ladder(ladder: Ladder, policy: Policy, view: View) -> Iterator[tuple[tuple[str, str], str]]:
    function = policy.function(ladder.function).name
    rule = say("{metric}, ladder “{key}”", metric=ladder.metric.said, key=ladder.key)
    yield (rule, say("Judged by")), function
    yield (rule, say("On")), str(ladder.scope)
    names = {rung.level: say("never") if rung.level is None else level_of(ladder, rung.level, policy)
             for rung in ladder.rungs}  # fmt: skip
    if hides(view, ladder.metric.key):
        yield (rule, say("Levels")), ", ".join(names.values())
    else:
        for rung in ladder.rungs:
            past = ladder.metric.show(rung.past, policy.currency)
            yield (rule, names[rung.level]), say("past {point}", point=past)
    if ladder.replaces:
        yield (rule, say("Stands in for")), ladder.replaces
    if ladder.unknown is not None:
        yield (rule, say("When it cannot be read")), level_of(ladder, ladder.unknown, policy)


def level_of(ladder: Ladder, rank: int, policy: Policy) -> str:
    return policy.level_name(ladder.function, rank)


def of_clause(clause: Clause, policy: Policy) -> Iterator[tuple[tuple[str, str], str]]:
    rule = say("Clause {name}", name=clause.name)
    yield (rule, say("Judged by")), policy.function(clause.function).name
    yield (rule, say("Positions")), ", ".join(position.name for position in clause.positions)
    for position in clause.positions:
        by = say("{position}, granted by", position=position.name)
        yield (rule, by), giver(position, clause, policy)
        yield (rule, say("{position}, text", position=position.name)), position.text
        yield (rule, say("{position}, note", position=position.name)), position.note
        sets = ", ".join(f"{key} {number(value)}" for key, value in position.sets.items())
        yield (rule, say("{position}, sets", position=position.name)), sets
