"""Deals as such in the words of the record: begun, shared, watched, closed."""

from collections.abc import Callable, Mapping

from base.words import mark, say
from desk.book import Book, Facts
from desk.said import Said


def deal_created(facts: Facts, book: Book) -> Said:
    account = say("For {account}.", account=book.deal.account.name)
    return Said(say("began the deal."), account, "plus", page="brief", link=say("Brief"))


def deal_started(facts: Facts, book: Book) -> Said:
    if "source" in facts:
        words = say("copied the terms of a past deal into the brief.")
    else:
        words = say("copied the terms of a template into the brief.")
    return Said(words, "", "copy", page="brief", link=say("Brief"))


def deal_imported(facts: Facts, book: Book) -> Said:
    return Said(
        say("imported the deal from {source}.", source=facts["source"]),
        say("As it happened: nobody was asked. Judged under policy v{version}.", version=facts["policy"]),
        "file-upload",
        "faint",
        facts["terms_hash"],
    )


def deal_shared(facts: Facts, book: Book) -> Said:
    may = say("They may work on it.") if facts["role"] == "team" else say("They may look at it.")
    return Said(say("shared the deal with {who}.", who=whom(facts, book)), may, "user-share")


def deal_unshared(facts: Facts, book: Book) -> Said:
    return Said(say("took the deal back from {who}.", who=whom(facts, book)), icon="unlink")


def watched(words: str, icon: str) -> Callable[[Facts, Book], Said]:
    return lambda facts, book: Said(say(words, who=whom(facts, book)), icon=icon)


def whom(facts: Facts, book: Book) -> str:
    if "group" in facts:
        group = book.groups.get(facts["group"])
        return group.name if group else say("a group that is gone")
    return book.people[facts["user"]].name


def deal_closed(facts: Facts, book: Book) -> Said:
    closing = book.closings[facts["closing"]]
    if not closing.won:
        return Said(say("closed the deal as lost."), closing.reason, "archive")
    where = say("Signed terms inside the mandate.")
    if not closing.inside:
        where = say("Signed terms outside the mandate, flagged for ever.")
    look = ("check", "is-ok") if closing.inside else ("flag", "is-bad")
    return Said(say("closed the deal as won."), f"{where} {closing.reason}".strip(), *look)


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "deal.created": deal_created,
    "deal.started": deal_started,
    "deal.imported": deal_imported,
    "deal.shared": deal_shared,
    "deal.unshared": deal_unshared,
    "deal.closed": deal_closed,
    "deal.watched": watched(mark("lets {who} watch the deal."), "eye"),
    "deal.unwatched": watched(mark("ended that {who} watches the deal."), "unlink"),
}
