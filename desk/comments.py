"""The comments of a deal as one reader sees them: flat, first to last, each with every wording it had."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from base.words import say
from deals.models import Comment, Wording
from desk.clocks import Now
from desk.head import Room
from people.models import Function, User

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text. `who`: the person it names; nobody in between."""

    text: str
    who: User | None = None


@dataclass(frozen=True, slots=True)
class Worded:
    """One wording: who wrote it, when, and its text in pieces."""

    number: int
    who: str
    when: str
    parts: tuple[Part, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """One comment. `now` None: it was taken back, as `taken` says; `earlier`: the wordings before, which only
    who sees everything reads of one that was taken back. `mine`: the reader wrote it; `may_take`: they may
    take it back."""

    number: int
    by: User
    when: str
    answers: Comment | None
    now: Worded | None
    edited: str
    taken: str
    earlier: tuple[Worded, ...]
    mine: bool
    may_take: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """One page of them."""

    page: Page[Comment]
    every: tuple[Told, ...]


def thread_of(room: Room, page: str = "") -> Thread:
    """The page asked for, else the last. A fixed number of queries."""
    paginator = Paginator(room.deal.comments.with_words(), A_PAGE)
    found = paginator.get_page(page or paginator.num_pages)
    return Thread(found, tuple(told(one, room) for one in found.object_list))


def page_of(number: int) -> int:
    """The page on which a comment stands. Comments are numbered from one, without gaps."""
    return (number - 1) // A_PAGE + 1


def told(comment: Comment, room: Room) -> Told:
    *before, last = [worded(one, room.now) for one in comment.wordings.all()]
    final = list(comment.wordings.all())[-1]
    gone, mine = final.taken_back, comment.by_id == room.user.pk
    return Told(
        number=comment.number,
        by=comment.by,
        when=room.now.moment(comment.at),
        answers=comment.answers,
        now=None if gone else last,
        edited=say("Edited {when} by {who}", when=last.when, who=last.who) if before and not gone else "",
        taken=say("{who} took it back {when}.", who=last.who, when=last.when) if gone else "",
        earlier=tuple(before) if not gone or room.user.sees_all else (),
        mine=mine and not gone,
        may_take=not gone and (mine or room.user.function == Function.DESK),
    )


def worded(wording: Wording, now: Now) -> Worded:
    named = [(one.written, one.user) for one in wording.mentions.all()]
    return Worded(
        number=wording.number,
        who=wording.by.name,
        when=now.moment(wording.at),
        parts=tuple(parts(wording.text, named)),
        text=wording.text,
    )


def parts(text: str, named: Sequence[tuple[str, User]]) -> Iterator[Part]:
    """The text cut where it names people. Nothing of it is lost or added."""
    start = 0
    while start < len(text):
        found = first_of(text, named, start)
        if found is None:
            break
        at, written, user = found
        if at > start:
            yield Part(text[start:at])
        start = at + len(written)
        yield Part(text[at:start], user)
    if start < len(text):
        yield Part(text[start:])


def first_of(text: str, named: Iterable[tuple[str, User]], start: int) -> tuple[int, str, User] | None:
    """The next name from `start` on; of two that begin there the longer one."""
    low = text.lower()
    places = [(low.find(written.lower(), start), -len(written), written, user) for written, user in named]
    found = [place for place in places if place[0] >= 0]
    if not found:
        return None
    at, _, written, user = min(found, key=lambda place: place[:2])
    return at, written, user
