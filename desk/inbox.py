"""Reviews that wait for one person, in the order of their deadlines, each with why it is for them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from approvals.models import Step
from base import clock
from base.format import short_money
from base.words import say
from deals.models import Deal, Revision
from desk.acting_for import acting_words, with_principal
from desk.clocks import Clock, Now, clock_of, holder, moved_from
from desk.cost import brief_for
from desk.narrowing import said_of_deal
from desk.phrases import listed
from guardrails.evaluation import Finding
from guardrails.policy import Level, Policy
from people.models import Authority, User
from people.shown import View, cost_view

SAID = 2  # findings that are named; the rest is counted
UNREAD = (
    "request__route",
    "request__evaluation_target",
    "request__revision__document",
    "request__revision__measured_target",
    "request__revision__measured_walk_away",
)


@dataclass(frozen=True, slots=True)
class Review:
    """One request, with all its steps that wait for this person; `step`: the first that falls due. `value`:
    in the company's currency. `why`: what the policy found; `more`: findings besides. `levels`: as whom they
    are asked, with the rank. `acting`: for whom, when it is not their own. `then`: what happens without an
    answer."""

    step: Step
    deal: Deal
    asked: Revision
    value: Decimal
    why: tuple[str, ...]
    more: int
    levels: tuple[tuple[str, int], ...]
    acting: str
    moved_from: str
    clock: Clock
    then: str

    @property
    def revision(self) -> int:
        return self.asked.number

    @property
    def level(self) -> str:
        return listed([name for name, _ in self.levels])


def reviews_of(user: User, policy: Policy, now: Now, word: str = "") -> tuple[Review, ...]:
    """Those that mention `word`; of cost what the policy in force shows this person. Three queries."""
    steps = list(
        with_principal(Step.objects.assigned_to(user), user, now.at)
        .filter(said_of_deal(word, "deal__") if word else Q())
        .select_related("deal__account", "deal__owner", "request__revision")
        .prefetch_related("request__version")
        .defer(*UNREAD)
    )
    above = authority_of({step.function for step in steps}, now)
    requests: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        requests[step.request_id].append(step)
    return tuple(review(together, cost_view(user, policy), above, now) for together in requests.values())


def review(steps: Sequence[Step], view: View, above: Sequence[Authority], now: Now) -> Review:
    """Of the steps of one request, in the order of their deadlines."""
    first = steps[0]
    revision, policy = first.request.revision, first.request.version.policy
    found = sorted((each for step in steps for each in findings_for(step)), key=lambda each: -each.level)
    return Review(
        step=first,
        deal=first.deal,
        asked=revision,
        value=revision.net("target") * revision.rate,
        why=tuple(brief_for(view, finding, policy) for finding in found[:SAID]),
        more=max(0, len(found) - SAID),
        levels=tuple((holder(step, policy), step.held_level) for step in steps),
        acting=listed([*dict.fromkeys(words for step in steps if (words := acting_words(step, now.at)))]),
        moved_from=moved_from(first),
        clock=clock_of(first, now),
        then=then(first, policy, above),
    )


def findings_for(step: Step) -> tuple[Finding, ...]:
    """What this step was routed for, the highest level first."""
    keys = step.finding_keys
    found = [each for each in step.request.judged.findings_of(step.function) if each.key in keys]
    return tuple(sorted(found, key=lambda each: -each.level))


def authority_of(functions: Iterable[str], now: Now) -> list[Authority]:
    """Who may decide for these functions today, by name."""
    held = Authority.objects.in_force(clock.date_of(now.at)).filter(user__is_active=True)
    named = held.filter(function__in=list(functions)).select_related("user")
    return list(named.order_by("user__name", "user__pk"))


def then(step: Step, policy: Policy, above: Sequence[Authority]) -> str:
    """Where the seat moves when the time is gone, as the policy says of its level; never to who asks."""
    if step.with_desk_since:
        return say("Its time is gone. The deal desk has it too, and may give it to somebody else.")
    for taker in policy.level(step.function, step.level).escalation.takers[step.passed :]:
        if taker == "manager":
            return say("Then it moves to the manager of who is asked.")
        if taker == "next level" and (words := then_above(step, policy, above)):
            return words
    return say("Then the deal desk has it too: nobody is left to take over.")


def then_above(step: Step, policy: Policy, above: Sequence[Authority]) -> str:
    """The next level that has people; empty when there is none."""
    out = {step.deal.owner_id, step.request.submitted_by_id}
    for level in [level for level in policy.levels_of(step.function) if level.rank > step.held_level]:
        if named_by_policy(level, policy):
            return say("Then it moves to {level}.", level=level.name)
        people = [
            held.user.name
            for held in above
            if (held.function, held.level) == (step.function, level.rank)
            and held.region in ("", step.deal.region)
            and held.user_id not in out
        ]
        if people:
            names = listed([*dict.fromkeys(people)])
            return say("Then it moves to {names}, {level}.", names=names, level=level.name)
    return ""


def named_by_policy(level: Level, policy: Policy) -> bool:
    """Whether others than those with authority may be asked there: who that is depends on the deal."""
    specialists = {(one.function, one.level) for one in policy.specialists}
    return not level.pool.by_authority or (level.function, level.rank) in specialists


def worth(reviews: Iterable[Review], policy: Policy) -> str:
    """Value of the deals at target, in the company's currency."""
    return short_money(sum((each.value for each in reviews), Decimal(0)), policy.currency)
