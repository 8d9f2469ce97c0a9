"""What exceptions make of findings: who still signs once something lies past never. Pure.

The function whose guardrail it is signs as for anything in its highest band; who may grant exceptions signs
too, unless the account has one already. So more risk never asks fewer people.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from base.locales import HOUSE, speaking
from guardrails.beyond import Beyond, ExceptionRule
from guardrails.finding import Finding
from guardrails.metric import METRICS
from guardrails.policy import Policy
from guardrails.wording import of_asked, of_lifted

Place = tuple[str, str]  # limit key, function
Granting = Mapping[Place, tuple[ExceptionRule, ...]]


@speaking(HOUSE)
def lift(
    findings: Iterable[Finding], beyond: Iterable[Beyond], policy: Policy, granting: Granting
) -> tuple[Finding, ...]:
    """The findings with every never that an exception covers lifted; every other finding is as it was, or
    asks for more. `granting`: who may grant an exception from each never finding; nobody: it stays."""
    exceptions = tuple(beyond)
    lifted: dict[Place, Finding] = {}
    for finding in findings:
        for each in _lifted(finding, exceptions, policy, granting.get((finding.key, finding.function), ())):
            place = (each.key, each.function)
            lifted[place] = _stricter(lifted[place], each) if place in lifted else each
    return tuple(lifted.values())


def covers(one: Beyond, finding: Finding, policy: Policy) -> bool:
    """Whether the exception is of this finding and goes at least as far."""
    if (one.key, one.function) != (finding.key, finding.function):
        return False
    if finding.clause is not None:
        clause = policy.clause(finding.clause)
        bound, asked = (clause.position(each) for each in (str(one.value), finding.position))
        return bool(bound and asked) and clause.place(str(one.value)) >= clause.place(str(finding.position))
    if finding.value is None or not isinstance(one.value, Decimal):
        return False
    return not METRICS[finding.metric or ""].riskier_than(finding.value, one.value)


def _lifted(
    finding: Finding, beyond: tuple[Beyond, ...], policy: Policy, rules: tuple[ExceptionRule, ...]
) -> Iterator[Finding]:
    found = [one for one in beyond if covers(one, finding, policy)] if finding.never and rules else []
    if not found:
        yield finding
        return
    one = min(found, key=lambda each: each.standing is None)  # what is granted already need not be asked
    yield _of_its_function(finding, one, policy)
    if one.standing is None:
        for rule in rules:
            yield _of_who_grants(finding, one, rule, policy)


def _of_its_function(finding: Finding, one: Beyond, policy: Policy) -> Finding:
    left = tuple(step for step in finding.falls_to if step[1] < finding.level)
    own = replace(
        finding,
        never=False,
        threshold=left[0][0] if left else finding.threshold,
        falls_to=left,
        exception="asked" if one.standing is None else "standing",
        standing=one.standing,
    )
    sentence, band = of_lifted(finding, one, policy)
    return replace(own, sentence=sentence, band=band)


def _of_who_grants(finding: Finding, one: Beyond, rule: ExceptionRule, policy: Policy) -> Finding:
    point = finding.threshold
    asked = replace(
        finding,
        function=rule.function,
        level=rule.level,
        never=False,
        falls_to=() if point is None else ((point, 0),),
        exception="asked",
    )
    sentence, band = of_asked(asked, one, policy)
    return replace(asked, sentence=sentence, band=band)


def _stricter(one: Finding, other: Finding) -> Finding:
    """Two that one function has of one key, as one that asks for both."""
    if one.never or other.never:
        return one if one.never else other
    both = (one, other)
    points = {point for each in both for point, _ in each.falls_to}
    needed = max(one.level, other.level)
    steps: list[tuple[Decimal, int]] = []
    for point in sorted(points, key=lambda each: -_sign(one) * each):
        then = max(_level_at(each, point) for each in both)
        if then < (steps[-1][1] if steps else needed):
            steps.append((point, then))
    words = [" ".join(dict.fromkeys(getattr(each, name) for each in both)) for name in ("sentence", "band")]
    return replace(
        one,
        level=needed,
        falls_to=tuple(steps),
        threshold=steps[0][0] if steps else one.threshold,
        exception=one.exception or other.exception,
        standing=one.standing or other.standing,
        sentence=words[0],
        band=words[1],
    )


def _sign(finding: Finding) -> int:
    return METRICS[finding.metric].sign if finding.metric else 1


def _level_at(finding: Finding, point: Decimal) -> int:
    """The level this finding still needs at a safer point."""
    sign = _sign(finding)
    reached = (level for at, level in finding.falls_to if sign * point <= sign * at)
    return min(reached, default=finding.level)
