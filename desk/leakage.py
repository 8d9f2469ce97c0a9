"""Leakage of the won deals a person may see: of all, by seller, by segment, by deal. Net prices only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from base.format import full_date as written
from base.format import short_money
from base.lists import listed
from base.words import mark, say
from deals.models import Deal
from desk.bars import percent
from desk.leak_part import Part, part_of
from desk.months import Months, months_of
from insights.models import Leak, LeakQuerySet, summed
from insights.period import Period, periods
from people.models import User

A_PAGE = 25
GROUPS = 12
ZERO = Decimal(0)
HUNDRED = Decimal(100)
UNREAD = ("deal__signed", "deal__objective", "deal__non_negotiables")


@dataclass(frozen=True, slots=True)
class Sums:
    """Of some deals, in the company's currency. `leaked` leaves out what was signed above target: that is
    `above`. `past`: under the limit of the mandate."""

    deals: int
    outside: int
    past_deals: int
    listed: Decimal
    leaked: Decimal
    above: Decimal
    room: Decimal
    past: Decimal

    @property
    def points(self) -> Decimal:
        """Given away in points of discount, of all that list comes to."""
        return self.leaked * HUNDRED / self.listed if self.listed else ZERO

    @property
    def used(self) -> Decimal | None:
        """Share of the room given away, in percent; None where there was no room."""
        return self.leaked * HUNDRED / self.room if self.room else None

    @property
    def inside(self) -> int:
        return self.deals - self.outside

    @property
    def inside_share(self) -> Decimal:
        return Decimal(self.inside) * HUNDRED / self.deals if self.deals else ZERO


@dataclass(frozen=True, slots=True)
class Bar:
    """Room, what was given away of it, and what went past the limit, as lengths of one scale."""

    room: str
    given: str
    past_at: str
    past: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """`link`: the address that narrows the page to it."""

    name: str
    sums: Sums
    bar: Bar
    link: str


@dataclass(frozen=True, slots=True)
class Rest:
    """Groups that are not listed."""

    count: int
    leaked: Decimal


@dataclass(frozen=True, slots=True)
class Groups:
    listed: tuple[Group, ...]
    rest: Rest | None


@dataclass(frozen=True, slots=True)
class Row:
    """One deal. `given`, `room` and `past` in the company's currency; `given` is negative above target."""

    leak: Leak
    given: Decimal
    past: Decimal
    points: Decimal
    used: Decimal | None
    bar: Bar


@dataclass(frozen=True, slots=True)
class Leakage:
    period: Period
    periods: tuple[Period, ...]
    sums: Sums
    sellers: Groups
    segments: Groups
    regions: Groups
    part: Part
    months: Months
    page: Page[Any]
    rows: tuple[Row, ...]
    uncompared: int
    uncompared_words: str

    @property
    def days(self) -> str:
        """ "12 June 2025 to 11 June 2026"."""
        return say("{first} to {last}", first=written(self.period.first), last=written(self.period.last))


def leakage_for(user: User, currency: str, today: date, asked: Mapping[str, str]) -> Leakage:
    """One period, and the part asked for, of what this person may see, in a fixed number of queries.
    `currency`: the company's."""
    choices, period = periods(today), period_asked(today, asked)
    every = Leak.objects.visible_to(user)
    part = part_of(asked, every)
    leaks = part.leaks(every.signed_between(period.first, period.last))
    compared = leaks.compared().in_company_currency()
    shown = Paginator(for_rows(compared), A_PAGE).get_page(asked.get("page"))
    missing = missing_of(user, leaks, period, part)
    return Leakage(
        period=period,
        periods=choices,
        sums=sums_of(compared.aggregate(**summed())),
        sellers=groups_of(compared, ("seller__name", "seller"), currency, part),
        segments=groups_of(compared, ("segment",), currency, part),
        regions=groups_of(compared, ("region",), currency, part),
        part=part,
        months=months_of(compared, period, today),
        page=shown,
        rows=rows_of(list(shown.object_list), currency),
        uncompared=sum(missing.values()),
        uncompared_words=listed([say(words, n=count) for words, count in missing.items() if count]),
    )


