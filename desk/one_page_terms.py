"""The terms of a brief on its one page: both ends, the limit, who grants it, and where it lies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from approvals.limit import CLAUSE, Value, clause_of, metric_of, name_of, reading
from base.lists import listed
from base.words import say
from desk.bars import scale_of
from desk.brief import who_of
from desk.cost import hides
from desk.phrases import lower, shown
from desk.room import Granted, source_of
from guardrails.evaluation import Evaluation, Finding
from guardrails.measured import Measured
from guardrails.policy import Policy
from people.shown import View

Cells = dict[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """Both ends as they were measured, and what was granted; None where nobody can say."""

    policy: Policy
    view: View
    target: Measured | None
    walk_away: Measured | None
    judged: Evaluation | None
    granted: Granted | None = None


def term_rows(asked: Asked) -> list[Cells]:
    """Of a mandate every limit that somebody granted, else every term that somebody must agree to. Numbers
    that are kept from the reader are in no row."""
    return list(granted_rows(asked.granted) if asked.granted else found_rows(asked))


def granted_rows(granted: Granted) -> Iterable[Cells]:
    policy = granted.policy
    for limit in granted.beyond_standard:
        if hides(granted.view, limit.key):
            continue
        ends = {"standard": limit.standard, "target": limit.target, "limit": limit.value}
        yield {
            "name": name_of(limit.key, policy),
            "cells": [
                *(words(limit.key, one, policy) for one in (limit.standard, limit.target, limit.asked)),
                shown(limit.key, limit.value, policy),
            ],
            "bar": bar_of(limit.key, ends, policy),
            "who": source_of(limit, granted),
        }


def found_rows(asked: Asked) -> Iterable[Cells]:
    by_key: dict[str, list[Finding]] = {}
    for finding in asked.judged.findings if asked.judged else ():
        by_key.setdefault(finding.key, []).append(finding)
    for key, findings in by_key.items():
        if hides(asked.view, key):
            continue
        standard = standard_of(findings[0], asked.policy)
        target, walk_away = (reading(key, end) if end else None for end in (asked.target, asked.walk_away))
        ends = {"standard": standard, "target": target, "limit": walk_away}
        yield {
            "name": name_of(key, asked.policy),
            "cells": [words(key, one, asked.policy) for one in (standard, target, walk_away)],
            "bar": bar_of(key, ends, asked.policy),
            "who": listed([said for one in findings if (said := must_agree(one, asked.policy))]),
        }


def standard_of(finding: Finding, policy: Policy) -> Value | None:
    """Up to where nobody is needed."""
    if clause := clause_of(finding.key, policy):
        return clause.standard.key
    return policy.ladder(finding.ladder).standard if finding.ladder else None


def must_agree(finding: Finding, policy: Policy) -> str:
    who = who_of(finding, policy)
    if who.state == "never":
        return say("never granted; {furthest}", furthest=who.word)
    return say("not filled in yet") if who.state == "unfilled" else who.word


def words(key: str, value: Value | None, policy: Policy) -> str:
    """Nothing where there is no value: own wording is no number that is missing."""
    return "" if value is None and not key.startswith(CLAUSE) else shown(key, value, policy)


def bar_of(key: str, ends: Mapping[str, Value | None], policy: Policy) -> dict[str, float]:
    """Where each mark lies, as a share of the bar; empty when nothing can be drawn."""
    metric, clause = metric_of(key), clause_of(key, policy)
    places = {one.key: Decimal(at) for at, one in enumerate(clause.positions)} if clause else {}
    read = {name: places.get(one) if isinstance(one, str) else one for name, one in ends.items()}
    points = {name: one for name, one in read.items() if one is not None}
    if not points or (metric is None and clause is None) or (clause and len(places) < 2):
        return {}
    scale = scale_of(
        list(points.values()),
        metric.riskier if metric else "higher",
        start=Decimal(0) if clause else None,
        end=Decimal(len(places) - 1) if clause else None,
    )
    return {name: min(max(float(scale.share(one)), 0.0), 1.0) for name, one in points.items()}


def standard_words(asked: Asked) -> str:
    """What nobody has to agree to, in one line."""
    if asked.granted:
        words = asked.granted.standard_words
        return words[:1].upper() + words[1:]
    found = {one.key for one in asked.judged.findings} if asked.judged else set()
    said = [
        f"{name_of(one.key, asked.policy)} {value}"
        for one in (asked.judged.standard if asked.judged else ())
        if one.key not in found and not hides(asked.view, one.key) and (value := standing(one.key, asked))
    ]
    return ", ".join([*said[:1], *(lower(one) for one in dict.fromkeys(said[1:]))])


def standing(key: str, asked: Asked) -> str:
    """The walk-away where it is within standard; nothing where it is not known."""
    value = reading(key, asked.walk_away) if asked.walk_away else None
    return words(key, value, asked.policy) if value is not None else ""
