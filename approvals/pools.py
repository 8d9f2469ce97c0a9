"""Who may be asked. Conflict of interest is checked here when assigning, and again when deciding."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from approvals.errors import OwnDeal
from approvals.haste import Haste, haste_at, haste_of
from approvals.models import Request, Step
from approvals.routing import Desk
from base import clock
from base.words import mark, say
from deals.models import Deal
from deals.share import team_of
from deals.terms import Terms
from guardrails.holders import addresses
from guardrails.models import ExtraMember
from guardrails.policy import Policy, Pool
from ledger.batch import once
from people.models import Absence, Authority, User
from people.stand_in import Asking, Away, stand_ins

Place = tuple[str, int]  # function and level
Pools = dict[Place, tuple[User, ...]]


def conflicted(deal: Deal, *, submitter: int | None) -> frozenset[int]:
    """Ids of those who may not decide on `deal`: its owner, who submitted it, and its team."""
    return frozenset({deal.owner_id, *([submitter] if submitter else []), *team_of(deal)})


@dataclass(frozen=True, slots=True)
class People:
    """Everyone whom a policy may ask about one deal, by what makes them be asked; managers by levels up."""

    authority: Mapping[Place, tuple[User, ...]]
    named: Mapping[str, User]
    managers: Mapping[int, User]

    def of(self, pool: Pool, place: Place) -> tuple[User, ...]:
        if pool.manager is not None:
            return tuple(self.managers[up] for up in [pool.manager] if up in self.managers)
        if pool.people:
            found = [self.named[address] for address in pool.people if address in self.named]
            return tuple(sorted(found, key=lambda user: (user.name, user.pk)))
        return self.authority.get(place, ())


def holders(
    deal: Deal, *, policy: Policy, terms: Terms, submitter: int | None, at: datetime, haste: Haste
) -> Pools:
    """Who can be asked, by (function, level), for a deal of these terms: free of conflict, and there, or with
    somebody who stands in for them; by name. `haste`: who may decide too."""
    out, people = conflicted(deal, submitter=submitter), people_for(deal, policy, terms, at)
    roster = holding(at)
    found: Pools = {}
    for level in policy.levels:
        place = (level.function, level.rank)
        rule = pool_of(policy, *place, terms)
        asked = joined(people.of(rule, place), haste.members.get(place, ()))
        free = tuple(user for user in asked if user.pk not in out)
        found[place] = reachable(free, rule, roster, Asking(level.function, at, out))
    return found


def holding(at: datetime) -> tuple[Away, ...]:
    """Every absence in force at the instant `at`."""
    return once(("absences", at), Absence.objects.holding(at).roster)


def joined(people: tuple[User, ...], more: tuple[User, ...]) -> tuple[User, ...]:
    """Both, each once, by name."""
    return tuple(sorted({*people, *more}, key=lambda user: (user.name, user.pk))) if more else people


def reachable(
    people: tuple[User, ...], rule: Pool, roster: Collection[Away], asking: Asking
) -> tuple[User, ...]:
    """Without those for whom nobody is left. Work given to who has the least goes to nobody who is away while
    others are there: who is away has none."""
    acts = stand_ins(roster, [user.pk for user in people], asking) if roster else None
    if acts is None:
        return people
    there = tuple(user for user in people if acts.get(user.pk) == user.pk)
    if there and rule.assign == "least loaded":
        return there
    return tuple(user for user in people if user.pk in acts)


def people_for(deal: Deal, policy: Policy, terms: Terms, at: datetime) -> People:
    """One query, one more where the policy names people, one for each manager up to the highest it asks."""
    highest = max((level.pool.manager or 0 for level in policy.levels), default=0)
    return People(
        authority=active_authority(terms.frame.region, at),
        named=active_named(addresses(policy)),
        managers={up: user for up, user in enumerate(managers_of(deal, highest), start=1) if user.is_active},
    )


def pool_of(policy: Policy, function: str, rank: int, terms: Terms) -> Pool:
    """Who is asked at this level for these terms: its pool, or the specialists in scope."""
    return policy.pool(function, rank, terms.frame, {line.family for line in terms.lines})


def rule_of(step: Step, rank: int) -> Pool:
    """The same for the function of a step, by the policy it was asked under."""
    policy = step.request.version.policy
    if not policy.specialists:
        return policy.level(step.function, rank).pool
    return pool_of(policy, step.function, rank, step.request.revision.ask.walk_away)


def rule_now(step: Step) -> Pool:
    """How work is given out where `step` is now: managers who stepped in take it as they come."""
    return Pool() if step.managers else rule_of(step, step.held_level)


def pools_of(request: Request, *, at: datetime, haste: Haste | None = None) -> Pools:
    """The same for a sent request: as it was asked for, whatever the draft says by now; with who may decide
    too what opens at `at`."""
    policy, terms = request.version.policy, request.revision.ask.walk_away
    by, more = request.submitted_by_id, haste_at(at) if haste is None else haste
    return holders(request.deal, policy=policy, terms=terms, submitter=by, at=at, haste=more)


def pools_for(step: Step, *, at: datetime) -> Pools:
    """The same for a step: with who may decide too in the quarter end that it opened in."""
    return pools_of(step.request, at=at, haste=haste_of(step, at=at))


def pool_now(step: Step, *, at: datetime) -> tuple[User, ...]:
    """Who may fill a seat of `step` that is kept for nobody: the managers who stepped in, else those of the
    level that holds it."""
    if step.managers:
        return tuple(User.objects.active().filter(pk__in=step.managers).by_name())
    return pools_for(step, at=at).get((step.function, step.held_level), ())


def eligible(step: Step, *, at: datetime) -> tuple[User, ...]:
    """Who may be asked at the level of `step` were they all there: free of conflict, by name."""
    request, rule, place = step.request, rule_of(step, step.level), (step.function, step.level)
    policy, terms = request.version.policy, request.revision.ask.walk_away
    out = conflicted(step.deal, submitter=request.submitted_by_id)
    found = people_for(step.deal, policy, terms, at).of(rule, place)
    more = haste_of(step, at=at).members.get(place, ())
    return tuple(user for user in joined(found, more) if user.pk not in out)


def managers_of(deal: Deal, highest: int) -> Iterable[User]:
    """The seller's manager, theirs, and so on, as far as asked for and as there are."""
    user = deal.owner
    for _ in range(highest):
        if user.manager is None:
            return
        user = user.manager
        yield user


