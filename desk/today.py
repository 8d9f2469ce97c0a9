"""The desk today: what breaks, what waits for whom, how long answers take. Of deals the reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
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
from desk.narrowing import NARROW, Reader, narrowed
from desk.queue import visible_requests
from desk.waiting import Waiting
from guardrails.policy import Policy
from people.models import User

ZERO = Decimal(0)
VIEWS = (
    ("", mark("All open")),
    ("over", mark("Over")),
    ("today", mark("Breaks today")),
    ("overdue", mark("Nobody answered")),
    ("nobody", NOBODY),
    ("seller", mark("With seller")),
)
SHOWN = 12  # deadlines drawn
HURRY = timedelta(hours=2)
EDGE = Decimal("0.2")  # of the line: as wide as two words
OPENS, CLOSES = 9, 18  # hours drawn when no deadline lies outside
HOURS = 24
FILLS = {"finance": "c-fin", "legal": "c-leg", "operations": "c-ops", "executive": "l4"}


@dataclass(frozen=True, slots=True)
class Mark:
    x: str
    tone: str


@dataclass(frozen=True, slots=True)
class Hours:
    """Today's deadlines on one line, and the line in words. An end too near to now has no hour."""

    marks: tuple[Mark, ...]
    now: str
    anchor: str
    first: str
    last: str
    sentence: str


@dataclass(frozen=True, slots=True)
class View:
    """A named filter of the queue. `whole`: how many there are without the other filters; None when there are
    no others."""

    key: str
    word: str
    count: int
    current: bool
    whole: int | None = None


@dataclass(frozen=True, slots=True)
class Today:
    open: int
    value: Decimal
    risk: Decimal
    pinned: Pinned
    over: int
    breaking: int
    breaking_value: Decimal
    late: int
    nobody: int
    seller: int
    waiting: tuple[tuple[str, str, Decimal], ...]
    hours: Hours | None
    cycles: tuple[Cycle, ...]

    @property
    def counts(self) -> dict[str, int]:
        """By the key of the view."""
        return {
            "": self.open,
            "over": self.over,
            "today": self.breaking,
            "overdue": self.late,
            "nobody": self.nobody,
            "seller": self.seller,
        }

    @property
    def breaks(self) -> str:
        """ "7 overdue, 9 due until midnight"; nothing when nothing breaks."""
        due = say("{due} due until midnight", due=self.breaking)
        if not self.over:
            return due if self.breaking else ""
        over = say("{over} overdue", over=self.over)
        return say("{over}, {due}", over=over, due=due) if self.breaking else over

    def views(self, current: str, within: Mapping[str, int] | None = None) -> tuple[View, ...]:
        """`within`: how many each has with the other filters that are set."""
        return tuple(
            View(key, say(word), count, key == current)
            if within is None
            else View(key, say(word), within[key], key == current, whole=count)
            for (key, word), count in zip(VIEWS, self.counts.values(), strict=True)
        )


def today_of(user: User, policy: Policy, now: Now) -> Today:
    """Three queries."""
    requests = visible_requests(user, now).filter(status=Request.Status.OPEN)
    said = summed(requests, policy)
    return Today(
        open=said["open"],
        value=said["all_value"] or ZERO,
        risk=said["at_risk"] or ZERO,
        pinned=pinned_in(said),
        over=said["over"],
        breaking=said["breaking"],
        breaking_value=said["breaking_value"] or ZERO,
        late=said["unanswered"],
        nobody=said["nobody"],
        seller=said["seller"],
        waiting=waits(said, policy),
        hours=hours_of(deadlines(requests), now),
        cycles=cycles_of(user, policy, now),
    )


COUNTED = {
    "open": Count("pk"),
    "over": Count("pk", filter=Q(when=waiting.OVER)),
    "breaking": Count("pk", filter=Q(when=waiting.TODAY)),
    "unanswered": Count("pk", filter=Q(late=True)),
    "nobody": Count("pk", filter=Q(stuck=True)),
    "seller": Count("pk", filter=Q(back=True)),
}


def within(user: User, asked: Mapping[str, str], now: Now) -> dict[str, int] | None:
    """How many open requests each view has with the filters that are set besides it; None when none is. One
    query at most."""
    filters = {name: word for name, word in asked.items() if name in NARROW and name != "when"}
    if not filters:
        return None
    found = narrowed(visible_requests(user, now), filters, Reader(user, now)).aggregate(**COUNTED)
    return {key: found[name] for (key, _), name in zip(VIEWS, COUNTED, strict=True)}


def summed(requests: Waiting, policy: Policy) -> dict[str, Any]:
    breaks, back = Q(when__in=[waiting.OVER, waiting.TODAY]), Q(when=waiting.SELLER)
    by_function = {
        f"waits_{rule.key}": Sum("value", filter=Q(waits_for=rule.key)) for rule in policy.functions
    }
    return requests.aggregate(
        at_risk=Sum("risk"),
        breaking_value=Sum("value", filter=breaks),
        waits_seller=Sum("value", filter=back),
        waits_nobody=Sum("value", filter=Q(when=waiting.NOBODY)),
        all_value=Sum("value"),
        **COUNTED,
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
    breaking = requests.filter(when__in=[waiting.OVER, waiting.TODAY]).order_by("due")
    return list(breaking.values_list("due", flat=True)[:SHOWN])


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
        first="" if share < EDGE else hour_name(first),
        last="" if share > 1 - EDGE else hour_name(last),
        sentence=say("Deadlines today: {times}. It is {now}.", times=times, now=here)
        if times
        else say("Deadlines today: all from days before. It is {now}.", now=here),
    )


def hour_name(of_day: int) -> str:
    """ "18:00"."""
    return hour(time(of_day)) if of_day < HOURS else say("midnight")


def clock_hour(at: datetime, now: Now) -> Decimal:
    local = at.astimezone(now.zone)
    return local.hour + Decimal(local.minute) / 60


def tone_at(at: datetime, now: Now) -> str:
    if at < now.at:
        return "bad"
    return "warn" if at - now.at <= HURRY else ""
