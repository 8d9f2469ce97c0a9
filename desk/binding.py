"""What cannot be undone on a deal, said before it is done: what it binds to, one sentence each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.close import answer_to, backed
from approvals.models import Condition
from base.format import near_day
from deals.terms import Terms
from desk.closing import signable
from desk.forms.actions import WON
from desk.head import Room


@dataclass(frozen=True, slots=True)
class Binding:
    """`word`: of the button that does it; `flagged`: it will stand out for ever."""

    title: str
    facts: tuple[str, ...]
    word: str
    flagged: bool = False


def withdrawing(room: Room) -> Binding | None:
    """None when nothing is in review."""
    if room.open_request is None:
        return None
    name = f"revision {room.open_request.revision.number}"
    kept = (
        f"Mandate {room.mandate.number} stays as it is: you may go on offering within it."
        if room.active and room.mandate
        else "There is no mandate meanwhile: promise nothing."
    )
    facts = (
        "Nobody is asked any more, and every clock stops. What was decided until now stays in the record.",
        kept,
        "It cannot be put back. To ask again, send the brief: it becomes a revision of its own.",
    )
    return Binding(f"Withdraw {name}?", facts, f"Withdraw {name}")


def closing(room: Room, said: dict[str, Any], signed: Terms | None) -> Binding:
    """`said`: a valid form; `signed`: the terms it names, None where the deal is lost. A few queries."""
    won = said["outcome"] == WON
    inside = signed is None or inside_of(room, signed, said["signed_on"] or room.now.today)
    facts = (*(signed_words(room, said, inside) if won else ()), *ends_words(room, won))
    words = f"Close {room.deal.number} as {said['outcome']}"
    return Binding(f"{words}?", facts, words, flagged=not inside)


def inside_of(room: Room, signed: Terms, day: date) -> bool:
    """As closing on `day` would find it now."""
    terms, behind = backed(room.deal, signed, day, room.mandate)
    return answer_to(terms, day, behind.mandate if behind else room.mandate, behind)[1]


def signed_words(room: Room, said: dict[str, Any], inside: bool) -> Iterator[str]:
    name = dict(signable(room))[said["signed"]]
    on = near_day(said["signed_on"] or room.now.today, room.now.local.date())
    yield f"{name} is kept as what was signed {on}."
    if inside:
        yield "These terms are inside the mandate."
    elif room.mandate:
        yield "These terms are outside the mandate. That is recorded, and flagged for ever."
    else:
        yield "Nobody granted a mandate for these terms. That is recorded, and flagged for ever."


def ends_words(room: Room, won: bool) -> Iterator[str]:
    if room.open_request:
        yield f"Revision {room.open_request.revision.number} ends: nobody is asked any more."
    if room.mandate:
        yield f"Mandate {room.mandate.number} ends: nothing more can be offered."
    tasks = Condition.objects.open().filter(decision__deal=room.deal).count()
    if tasks:
        ours = "1 task that was" if tasks == 1 else f"{tasks} tasks that were"
        end = "still to be done" if won else "waited for no more"
        yield f"{ours} asked in return {'is' if tasks == 1 else 'are'} {end}."
    yield "A closed deal is not opened again, and nothing is added to its comments."
