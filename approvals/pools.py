"""Who may be asked. Conflict of interest is checked here when assigning, and again when deciding."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from approvals.routing import Desk
from base import clock
from deals.models import Deal
from deals.share import team_of
from guardrails.policy import Policy
from people.models import Authority, User


def conflicted(deal: Deal, *, submitter: int | None) -> frozenset[int]:
    """Ids of those who may not decide on `deal`: its owner, who submitted it, and its team."""
    return frozenset({deal.owner_id, *([submitter] if submitter else []), *team_of(deal)})


def holders(deal: Deal, *, submitter: int | None, at: datetime) -> dict[tuple[str, int], tuple[User, ...]]:
    """Eligible people by (function, level) for a deal of this region, free of conflict, by name."""
    out = conflicted(deal, submitter=submitter)
    found: dict[tuple[str, int], list[User]] = defaultdict(list)
    for authority in active_authority(deal.region, at):
        if authority.user_id not in out and authority.user not in found[authority.function, authority.level]:
            found[authority.function, authority.level].append(authority.user)
    return {place: tuple(users) for place, users in found.items()}


def active_authority(region: str, at: datetime) -> Iterable[Authority]:
    held = Authority.objects.in_force(clock.date_of(at)).in_region(region).filter(user__is_active=True)
    return held.select_related("user").order_by("user__name", "user__pk")


def desk_for(deal: Deal, policy: Policy, *, submitter: int | None, at: datetime) -> Desk:
    """What routing needs to know of the people."""
    pools = holders(deal, submitter=submitter, at=at)
    return Desk(
        pools={place: tuple(user.pk for user in users) for place, users in pools.items()}, policy=policy
    )
