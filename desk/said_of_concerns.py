"""Holds and concerns in the words of the record. Who gave no name is nobody here either."""

from collections.abc import Callable, Mapping

from base.words import mark, say
from desk.book import Book, Facts
from desk.said import Said

ANSWERED = mark("answered concern {number}.")  # never without a name


def held(facts: Facts, book: Book) -> Said:
    placed = book.holds[facts["hold"]]
    if placed.cause:
        return Said(say("holds every grant back."), placed.reason, "hand-stop", "is-warn")
    number = book.revision(facts["request"])
    releases = say("The deal desk releases it.")
    if placed.release_by:
        releases = say("{name} releases it.", name=placed.release_by.name)
    words = say("held the grant of revision {number} back.", number=number)
    return Said(words, f"“{placed.reason}” {releases}", "hand-stop", "is-warn")


def released(facts: Facts, book: Book) -> Said:
    note = book.holds[facts["hold"]].note
    return Said(say("released what held the grant back."), f"“{note}”", "hand-stop", "is-ok")


def hold_ended(facts: Facts, book: Book) -> Said:
    words = say("ended a hold together with what it held.")
    return Said(words, book.holds[facts["hold"]].reason, "hand-stop")


def said_of(named: str, unnamed: str, icon: str, tone: str = "faint") -> Callable[[Facts, Book], Said]:
    """Of a concern: `named` follows the name of a person, `unnamed` that of the product."""

    def said(facts: Facts, book: Book) -> Said:
        concern = book.concerns[facts["concern"]]
        word = next((each for each in concern.words.all() if each.pk == facts.get("word")), None)
        text = word.text if word else concern.text
        by = word.by if word else concern.by
        words = say(named if by else unnamed, number=concern.number)
        link = say("Concern {number}", number=concern.number)
        return Said(words, f"“{text}”" if text else "", icon, tone, page="concerns", link=link)

    return said


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "hold.placed": held,
    "hold.released": released,
    "hold.ended": hold_ended,
    "concern.raised": said_of(
        mark("raised concern {number}."),
        mark("keeps concern {number}, raised without a name."),
        "message",
        "is-warn",
    ),
    "concern.added": said_of(
        mark("added to concern {number}."),
        mark("keeps what the raiser of concern {number} added."),
        "message",
    ),
    "concern.answered": said_of(ANSWERED, ANSWERED, "message-reply", "is-ok"),
    "concern.withdrawn": said_of(
        mark("withdrew concern {number}."),
        mark("keeps that its raiser withdrew concern {number}."),
        "archive",
    ),
}
