"""What of cost a page shows: the one place that applies `people.shown.cost_view` to what was measured."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from approvals.answer import Answer, Breach, Row
from approvals.limit import LimitKey
from base.words import say
from deals.economics import Bridge, LineAmounts, Step, Waterfall
from guardrails.evaluation import evaluate
from guardrails.finding import Finding
from guardrails.headroom import Relief, Remeasure, Value, headroom
from guardrails.hidden import FROM_COST, hides, view_at
from guardrails.measured import Measured
from guardrails.metric import METRICS
from guardrails.policy import Policy
from guardrails.telling import briefly, clearly, who_may
from guardrails.wording import named as named_metric
from guardrails.wording import retold
from people.shown import View

__all__ = ["FROM_COST", "hides", "view_at"]


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


def sentence_for(view: View, found: Finding, policy: Policy) -> str:
    """What is asked, who may allow how much of it, and where fewer are needed; of what is hidden the band."""
    return band_of(found, policy) if hides(view, found.key) else clearly(found, policy)


def who_may_for(view: View, found: Finding, policy: Policy) -> str:
    """The same where name and value stand above it."""
    return band_of(found, policy) if hides(view, found.key) else who_may(found, policy)


def brief_for(view: View, found: Finding, policy: Policy) -> str:
    """The same for lists: what is asked, and how far is standard."""
    return band_of(found, policy) if hides(view, found.key) else briefly(found, policy)


def band_of(found: Finding, policy: Policy) -> str:
    """Without a number, in the reader's language."""
    return retold(found, policy).band


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
    metric, _, family = row.key.partition("/")
    name = named_metric(METRICS[metric], family)
    words = (
        say("{name} is past its limit.", name=name)
        if row.over
        else say("{name} is inside its limit.", name=name)
    )
    return replace(row, value=None, limit=None, room=None, sentence=words)


def breach_for(view: View, breach: Breach) -> Breach:
    if not hides(view, breach.key):
        return breach
    name = METRICS[breach.key.partition("/")[0]].said
    return replace(breach, value=None, limit=None, sentence=say("{name} is past its limit.", name=name))


def keys_for(view: View, keys: Iterable[LimitKey]) -> list[LimitKey]:
    """Only those whose numbers may be shown."""
    return [key for key in keys if not hides(view, key)]


def inside_for(view: View, answer: Answer) -> bool:
    """Whether nothing is broken but what is kept from who sees `view`: a search for the nearest price that
    asked for more would find the price at which the margin is enough, and so the margin."""
    return not any(not hides(view, breach.key) for breach in answer.breaches)


def reliefs_for(view: View, measured: Measured, policy: Policy, remeasure: Remeasure) -> tuple[Relief, ...]:
    """What would need fewer people. To who sees a band it is sought as if all that follows from cost stayed
    as it is, so that no price in it comes from a cost; and only what is true with it is said."""
    if view != "band":
        return headroom(measured, policy, remeasure=remeasure)

    def blind(changes: Mapping[str, Value]) -> Measured | None:
        moved = remeasure(changes)
        return moved and replace(moved, values={**moved.values, **from_cost(measured)})

    found = headroom(measured, policy, remeasure=blind)
    return tuple(relief for relief in found if holds(relief, policy, remeasure))


def from_cost(measured: Measured) -> dict[str, Decimal | None]:
    return {key: value for key, value in measured.values.items() if key in FROM_COST}


def holds(relief: Relief, policy: Policy, remeasure: Remeasure) -> bool:
    """Whether the level it ends at is really enough, cost and all."""
    moved = remeasure(dict(relief.changes))
    found = evaluate(moved, policy).findings_of(relief.function) if moved else ()
    return moved is not None and all(not one.never and one.level <= relief.to_level for one in found)
