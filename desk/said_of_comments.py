"""Comments in the words of the record: who said or named whom, never what was said."""

from collections.abc import Callable, Mapping

from desk.book import Book, Facts
from desk.phrases import listed
from desk.said import Said


def said_of(words: str, icon: str) -> Callable[[Facts, Book], Said]:
    def said(facts: Facts, book: Book) -> Said:
        name = f"Comment {book.comments[facts['comment']].number}"
        named = [book.people[pk].name for pk in facts.get("named", ()) if pk in book.people]
        small = f"It names {listed(named)}." if named else ""
        return Said(words.format(comment=name.lower()), small, icon, page="comments", link=name)

    return said


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "comment.made": said_of("wrote {comment}.", "message"),
    "comment.edited": said_of("worded {comment} anew.", "pencil"),
    "comment.taken_back": said_of("took {comment} back.", "arrow-back-up"),
}
