"""Which functions are wanted to answer faster now, as the page of the policy says it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from base import clock
from base.format import day
from base.lists import listed
from base.words import say
from guardrails.models import Hastened
from guardrails.policy import Policy
from guardrails.quarter_end import USUAL


@dataclass(frozen=True, slots=True)
class Pace:
    """`percent`: of the usual time, by function; `words`: a sentence for each quarter end that is on."""

    percent: dict[str, int]
    words: tuple[str, ...]


NONE = Pace({}, ())


def pace_at(at: datetime, policy: Policy) -> Pace:
    """What holds at this instant. One query."""
    holding = list(Hastened.objects.holding(at))
    named = {rule.key: rule.name for rule in policy.functions}
    found = {one.quarter_end_id: one for one in holding}
    words = tuple(
        sentence(
            one, [named.get(each.function, each.function) for each in holding if each.quarter_end_id == pk]
        )
        for pk, one in found.items()
    )
    return Pace({one.function: one.quarter_end.percent for one in holding}, words)


def sentence(one: Hastened, functions: list[str]) -> str:
    """ "Q4 close until Fri 4 December: what opens now has 50 % of the usual time at Finance."."""
    last = day(clock.date_of(one.ends - timedelta(seconds=1)))
    name, percent, who = one.quarter_end.name, one.quarter_end.percent, listed(functions)
    if percent == USUAL:
        return say("{name} until {day}: more people may decide for {who}.", name=name, day=last, who=who)
    return say(
        "{name} until {day}: what opens now has {percent} % of the usual time at {who}.",
        name=name, day=last, percent=percent, who=who,
    )  # fmt: skip
