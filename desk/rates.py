"""The page of the rates: what each currency is worth now, every rate, and who entered which when."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator

from base.format import NOTHING, number, short_day
from base.words import say, say_many
from deals.models import Rate
from deals.rate_rules import equation
from deals.rates import STREAM, Entered, Loaded
from desk.currency import STALE, newest, priced_in
from guardrails.policy import Policy
from ledger.models import Event

A_PAGE = 50
LATEST = 8


@dataclass(frozen=True, slots=True)
class InUse:
    """What one unit of a currency is worth today. Without `rate` nobody can ask in it. `age` in days."""

    currency: str
    said: str
    rate: Rate | None
    age: int
    products: int

    @property
    def stale(self) -> bool:
        return self.age > STALE


@dataclass(frozen=True, slots=True)
class Row:
    """One day of one currency; `corrected`: the rates it had before, the last first."""

    rate: Rate
    said: str
    corrected: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the record in words, after the name of who did it."""

    who: str
    initials: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Rates:
    company: str
    in_use: tuple[InUse, ...]
    rows: tuple[Row, ...]
    page: Page[Rate]
    currencies: tuple[str, ...]
    currency: str
    changes: tuple[Change, ...]


def rates_of(policy: Policy, today: date, asked: Mapping[str, str]) -> Rates:
    """One page of the rates that was asked for, the newest first. A fixed number of queries."""
    known = tuple(Rate.objects.order_by("currency").values_list("currency", flat=True).distinct())
    currency = asked.get("currency", "")
    rates = Rate.objects.standing().select_related("entered_by").order_by("-date", "currency")
    page = Paginator(rates.filter(currency=currency) if currency in known else rates, A_PAGE).get_page(
        asked.get("page")
    )
    return Rates(
        company=policy.currency,
        in_use=tuple(in_use(policy.currency, today)),
        rows=rows_of(list(page.object_list), policy.currency),
        page=page,
        currencies=known,
        currency=currency if currency in known else "",
        changes=changes_of(policy.currency, today),
    )


def in_use(company: str, today: date) -> Iterable[InUse]:
    """Every currency that has a rate or a price, by name."""
    priced = priced_in(today)
    rates = {rate.currency: rate for rate in newest(today)}
    for currency in sorted({*priced, *rates} - {company}):
        rate = rates.get(currency)
        said = equation(currency, rate.rate, company) if rate else ""
        age = (today - rate.date).days if rate else 0
        yield InUse(currency, said, rate, age, priced.get(currency, 0))


def rows_of(rates: list[Rate], company: str) -> tuple[Row, ...]:
    before: dict[tuple[str, date], list[Rate]] = defaultdict(list)
    among = {"currency__in": {rate.currency for rate in rates}, "date__in": {rate.date for rate in rates}}
    replaced = Rate.objects.filter(replaced_at__isnull=False, **among).select_related("entered_by")
    for old in replaced.order_by("-replaced_at", "-pk"):
        before[old.currency, old.date].append(old)
    return tuple(
        Row(rate, equation(rate.currency, rate.rate, company), tuple(before[rate.currency, rate.date]))
        for rate in rates
    )


def changes_of(company: str, today: date) -> tuple[Change, ...]:
    """The last few entries of the record. Two queries."""
    events = list(Event.objects.of(STREAM).reverse().select_related("actor")[:LATEST])
    book = Rate.objects.in_bulk([event.facts["rate"] for event in events if "rate" in event.facts])
    return tuple(change(event, Told(book, company, today)) for event in events)


@dataclass(frozen=True, slots=True)
class Told:
    """What the events of rates name, and how it is written."""

    rates: Mapping[int, Rate]
    company: str
    today: date

    def day(self, day: date) -> str:
        return short_day(day, self.today.year)


def change(event: Event, told: Told) -> Change:
    actor = event.actor
    words = SENTENCES[event.kind](event.facts, told)
    return Change(actor.name if actor else "", actor.initials if actor else "", event.at, words)


def entered(facts: Mapping[str, Any], told: Told) -> str:
    rate = told.rates[facts["rate"]]
    said = equation(rate.currency, rate.rate, told.company)
    return say("entered {rate} for {day} ({source}).", rate=said, day=told.day(rate.date), source=rate.source)


def corrected(facts: Mapping[str, Any], told: Told) -> str:
    rate = told.rates[facts["rate"]]
    said, before = equation(rate.currency, rate.rate, told.company), number(Decimal(facts["before"]))
    return say(
        "corrected {day} from {before}: {rate} ({source}).",
        day=told.day(rate.date), before=before, rate=said, source=rate.source,
    )  # fmt: skip


def loaded(facts: Mapping[str, Any], told: Told) -> str:
    landed, same, currencies = facts["landed"], facts["same"], facts["currencies"]
    first, last = (told.day(date.fromisoformat(facts[key])) for key in ("first", "last"))
    days = first if first == last else f"{first} {NOTHING} {last}"
    words = say_many(
        "loaded {n} rate from a file: {currencies}, {days}.",
        "loaded {n} rates from a file: {currencies}, {days}.",
        landed, n=number(landed), currencies=", ".join(currencies), days=days,
    )  # fmt: skip
    if not same:
        return words
    there = say_many("{n} was there already.", "{n} were there already.", same, n=number(same))
    return f"{words} {there}"


SENTENCES: Mapping[str, Callable[[Mapping[str, Any], Told], str]] = {
    "rate.entered": entered,
    "rate.corrected": corrected,
    "rates.loaded": loaded,
}


def entered_words(entered: Entered, company: str, today: date) -> str:
    rate = entered.rate
    said, day = equation(rate.currency, rate.rate, company), short_day(rate.date, today.year)
    if entered.changed:
        return say(
            "{rate} for {day} is entered. Deals that were asked before keep their rate.", rate=said, day=day
        )
    return say(
        "{rate} for {day} was there already ({source}). Nothing changed.",
        rate=said, day=day, source=rate.source,
    )  # fmt: skip


def loaded_words(loaded: Loaded) -> str:
    same, landed = loaded.same, loaded.landed
    if not landed and not same:
        return say("The file has no rates. Nothing changed.")
    there = say_many("{n} was there already.", "{n} were there already.", same, n=number(same))
    if not landed:
        return say("Nothing changed: {there}", there=there)
    many = {"n": number(landed)}
    if not same:
        return say_many("{n} rate is entered.", "{n} rates are entered.", landed, **many)
    return say_many(
        "{n} rate is entered, {there}", "{n} rates are entered, {there}", landed, there=there, **many
    )
