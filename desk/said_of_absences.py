"""Open work that moves while somebody is away, in the words of the record."""

from collections.abc import Callable, Mapping

from desk.book import Book, Facts
from desk.said import Said


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
