"""What a policy says of measured terms: the same terms and version give the same findings for ever."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from base.locales import HOUSE, speaking
from guardrails.beyond import ExceptionRule
from guardrails.clause import Clause
from guardrails.finding import Evaluation, Finding, Judged, from_document, to_document
from guardrails.ladder import Ladder
from guardrails.lifting import lift
from guardrails.measured import Measured
from guardrails.metric import METRICS, Metric
from guardrails.policy import Policy
from guardrails.wording import of_finding, of_standard

__all__ = ["Evaluation", "Finding", "Judged", "evaluate", "from_document", "grantors", "to_document"]

Strength = tuple[bool, int]  # (never, level): what one ladder asks for
NOBODY: Strength = (False, 0)


@dataclass(frozen=True, slots=True)
class Bench:
    """The ladders of one function that judge one number, and those that these stand in for."""

    metric: Metric
    family: str
    function: str
    ladders: tuple[Ladder, ...]
    set_aside: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.metric.key}/{self.family}" if self.family else self.metric.key


@speaking(HOUSE)  # it is kept, and compared
def evaluate(measured: Measured, policy: Policy) -> Evaluation:
    """Every ladder in scope judges, per function the strictest wins; each clause judges its own position.

    What cannot be read is a finding. Never raises: unknown words and positions are findings or out of scope.
    """
    seats = benches(measured, policy)
    verdicts = [_judge(bench, measured.value(bench.metric.key, bench.family), policy) for bench in seats]
    verdicts += [_judge_clause(clause, measured.clauses.get(clause.key), policy) for clause in policy.clauses]
    read = {bench.key for bench in seats}
    findings = tuple(verdict for verdict in verdicts if isinstance(verdict, Finding))
    if measured.beyond:
        granting = {(one.key, one.function): _granting(one, seats, policy) for one in findings if one.never}
        findings = lift(findings, measured.beyond, policy, granting)
    return Evaluation(
        policy=policy.name,
        number=policy.number,
        findings=findings,
        standard=tuple(verdict for verdict in verdicts if isinstance(verdict, Judged)),
        not_judged=tuple(key for key in METRICS if key not in read and policy.setter(key) is None),
    )


def grantors(finding: Finding, measured: Measured, policy: Policy) -> tuple[ExceptionRule, ...]:
    """Whom the policy lets grant an exception from this never finding. Nobody: never stays never."""
    return _granting(finding, benches(measured, policy), policy)


def _granting(finding: Finding, seats: tuple["Bench", ...], policy: Policy) -> tuple[ExceptionRule, ...]:
    """One guardrail that nobody may grant exceptions from is enough to make it nobody."""
    value = finding.value
    names = (
        [finding.key]
        if finding.clause
        else [
            ladder.key
            for bench in seats
            if (bench.key, bench.function) == (finding.key, finding.function) and value is not None
            for ladder in bench.ladders
            if _strength(ladder, value)[0]
        ]
    )
    rules = [policy.grantor(name) for name in names]
    return tuple(dict.fromkeys(rule for rule in rules if rule)) if all(rules) else ()


def benches(measured: Measured, policy: Policy) -> tuple[Bench, ...]:
    """Who judges which number of these terms, in the order of metrics, families and functions."""
    seated = list(_in_scope(measured, policy))
    aside = {(ladder.replaces, family) for ladder, family in seated if ladder.replaces}
    found: dict[tuple[str, str, str], Bench] = {}
    for ladder, family in seated:
        name = (ladder.metric.key, family, ladder.function)
        bench = found.get(name) or Bench(ladder.metric, family, ladder.function, (), ())
        if (ladder.key, family) in aside:
            found[name] = replace(bench, set_aside=(*bench.set_aside, ladder.key))
        else:
            found[name] = replace(bench, ladders=(*bench.ladders, ladder))
    metrics, families = list(METRICS), ["", *policy.families]
    functions = [function.key for function in policy.functions]
    return tuple(
        sorted(
            found.values(),
            key=lambda bench: (
                metrics.index(bench.metric.key),
                families.index(bench.family),
                functions.index(bench.function),
            ),
        )
    )


def _in_scope(measured: Measured, policy: Policy) -> Iterator[tuple[Ladder, str]]:
    for ladder in policy.ladders:
        if not ladder.scope.contains(measured.frame):
            continue
        if not ladder.scope.families:
            yield ladder, ""
        for family in ladder.scope.families:
            if family in measured.by_family:
                yield ladder, family


def _judge(bench: Bench, value: Decimal | None, policy: Policy) -> Finding | Judged:
    if value is None or not value.is_finite():
        return _unreadable(bench, policy)
    strongest = max(bench.ladders, key=lambda ladder: _rank(ladder, value))
    never, level = _strength(strongest, value)
    if (never, level) == NOBODY:
        return _standard(bench, value, policy)
    finding = Finding(
        key=bench.key,
        metric=bench.metric.key,
        clause=None,
        family=bench.family,
        function=bench.function,
        level=max(ladder.top for ladder in bench.ladders) if never else level,
        never=never,
        unknown=False,
        ladder=strongest.key,
        threshold=_threshold(strongest, value),
        value=value,
        position=None,
        sentence="",
        falls_to=tuple(_falls_to(bench, value)),
        set_aside=bench.set_aside,
    )
    return _worded(finding, policy)


def _unreadable(bench: Bench, policy: Policy) -> Finding:
    strongest = max(bench.ladders, key=lambda ladder: ladder.unreadable)
    finding = Finding(
        key=bench.key,
        metric=bench.metric.key,
        clause=None,
        family=bench.family,
        function=bench.function,
        level=strongest.unreadable,
        never=False,
        unknown=True,
        ladder=strongest.key,
        threshold=None,
        value=None,
        position=None,
        sentence="",
        set_aside=bench.set_aside,
    )
    return _worded(finding, policy)


def _standard(bench: Bench, value: Decimal, policy: Policy) -> Judged:
    tightest = min(bench.ladders, key=lambda ladder: bench.metric.sign * ladder.standard)
    judged = Judged(
        key=bench.key,
        metric=bench.metric.key,
        function=bench.function,
        ladder=tightest.key,
        threshold=tightest.standard,
        value=value,
        family=bench.family,
        set_aside=bench.set_aside,
    )
    sentence, band = of_standard(judged, policy)
    return replace(judged, sentence=sentence, band=band)


def _strength(ladder: Ladder, value: Decimal) -> Strength:
    rung = ladder.rung_at(value)
    if rung is None:
        return NOBODY
    return (True, 0) if rung.level is None else (False, rung.level)


def _rank(ladder: Ladder, value: Decimal) -> tuple[Strength, Decimal]:
    """Strictest first; of two that ask for the same, the one whose point lies further from risk."""
    return _strength(ladder, value), -ladder.metric.sign * _threshold(ladder, value)


def _threshold(ladder: Ladder, value: Decimal) -> Decimal:
    rung = ladder.rung_at(value)
    return rung.past if rung else ladder.standard


def _falls_to(bench: Bench, value: Decimal) -> Iterator[tuple[Decimal, int]]:
    points = {rung.past for ladder in bench.ladders for rung in ladder.rungs}
    needed = _needed(bench.ladders, value)
    for point in sorted(points, key=lambda each: -bench.metric.sign * each):
        then = _needed(bench.ladders, point)
        if bench.metric.riskier_than(value, point) and then < needed:
            needed = then
            yield point, then[1]


def _needed(ladders: Sequence[Ladder], value: Decimal) -> Strength:
    return max(_strength(ladder, value) for ladder in ladders)


def _judge_clause(clause: Clause, asked: str | None, policy: Policy) -> Finding | Judged:
    position = clause.position(asked)
    if position is not None and position.level == 0:
        judged = Judged(
            clause.limit_key, None, clause.function, "", None, None, clause=clause.key, position=asked
        )
        sentence, band = of_standard(judged, policy)
        return replace(judged, sentence=sentence, band=band)
    top = clause.top or policy.top(clause.function)
    finding = Finding(
        key=clause.limit_key,
        metric=None,
        clause=clause.key,
        family="",
        function=clause.function,
        level=(position and position.level) or top,
        never=position is not None and position.level is None,
        unknown=position is None,
        ladder="",
        threshold=None,
        value=None,
        position=asked,
        sentence="",
    )
    return _worded(finding, policy)


def _worded(finding: Finding, policy: Policy) -> Finding:
    sentence, band = of_finding(finding, policy)
    return replace(finding, sentence=sentence, band=band)