def region_of(step: Step) -> str:
    return step.request.revision.ask.walk_away.frame.region


def may_hold(user: User, step: Step, *, at: datetime) -> bool:
    """Whether `user`, at this instant, may decide at the level that holds `step`, or above it: by the policy,
    as a manager who stepped in, or at quarter end; or was added by a signer and has not answered."""
    known = User.objects.active().filter(pk=user.pk).first()
    return known is not None and holds(known, step, at=at)


def holds(known: User, step: Step, *, at: datetime) -> bool:
    """The same of somebody active, as just read."""
    levels = step.request.version.policy.levels_of(step.function)
    rules = {level.rank: rule_of(step, level.rank) for level in levels if level.rank >= step.held_level}
    if named_in(rules.values(), known, step) or known.pk in step.managers or hastens(known, step):
        return True
    open_to = tuple(rank for rank, rule in rules.items() if rule.by_authority)
    if appointed(known, step.function, open_to, region_of(step), at):
        return True
    return step.seats.filter(held_by=known, added_by__isnull=False, decision=None).exists()


def appointed(user: User, function: str, levels: tuple[int, ...], region: str, at: datetime) -> bool:
    """Whether `user` has authority at one of these levels in this region."""
    held = Authority.objects.in_force(clock.date_of(at)).in_region(region)
    name = ("appointed", user.pk, function, levels, region, at)
    return once(name, held.filter(function=function, level__in=levels, user=user).exists)


def hastens(user: User, step: Step) -> bool:
    """Whether the quarter end that `step` opened in lets `user` decide, at its level or above."""
    if step.quarter_end_id is None:
        return False
    named = ExtraMember.objects.filter(quarter_end=step.quarter_end_id, function=step.function, user=user)
    return named.filter(level__gte=step.held_level).exists()


def named_in(rules: Collection[Pool], user: User, step: Step) -> bool:
    if any(user.email in rule.people for rule in rules):
        return True
    up = {rule.manager for rule in rules if rule.manager is not None}
    managers = enumerate(managers_of(step.deal, max(up, default=0)), start=1)
    return any(place in up and manager == user for place, manager in managers)


def holder_name(step: Step) -> str:
    """The level whose people hold the seat now, in the words of the policy it was asked under."""
    return step.request.version.policy.level_name(step.function, step.held_level)


def refuse_own_deal(step: Step, by: User) -> None:
    """Raises OwnDeal, naming who decides it."""
    if by.pk in conflicted(step.deal, submitter=step.request.submitted_by_id):
        words = mark("You are on the deal team of {deal}. {holder} decides it.")
        raise OwnDeal(say(words, deal=step.deal.number, holder=holder_name(step)))


def active_authority(region: str, at: datetime) -> Mapping[Place, tuple[User, ...]]:
    """Who has authority in this region, each once, by name."""
    return once(("authority", region, at), lambda: read_authority(region, at))


def read_authority(region: str, at: datetime) -> Mapping[Place, tuple[User, ...]]:
    held = Authority.objects.in_force(clock.date_of(at)).in_region(region).filter(user__is_active=True)
    found: dict[Place, dict[User, None]] = defaultdict(dict)
    for authority in held.select_related("user").order_by("user__name", "user__pk"):
        found[authority.function, authority.level][authority.user] = None
    return {place: tuple(users) for place, users in found.items()}


def active_named(emails: Collection[str]) -> Mapping[str, User]:
    return {user.email: user for user in User.objects.active().filter(email__in=emails)} if emails else {}


def desk_of(pools: Pools, policy: Policy, terms: Terms, haste: Haste) -> Desk:
    """What routing needs to know of the people."""
    return Desk(
        pools={place: tuple(user.pk for user in users) for place, users in pools.items()},
        policy=policy,
        rules={place: pool_of(policy, *place, terms) for place in pools},
        percents=haste.percents,
    )
