"""Who may be asked. Conflict of interest is checked here when assigning, and again when deciding."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from approvals.models import Request, Step
from approvals.routing import Desk
from base import clock
from deals.models import Deal
from deals.share import team_of
from guardrails.policy import Policy
from people.models import Authority, User


def conflicted(deal: Deal, *, submitter: int | None) -> frozenset[int]:
    """Ids of those who may not decide on `deal`: its owner, who submitted it, and its team."""
    return frozenset({deal.owner_id, *([submitter] if submitter else []), *team_of(deal)})


Pools = dict[tuple[str, int], tuple[User, ...]]


def holders(deal: Deal, *, region: str, submitter: int | None, at: datetime) -> Pools:
    """Eligible people by (function, level) for a deal of this region, free of conflict, by name."""
    out = conflicted(deal, submitter=submitter)
    found: dict[tuple[str, int], list[User]] = defaultdict(list)
    for authority in active_authority(region, at):
        if authority.user_id not in out and authority.user not in found[authority.function, authority.level]:
            found[authority.function, authority.level].append(authority.user)
    return {place: tuple(users) for place, users in found.items()}


def pools_of(request: Request, *, at: datetime) -> Pools:
    """The same for a sent request: in the region it was asked for, whatever the draft says by now."""
    region = request.revision.ask.walk_away.frame.region
    return holders(request.deal, region=region, submitter=request.submitted_by_id, at=at)


def region_of(step: Step) -> str:
    return step.request.revision.ask.walk_away.frame.region


def may_hold(user: User, step: Step, *, at: datetime) -> bool:
    """Whether `user`, at this instant, may decide at the level that holds `step`, or above it."""
    held = Authority.objects.in_force(clock.date_of(at)).in_region(region_of(step))
    place = held.filter(function=step.function, level__gte=step.held_level)
    return place.filter(user=user, user__is_active=True).exists()


def holder_name(step: Step) -> str:
    """The level whose people hold the seat now, in the words of the policy it was asked under."""
    return step.request.version.policy.level_name(step.function, step.held_level)


def active_authority(region: str, at: datetime) -> Iterable[Authority]:
    held = Authority.objects.in_force(clock.date_of(at)).in_region(region).filter(user__is_active=True)
    return held.select_related("user").order_by("user__name", "user__pk")


def desk_of(pools: Pools, policy: Policy) -> Desk:
    """What routing needs to know of the people."""
    return Desk(
        pools={place: tuple(user.pk for user in users) for place, users in pools.items()}, policy=policy
    )
