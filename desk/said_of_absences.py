"""Absences in words: what the record says of open work that moves, and what is said once one is set."""

from collections.abc import Callable, Iterator, Mapping

from approvals.calendar_file import Change
from base import clock
from base.words import say, say_many
from desk.away import days_of
from desk.book import Book, Facts
from desk.said import Said
from desk.stand_ins import Moving, Open
from people.models import Absence, User


def stood_in(facts: Facts, book: Book) -> Said:
    step = book.steps[facts["step"]]
    who, principal = book.people[facts["user"]].name, book.people[facts["principal"]].name
    words = say(
        "asked {who} as {level} for {principal}.", who=who, level=step.level_name, principal=principal
    )
    small = say("{name} is away.", name=principal)
    return Said(words, small, "user-share", page="approvals", link=say("Approvals"))


def came_back(facts: Facts, book: Book) -> Said:
    step, who = book.steps[facts["step"]], book.people[facts["user"]].name
    words = say("gave what {level} is asked back to {who}.", level=step.level_name, who=who)
    small = say("{name} is back.", name=who)
    return Said(words, small, "arrow-back-up", page="approvals", link=say("Approvals"))


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "step.stood_in": stood_in,
    "step.came_back": came_back,
}


def set_words(absence: Absence, by: User) -> str:
    """ "You are away 8 Jun – 14 Jun. Lena Vogt stands in." """
    days, stands_in = days_of(absence, clock.now()), absence.delegate
    if absence.user == by:
        away = say("You are away {days}.", days=days)
    else:
        away = say("{name} is away {days}.", name=absence.user.name, days=days)
    stands = say("{name} stands in.", name=stands_in.name) if stands_in else say("Nobody stands in.")
    return f"{away} {stands}"


def open_words(work: Open, person: User, reader: User) -> str:
    """ "7 open steps wait for you. 5 are overdue. 3 are asked of nobody else." Empty where nothing is."""
    if not work.steps:
        return ""
    if person == reader:
        waits = say_many("{count} open step waits for you.", "{count} open steps wait for you.", work.steps)
    else:
        waits = say_many(
            "{count} open step waits for {name}.",
            "{count} open steps wait for {name}.",
            work.steps,
            name=person.name,
        )
    alone = say_many("{count} is asked of nobody else.", "{count} are asked of nobody else.", work.alone)
    return " ".join([waits, *overdue_words(work.overdue), *([alone] if work.alone else [])])


def moving_words(moving: Moving | None, work: Open, *, begun: bool) -> str:
    """What setting it does, or will do, to what is open: "7 open steps go to Lena Vogt. 5 are overdue.
    Lena Vogt did not answer 1 of them as Finance Manager." Empty where nothing is open."""
    if not work.steps:
        return ""
    if moving is None:
        return " ".join(unmoved_words(work))
    return " ".join(moved_words(moving, begun=begun))


def unmoved_words(work: Open) -> Iterator[str]:
    others = work.steps - work.alone
    if others:
        yield say_many(
            "{count} open step stays with the others who are asked it.",
            "{count} open steps stay with the others who are asked them.",
            others,
        )
    if work.alone:
        yield say_many(
            "{count} is asked of nobody else: another who may decide is asked, else the deal desk has it.",
            "{count} are asked of nobody else: others who may decide are asked, else the deal desk has them.",
            work.alone,
        )


def moved_words(moving: Moving, *, begun: bool) -> Iterator[str]:
    who, steps = moving.actor.name, moving.steps
    if steps and begun:
        yield say_many("{count} open step goes to {who}.", "{count} open steps go to {who}.", steps, who=who)
    elif steps:
        yield say_many(
            "{count} step is open now; it goes to {who} then, if it still is.",
            "{count} steps are open now; those that still are go to {who} then.",
            steps,
            who=who,
        )
    yield from overdue_words(moving.overdue)
    for level, count in moving.late:
        yield say("{who} did not answer {count} of them as {level}.", count=count, who=who, level=level)
    if moving.kept:
        yield say_many(
            "{count} cannot go to {who}, who works on the deal or is asked already.",
            "{count} cannot go to {who}, who works on the deals or is asked already.",
            moving.kept,
            who=who,
        )


def overdue_words(count: int) -> list[str]:
    return [say_many("{count} is overdue.", "{count} are overdue.", count)] if count else []


def ended_words(absence: Absence, by: User) -> str:
    taken_back = absence.ended_at and absence.ended_at <= absence.starts
    if absence.user == by:
        if taken_back:
            return say("Your absence is taken back.")
        return say("Your absence has ended. Open work comes back.")
    if taken_back:
        return say("The absence of {name} is taken back.", name=absence.user.name)
    return say("The absence of {name} has ended. Open work comes back.", name=absence.user.name)


def changed_words(change: Change) -> str:
    """ "2 absences are new, 1 stays, 1 is taken back." """
    fresh, kept, over = len(change.fresh), len(change.kept), len(change.over)
    said = [
        *([say_many("{count} is new", "{count} are new", fresh)] if fresh else []),
        *([say_many("{count} stays as it was", "{count} stay as they were", kept)] if kept else []),
        *([say_many("{count} is taken back", "{count} are taken back", over)] if over else []),
    ]
    if not said:
        return say("The calendar names no absence.")
    return say("The calendar is read: {changes}.", changes=", ".join(said))
