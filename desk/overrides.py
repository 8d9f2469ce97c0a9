"""What was decided by override in a period: of which deals, in place of whom, by whom, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from approvals.models import Decision
from approvals.validity import after
from base import clock
from base.format import number
from base.words import mark, say, say_many
from deals.models import Deal
from desk.lanes import SAID
from insights.period import Period, periods
from people.models import User

A_PAGE = 25
DAY = timedelta(days=1)
HEAD = (
    *(mark("Deal"), mark("Account"), mark("Revision"), mark("In place of"), mark("Verdict")),
    *(mark("By"), mark("On"), mark("Why"), mark("Terms")),
)


@dataclass(frozen=True, slots=True)
class Row:
    decision: Decision
    level: str
    said: str

    @property
    def cells(self) -> tuple[str, ...]:
        """As the file has them, under HEAD."""
        one = self.decision
        return (
            one.deal.number,
            one.deal.account.name,
            str(one.step.request.revision.number),
            self.level,
            self.said,
            one.by.name,
            clock.date_of(one.at).isoformat(),
            one.reason,
            one.seen,
        )


@dataclass(frozen=True, slots=True)
class Overrides:
    """`decided`: all decisions of the period that this person may see, overrides among them."""

    period: Period
    periods: tuple[Period, ...]
    count: int
    deals: int
    decided: int
    page: Page[Any]
    rows: tuple[Row, ...]

    @property
    def words(self) -> str:
        """How many decisions were overrides, and on how many deals."""
        of = say_many("{n} decision", "{n} decisions", self.decided, n=number(self.decided))
        deals = say_many("{n} deal", "{n} deals", self.deals, n=number(self.deals))
        return say_many(
            "{n} of {decisions} was made in place of the people asked, on {deals}.",
            "{n} of {decisions} were made in place of the people asked, on {deals}.",
            self.count, n=number(self.count), decisions=of, deals=deals,
        )  # fmt: skip


def overrides_for(user: User, today: date, asked: str, page: str | None) -> Overrides:
    """One period of what this person may see, in a fixed number of queries."""
    choices = periods(today)
    period = period_of(choices, asked)
    decisions = made_in(user, period)
    overridden = Q(overridden=True)
    said = decisions.aggregate(
        decided=Count("pk"),
        count=Count("pk", filter=overridden),
        deals=Count("deal", filter=overridden, distinct=True),
    )
    shown = Paginator(for_rows(decisions), A_PAGE).get_page(page)
    return Overrides(
        period=period,
        periods=choices,
        count=said["count"],
        deals=said["deals"],
        decided=said["decided"],
        page=shown,
        rows=tuple(row_of(one) for one in shown.object_list),
    )


def override_rows(user: User, today: date, asked: str) -> Iterator[Row]:
    """Every row of the period, as for the page."""
    decisions = for_rows(made_in(user, period_of(periods(today), asked)))
    return (row_of(one) for one in decisions.iterator(200))


def period_of(choices: tuple[Period, ...], asked: str) -> Period:
    return {one.key: one for one in choices}.get(asked) or choices[-1]


def made_in(user: User, period: Period) -> QuerySet[Decision]:
    seen = Decision.objects.filter(deal__in=Deal.objects.visible_to(user))
    return seen.filter(at__gte=after(period.first - DAY), at__lt=after(period.last))


def for_rows(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    related = ("by", "deal__account", "step__request__revision")
    unread = ("step__request__revision__document", "step__request__evaluation_walk_away")
    return decisions.filter(overridden=True).select_related(*related).defer(*unread).order_by("-at", "-pk")


def row_of(decision: Decision) -> Row:
    return Row(decision, decision.step.level_name, say(SAID[Decision.Verdict(decision.verdict)]))
