"""Currencies in words: the rate a deal was asked at, the rates a sum rests on, what a seller should know."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.db.models.aggregates import Aggregate

from base import format as written
from base.words import mark, say, say_many
from deals.catalogue import rate_row
from deals.models import Price, Product, Rate, Revision
from deals.rate_rules import equation
from desk.phrases import listed
from guardrails.policy import Policy
from people.models import Function, User

STALE = 7  # days after which a rate is called old
MISSING = mark(
    "{currencies} cannot be chosen: there is no rate to {company} yet. Ask the deal desk to enter one."
)


@dataclass(frozen=True, slots=True)
class Pinned:
    """The rates a sum rests on: of how many amounts in other currencies, from which day to which."""

    foreign: int = 0
    first: date | None = None
    last: date | None = None

    def words(self, company: str) -> str:
        """ "In EUR at the rates of 3 November to 21 November 2026, pinned when each was asked"."""
        if not self.foreign:
            return say("In {currency}", currency=company)
        if self.first is None or self.last is None:
            return say("In {currency} at the rates pinned when each was asked", currency=company)
        return say(
            "In {currency} at the rates of {days}, pinned when each was asked",
            currency=company,
            days=days_words(self.first, self.last),
        )


def days_words(first: date, last: date) -> str:
    """ "21 November 2026", "3 November to 21 November 2026"."""
    until = written.full_date(last)
    if first == last:
        return until
    since = written.day_of_month(first) if first.year == last.year else written.full_date(first)
    return say("{first} to {last}", first=since, last=until)


def pinned_sums(company: str) -> dict[str, Aggregate]:
    """What a sum over requests asks besides, for `pinned_in`."""
    return {
        "foreign": Count("pk", filter=~Q(revision__currency=company)),
        "first_rate": Min("revision__rate_date"),
        "last_rate": Max("revision__rate_date"),
    }


def pinned_in(row: Mapping[str, Any]) -> Pinned:
    """From what `pinned_sums` asked."""
    return Pinned(row["foreign"], row["first_rate"], row["last_rate"])


def together(every: Iterable[Pinned]) -> Pinned:
    """The rates that a sum of sums rests on."""
    read = list(every)
    return Pinned(
        sum(each.foreign for each in read),
        min((each.first for each in read if each.first), default=None),
        max((each.last for each in read if each.last), default=None),
    )


def pinned_of(revisions: Iterable[Revision], company: str) -> Pinned:
    foreign = [revision for revision in revisions if revision.currency != company]
    days = [revision.rate_date for revision in foreign if revision.rate_date]
    return Pinned(len(foreign), min(days, default=None), max(days, default=None))


def rate_words(revision: Revision) -> str:
    """ "USD at 0.9214, rate of 21 Nov (ECB)"; empty in the company's own currency."""
    if revision.rate_date is None and revision.rate == 1:
        return ""
    at = {"currency": revision.currency, "rate": written.number(revision.rate)}
    if revision.rate_date is None:
        return say("{currency} at {rate}", **at)
    day = written.short_day(revision.rate_date, revision.created_at.year)
    return say("{currency} at {rate}, rate of {day} ({source})", day=day, source=revision.rate_source, **at)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a brief may be written in. `notes`: why others are not among them, or what to mind."""

    offered: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def choices_of(policy: Policy, day: date) -> Choices:
    """Currencies that have a price, as far as they have a rate. Three queries."""
    priced = priced_in(day)
    rates = {rate.currency: rate for rate in newest(day)}
    products = Product.objects.count()
    others = sorted(priced.keys() - {policy.currency})
    offered = [
        (
            currency,
            say(
                "{currency}, at {rate} {company}",
                currency=currency,
                rate=written.number(rate.rate),
                company=policy.currency,
            ),
        )
        for currency in others
        if (rate := rates.get(currency))
    ]
    lacking = [(currency, products - priced[currency]) for currency, _ in offered]
    notes = [
        *missing_words([currency for currency in others if currency not in rates], policy.currency),
        *old_ones([rates[currency] for currency, _ in offered], day),
        *(unpriced_words(few, name) for name, few in lacking if few),
    ]
    return Choices(((policy.currency, policy.currency), *offered), tuple(notes))


def unpriced_words(products: int, currency: str) -> str:
    return say_many(
        "{n}\N{NO-BREAK SPACE}product without a price in {currency}.",
        "{n}\N{NO-BREAK SPACE}products without a price in {currency}.",
        products,
        n=written.number(products),
        currency=currency,
    )


def missing_words(currencies: Sequence[str], company: str) -> list[str]:
    if not currencies:
        return []
    return [say(MISSING, currencies=listed(currencies), company=company)]


def old_ones(rates: Iterable[Rate], day: date) -> list[str]:
    old = old_named(rates, day)
    if not old:
        return []
    words = mark("Rates older than {days}: {rates}. The deal desk enters newer ones.")
    return [say(words, days=written.days(STALE), rates=listed(old))]


def old_named(rates: Iterable[Rate], day: date) -> list[str]:
    """Each with its day: "CHF (1 Jan)"."""
    return [f"{one.currency} ({written.short_day(one.date, day.year)})" for one in rates if is_old(one, day)]


def rates_due(user: User, day: date) -> str:
    """What the deal desk has to enter: old rates of currencies with a price; "" for others. Two queries."""
    if user.function != Function.DESK:
        return ""
    priced = priced_in(day)
    old = old_named([rate for rate in newest(day) if rate.currency in priced], day)
    words = mark("Rates older than {days}: {rates}.")
    return say(words, days=written.days(STALE), rates=listed(old)) if old else ""


def priced_in(day: date) -> dict[str, int]:
    """Currency and how many products have a price in it on `day`."""
    prices = Price.objects.filter(from_date__lte=day).order_by("currency")
    return dict(prices.values_list("currency").annotate(Count("product", distinct=True)))


def newest(day: date) -> list[Rate]:
    """The rate in use on `day` of every currency that has one."""
    return list(Rate.objects.on(day).order_by("currency", "-date").distinct("currency"))


def is_old(rate: Rate, day: date) -> bool:
    return (day - rate.date).days > STALE


def old_words(rate: Rate, company: str, day: date) -> list[str]:
    if not is_old(rate, day):
        return []
    said = equation(rate.currency, rate.rate, company)
    since = written.short_day(rate.date, day.year)
    age = written.days((day - rate.date).days)
    words = mark("{rate} is of {day} ({source}), {age} old. Ask the deal desk to enter a newer one.")
    return [say(words, rate=said, day=since, source=rate.source, age=age)]


@dataclass(frozen=True, slots=True)
class Notes:
    """What a seller should know of the currency they write in: the rate, and what is wrong with it."""

    rate: str = ""
    warnings: tuple[str, ...] = ()


def notes_of(currency: str, policy: Policy, day: date) -> Notes:
    """Nothing in the company's own currency, and no query. Else two."""
    if currency == policy.currency:
        return Notes()
    rate = rate_row(currency, policy.currency, day)
    lacking = unpriced(currency, day)
    warnings = old_words(rate, policy.currency, day) if rate else []
    if lacking:
        warnings.append(
            say("No price in {currency}: {products}.", currency=currency, products=", ".join(lacking))
        )
    if rate is None:
        return Notes("", tuple(warnings))
    since = written.short_day(rate.date, day.year)
    said = equation(currency, rate.rate, policy.currency)
    words = say(
        "{rate}, rate of {day} ({source}), pinned when you ask", rate=said, day=since, source=rate.source
    )
    return Notes(words, tuple(warnings))


def unpriced(currency: str, day: date) -> list[str]:
    """Names of the products that cannot be sold in this currency."""
    priced = Price.objects.on(day).filter(currency=currency)
    return list(
        Product.objects.exclude(pk__in=priced.values("product"))
        .order_by("name")
        .values_list("name", flat=True)
    )
