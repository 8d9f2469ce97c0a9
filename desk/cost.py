"""What of cost a page shows: the one place that applies `people.shown.cost_view` to what was measured."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from approvals.answer import Answer, Breach, Row
from approvals.limit import LimitKey
from deals.economics import Step, Waterfall
from guardrails.finding import Finding, Judged
from guardrails.metric import METRICS
from people.shown import View

FROM_COST = frozenset({"margin", "below_floor", "cost_of_terms"})  # metrics that cost can be read from


def hides(view: View, key: LimitKey) -> bool:
    """Whether the number of this limit is kept from who sees `view`."""
    return view == "band" and key.partition("/")[0] in FROM_COST


def waterfall_for(view: View, flow: Waterfall) -> tuple[Step, ...]:
    """Every step to who sees cost; list to net and the margin to who sees that; list to net to the others."""
    if view == "cost":
        return tuple(named(step, flow) for step in flow.steps)
    shown = [step for step in flow.steps if step.kind != "out"]
    if view == "band":
        shown = [step for step in shown if step.key != "margin"]
    return tuple(named(step, flow) for step in shown)


def named(step: Step, flow: Waterfall) -> Step:
    """The last step says its share too: "Margin, 57.4 %"."""
    if step.key != "margin" or flow.margin_percent is None:
        return step
    return replace(step, name=f"{step.name}, {METRICS['margin'].show(flow.margin_percent)}")


def margin_for(view: View, margin: Decimal | None) -> str:
    """The share of margin in words; nothing for who may not see it."""
    return "" if view == "band" else METRICS["margin"].show(margin)


def sentence_for(view: View, found: Finding | Judged) -> str:
    return found.band if hides(view, found.key) else found.sentence


def answer_for(view: View, answer: Answer) -> Answer:
    """The answer to an offer without the numbers that are kept from who sees `view`."""
    return replace(
        answer,
        rows=tuple(row_for(view, row) for row in answer.rows),
        breaches=tuple(breach_for(view, breach) for breach in answer.breaches),
    )


def row_for(view: View, row: Row) -> Row:
    if not hides(view, row.key):
        return row
    sentence = f"{row.name} is {'past' if row.over else 'inside'} its limit."
    return replace(row, value=None, limit=None, room=None, sentence=sentence)


def breach_for(view: View, breach: Breach) -> Breach:
    if not hides(view, breach.key):
        return breach
    sentence = f"{METRICS[breach.key.partition('/')[0]].name} is past its limit."
    return replace(breach, value=None, limit=None, sentence=sentence)


def keys_for(view: View, keys: Iterable[LimitKey]) -> list[LimitKey]:
    """Only those whose numbers may be shown."""
    return [key for key in keys if not hides(view, key)]
