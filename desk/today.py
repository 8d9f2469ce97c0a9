"""The desk today: what breaks, what waits for whom, how long answers take. Of deals the reader may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from approvals.models import Request
from base.format import hour, short_money
from base.words import mark, say
from desk import waiting
from desk.bars import Scale
from desk.clocks import NOBODY, Now
from desk.currency import Pinned, pinned_in, pinned_sums
from desk.cycles import Cycle, cycles_of
from desk.queue import visible_requests
from desk.waiting import Waiting
from guardrails.policy import Policy
from people.models import User

ZERO = Decimal(0)
VIEWS = (
    ("", mark("All open")),
    ("today", mark("Breaks today")),
    ("overdue", mark("Nobody answered")),
    ("nobody", NOBODY),
    ("seller", mark("With seller")),
)
SHOWN = 12  # deadlines drawn
HURRY = timedelta(hours=2)
EDGE = Decimal("0.2")  # of the line: as wide as two words
OPENS, CLOSES = 9, 18  # hours drawn when no deadline lies outside
FILLS = {"finance": "c-fin", "legal": "c-leg", "operations": "c-ops", "executive": "l4"}


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    tone: str


@dataclass(frozen=True, slots=True)
class Hours:
    """Today's deadlines on one line, and the line in words. An end too near to now has no number."""

    marks: tuple[Mark, ...]
    now: str
    anchor: str
    first: int | None
    last: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class View:
    """A named filter of the queue."""

    key: str
    word: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Today:
    open: int
    value: Decimal
    risk: Decimal
    pinned: Pinned
    breaking: int
    breaking_value: Decimal
    late: int
    nobody: int
    seller: int
    waiting: tuple[tuple[str, str, Decimal], ...]
    hours: Hours | None
    cycles: tuple[Cycle, ...]

    def views(self, current: str) -> tuple[View, ...]:
        counts = {
            "": self.open,
            "today": self.breaking,
            "overdue": self.late,
            "nobody": self.nobody,
            "seller": self.seller,
        }
        return tuple(View(key, say(word), counts[key], key == current) for key, word in VIEWS)


def today_of(user: User, policy: Policy, now: Now) -> Today:
    """Three queries."""
    requests = visible_requests(user, now).filter(status=Request.Status.OPEN)
    said = summed(requests, policy)
    return Today(
        open=said["open"],
        value=said["all_value"] or ZERO,
        risk=said["at_risk"] or ZERO,
        pinned=pinned_in(said),
        breaking=said["breaking"],
        breaking_value=said["breaking_value"] or ZERO,
        late=said["unanswered"],
        nobody=said["nobody"],
        seller=said["seller"],
        waiting=waits(said, policy),
        hours=hours_of(deadlines(requests), now),
        cycles=cycles_of(user, policy, now),
    )


def summed(requests: Waiting, policy: Policy) -> dict[str, Any]:
    breaks, back = Q(when=waiting.TODAY), Q(when=waiting.SELLER)
    by_function = {
        f"waits_{rule.key}": Sum("value", filter=Q(waits_for=rule.key)) for rule in policy.functions
    }
    return requests.aggregate(
        open=Count("pk"),
        at_risk=Sum("risk"),
        breaking=Count("pk", filter=breaks),
        breaking_value=Sum("value", filter=breaks),
        unanswered=Count("pk", filter=Q(late=True)),
        nobody=Count("pk", filter=Q(stuck=True)),
        seller=Count("pk", filter=Q(back=True)),
        waits_seller=Sum("value", filter=back),
        waits_nobody=Sum("value", filter=Q(when=waiting.NOBODY)),
        all_value=Sum("value"),
        **by_function,
        **pinned_sums(policy.currency),
    )


def waits(said: dict[str, Any], policy: Policy) -> tuple[tuple[str, str, Decimal], ...]:
    """Each deal's value once, with whoever must answer it first: words, fill, weight. None of zero."""
    holders = [(each.name, FILLS.get(each.key, "c-sel"), f"waits_{each.key}") for each in policy.functions]
    holders += [(say("Seller"), "c-sel", "waits_seller"), (say(NOBODY), "lx", "waits_nobody")]
    return tuple(
        (f"{name} {short_money(said[key], policy.currency)}", fill, said[key])
        for name, fill, key in holders
        if said[key]
    )


def deadlines(requests: Waiting) -> list[datetime]:
    return list(requests.filter(when=waiting.TODAY).order_by("due").values_list("due", flat=True)[:SHOWN])


def hours_of(due: list[datetime], now: Now) -> Hours | None:
    """Overdue deadlines of days before stand at the left end; None when nothing is due."""
    if not due:
        return None
    today = [at.astimezone(now.zone) for at in due if at.astimezone(now.zone).date() == now.local.date()]
    around = [*today, now.local]
    first = min(OPENS, *(at.hour for at in around))
    last = max(CLOSES, *(at.hour + 1 for at in around))
    line = Scale(Decimal(first), Decimal(last))
    hours = [clock_hour(at, now) if at in today else Decimal(first) for at in due]
    times, here = ", ".join(hour(at) for at in today), hour(now.local)
    share = line.share(clock_hour(now.at, now))
    return Hours(
        marks=tuple(Mark(line.at(hour), tone_at(at, now)) for hour, at in zip(hours, due, strict=True)),
        now=line.at(clock_hour(now.at, now)),
        anchor="start" if share < EDGE else "end" if share > 1 - EDGE else "middle",
        first=None if share < EDGE else first,
        last=None if share > 1 - EDGE else last,
        sentence=say("Deadlines today: {times}. It is {now}.", times=times, now=here)
        if times
        else say("Deadlines today: all from days before. It is {now}.", now=here),
    )


def clock_hour(at: datetime, now: Now) -> Decimal:
    local = at.astimezone(now.zone)
    return local.hour + Decimal(local.minute) / 60


def tone_at(at: datetime, now: Now) -> str:
    if at < now.at:
        return "bad"
    return "warn" if at - now.at <= HURRY else ""
