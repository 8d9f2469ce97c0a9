"""Requests by when they break and by whom they wait for: what the database says before any row is read."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable, CombinedExpression, ExpressionWrapper

from approvals.models import Request, RequestQuerySet, Step
from base.format import weekday
from base.words import say

# when a request breaks, in the order in which the queue shows it
NOBODY, OVER, TODAY, NEXT, LATER, SELLER, HELD, ENDED = range(8)
MONEY = DecimalField(max_digits=24, decimal_places=2)
SATURDAY = 6

Waiting = QuerySet[Any]  # of requests, with what `with_waiting` says of each


@dataclass(frozen=True, slots=True)
class Days:
    """Now, where today and the two working days after it end, and what those two are called."""

    now: datetime
    today_ends: datetime
    next_ends: datetime
    next_name: str


@dataclass(frozen=True, slots=True)
class Worth:
    """What `with_waiting` said of one request: when it breaks, and its money in the company's currency."""

    when: int
    value: Decimal
    risk: Decimal


def worth_of(request: Request) -> Worth:
    """Raises KeyError for a request that was not read by `with_waiting`."""
    read = vars(request)
    return Worth(read["when"], read["value"], read["risk"])


def days_from(at: datetime, zone: tzinfo) -> Days:
    """As the wall clock of `zone` shows them. On a Thursday the next two are "Tomorrow and Monday"."""
    today = at.astimezone(zone).date()
    first = working_day_after(today)
    second = working_day_after(first)
    if first == today + timedelta(days=1):
        name = say("Tomorrow and {second}", second=weekday(second))
    else:
        name = say("{first} and {second}", first=weekday(first), second=weekday(second))
    return Days(at, end_of(today, zone), end_of(second, zone), name)


def working_day_after(day: date) -> date:
    following = day + timedelta(days=1)
    while following.isoweekday() >= SATURDAY:
        following += timedelta(days=1)
    return following


def end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


def with_waiting(requests: RequestQuerySet, days: Days) -> Waiting:
    """Each with `due` and `waits_for` (the function) of the answer due first, `stuck` (nobody to ask), `late`
    (nobody answered, the desk has it), `back` (with the seller), `when`, and `value` and `risk` in the
    company's currency, as pinned on the revision."""
    steps = Step.objects.filter(request=OuterRef("pk"))
    first = steps.filter(status=Step.Status.OPEN).order_by("due_at", "pk")
    back = steps.filter(status__in=[Step.Status.RETURNED, Step.Status.PAUSED])
    return requests.annotate(
        due=Subquery(first.values("due_at")[:1]),
        waits_for=Subquery(first.values("function")[:1]),
        stuck=Exists(steps.filter(status=Step.Status.UNROUTABLE)),
        late=Exists(steps.filter(status=Step.Status.OPEN, with_desk_since__isnull=False)),
        back=Exists(back),
        value=in_company(F("revision__net_target")),
        risk=in_company(F("revision__net_target") - F("revision__net_walk_away")),
    ).annotate(
        when=Case(
            When(~Q(status=Request.Status.OPEN), then=Value(ENDED)),
            When(due__lt=days.now, then=Value(OVER)),
            When(due__lt=days.today_ends, then=Value(TODAY)),
            When(due__lt=days.next_ends, then=Value(NEXT)),
            When(due__isnull=False, then=Value(LATER)),
            When(stuck=True, then=Value(NOBODY)),
            When(back=True, then=Value(SELLER)),
            default=Value(HELD),
            output_field=IntegerField(),
        )
    )


def in_company(amount: F | CombinedExpression) -> Combinable:
    return ExpressionWrapper(amount * F("revision__rate"), output_field=MONEY)
