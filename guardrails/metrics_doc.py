"""docs/metrics.md, written from the declarations so that it cannot disagree with them. Pure."""

from collections.abc import Iterator

from guardrails.glossary import MIXED_UP, WORDS, Word
from guardrails.metric import METRICS, Metric
from guardrails.reading import unit

HEAD = """\
# Metrics and words

Written by `manage.py metrics_doc` from `guardrails/metric.py` and `guardrails/glossary.py`. Do not edit.

A metric is a number measured from terms. It is rounded once, when it is measured, to its step and towards
riskier; the same number is judged, stored, shown and compared. Riskier means further towards the buyer.
A rung of a ladder is needed when the value lies strictly past it: on the point is still before it.

| metric | unit, step | riskier | how it is measured |
|---|---|---|---|"""
KINDS = {
    "typed": "Typed by a person.",
    "derived": "Derived from the lines and terms.",
    "set": "Set by the position of a clause.",
}


def document() -> str:
    """The whole text of docs/metrics.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    yield from (_row(metric) for metric in METRICS.values())
    for metric in METRICS.values():
        yield from _metric(metric)
    yield from ("", "## Words", "", "| word | what it is |", "|---|---|")
    yield from (_word(word) for word in WORDS)
    yield from ("", "## Three words people mix up", "", "| word | what it is |", "|---|---|")
    yield from (_word(word) for word in MIXED_UP)


def _row(metric: Metric) -> str:
    return f"| `{metric.key}` | {unit(metric)} | {metric.riskier} | {metric.formula} |"


def _metric(metric: Metric) -> Iterator[str]:
    yield from ("", f"## {metric.name} `{metric.key}`", "", metric.sentence, "")
    yield f"- {KINDS[metric.kind]} Measured as: {metric.formula}."
    yield f"- {metric.riskier.capitalize()} is riskier; unit and step: {unit(metric)}."
    if metric.per_family:
        yield "- Can be judged for the lines of one product family alone."
    if metric.derived_limit:
        yield "- Its limit in a mandate is measured at the corner, or narrower where a function said so."
    if not metric.narrowable:
        yield "- Is not narrowed itself: a function narrows the clause."
    yield f"- Shown: {metric.shown}."


def _word(word: Word) -> str:
    return f"| {word.name} | {word.sentence} |"
