"""A policy written as TOML, the way a person would: one table per rule, one line per rung."""

from collections.abc import Iterator
from decimal import Decimal

from guardrails.beyond import ExceptionRule
from guardrails.clause import Clause, Position
from guardrails.escalation import USUAL_REMINDERS, USUAL_TAKERS, Escalation
from guardrails.ladder import DIMENSIONS, Ladder, Rung
from guardrails.level import NEVER, STANDARD, FunctionRule, Level
from guardrails.policy import Policy
from guardrails.pool import Pool, Specialist

ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def export(policy: Policy) -> str:
    """The text from which load builds exactly this policy again."""
    return "\n".join(_lines(policy)) + "\n"


def _lines(policy: Policy) -> Iterator[str]:
    yield f"number = {policy.number}"
    yield f"currency = {_text(policy.currency)}"
    yield f"library = {policy.library}"
    yield f"valid_days = {policy.valid_days}"
    yield from ("", "[scope]")
    for name in DIMENSIONS:
        yield f"{name} = {_words(getattr(policy, name))}"
    yield from ("", "[economics]", f"standard_days = {policy.economics.standard_days}")
    yield f"capital_rate = {_number(policy.economics.capital_rate)}"
    yield f"day_cost = {_number(policy.economics.day_cost)}"
    yield from ("", "[shown_to]")
    yield from (f"{function.key} = {_text(function.shown)}" for function in policy.functions)
    for function in policy.functions:
        yield from _function(function)
    for level in policy.levels:
        yield from _level(level)
    for specialist in policy.specialists:
        yield from _specialist(specialist, policy)
    for rule in policy.exceptions:
        yield from _exception(rule, policy)
    for ladder in policy.ladders:
        yield from _ladder(ladder, policy)
    for clause in policy.clauses:
        yield from _clause(clause, policy)


def _function(function: FunctionRule) -> Iterator[str]:
    yield from ("", "[[function]]", f"key = {_text(function.key)}", f"name = {_text(function.name)}")
    yield from (f"stage = {function.stage}", f"route = {_text(function.route)}")


def _level(level: Level) -> Iterator[str]:
    yield from ("", "[[level]]", f"function = {_text(level.function)}", f"rank = {level.rank}")
    yield from (f"name = {_text(level.name)}", f"allowance = {_text(_span(level.allowance))}")
    yield from _pool(level.pool)
    yield from _escalation(level.escalation)


def _pool(pool: Pool) -> Iterator[str]:
    """What differs from the usual: any one of those who have authority."""
    if pool.people:
        yield f"people = {_words(pool.people)}"
    if pool.manager is not None:
        yield f"manager = {pool.manager}"
    if pool.quorum != "any one":
        yield f"quorum = {pool.quorum if isinstance(pool.quorum, int) else _text(pool.quorum)}"
    if pool.assign != "claim":
        yield f"assign = {_text(pool.assign)}"


def _escalation(how: Escalation) -> Iterator[str]:
    """What differs from the usual: one reminder, the next level, the desk."""
    if how.remind != USUAL_REMINDERS:
        yield f"remind = [{', '.join(_number(share) for share in how.remind)}]"
    if how.takers != USUAL_TAKERS:
        yield f"escalate = {_words(how.takers)}"


def _specialist(specialist: Specialist, policy: Policy) -> Iterator[str]:
    yield from ("", "[[specialist]]", f"function = {_text(specialist.function)}")
    yield f"level = {_text(policy.level_name(specialist.function, specialist.level))}"
    for name in DIMENSIONS:
        if words := getattr(specialist.scope, name):
            yield f"{name} = {_words(words)}"
    yield f"people = {_words(specialist.people)}"


def _exception(rule: ExceptionRule, policy: Policy) -> Iterator[str]:
    yield from ("", "[[exception]]", f"function = {_text(rule.function)}")
    yield f"level = {_text(policy.level_name(rule.function, rule.level))}"
    if rule.guardrails:
        yield f"guardrails = {_words(rule.guardrails)}"


def _ladder(ladder: Ladder, policy: Policy) -> Iterator[str]:
    yield from ("", "[[ladder]]", f"key = {_text(ladder.key)}", f"metric = {_text(ladder.metric.key)}")
    yield f"function = {_text(ladder.function)}"
    for name in DIMENSIONS:
        if words := getattr(ladder.scope, name):
            yield f"{name} = {_words(words)}"
    if ladder.replaces is not None:
        yield f"replaces = {_text(ladder.replaces)}"
    if ladder.unknown is not None:
        yield f"unknown = {_text(policy.level_name(ladder.function, ladder.unknown))}"
    yield "rungs = ["
    yield from (_rung(rung, ladder, policy) for rung in ladder.rungs)
    yield "]"


def _rung(rung: Rung, ladder: Ladder, policy: Policy) -> str:
    level = NEVER if rung.level is None else policy.level_name(ladder.function, rung.level)
    return f"  {{ past = {_number(rung.past)}, level = {_text(level)} }},"


def _clause(clause: Clause, policy: Policy) -> Iterator[str]:
    yield from ("", "[[clause]]", f"key = {_text(clause.key)}", f"name = {_text(clause.name)}")
    yield f"function = {_text(clause.function)}"
    for position in clause.positions:
        yield from _position(position, clause, policy)


def _position(position: Position, clause: Clause, policy: Policy) -> Iterator[str]:
    level = NEVER if position.level is None else STANDARD
    if position.level:
        level = policy.level_name(clause.function, position.level)
    yield from ("", "[[clause.position]]", f"key = {_text(position.key)}", f"name = {_text(position.name)}")
    yield from (f"level = {_text(level)}", f"text = {_text(position.text)}")
    if position.sets:
        pairs = ", ".join(f"{key} = {_number(value)}" for key, value in position.sets.items())
        yield f"sets = {{ {pairs} }}"
    if position.note:
        yield f"note = {_text(position.note)}"


def _words(words: tuple[str, ...]) -> str:
    return f"[{', '.join(_text(word) for word in words)}]"


def _text(text: str) -> str:
    return f'"{"".join(_sign(each) for each in text)}"'


def _sign(sign: str) -> str:
    if sign in ESCAPES:
        return ESCAPES[sign]
    return sign if sign.isprintable() else f"\\U{ord(sign):08x}"


def _number(value: Decimal) -> str:
    return format(value, "f")


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)
