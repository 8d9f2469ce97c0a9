"""Exceptions in the words of the record."""

from collections.abc import Callable, Mapping
from datetime import date

from approvals.limit import name_of
from base.format import short_day
from base.words import say
from deals.models import AccountException
from desk.book import Book, Facts
from desk.said import Said


def granted(facts: Facts, book: Book) -> Said:
    request = book.requests[facts["request"]]
    asked = next(
        each
        for each in request.revision.exceptions
        if (each.key, each.function) == (facts["key"], facts["function"])
    )
    return Said(
        granted_words(name_of(asked.key, request.version.policy), facts["until"]),
        f"“{asked.why}”",
        "shield-check",
        "is-warn",
        request.terms_hash,
        "approvals",
        say("Revision {number}", number=request.revision.number),
    )


def granted_words(name: str, until: str | None) -> str:
    if not until:
        return say("granted an exception from {name}, for this deal.", name=name)
    last = short_day(date.fromisoformat(until), 0)
    return say(
        "granted an exception from {name}, for every deal of the account until {day}.", name=name, day=last
    )


def revoked(facts: Facts, book: Book) -> Said:
    exception, name = of_account(facts, book)
    words = say("revoked the exception from {name}.", name=name)
    return Said(words, f"“{exception.revoked_reason}”", "ban", "is-bad")


def ends_soon(facts: Facts, book: Book) -> Said:
    exception, name = of_account(facts, book)
    last = short_day(exception.until, 0)
    words = say("told whom it concerns that the exception from {name} ends on {day}.", name=name, day=last)
    return Said(words, icon="clock")


def ran_out(facts: Facts, book: Book) -> Said:
    _, name = of_account(facts, book)
    words = say("told whom it concerns that the exception from {name} has run out.", name=name)
    small = say("The account is held to the guardrail again.")
    return Said(words, small, "clock-exclamation", "is-warn")


def of_account(facts: Facts, book: Book) -> tuple[AccountException, str]:
    exception = book.exceptions[facts["exception"]]
    asked = next(one for one in book.requests.values() if one.deal_id == book.deal.pk)
    return exception, name_of(exception.key, asked.version.policy)


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "exception.granted": granted,
    "exception.revoked": revoked,
    "exception.ends_soon": ends_soon,
    "exception.ran_out": ran_out,
}
