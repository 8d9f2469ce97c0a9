"""How long answers take: from the moment a step opened to the answer, in working hours of its function."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from approvals.models import Decision
from base import worktime
from deals.models import Deal
from desk.clocks import Now
from guardrails.policy import Policy
from people.models import User

LOOKED_BACK = timedelta(weeks=12)
MOST = 500  # answers looked at, the latest: enough for a percentile, little enough for a page
FEWEST = 5  # answers under which a percentile says nothing

Answer = tuple[str, datetime, datetime]  # function, opened, answered


@dataclass(frozen=True, slots=True)
class Cycle:
    """Four of five answers of a function were there within `minutes` of its working time."""

    name: str
    minutes: int
    answers: int


def cycles_of(user: User, policy: Policy, now: Now) -> tuple[Cycle, ...]:
    """Of deals this person may see. Functions with too few answers are left out. One query."""
    taken = taken_by(answers(Decision.objects.filter(deal__in=Deal.objects.visible_to(user)), now), now)
    return tuple(
        Cycle(rule.name, p80(taken[rule.key]), len(taken[rule.key]))
        for rule in policy.functions
        if len(taken[rule.key]) >= FEWEST
    )


def own_cycle(user: User, now: Now) -> Cycle | None:
    """Of what this person decided. One query."""
    taken = taken_by(answers(Decision.objects.filter(by=user), now), now)
    minutes = [each for function in taken.values() for each in function]
    return Cycle(user.name, p80(minutes), len(minutes)) if len(minutes) >= FEWEST else None


def answers(decisions: QuerySet[Decision], now: Now) -> list[Answer]:
    lately = decisions.filter(at__gte=now.at - LOOKED_BACK, step__opened_at__isnull=False)
    rows = lately.order_by("-at", "-pk").values_list("function", "step__opened_at", "at")[:MOST]
    return [(function, opened, at) for function, opened, at in rows if opened]


def taken_by(given: Iterable[Answer], now: Now) -> dict[str, list[int]]:
    """Working minutes each answer took, by function; without those whose function has no working hours."""
    taken: dict[str, list[int]] = defaultdict(list)
    for function, opened, answered in given:
        if hours := now.calendars.get(function):
            taken[function].append(worktime.between(hours, opened, answered))
    return taken


def p80(minutes: list[int]) -> int:
    """The shortest time within which at least 80 % of the answers came (nearest rank)."""
    return sorted(minutes)[math.ceil(0.8 * len(minutes)) - 1]
