"""Files in the words of the ledger."""

from collections.abc import Callable, Mapping

from desk.book import Book, Facts
from desk.said import Said


def attached(facts: Facts, book: Book) -> Said:
    return Said(f"attached {name_of(facts, book)}.", "", "paperclip", page="files", link="Files")


def removed(facts: Facts, book: Book) -> Said:
    return Said(f"removed the file {name_of(facts, book)}.", "", "trash", page="files", link="Files")


def name_of(facts: Facts, book: Book) -> str:
    return book.files[facts["attachment"]].name


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {"file.attached": attached, "file.removed": removed}
