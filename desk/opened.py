"""Who of those that decide had a review on their screen, and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from approvals.models import Opening, Request, Step
from approvals.opening import keep_opening
from base.words import say
from desk.acting_for import both
from desk.clocks import Now, holder
from desk.holding import open_work_of
from desk.judging import Seat

AHEAD = ("Sec-Purpose", "Purpose", "X-Moz")  # how browsers name a page that is fetched before anybody asks
LIVE = (Step.Status.OPEN, Step.Status.PAUSED)


@dataclass(frozen=True, slots=True)
class Reader:
    """One person who is, or was, asked and has not answered. `asked`: it waits for them now."""

    name: str
    level_name: str
    asked: bool
    opened: str


def note_opened(request: HttpRequest, seats: Sequence[Seat]) -> None:
    """That the reader has these steps before them, as far as they wait for them. Not of a page that was only
    fetched ahead, nor of a form that was sent."""
    ahead = any("prefetch" in request.headers.get(name, "") for name in AHEAD)
    if request.method == "GET" and not ahead:
        keep_opening([seat.step for seat in seats if seat.mine], by=seats[0].user)


def opened_words(at: datetime | None, now: Now) -> str:
    return say("opened {when}", when=now.moment(at)) if at else say("not opened yet")


def readers_of(request: Request, opened: Mapping[tuple[int, int], Opening], now: Now) -> tuple[Reader, ...]:
    """Of a request with its lanes: who is asked and has not answered, then who was and is not any more.
    `opened`: by step and person. No query."""
    policy, found = request.version.policy, []
    for step in request.steps.all():
        waits, level = waiting_for(step), holder(step, policy)
        answered = {decision.by_id for decision in step.decisions.all()}
        for user, name in waits.items():
            one = opened.get((step.pk, user))
            found.append(Reader(name, level, True, opened_words(one.at if one else None, now)))
        for one in of_step(step, opened):
            if one.user_id not in answered | waits.keys():
                found.append(Reader(one.user.name, level, False, opened_words(one.at, now)))
    return tuple(sorted(found, key=lambda each: not each.asked))


def waiting_for(step: Step) -> dict[int, str]:
    """Who has it now, by name, and for whom."""
    if step.status not in LIVE:
        return {}
    return {row.user_id: both(row.user, row.principal) for row in open_work_of(step.assignments.all())}


def of_step(step: Step, opened: Mapping[tuple[int, int], Opening]) -> list[Opening]:
    return [one for (number, _), one in opened.items() if number == step.pk]
