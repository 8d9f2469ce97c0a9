"""Exceptions in the words of the record."""

from collections.abc import Callable, Mapping
from datetime import date

from approvals.limit import name_of
from base.format import short_day
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
    name = name_of(asked.key, request.version.policy)
    where = "for this deal"
    if facts["until"]:
        where = f"for every deal of the account until {short_day(date.fromisoformat(facts['until']), 0)}"
    return Said(
        f"granted an exception from {name}, {where}.",
        f"“{asked.why}”",
        "shield-check",
        "is-warn",
        request.terms_hash,
        "approvals",
        f"Revision {request.revision.number}",
    )


def revoked(facts: Facts, book: Book) -> Said:
    exception, name = of_account(facts, book)
    return Said(f"revoked the exception from {name}.", f"“{exception.revoked_reason}”", "ban", "is-bad")


def ends_soon(facts: Facts, book: Book) -> Said:
    exception, name = of_account(facts, book)
    last = short_day(exception.until, 0)
    return Said(f"told whom it concerns that the exception from {name} ends on {last}.", icon="clock")


def ran_out(facts: Facts, book: Book) -> Said:
    _, name = of_account(facts, book)
    words = f"told whom it concerns that the exception from {name} has run out."
    return Said(words, "The account is held to the guardrail again.", "clock-exclamation", "is-warn")


def of_account(facts: Facts, book: Book) -> tuple[AccountException, str]:
    exception = book.exceptions[facts["exception"]]
    return exception, name_of(exception.key, next(iter(book.requests.values())).version.policy)


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "exception.granted": granted,
    "exception.revoked": revoked,
    "exception.ends_soon": ends_soon,
    "exception.ran_out": ran_out,
}
