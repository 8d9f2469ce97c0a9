"""Files in the words of the ledger."""

from collections.abc import Callable, Mapping

from base.words import say
from desk.book import Book, Facts
from desk.said import Said


def attached(facts: Facts, book: Book) -> Said:
    words = say("attached {name}.", name=name_of(facts, book))
    return Said(words, "", "paperclip", page="files", link=say("Files"))


def removed(facts: Facts, book: Book) -> Said:
    words = say("removed the file {name}.", name=name_of(facts, book))
    return Said(words, "", "trash", page="files", link=say("Files"))


def name_of(facts: Facts, book: Book) -> str:
    return book.files[facts["attachment"]].name


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {"file.attached": attached, "file.removed": removed}
