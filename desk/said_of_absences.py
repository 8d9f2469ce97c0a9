"""Absences in words: what the record says of open work that moves, and what is said once one is set."""

from collections.abc import Callable, Mapping

from approvals.calendar_file import Change
from base import clock
from desk.away import days_of
from desk.book import Book, Facts
from desk.said import Said
from people.models import Absence, User


def stood_in(facts: Facts, book: Book) -> Said:
    step = book.steps[facts["step"]]
    who, principal = book.people[facts["user"]].name, book.people[facts["principal"]].name
    words = f"asked {who} as {step.level_name} for {principal}."
    return Said(words, f"{principal} is away.", "user-share", page="approvals", link="Approvals")


def came_back(facts: Facts, book: Book) -> Said:
    step, who = book.steps[facts["step"]], book.people[facts["user"]].name
    words = f"gave what {step.level_name} is asked back to {who}."
    return Said(words, f"{who} is back.", "arrow-back-up", page="approvals", link="Approvals")


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "step.stood_in": stood_in,
    "step.came_back": came_back,
}


def set_words(absence: Absence, by: User) -> str:
    """ "You are away 8 Jun – 14 Jun. Lena Vogt stands in." """
    who = "You are" if absence.user == by else f"{absence.user.name} is"
    stands = f"{absence.delegate.name} stands in." if absence.delegate else "Nobody stands in."
    return f"{who} away {days_of(absence, clock.now())}. {stands}"


def ended_words(absence: Absence, by: User) -> str:
    whose = "Your absence" if absence.user == by else f"The absence of {absence.user.name}"
    if absence.ended_at and absence.ended_at <= absence.starts:
        return f"{whose} is taken back."
    return f"{whose} has ended. Open work comes back."


def changed_words(change: Change) -> str:
    """ "2 absences are new, 1 stays, 1 is taken back." """
    said = [
        f"{len(rows)} {one if len(rows) == 1 else many}"
        for rows, one, many in (
            (change.fresh, "is new", "are new"),
            (change.kept, "stays as it was", "stay as they were"),
            (change.over, "is taken back", "are taken back"),
        )
        if rows
    ]
    return f"The calendar is read: {', '.join(said)}." if said else "The calendar names no absence."
