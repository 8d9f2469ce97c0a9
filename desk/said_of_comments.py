"""Comments in the words of the record: who said or named whom, never what was said."""

from collections.abc import Callable, Mapping

from base.words import mark, say
from desk.book import Book, Facts
from desk.phrases import listed
from desk.said import Said


def said_of(words: str, icon: str) -> Callable[[Facts, Book], Said]:
    def said(facts: Facts, book: Book) -> Said:
        number = book.comments[facts["comment"]].number
        named = [book.people[pk].name for pk in facts.get("named", ()) if pk in book.people]
        small = say("It names {names}.", names=listed(named)) if named else ""
        link = say("Comment {number}", number=number)
        return Said(say(words, number=number), small, icon, page="comments", link=link)

    return said


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "comment.made": said_of(mark("wrote comment {number}."), "message"),
    "comment.edited": said_of(mark("worded comment {number} anew."), "pencil"),
    "comment.taken_back": said_of(mark("took comment {number} back."), "arrow-back-up"),
}
