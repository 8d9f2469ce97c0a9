"""Reminders and hand-overs in the words of the record."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from desk.book import Book, Facts
from desk.phrases import listed
from desk.said import Said
from guardrails.escalation import share_words

TO_DESK = "The deal desk has it too: nobody is left to take over."


def reminded(facts: Facts, book: Book) -> Said:
    gone = share_words(Decimal(facts.get("share", "0.5")))
    words = f"reminded {level_of(facts, book)}: {gone} of the time is gone."
    return Said(words, icon="clock", page="approvals", link="Approvals")


def overdue(facts: Facts, book: Book) -> Said:
    words = f"waits for {level_of(facts, book)}: the time is gone."
    return Said(words, TO_DESK, "clock-exclamation", "is-bad", page="approvals", link="Approvals")


def handed_over(facts: Facts, book: Book) -> Said:
    """From level to level, or to the managers of those who did not answer."""
    step, moved = book.steps[facts["step"]], facts.get("moved", facts)
    policy = book.policy(step)
    before, after = (policy.level_name(step.function, moved[key]) for key in ("held", "holds"))
    if managers := [book.people[pk].name for pk in moved.get("managers", ())]:
        after = f"{listed(managers)}, {'manager' if len(managers) == 1 else 'managers'} of who was asked"
    return Said(
        f"moved the seat from {before} to {after}.",
        "Nobody answered in time.",
        "arrow-up-right",
        "is-warn",
        page="approvals",
        link="Approvals",
    )


def level_of(facts: Facts, book: Book) -> str:
    return book.steps[facts["step"]].level_name


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "step.reminded": reminded,
    "step.overdue": overdue,
    "step.handed_over": handed_over,
}
