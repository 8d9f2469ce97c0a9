"""What cannot be undone on a deal, said before it is done: what it binds to, one sentence each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.close import answer_to, backed
from approvals.models import Condition
from base.format import near_day
from base.words import mark, say, say_many
from deals.terms import Terms
from desk.closing import name_of
from desk.forms.actions import WON
from desk.head import Room

ASKED: Mapping[bool, tuple[str, str]] = {
    # won: the question, the button
    True: (mark("Close {number} as won?"), mark("Close {number} as won")),
    False: (mark("Close {number} as lost?"), mark("Close {number} as lost")),
}


@dataclass(frozen=True, slots=True)
class Binding:
    """`word`: of the button that does it; `warning`: why it will stand out for ever, if it will."""

    title: str
    facts: tuple[str, ...]
    word: str
    warning: str = ""

    @property
    def flagged(self) -> bool:
        return bool(self.warning)


def withdrawing(room: Room) -> Binding | None:
    """None when nothing is in review."""
    if room.open_request is None:
        return None
    number = room.open_request.revision.number
    kept = say("There is no mandate meanwhile: promise nothing.")
    if room.active and room.mandate:
        words = mark("Mandate {number} stays as it is: you may go on offering within it.")
        kept = say(words, number=room.mandate.number)
    facts = (
        say(
            "Nobody is asked any more, and every clock stops. What was decided until now stays in the record."
        ),
        kept,
        say("It cannot be put back. To ask again, send the brief: it becomes a revision of its own."),
    )
    title = say("Withdraw revision {number}?", number=number)
    return Binding(title, facts, say("Withdraw revision {number}", number=number))


def closing(room: Room, said: dict[str, Any], reason: str, warning: str) -> Binding:
    """`said`: a valid form; `reason`: as it will be kept; `warning`: of the terms signed. A few queries."""
    won = said["outcome"] == WON
    kept = [say("Kept with it: “{reason}”", reason=reason)] if reason else []
    facts = (*(signed_words(room, said, not warning) if won else ()), *kept, *ends_words(room, won))
    title, word = ASKED[won]
    number = room.deal.number
    return Binding(say(title, number=number), facts, say(word, number=number), warning)


def warning_of(room: Room, signed: Terms | None, day: date | None) -> str:
    """Why terms signed on `day`, today without one, will stand out for ever; nothing of a deal that is lost
    and of terms inside."""
    if signed is None or inside_of(room, signed, day or room.now.today):
        return ""
    return warning_words(room)


def inside_of(room: Room, signed: Terms, day: date) -> bool:
    """As closing on `day` would find it now."""
    terms, behind = backed(room.deal, signed, day, room.mandate)
    return answer_to(terms, day, behind.mandate if behind else room.mandate, behind)[1]


def signed_words(room: Room, said: dict[str, Any], inside: bool) -> Iterator[str]:
    name = name_of(room, said["signed"])
    on = near_day(said["signed_on"] or room.now.today, room.now.local.date())
    yield say("{name} is kept as what was signed {day}.", name=name, day=on)
    if inside:
        yield say("These terms are inside the mandate.")


def warning_words(room: Room) -> str:
    if room.mandate:
        return say("These terms are outside the mandate. That is recorded, and flagged for ever.")
    return say("Nobody granted a mandate for these terms. That is recorded, and flagged for ever.")


def ends_words(room: Room, won: bool) -> Iterator[str]:
    if room.open_request:
        number = room.open_request.revision.number
        yield say("Revision {number} ends: nobody is asked any more.", number=number)
    if room.mandate:
        yield say("Mandate {number} ends: nothing more can be offered.", number=room.mandate.number)
    tasks = Condition.objects.open().filter(decision__deal=room.deal).count()
    if tasks and won:
        yield say_many(
            "{count} task that was asked in return is still to be done.",
            "{count} tasks that were asked in return are still to be done.",
            tasks,
        )
    elif tasks:
        yield say_many(
            "{count} task that was asked in return is waited for no more.",
            "{count} tasks that were asked in return are waited for no more.",
            tasks,
        )
    yield say("A closed deal is not opened again, and nothing is added to its comments.")
