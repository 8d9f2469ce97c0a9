"""The queue: requests of deals a person may see, by when they break, with who holds each now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet, Sum

from approvals.models import Request, Step
from base.words import mark, say
from desk import waiting
from desk.clocks import NOBODY, Clock, Now, holder, next_clock
from desk.columns import GROUPED, USUAL, Head, heads_of, may_show, order_of
from desk.currency import Pinned, pinned_in, pinned_sums, together
from desk.held import Held, held_over
from desk.holding import desk_people
from desk.margins import Margin, margins_of
from desk.narrowing import STUCK, Reader, narrowed, open_work
from desk.signals import Signal, signals_of, with_signals
from desk.standing import Standing, standings
from desk.waiting import Days, Waiting, Worth, days_from, with_waiting, worth_of
from guardrails.policy import FunctionRule, Policy
from people.models import User
from people.shown import cost_view

A_PAGE = 25
ZERO = Decimal(0)
UNREAD = (
    "route",
    "evaluation_target",
    "revision__document",
    "revision__measured_target",
    "revision__measured_walk_away",
)
BY_BREAKING = ("when", F("due").asc(nulls_last=True), F("ended_at").desc(nulls_last=True), "pk")
ENDINGS = {
    Request.Status.GRANTED: ("ok", "shield-check"),
    Request.Status.DECLINED: ("bad", "x"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One request. `ending`: its tone and icon once it is over. `nobody`: why a step has nobody to ask, or
    since when the desk has one that nobody answered."""

    request: Request
    worth: Worth
    margin: Margin | None
    cells: tuple[Standing, ...]
    clock: Clock | None
    ending: tuple[str, str]
    held: tuple[Held, ...]
    nobody: tuple[str, ...]
    signals: Sequence[Signal]

    @property
    def risk(self) -> Decimal | None:
        """What is lost at the walk-away, in the deal's currency."""
        target, walk_away = self.request.revision.net_target, self.request.revision.net_walk_away
        return None if target is None or walk_away is None else target - walk_away


@dataclass(frozen=True, slots=True)
class Total:
    """Of all pages, in the company's currency."""

    count: int
    value: Decimal
    risk: Decimal
    pinned: Pinned


@dataclass(frozen=True, slots=True)
class Group:
    """Requests that break in the same stretch of time; `count` and `value` are of all pages."""

    name: str
    count: int
    value: Decimal
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    groups: tuple[Group, ...]
    functions: tuple[FunctionRule, ...]
    columns: tuple[str, ...]
    page: Page[Request]
    count: int
    risk: Decimal
    pinned: Pinned
    sort: str

    @property
    def width(self) -> int:
        """Columns of the table."""
        return len(self.heads)

    @property
    def heads(self) -> tuple[Head, ...]:
        """The heads of the columns, none of which sorts."""
        return heads_of(self.columns, self.functions, self.sort, lambda sort: "")


def owners_of(user: User) -> QuerySet[User]:
    """Who owns the deals in the queue of this person, by name."""
    mine = Request.objects.visible_to(user).open()
    return User.objects.filter(pk__in=mine.values("deal__owner")).order_by("name", "pk")


def answering(user: User) -> QuerySet[User]:
    """Who has an answer open on a deal in the queue of this person, by name."""
    mine = Request.objects.visible_to(user).open()
    work = open_work().filter(step__request__in=mine.values("pk"))
    return User.objects.filter(pk__in=work.values("user")).order_by("name", "pk")


def visible_requests(user: User, now: Now) -> Waiting:
    """Every request of a deal this person may see, with what the queue needs to know of it."""
    return with_waiting(Request.objects.visible_to(user), days_from(now.at, now.zone))


def queue_of(user: User, policy: Policy, asked: Mapping[str, str], now: Now, page: str | None) -> Queue:
    """One page of what was asked for. The same number of queries, whatever the number of rows."""
    requests = narrowed(visible_requests(user, now), asked, Reader(user, now))
    totals, sort = totals_of(requests, policy), asked.get("sort", GROUPED)
    shown = Paginator(for_rows(requests, now).order_by(*order_for(sort)), A_PAGE).get_page(page)
    listed = list(shown.object_list)
    columns = columns_for(user, policy, asked)
    functions = functions_of(policy, listed) if "functions" in columns else ()
    rows = rows_of(listed, functions, "margin" in columns, now)
    return Queue(
        groups=(Group("", len(rows), ZERO, rows),) if sort else grouped(rows, totals, now),
        functions=functions,
        columns=columns,
        page=shown,
        count=sum(total.count for total in totals.values()),
        risk=sum((total.risk for total in totals.values()), ZERO),
        pinned=together(total.pinned for total in totals.values()),
        sort=sort,
    )


