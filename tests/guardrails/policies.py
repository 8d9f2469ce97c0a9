"""Policies and measured terms for tests: the demo policy, small handmade ones, and any for hypothesis."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import guardrails
from guardrails.beyond import Beyond, ExceptionRule
from guardrails.clause import Clause, Position
from guardrails.escalation import TAKERS, Escalation
from guardrails.evaluation import Finding, evaluate
from guardrails.ladder import DIMENSIONS, Ladder, Rung, Scope
from guardrails.level import ROUTES, SHOWN, Economics, FunctionRule, Level
from guardrails.measured import Frame, Measured
from guardrails.metric import METRICS, Metric
from guardrails.policy import Policy
from guardrails.pool import ASSIGNS, HIGHEST, QUORUMS, Pool, Specialist
from guardrails.toml import load

DEMO_TEXT = (Path(guardrails.__file__).parent / "demo_policy.toml").read_text()
DEMO = load(DEMO_TEXT)
BRANDT = Frame("Brandt Logistik AG", "Enterprise", "DACH", "New business", "EUR")
STANDARD: dict[str, str] = {
    "discount": "0.0",
    "discount_deepest": "0.0",
    "discount_12m": "0.0",
    "margin": "70.0",
    "below_floor": "0",
    "payment_days": "30",
    "cost_of_terms": "0",
    "invoices_per_year": "1",
    "term_months": "36",
    "free_months": "0",
    "price_rise": "3.0",
    "total_value": "1000000",
    "liability_cap": "1.0",
    "exit_month": "24",
    "clause_level": "0",
    "custom_days": "0",
    "weeks_to_live": "20",
}
POSITIONS = {"liability": "standard", "data": "standard", "law": "standard", "exit": "standard"}


def terms(
    frame: Frame = BRANDT,
    clauses: Mapping[str, str | None] = POSITIONS,
    families: Mapping[str, Mapping[str, Decimal | None]] | None = None,
    **values: str | None,
) -> Measured:
    """Standard in everything but what is named."""
    measured = {
        key: None if value is None else Decimal(value) for key, value in {**STANDARD, **values}.items()
    }
    return Measured(frame, measured, families or {}, clauses)


def small(*ladders: Ladder, clauses: tuple[Clause, ...] = ()) -> Policy:
    """Finance and Legal with three levels each, and these ladders."""
    return Policy(
        number=1,
        currency="EUR",
        segments=("Enterprise", "Public sector"),
        regions=("DACH", "Nordics"),
        families=("Platform", "Services"),
        deal_types=("New business", "Renewal"),
        functions=(FunctionRule("finance", "Finance"), FunctionRule("legal", "Legal", route="climb")),
        levels=tuple(
            Level(function, rank, f"{function} {rank}", 480)
            for function in ("finance", "legal")
            for rank in (1, 2, 3)
        ),
        ladders=ladders,
        clauses=clauses,
        library=1,
        economics=Economics(30, Decimal("6.5"), Decimal(980)),
        valid_days=60,
    )


def ladder(key: str, metric: str, *rungs: tuple[str, int | None], **more: Any) -> Ladder:
    """ladder("a", "discount", ("10.0", 1), ("20.0", None), deal_types=("Renewal",), replaces="b")"""
    scope = Scope(**{name: more.pop(name) for name in list(more) if name in DIMENSIONS})
    steps = tuple(Rung(Decimal(past), level) for past, level in rungs)
    return Ladder(key, METRICS[metric], more.pop("function", "finance"), steps, scope, **more)


def measuring(metric: str, value: str) -> Measured:
    """Standard in everything but this one metric."""
    return Measured(BRANDT, {**terms().values, metric: Decimal(value)}, {}, POSITIONS)


# --- any at all -----------------------------------------------------------------------------------

keys = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = texts.map(str.strip).filter(lambda name: name not in ("", "never", "Standard"))


def values_of(metric: Metric) -> st.SearchStrategy[Decimal]:
    return st.integers(-2000, 2000).map(lambda steps: steps * metric.step)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    words = {name: tuple(draw(st.lists(names, max_size=3, unique=True))) for name in DIMENSIONS}
    functions = draw(
        st.lists(st.sampled_from(["finance", "legal", "operations", "executive"]), min_size=1, unique=True)
    )
    levels = tuple(level for function in functions for level in draw(levels_of(function)))
    ladders: list[Ladder] = []
    for place in range(draw(st.integers(0, 6))):
        ladders.append(draw(ladders_of(f"{draw(keys)[:40]}-{place}", levels, words, tuple(ladders))))
    setters = draw(st.permutations([None, "liability_cap", "exit_month"]))
    count = draw(st.integers(0, 3))
    clauses = tuple(draw(clauses_of(f"clause-{place}", levels, setters[place])) for place in range(count))
    return Policy(
        number=draw(st.integers(1, 10**6)),
        currency=draw(st.sampled_from(["EUR", "USD", "CHF"])),
        **words,
        functions=tuple(
            FunctionRule(
                key,
                draw(names),
                draw(st.sampled_from([1, 2])),
                draw(st.sampled_from(ROUTES)),
                draw(st.sampled_from(SHOWN)),
            )
            for key in functions
        ),
        levels=levels,
        ladders=tuple(ladders),
        clauses=clauses,
        library=draw(st.integers(1, 99)),
        economics=Economics(
            draw(st.integers(0, 90)),
            draw(st.decimals(0, 20, places=2)),
            draw(st.decimals(0, 5000, places=2)),
        ),
        valid_days=draw(st.integers(1, 365)),
        specialists=draw(specialists_of(levels, words)),
        exceptions=draw(exceptions_of(levels, tuple(ladders), clauses)),
    )


@st.composite
def exceptions_of(
    draw: st.DrawFn, levels: tuple[Level, ...], ladders: tuple[Ladder, ...], clauses: tuple[Clause, ...]
) -> tuple[ExceptionRule, ...]:
    """Some guardrails by name, and now and then one table for all others."""
    named = [ladder.key for ladder in ladders if any(rung.level is None for rung in ladder.rungs)]
    named += [each.limit_key for each in clauses if any(one.level is None for one in each.positions)]
    rules = [
        ExceptionRule(level.function, level.rank, (key,)) for key in named if (level := draw(one_of(levels)))
    ]
    if draw(st.booleans()):
        level = draw(st.sampled_from(levels))
        rules.append(ExceptionRule(level.function, level.rank))
    return tuple(rules)


def one_of(levels: tuple[Level, ...]) -> st.SearchStrategy[Level | None]:
    return st.none() | st.sampled_from(levels)


@st.composite
def levels_of(draw: st.DrawFn, function: str) -> tuple[Level, ...]:
    called = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    return tuple(
        Level(function, rank, name, draw(st.integers(1, 6000)), draw(pools()), draw(escalations()))
        for rank, name in enumerate(called, start=1)
    )


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    people = tuple(draw(st.lists(st.sampled_from(("ada@x", "bo@x.example", "cy@x")), unique=True)))
    if not people and draw(st.booleans()):
        return Pool(manager=draw(st.integers(1, HIGHEST)), assign=draw(st.sampled_from(ASSIGNS)))
    quorum = draw(st.sampled_from((*QUORUMS, *range(2, (len(people) or 4) + 1))))
    return Pool(people, None, quorum, draw(st.sampled_from(ASSIGNS)) if quorum == "any one" else "claim")


@st.composite
def escalations(draw: st.DrawFn) -> Escalation:
    shares = draw(st.lists(st.decimals("0.01", "0.99", places=2), max_size=4, unique=True))
    takers = draw(st.lists(st.sampled_from(TAKERS[:-1]), max_size=4))
    return Escalation(tuple(sorted(shares)), (*takers, "desk"))


@st.composite
def specialists_of(
    draw: st.DrawFn, levels: tuple[Level, ...], words: Mapping[str, tuple[str, ...]]
) -> tuple[Specialist, ...]:
    """One for some of the levels that any one or everyone of them may answer."""
    dimension = next((name for name in DIMENSIONS if words[name]), "")
    return tuple(
        Specialist(
            level.function,
            level.rank,
            Scope(**{dimension: (draw(st.sampled_from(words[dimension])),)}),
            ("di@x",),
        )
        for level in levels
        if dimension and level.pool.quorum in QUORUMS and draw(st.booleans())
    )


@st.composite
def ladders_of(
    draw: st.DrawFn,
    key: str,
    levels: tuple[Level, ...],
    words: Mapping[str, tuple[str, ...]],
    before: tuple[Ladder, ...],
) -> Ladder:
    over = draw(st.sampled_from([None, *before]))
    metric = over.metric if over else draw(st.sampled_from(list(METRICS.values())))
    function = over.function if over else draw(st.sampled_from(sorted({level.function for level in levels})))
    ranks: list[int | None] = [level.rank for level in levels if level.function == function]
    granted = sorted(draw(st.lists(st.sampled_from(ranks), unique=True)), key=lambda rank: rank or 0)
    steps = granted + ([None] if draw(st.booleans()) or not granted else [])
    points = draw(st.lists(values_of(metric), min_size=len(steps), max_size=len(steps), unique=True))
    unknown = draw(st.sampled_from(ranks)) if granted == [] or draw(st.booleans()) else None
    return Ladder(
        key,
        metric,
        function,
        tuple(
            Rung(past, level)
            for past, level in zip(sorted(points, key=lambda past: past * metric.sign), steps, strict=True)
        ),
        draw(scopes_of(words, metric, over)),
        over.key if over else None,
        unknown,
    )


@st.composite
def scopes_of(
    draw: st.DrawFn, words: Mapping[str, tuple[str, ...]], metric: Metric, over: Ladder | None
) -> Scope:
    chosen: dict[str, tuple[str, ...]] = {}
    for name in DIMENSIONS:
        wide = getattr(over.scope, name) if over else ()
        if name == "families" and (not metric.per_family or (over and not wide)):
            continue
        pool = wide or words[name]
        least = 1 if wide else 0
        chosen[name] = (
            tuple(draw(st.lists(st.sampled_from(pool), min_size=least, unique=True))) if pool else ()
        )
    return Scope(**chosen)


@st.composite
def clauses_of(draw: st.DrawFn, key: str, levels: tuple[Level, ...], sets: str | None) -> Clause:
    function = draw(st.sampled_from(sorted({level.function for level in levels})))
    ranks = [level.rank for level in levels if level.function == function]
    asked = sorted(draw(st.lists(st.sampled_from([0, *ranks]), max_size=3)))
    steps: list[int | None] = [0, *asked, *([None] if draw(st.booleans()) else [])]
    metric = METRICS[sets] if sets else None
    points = sorted(
        draw(st.lists(values_of(metric), min_size=len(steps), max_size=len(steps))) if metric else [],
        key=lambda point: point * (metric.sign if metric else 1),
    )
    return Clause(
        key,
        draw(names),
        function,
        tuple(
            Position(
                f"p{place}",
                draw(names),
                draw(texts),
                level,
                {metric.key: points[place]} if metric else {},
                draw(texts),
            )
            for place, level in enumerate(steps)
        ),
    )


@st.composite
def judged(draw: st.DrawFn) -> tuple[Policy, Measured]:
    """Any policy with any terms; frames and families mostly of its own words."""
    policy = draw(policies())
    frame = Frame(
        account="Anyone",
        segment=draw(st.sampled_from([*policy.segments, "elsewhere"])),
        region=draw(st.sampled_from([*policy.regions, "elsewhere"])),
        deal_type=draw(st.sampled_from([*policy.deal_types, "elsewhere"])),
        currency="EUR",
    )
    families = draw(st.lists(st.sampled_from([*policy.families, "others"]), unique=True))
    clauses = {
        clause.key: draw(
            st.sampled_from([*(position.key for position in clause.positions), None, "unheard-of"])
        )
        for clause in policy.clauses
    }
    return policy, Measured(
        frame,
        draw(readings(list(METRICS.values()))),
        {
            family: draw(readings([each for each in METRICS.values() if each.per_family]))
            for family in families
        },
        clauses,
    )


def readings(metrics: list[Metric]) -> st.SearchStrategy[dict[str, Decimal | None]]:
    return st.fixed_dictionaries({metric.key: st.none() | values_of(metric) for metric in metrics})


@st.composite
def excepted(draw: st.DrawFn) -> tuple[Policy, Measured]:
    """Any policy and any terms, with exceptions asked and standing, most of them of what is never granted."""
    policy, measured = draw(judged())
    findings = evaluate(measured, policy).findings
    beyond = [draw(beyond_of(one, policy)) for one in findings if one.never or draw(st.integers(0, 4)) == 4]
    return policy, replace(measured, beyond=tuple(beyond))


@st.composite
def beyond_of(draw: st.DrawFn, finding: Finding, policy: Policy) -> Beyond:
    """As far as it is asked, a little less, or further."""
    standing = draw(st.sampled_from([None, 7]))
    if finding.clause is not None:
        keys = [position.key for position in policy.clause(finding.clause).positions]
        return Beyond(finding.key, finding.function, draw(st.sampled_from(keys)), standing)
    metric = METRICS[finding.metric or ""]
    value = finding.value or Decimal(0)
    steps = draw(st.sampled_from([0, 1, 50, -1]))
    return Beyond(finding.key, finding.function, value + metric.sign * metric.step * steps, standing)
