"""The smallest set of changes that makes a sign-off fall away, each proved by measuring and judging again."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from base.inside import lower
from base.lists import listed
from base.words import say
from guardrails.clause import Clause, Position
from guardrails.evaluation import Evaluation, Finding, evaluate
from guardrails.measured import Measured
from guardrails.metric import METRICS, Metric
from guardrails.policy import Policy
from guardrails.wording import named, who

Value = Decimal | str
Changes = dict[str, Value]
Remeasure = Callable[[Mapping[str, Value]], Measured | None]
Need = tuple[bool, int]  # (never, level)
DISCOUNT = METRICS["discount"]


@dataclass(frozen=True, slots=True)
class Relief:
    """Make all of `changes` (limit key, then value or position) and `function` is needed at `to_level` only.

    No change can be left out. `to_level` 0: nobody of this function. `never`: until then nobody may grant it.
    """

    function: str
    from_level: int
    to_level: int
    changes: tuple[tuple[str, Value], ...]
    sentence: str
    never: bool = False


def headroom(measured: Measured, policy: Policy, *, remeasure: Remeasure) -> tuple[Relief, ...]:
    """For each function that is needed: what to change so that each lower level, at last nobody, is enough.

    `remeasure` measures the terms with these limit keys moved to these values (a clause to its position);
    None if they cannot be moved so. What is derived from prices is relieved through "discount".
    """
    before = evaluate(measured, policy)
    functions = [function.key for function in policy.functions if function.key in before.needs]
    return tuple(
        relief
        for function in functions
        for relief in _Search(function, measured, before, policy, remeasure).reliefs()
    )


@dataclass(frozen=True, slots=True)
class _Search:
    function: str
    measured: Measured
    before: Evaluation
    policy: Policy
    remeasure: Remeasure

    def reliefs(self) -> Iterator[Relief]:
        never, level = reached = _need(self.before, self.function)
        for target in range(level if never else level - 1, -1, -1):
            changes = self._changes(target) if reached > (False, target) else None
            after = self._after(changes) if changes else None
            if changes and after:
                reached = _need(after, self.function)
                yield self._relief(changes, reached[1])

    def _changes(self, target: int) -> Changes | None:
        """A set of changes of which none can be left out, or None if the target is out of reach."""
        changes = self._direct(target)
        if changes is None:
            return None
        if not self._enough(changes, target):
            changes = self._cheaper(changes, target)
        return None if changes is None else self._needed(changes, target)

    def _direct(self, target: int) -> Changes | None:
        """Each finding that asks for more, moved to the nearest point where it does not."""
        changes: Changes = {}
        for finding in self.before.findings_of(self.function):
            if (finding.never, finding.level) <= (False, target):
                continue
            moves = self._moves(finding, target)
            if moves is None:
                return None
            for key, value in moves.items():
                both = [each for each in (value, changes.get(key)) if isinstance(each, str)]
                changes[key] = self._nearer(key, both) if both else value
        return changes

    def _moves(self, finding: Finding, target: int) -> Changes | None:
        """What to move for this finding alone: nothing for what only prices move, None if nothing helps."""
        if finding.clause is not None:
            clause = self.policy.clause(finding.clause)
            other = finding.function != clause.function  # asked for an exception: it goes with never alone
            most = max(target, clause.top) if other else target
            return self._retreat(clause, lambda each: _level(each) <= most)
        if finding.unknown or finding.metric is None:
            return None
        metric = METRICS[finding.metric]
        point = next(point for point, level in finding.falls_to if level <= target)
        setter = self.policy.setter(metric.key)
        if setter is not None:
            return self._retreat(setter, lambda each: not _sets_past(each, metric, point))
        if metric.key == "clause_level":
            near = int(point) + 1
            found = [self._retreat(each, each.positions[:near].__contains__) for each in self.policy.clauses]
            return {key: value for moves in found if moves for key, value in moves.items()}
        return {} if metric.derived_limit else {finding.key: point}

    def _retreat(self, clause: Clause, allowed: Callable[[Position], bool]) -> Changes | None:
        """The furthest position that is allowed and not further than the one asked. {} if it is that one."""
        asked = self.measured.clauses.get(clause.key)
        known = clause.position(asked)
        reach = clause.positions if known is None else clause.positions[: clause.place(known.key) + 1]
        fitting = [position.key for position in reach if allowed(position)]
        if not fitting:
            return None
        return {} if fitting[-1] == asked else {clause.limit_key: fitting[-1]}

    def _nearer(self, key: str, positions: list[str]) -> str:
        """Two findings may move one clause: the position nearer to standard satisfies both."""
        return min(positions, key=self.policy.clause(key.removeprefix("clause:")).place)

    def _cheaper(self, changes: Changes, target: int) -> Changes | None:
        """The same with the highest discount at which it is enough; None if even the lowest the ask can go to
        is not."""
        start = changes.get(DISCOUNT.key, self.measured.value(DISCOUNT.key))
        if not isinstance(start, Decimal) or start <= 0:
            return None
        steps = int((start / DISCOUNT.step).to_integral_value(ROUND_CEILING))

        def at(step: int) -> Changes:
            return {**changes, DISCOUNT.key: max(start - step * DISCOUNT.step, Decimal(0))}

        past = bisect_left(range(steps + 1), True, key=lambda step: self.remeasure(at(step)) is None)
        found = bisect_left(
            range(past), True, lo=min(1, past), key=lambda step: self._enough(at(step), target)
        )
        return at(found) if found < past else None

    def _needed(self, changes: Changes, target: int) -> Changes:
        """Without every change that the others make needless; prices are the last to be left alone."""
        for key in sorted(changes, key=list(changes).index, reverse=True):
            fewer = {name: value for name, value in changes.items() if name != key}
            if fewer and self._enough(fewer, target):
                return self._needed(fewer, target)
        return changes

    def _enough(self, changes: Changes, target: int) -> bool:
        after = self._after(changes)
        return after is not None and _need(after, self.function) <= (False, target)

    def _after(self, changes: Changes) -> Evaluation | None:
        """Judged with these changes. None if they cannot be made, or need more of another function."""
        moved = self.remeasure(changes)
        after = None if moved is None else evaluate(moved, self.policy)
        if after is None:
            return None
        others = {finding.function for finding in after.findings} - {self.function}
        worse = any(_need(after, other) > _need(self.before, other) for other in others)
        return None if worse else after

    def _relief(self, changes: Changes, reached: int) -> Relief:
        never, level = _need(self.before, self.function)
        parts = [self._words(key, value) for key, value in changes.items()]
        then, now = who(self.policy, self.function, reached), who(self.policy, self.function, level)
        if reached == 0:
            words = say("With {changes}, {then} is needed.", changes=listed(parts), then=then)
        elif never:
            words = say(
                "With {changes}, it may be granted and {then} is enough.", changes=listed(parts), then=then
            )
        else:
            words = say(
                "With {changes}, {now} falls away and {then} is enough.",
                changes=listed(parts), now=now, then=then,
            )  # fmt: skip
        return Relief(
            function=self.function,
            from_level=level,
            to_level=reached,
            changes=tuple(changes.items()),
            sentence=words,
            never=never,
        )

    def _words(self, key: str, value: Value) -> str:
        if isinstance(value, str):
            clause = self.policy.clause(key.removeprefix("clause:"))
            position = clause.positions[clause.place(value)]
            return say("{clause} at “{position}”", clause=lower(clause.name), position=position.name)
        name, _, family = key.partition("/")
        metric = METRICS[name]
        shown = metric.show(value, self.policy.currency)
        return say("{term} {value}", term=lower(named(metric, family)), value=shown)


def _need(evaluation: Evaluation, function: str) -> Need:
    found = evaluation.findings_of(function)
    return any(finding.never for finding in found), max((finding.level for finding in found), default=0)


def _level(position: Position) -> float:
    return math.inf if position.level is None else position.level


def _sets_past(position: Position, metric: Metric, point: Decimal) -> bool:
    value = position.sets.get(metric.key)
    return value is None or metric.riskier_than(value, point)