def period_asked(today: date, asked: Mapping[str, str]) -> Period:
    """The last twelve months unless another one is asked for."""
    choices = periods(today)
    return {one.key: one for one in choices}.get(asked.get("period", "")) or choices[-1]


def for_rows(leaks: Any) -> Any:
    """With all that a row says; what gave most away first."""
    return leaks.select_related("deal__account", "seller").defer(*UNREAD).order_by("-given", "pk")


def missing_of(user: User, leaks: LeakQuerySet, period: Period, part: Part) -> dict[str, int]:
    """Won deals with nothing to compare: words → how many. Two queries."""
    said = leaks.filter(target=None).aggregate(
        unasked=Count("pk", filter=Q(mandate=None)), unpriced=Count("pk", filter=Q(mandate__isnull=False))
    )
    won = part.deals(Deal.objects.visible_to(user).won().filter(closing=None))
    imported = won.filter(signed_at__gte=period.first, signed_at__lte=period.last).count()
    return {
        mark("{n} won without a mandate"): said["unasked"],
        mark("{n} without a recorded price"): said["unpriced"],
        mark("{n} imported"): imported,
    }


def sums_of(said: Mapping[str, Any]) -> Sums:
    return Sums(
        deals=said["deals"],
        outside=said["outside"],
        past_deals=said["past_deals"],
        listed=said["listed_sum"],
        leaked=said["leaked_sum"],
        above=said["above_sum"],
        room=said["room_sum"],
        past=said["past_sum"],
    )


def groups_of(compared: Any, fields: tuple[str, ...], currency: str, part: Part) -> Groups:
    """By the last of `fields`, named by the first; what gave most away first. One query."""
    said = compared.values(*fields).annotate(**summed()).order_by("-leaked_sum", *fields)
    every = [(str(row[fields[0]]), part.with_one(fields[-1], row[fields[-1]]), sums_of(row)) for row in said]
    top, rest = every[:GROUPS], every[GROUPS:]
    scale = longest([(sums.room, sums.leaked) for _, _, sums in top])
    return Groups(
        listed=tuple(
            Group(name, sums, bar_of((sums.room, sums.leaked, sums.past), scale, currency), link)
            for name, link, sums in top
        ),
        rest=Rest(len(rest), sum((sums.leaked for _, _, sums in rest), ZERO)) if rest else None,
    )


def rows_of(leaks: Sequence[Leak], currency: str) -> tuple[Row, ...]:
    """Raises KeyError for leaks that were not read in the company's currency."""
    read = [vars(leak) for leak in leaks]
    scale = longest([(one["room"], one["leaked"]) for one in read])
    return tuple(
        Row(
            leak=leak,
            given=one["given"],
            past=one["past"],
            points=one["given"] * HUNDRED / one["listed"] if one["listed"] else ZERO,
            used=one["leaked"] * HUNDRED / one["room"] if one["room"] else None,
            bar=bar_of((one["room"], one["leaked"], one["past"]), scale, currency),
        )
        for leak, one in zip(leaks, read, strict=True)
    )


def longest(amounts: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """What fills a bar; never zero."""
    return max((amount for pair in amounts for amount in pair), default=ZERO) or Decimal(1)


def bar_of(amounts: tuple[Decimal, Decimal, Decimal], scale: Decimal, currency: str) -> Bar:
    """`amounts`: room, given away, past the limit."""
    room, leaked, past = amounts
    said = {"given": short_money(leaked, currency), "room": short_money(room, currency)}
    if past:
        label = say(
            "{given} given away of {room} room, {past} past the limit",
            **said,
            past=short_money(past, currency),
        )
    else:
        label = say("{given} given away of {room} room", **said)
    return Bar(
        room=percent(room / scale),
        given=percent(leaked / scale),
        past_at=percent((leaked - past) / scale) if past else "",
        past=percent(past / scale),
        label=label,
    )
