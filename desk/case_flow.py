"""The waterfall of a review: the walk-away beside the mandate's limit, else the target, on one screen."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from base.words import say
from deals.document import terms_from
from deals.economics import Step, waterfall
from deals.terms import Terms
from desk.cost import waterfall_for
from desk.flows import differences
from desk.judging import Seat


@dataclass(frozen=True, slots=True)
class CaseFlow:
    """`against`: what the differences are to, in words. `differences`: step → how much better for us."""

    against: str
    steps: tuple[Step, ...]
    differences: Mapping[str, Decimal]


def case_flow(seat: Seat) -> CaseFlow:
    """What is repeated for each line stands as one step; the deal's economics have it line by line."""
    against, terms = beside(seat)
    flow = waterfall(seat.revision.ask.walk_away, seat.policy)
    better = differences(flow, waterfall(terms, seat.policy))
    steps = [step for step in waterfall_for(seat.view, flow) if step.kind == "sum" or step.amount != 0]
    return joined(against, steps, better)


def beside(seat: Seat) -> tuple[str, Terms]:
    mandate = seat.deal.mandates.standing().exclude(request=seat.request).first()
    if mandate:
        return say("the mandate's limit"), terms_from(json.loads(mandate.corner))
    return say("target"), seat.revision.ask.target


def joined(against: str, steps: Iterable[Step], better: Mapping[str, Decimal]) -> CaseFlow:
    """Steps that follow each other and are called the same up to a comma are one: their sums, where each is
    known. A single one keeps its whole name."""
    said: list[Step] = []
    sums = dict(better)
    for step in steps:
        before = said[-1] if said else None
        if before is None or not alike(before, step):
            said.append(step)
            continue
        said[-1] = replace(before, name=stem(step), amount=added(before.amount, step.amount))
        if before.key in sums and step.key in sums:
            sums[before.key] += sums[step.key]
        else:
            sums.pop(before.key, None)
    return CaseFlow(against, tuple(said), sums)


def alike(before: Step, step: Step) -> bool:
    return before.kind == step.kind != "sum" and "," in step.name and stem(before) == stem(step)


def stem(step: Step) -> str:
    return step.name.partition(",")[0]


def added(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other
