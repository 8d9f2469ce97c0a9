"""Judging past deals, each in the world of its day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from base import clock
from base.words import mark, say
from deals.importing.past import PastDeal, Refused
from deals.importing.rates import Pinned, rates_of
from deals.importing.verdict import Known, Verdict, judge
from deals.importing.won import UNKNOWN, Won, won_of
from deals.models import Import
from guardrails.models import PolicyVersion
from guardrails.policy import Policy
from people.models import User

TOO_LARGE = mark("comes to more than can be recorded")


@dataclass(frozen=True, slots=True)
class Landing:
    """Under which version, when, by whom, and from which file."""

    version: PolicyVersion
    at: datetime
    by: User | None
    origin: Import | None

    @property
    def today(self) -> date:
        return clock.date_of(self.at)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A past deal that is not in yet, with the hash of what is said of it."""

    past: PastDeal
    content: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A past deal with all that is to be written of it. `account`: its number; not above 0 when tried out."""

    past: PastDeal
    day: date
    account: int
    pinned: Pinned
    content: str
    verdict: Verdict


def prepare(
    fresh: Sequence[Fresh], landing: Landing, accounts: Mapping[str, int]
) -> tuple[list[Ready], list[Refused]]:
    """Judge each in the order of days and keys, so that what was won before counts for what comes after.

    `accounts`: name → number. The same few queries for any number of deals.
    """
    inner = sorted(fresh, key=lambda each: (each.past.day(landing.today), each.past.key))
    if not inner:
        return [], []
    policy, days = landing.version.policy, [each.past.day(landing.today) for each in inner]
    rates = rates_of({each.past.ask.target.frame.currency for each in inner}, policy.currency)
    known = {accounts[each.past.account] for each in inner if each.past.account_known}
    won = won_of(known, days[0], days[-1])
    ready: list[Ready] = []
    refused: list[Refused] = []
    for each, day in zip(inner, days, strict=True):
        pinned = rates.on(each.past.ask.target.frame.currency, day)
        if pinned is None:
            refused.append(without_rate(each.past, day, policy))
            continue
        one = rule(each, day, accounts[each.past.account], pinned, won, policy)
        if one.verdict.too_large:
            refused.append(Refused(each.past.key, "key", each.past.key, say(TOO_LARGE)))
            continue
        count(one, won)
        ready.append(one)
    return ready, refused


def without_rate(past: PastDeal, day: date, policy: Policy) -> Refused:
    currency = past.ask.target.frame.currency
    reason = say(
        "no rate from {currency} to {company} is known by {day}: enter one",
        currency=currency,
        company=policy.currency,
        day=f"{day:%Y-%m-%d}",
    )
    return Refused(past.key, "currency", currency, reason)


def rule(each: Fresh, day: date, account: int, pinned: Pinned, won: Won, policy: Policy) -> Ready:
    past = each.past
    world = won.before(account, day) if past.account_known else UNKNOWN
    brief = {"title": past.title, "account": past.account, "owner": past.owner}
    named = {"source": past.source, "key": past.key}
    known = Known(account, pinned.rate, world, salt=str(uuid4()))
    verdict = judge(past, known, policy, {**brief, **named})
    return Ready(past, day, account, pinned, each.content, verdict)


def count(one: Ready, won: Won) -> None:
    """What was won counts for the deals after it."""
    if one.past.outcome == "won" and one.past.account_known:
        won.add(one.account, one.day, one.verdict.won, one.pinned.rate)
