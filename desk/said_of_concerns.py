"""Holds and concerns in the words of the record. Who gave no name is nobody here either."""

from collections.abc import Callable, Mapping

from desk.book import Book, Facts
from desk.said import Said


def held(facts: Facts, book: Book) -> Said:
    placed = book.holds[facts["hold"]]
    if placed.cause:
        return Said("holds every grant back.", placed.reason, "hand-stop", "is-warn")
    number = book.revision(facts["request"])
    who = placed.release_by.name if placed.release_by else "The deal desk"
    small = f"“{placed.reason}” {who} releases it."
    return Said(
        f"held the grant of revision {number} back.",
        small,
        "hand-stop",
        "is-warn",
        page="deal",
        link="Overview",
    )


def released(facts: Facts, book: Book) -> Said:
    note = book.holds[facts["hold"]].note
    return Said("released what held the grant back.", f"“{note}”", "hand-stop", "is-ok")


def hold_ended(facts: Facts, book: Book) -> Said:
    return Said("ended a hold together with what it held.", book.holds[facts["hold"]].reason, "hand-stop")


def said_of(named: str, unnamed: str, icon: str, tone: str = "faint") -> Callable[[Facts, Book], Said]:
    """Of a concern: `named` follows the name of a person, `unnamed` that of the product."""

    def said(facts: Facts, book: Book) -> Said:
        concern = book.concerns[facts["concern"]]
        word = next((each for each in concern.words.all() if each.pk == facts.get("word")), None)
        text = word.text if word else concern.text
        by = word.by if word else concern.by
        words = (named if by else unnamed).format(number=concern.number)
        name = f"Concern {concern.number}"
        return Said(words, f"“{text}”" if text else "", icon, tone, page="concerns", link=name)

    return said


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "hold.placed": held,
    "hold.released": released,
    "hold.ended": hold_ended,
    "concern.raised": said_of(
        "raised concern {number}.", "keeps concern {number}, raised without a name.", "message", "is-warn"
    ),
    "concern.added": said_of(
        "added to concern {number}.", "keeps what the raiser of concern {number} added.", "message"
    ),
    "concern.answered": said_of("answered concern {number}.", "", "message-reply", "is-ok"),
    "concern.withdrawn": said_of(
        "withdrew concern {number}.", "keeps that its raiser withdrew concern {number}.", "archive"
    ),
}
