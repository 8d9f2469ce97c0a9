"""What of cost a page shows: the one place that applies `people.shown.cost_view` to what was measured."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from approvals.answer import Answer, Breach, Row
from approvals.limit import LimitKey
from deals.economics import Bridge, LineAmounts, Step, Waterfall
from guardrails.finding import Finding, Judged
from guardrails.metric import METRICS
from people.shown import View

FROM_COST = frozenset({"margin", "below_floor", "cost_of_terms"})  # metrics that cost can be read from


def hides(view: View, key: LimitKey) -> bool:
    """Whether the number of this limit is kept from who sees `view`."""
    return view == "band" and key.partition("/")[0] in FROM_COST


def waterfall_for(view: View, flow: Waterfall) -> tuple[Step, ...]:
    """Every step to who sees cost; list to net and the margin to who sees that; list to net to the others."""
    return tuple(named(step, flow) for step in steps_for(view, flow))


def steps_for(view: View, flow: Waterfall) -> tuple[Step, ...]:
    """The same steps under the same name whatever the share of margin is, so that they can be compared."""
    if view == "cost":
        return flow.steps
    shown = tuple(step for step in flow.steps if step.kind != "out")
    return shown if view == "margin" else tuple(step for step in shown if step.key != "margin")


def bridge_for(view: View, bridge: Bridge) -> tuple[Step, ...]:
    """Every step to who sees cost; to the others what the buyer pays. What is left of that would tell what we
    pay, and beside the margin what it costs to serve."""
    if view == "cost":
        return bridge.steps
    return tuple(step for step in bridge.steps if step.kind != "out" and step.key != "pocket")


def line_for(view: View, line: LineAmounts) -> LineAmounts:
    """Cost and margin of a line to who sees cost; its share of margin, rounded as metrics are, to who sees
    margins: the exact amount would tell its cost."""
    if view == "cost":
        return line
    return replace(
        line, cost=None, margin=None, margin_percent=line.margin_percent if view == "margin" else None
    )


def named(step: Step, flow: Waterfall) -> Step:
    """The last step says its share too: "Margin, 57.4 %"."""
    if step.key != "margin" or flow.margin_percent is None:
        return step
    return replace(step, name=f"{step.name}, {METRICS['margin'].show(flow.margin_percent)}")


def margin_for(view: View, margin: Decimal | None) -> str:
    """The share of margin in words; nothing for who may not see it."""
    return "" if view == "band" else METRICS["margin"].show(margin)


def share_for(view: View, flow: Waterfall) -> Decimal | None:
    """The share of margin; None also for who may not see it."""
    return None if view == "band" else flow.margin_percent


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
