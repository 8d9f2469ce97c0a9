"""Why nobody can be asked, said so that the desk knows what to mend."""

from collections.abc import Sequence
from datetime import datetime

from approvals.acting import away_words, day_words
from approvals.models import Step
from approvals.pools import eligible, region_of, rule_of
from base import clock
from base.locales import HOUSE, speaking
from guardrails.pool import Pool
from people.models import Authority, User


@speaking(HOUSE)  # it is kept
def nobody_words(step: Step, people: Sequence[User], *, at: datetime) -> str:
    """ "Finance Director, Nordics: nobody holds this since 3 May." It names no person but who is away.

    `people`: those who may be asked, when they are too few."""
    rule = rule_of(step, step.level)
    where = f"{step.level_name}, {region_of(step)}" if rule.by_authority else step.level_name
    away = away_words(eligible(step, at=at), step.function, at, but={user.pk for user in people})
    if people and len(people) >= rule.needed(len(people)):
        return f"{where}: {away or 'those who have not answered may not decide any more'}."
    if people:
        few = f"{rule.needed(len(people))} must agree and only {len(people)} can be asked"
        return f"{where}: {few}{': ' if away else ''}{away}."
    if away:
        return f"{where}: {away}."
    return f"{where}: {by_authority(step, at) if rule.by_authority else by_name(rule)}."


def by_name(rule: Pool) -> str:
    if rule.manager is None:
        return "none of those the policy names may decide on this deal"
    who = "manager" if rule.manager == 1 else f"manager {rule.manager} levels up"
    return f"the seller has no {who} who may decide on this deal"


def by_authority(step: Step, at: datetime) -> str:
    today = clock.date_of(at)
    held = Authority.objects.in_region(region_of(step)).filter(function=step.function, level=step.level)
    if held.in_force(today).filter(user__is_active=True).exists():
        return "everyone who holds this works on the deal"
    last = held.filter(until__lte=today).order_by("-until").values_list("until", flat=True).first()
    if held.in_force(today).exists():
        return "whoever held this may not sign in any more"
    return f"nobody holds this since {day_words(last, today)}" if last else "nobody holds this"
