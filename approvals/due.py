"""The steps whose timers are due, locked, with all that was asked and answered at each so far."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from approvals.acting import work_named, works
from approvals.models import Step
from approvals.seats import seats, seats_named
from deals.models import Deal
from deals.share import team_named, teams_of
from ledger.batch import know
from ledger.models import Effect


def step_of(effect: Effect, status: Step.Status) -> Step | None:
    """The one step that is due, under lock; None when it is not as it was planned."""
    found = Step.objects.get(pk=effect.facts["step"])
    Deal.objects.lock(found.deal_id)
    step = Step.objects.lock(found.pk)
    return step if as_planned(step, effect, status) else None


def as_planned(step: Step, effect: Effect, status: Step.Status) -> bool:
    """Whether the step still is in `status` and in the run the effect was scheduled for."""
    return (step.status, step.run) == (status, effect.facts["run"])


def steps_of(effects: Sequence[Effect]) -> dict[int, Step]:
    """By id, under the locks of their deals. When several are due, without those on whose deals somebody
    works just now: nobody waits for a whole batch, and it waits for nobody."""
    named = {effect.facts["step"] for effect in effects}
    of = dict(Step.objects.filter(pk__in=named).values_list("pk", "deal"))
    deals = Deal.objects.lock_all(set(of.values()))
    steps = Step.objects.lock_all([pk for pk, deal in of.items() if deal in deals])
    for step in steps.values():
        step.deal = step.request.deal = deals[step.deal_id]
    read_ahead(steps, deals)
    return steps


def left_of(effects: Iterable[Effect], steps: Collection[int]) -> list[Effect]:
    """Those whose steps are not among these."""
    return [effect for effect in effects if effect.facts["step"] not in steps]


def planned_of(
    effects: Iterable[Effect], steps: Mapping[int, Step], status: Step.Status
) -> Iterator[tuple[Effect, Step]]:
    """Each effect with its step, while that is as it was planned when it is its turn."""
    for effect in effects:
        step = steps.get(effect.facts["step"])
        if step and as_planned(step, effect, status):
            yield effect, step


def read_ahead(steps: Collection[int], deals: Collection[int]) -> None:
    """What every handler asks of each, in a query for all of them."""
    for name, rows in ((work_named, works(steps)), (seats_named, seats(steps))):
        known = by_step(rows)
        for step in steps:
            know(name(step), known.get(step, []))
    teams = teams_of(deals)
    for deal in deals:
        know(team_named(deal), teams.get(deal, frozenset()))


def by_step(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Rows in the order of their steps."""
    return {step: list(those) for step, those in groupby(rows, key=attrgetter("step_id"))}