def order_for(sort: str) -> tuple[Any, ...]:
    return order_of(sort) if sort else BY_BREAKING


def columns_for(user: User, policy: Policy, asked: Mapping[str, str]) -> tuple[str, ...]:
    """The columns asked for, or the usual ones; of either, those that this person may see."""
    chosen = asked["columns"].split(",") if "columns" in asked else USUAL
    return tuple(key for key in may_show(cost_view(user, policy) != "band") if key in chosen)


def grouped(rows: Iterable[Row], totals: Mapping[int, Total], now: Now) -> tuple[Group, ...]:
    """Rows come in the order in which they break."""
    names = group_names(days_from(now.at, now.zone))
    return tuple(
        Group(names[when], totals[when].count, totals[when].value, tuple(those))
        for when, those in groupby(rows, key=lambda row: row.worth.when)
    )


def group_names(days: Days) -> dict[int, str]:
    return {
        waiting.NOBODY: say(NOBODY),
        waiting.OVER: say("Over"),
        waiting.TODAY: say("Breaks today"),
        waiting.NEXT: days.next_name,
        waiting.LATER: say("Later"),
        waiting.SELLER: say("With seller or paused"),
        waiting.HELD: say("Agreed, held back"),
        waiting.ENDED: say("Ended"),
    }


def totals_of(requests: Waiting, policy: Policy) -> dict[int, Total]:
    """By when they break. One query."""
    summed = requests.values("when").annotate(
        count=Count("pk"), worth=Sum("value"), at_risk=Sum("risk"), **pinned_sums(policy.currency)
    )
    return {
        row["when"]: Total(row["count"], row["worth"], row["at_risk"], pinned_in(row))
        for row in summed.order_by("when")
    }


def for_rows(requests: Waiting, now: Now) -> Waiting:
    """With everything a row says, in a fixed number of queries."""
    return (
        with_signals(requests, now)
        .select_related("deal__account", "deal__owner", "revision")
        .prefetch_related("steps", "version")
        .defer(*UNREAD)
    )


def functions_of(policy: Policy, requests: Iterable[Request]) -> tuple[FunctionRule, ...]:
    """The functions that sign in parallel; those after them only where a request on this page needs them."""
    needed = {step.function for request in requests for step in request.steps.all()}
    return tuple(
        rule
        for rule in policy.functions
        if policy.levels_of(rule.key) and (rule.stage == 1 or rule.key in needed)
    )


def has_desk(request: Request) -> bool:
    return any(step.status == Step.Status.OPEN and step.with_desk_since for step in request.steps.all())


def nobody_words(request: Request, now: Now, desk: str) -> Iterable[str]:
    """`desk`: its people by name."""
    words = mark("{level} did not answer: with the deal desk since {since} ({names}).")
    for step in request.steps.all():
        if step.status == STUCK:
            yield step.reason
        elif step.status == Step.Status.OPEN and step.with_desk_since:
            level, since = holder(step, request.version.policy), now.moment(step.with_desk_since)
            yield say(words, level=level, since=since, names=desk)


def rows_of(
    requests: Sequence[Request], functions: Sequence[FunctionRule], with_margin: bool, now: Now
) -> tuple[Row, ...]:
    margins, waits = margins_of(requests) if with_margin else {}, held_over(requests, now)
    desk = desk_people() if any(map(has_desk, requests)) else ""
    return tuple(
        Row(
            request=request,
            worth=worth_of(request),
            margin=margins.get(request.pk),
            cells=standings(request.steps.all(), functions, request.version.policy),
            clock=next_clock(request.steps.all(), now),
            ending=ENDINGS.get(Request.Status(request.status), ("", "archive")),
            held=waits[request.pk],
            nobody=tuple(nobody_words(request, now, desk)),
            signals=signals_of(request),
        )
        for request in requests
    )
