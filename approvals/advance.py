"""What follows from a decision: levels that fall away, the next step in each lane, executives, the grant."""

from datetime import datetime

from approvals.assign import end, open_steps
from approvals.grant import grant
from approvals.grants import InForce, in_force
from approvals.mandate import narrowed_corner
from approvals.models import Hold, Request, Step
from approvals.pools import Pools, pools_of
from guardrails.evaluation import Evaluation
from ledger.record import record


def advance(request: Request, *, at: datetime, pools: Pools | None = None) -> None:
    """Move an open request as far as it goes by itself. The caller holds the deal lock.

    `pools`: who may be asked, when that was read in this transaction."""
    steps = steps_of(request)
    signed = any(step.status in Step.SATISFIED for step in steps)
    granted = in_force(request, request.version.policy) if signed else InForce()
    if granted.narrowings:
        spare(request, judged_corner(request, granted), at=at)
        steps = steps_of(request)
    if turn := next_in_line(steps):
        open_steps(turn, pools or pools_of(request, at=at), granted, at=at)
    if all(step.status in Step.SATISFIED for step in steps) and not open_holds(request):
        grant(request, granted, at=at)


def steps_of(request: Request) -> list[Step]:
    """All steps as they are now, with the request and the deal that are at hand."""
    steps = list(request.steps.all())
    for step in steps:
        step.request, step.deal = request, request.deal
    return steps


def judged_corner(request: Request, granted: InForce) -> Evaluation:
    """What the policy says of the walk-away with every narrowed term pulled back."""
    revision = request.revision
    values = {key: narrowing.value for key, narrowing in granted.narrowings.items()}
    return narrowed_corner(revision.ask, values, request.version.policy, revision.world)[2]


def spare(request: Request, corner: Evaluation, *, at: datetime) -> None:
    """Close steps not yet opened that the narrowed corner no longer needs. Open steps never close by it.

    In a climb the levels below are asked anyway; the one step of a direct function stays while anything is
    left of what it was planned for."""
    policy = request.version.policy
    for step in request.steps.filter(status=Step.Status.PLANNED).select_related("deal"):
        climbs = policy.function(step.function).route == "climb"
        if corner.needs.get(step.function, 0) < (step.level if climbs else 1):
            end(step, Step.Status.NOT_NEEDED, at=at, reason="The narrowed limits stay below this level.")
            record(step.deal.stream, "step.not_needed", by=None, at=at, step=step.pk)


def next_in_line(steps: list[Step]) -> list[Step]:
    """Planned steps whose turn it is: levels below them in the climb, and stages before, are satisfied."""
    return [
        step
        for step in steps
        if step.status == Step.Status.PLANNED
        and all(
            other.status in Step.SATISFIED
            for other in steps
            if other.stage < step.stage
            or (other.stage == step.stage and other.function == step.function and other.order < step.order)
        )
    ]


def open_holds(request: Request) -> bool:
    return Hold.objects.over(request).exists()
