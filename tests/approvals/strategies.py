"""Asks, narrowings and policies for the pure modules, all variations of Brandt Logistik."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal as D
from pathlib import Path
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from approvals.limit import CLAUSE, LimitKey, Value, metric_of
from approvals.narrowing import Narrowing, allowed_narrowing, crossed_ends, judges_of
from deals.economics import measure
from deals.terms import Ask, Terms
from guardrails.evaluation import Evaluation, evaluate
from guardrails.ladder import Ladder, Rung, Scope
from guardrails.measured import Measured
from guardrails.metric import METRICS
from guardrails.policy import Policy
from guardrails.toml import load
from tests.deals.brandt import TARGET, WORLD, lines

DEMO = load(Path("guardrails/demo_policy.toml").read_text())
FAMILIES = {
    "platform": "Platform",
    "connector": "Connectors",
    "support": "Support",
    "implementation": "Services",
}


def ladder(key: str, metric: str, function: str, *pasts: str, families: tuple[str, ...] = ()) -> Ladder:
    rungs = tuple(Rung(D(past), level) for level, past in enumerate(pasts, start=1))
    return Ladder(key, METRICS[metric], function, rungs, Scope(families=families))


# The demo's rules, and on top of them: a family, two functions on one metric, a metric that a clause sets.
RICH = replace(
    DEMO,
    ladders=(
        *DEMO.ladders,
        ladder("discount-connectors", "discount", "finance", "10", "18", families=("Connectors",)),
        ladder("discount-delivery", "discount", "operations", "18"),
        ladder("deepest-services", "discount_deepest", "operations", "5", families=("Services",)),
        ladder("liability-insurance", "liability_cap", "finance", "1.0", "1.5"),
        replace(ladder("margin-chief", "margin", "executive", "60"), replaces="margin-executive"),
    ),
)


def judged(terms: Terms, policy: Policy) -> tuple[Measured, Evaluation]:
    measured = measure(terms, policy, WORLD)
    return measured, evaluate(measured, policy)


def with_families(terms: Terms) -> Terms:
    return replace(terms, lines=tuple(replace(line, family=FAMILIES[line.key]) for line in terms.lines))


def end(discounts: list[D], values: Mapping[str, int | D], clauses: Mapping[str, str | None]) -> Terms:
    return with_families(
        replace(
            TARGET,
            lines=lines(*(str(discount) for discount in discounts)),
            values={key: D(value) for key, value in values.items()},
            clauses=dict(clauses),
        )
    )


#  typed term: furthest of the targets, how much further the walk-away may go
SPANS = {
    "payment_days": (14, 45, 45),
    "term_months": (36, 60, -24),
    "free_months": (0, 1, 2),
    "custom_days": (0, 15, 25),
    "weeks_to_live": (14, 20, -8),
    "price_rise": (2, 4, -2),
}


@st.composite
def positions(draw: st.DrawFn, policy: Policy) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """Target and walk-away position of each clause; now and then the buyer's own words."""
    target: dict[str, str | None] = {}
    walk_away: dict[str, str | None] = {}
    for clause in policy.clauses:
        granted = [position.key for position in clause.positions if position.level is not None]
        end = draw(st.integers(0, len(granted) - 1))
        target[clause.key] = granted[draw(st.integers(0, end))]
        walk_away[clause.key] = None if draw(st.integers(0, 19)) == 19 else granted[end]
    return target, walk_away


@st.composite
def asks(draw: st.DrawFn, policy: Policy = RICH) -> Ask:
    """Target and walk-away of Brandt's four lines, each walk-away at least as risky as its target."""
    halves = st.integers(0, 30).map(lambda steps: D(steps) / 2)
    aims = [draw(halves) for _ in range(4)]
    ends = [aim + draw(halves) for aim in aims]
    near: dict[str, int | D] = {key: draw(st.integers(low, high)) for key, (low, high, _) in SPANS.items()}
    far = {key: near[key] + draw(st.integers(min(0, gap), max(0, gap))) for key, (_, _, gap) in SPANS.items()}
    rhythms = sorted((draw(st.sampled_from([1, 2, 4])), draw(st.sampled_from([1, 2, 4]))))
    near["invoices_per_year"], far["invoices_per_year"] = rhythms
    target, walk_away = draw(positions(policy))
    ask = Ask(end(aims, near, target), end(ends, far, walk_away))
    measured, evaluation = judged(ask.walk_away, policy)
    assume(not evaluation.never)
    assume(not crossed_ends(measure(ask.target, policy, WORLD), measured, policy))
    return ask


@st.composite
def values(draw: st.DrawFn, key: LimitKey, ask: Ask, policy: Policy) -> Value:
    """Somewhere from walk-away to target."""
    if key.startswith(CLAUSE):
        clause = policy.clause(key.removeprefix(CLAUSE))
        return draw(st.sampled_from([position.key for position in clause.positions]))
    metric, _, family = key.partition("/")
    near, far = (measure(each, policy, WORLD).value(metric, family) for each in (ask.target, ask.walk_away))
    if near is None or far is None:
        return D(0)
    return METRICS[metric].quantise(near + (far - near) * draw(st.integers(0, 20)) / 20)


@st.composite
def narrowings(draw: st.DrawFn, ask: Ask, policy: Policy = RICH) -> dict[LimitKey, Narrowing]:
    """What functions may give: up to four keys, each by one who judges it."""
    target, (walk_away, evaluation) = measure(ask.target, policy, WORLD), judged(ask.walk_away, policy)
    keys = [finding.key for finding in evaluation.findings] + [each.key for each in evaluation.standard]
    given: dict[LimitKey, Narrowing] = {}
    for key in draw(st.lists(st.sampled_from(keys), max_size=4, unique=True)):
        metric = metric_of(key)
        if metric and not metric.narrowable:
            continue
        function = draw(st.sampled_from(judges_of(key, walk_away, policy)))
        value = draw(values(key, ask, policy))
        if allowed_narrowing(key, value, function, target, walk_away, policy) is None:
            given[key] = Narrowing(value, function, policy.top(function))
    return given


@dataclass(frozen=True, slots=True)
class Granted:
    """An ask that every function agreed to, and what was narrowed on the way."""

    ask: Ask
    given: dict[LimitKey, Narrowing]


@st.composite
def grants(draw: st.DrawFn, policy: Policy = RICH) -> Granted:
    ask = draw(asks(policy))
    return Granted(ask, draw(narrowings(ask, policy)))


def between(ask: Ask, far: Terms, share: Any) -> Terms:
    """Terms whose line discounts lie a share of the way from `far` to the target."""
    moved = tuple(
        replace(line, discount=(line.discount + (aim.discount - line.discount) * share).quantize(D("1e-6")))
        for line, aim in zip(far.lines, ask.target.lines, strict=True)
    )
    return replace(far, lines=moved)
