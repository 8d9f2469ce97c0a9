"""One engine for the preview on the form and for the request that is sent: what an ask needs, and of whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from approvals.carry import Kept, Reopened, carry
from approvals.grants import last_grants
from approvals.haste import NO_HASTE, Haste, haste_at
from approvals.limit import name_of
from approvals.mandate import crossed_ends
from approvals.pools import Pools, desk_of, holders
from approvals.routing import Plan, route
from base.words import say
from deals.economics import measure
from deals.models import Deal
from deals.terms import Ask, World
from guardrails.evaluation import Evaluation, evaluate
from guardrails.measured import Measured
from guardrails.policy import Policy


@dataclass(frozen=True, slots=True)
class Judgement:
    """Both ends measured and judged under one policy, the route that follows from the walk-away, who may be
    asked, and which functions are at quarter end."""

    policy: Policy
    target: Measured
    walk_away: Measured
    judged_target: Evaluation
    judged: Evaluation
    carried: Mapping[str, Kept | Reopened]
    plan: Plan
    pools: Pools
    haste: Haste = NO_HASTE

    @property
    def kept(self) -> dict[str, Kept]:
        """Functions that need not sign again."""
        return {function: how for function, how in self.carried.items() if isinstance(how, Kept)}

    @property
    def crossed(self) -> dict[str, str]:
        """Limit key → sentence, where the target needs more than the walk-away that is judged for both: no
        mandate could hold it."""
        needed = {finding.key for finding in self.judged_target.findings}
        ends = crossed_ends(self.target, self.walk_away, self.policy)
        return {key: riskier_words(name_of(key, self.policy)) for key in ends if key in needed}


def riskier_words(name: str) -> str:
    return say("{name} is riskier at the target than at the walk-away.", name=name)


def judge(
    deal: Deal, ask: Ask, world: World, *, policy: Policy, submitter: int | None, at: datetime
) -> Judgement:
    """Measure, judge, keep what still holds, route. Reads people and past decisions; writes nothing."""
    target, walk_away = measure(ask.target, policy, world), measure(ask.walk_away, policy, world)
    judged = evaluate(walk_away, policy)
    carried = carry(last_grants(deal, policy), judged, ask, walk_away, policy, at)
    kept = {function for function, how in carried.items() if isinstance(how, Kept)}
    haste = haste_at(at)
    pools = holders(deal, policy=policy, terms=ask.walk_away, submitter=submitter, at=at, haste=haste)
    return Judgement(
        policy=policy,
        target=target,
        walk_away=walk_away,
        judged_target=evaluate(target, policy),
        judged=judged,
        carried=carried,
        plan=route(judged, desk_of(pools, policy, ask.walk_away, haste), kept),
        pools=pools,
        haste=haste,
    )
