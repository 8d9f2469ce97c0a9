"""Reminders and hand-overs in the words of the record."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from base.words import mark, say, say_many
from desk.book import Book, Facts
from desk.phrases import listed
from desk.said import Said
from guardrails.escalation import share_words

TO_DESK = mark("The deal desk has it too: nobody is left to take over.")


def reminded(facts: Facts, book: Book) -> Said:
    gone = share_words(Decimal(facts.get("share", "0.5")))
    words = say("reminded {level}: {share} of the time is gone.", level=level_of(facts, book), share=gone)
    return Said(words, icon="clock", page="approvals", link=say("Approvals"))


def overdue(facts: Facts, book: Book) -> Said:
    words = say("waits for {level}: the time is gone.", level=level_of(facts, book))
    link = say("Approvals")
    return Said(words, say(TO_DESK), "clock-exclamation", "is-bad", page="approvals", link=link)


def handed_over(facts: Facts, book: Book) -> Said:
    """From level to level, or to the managers of those who did not answer."""
    step, moved = book.steps[facts["step"]], facts.get("moved", facts)
    policy = book.policy(step)
    before, after = (policy.level_name(step.function, moved[key]) for key in ("held", "holds"))
    if managers := [book.people[pk].name for pk in moved.get("managers", ())]:
        after = managers_words(managers)
    return Said(
        say("moved the seat from {before} to {after}.", before=before, after=after),
        say("Nobody answered in time."),
        "arrow-up-right",
        "is-warn",
        page="approvals",
        link=say("Approvals"),
    )


def managers_words(names: Sequence[str]) -> str:
    return say_many(
        "{names}, manager of who was asked",
        "{names}, managers of who was asked",
        len(names),
        names=listed(names),
    )


def level_of(facts: Facts, book: Book) -> str:
    return book.steps[facts["step"]].level_name


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "step.reminded": reminded,
    "step.overdue": overdue,
    "step.handed_over": handed_over,
}
