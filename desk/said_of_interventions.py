"""What the deal desk did to a step, in the words of the record."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from approvals.paused import until_day
from base import clock
from base.format import day, hour, hours
from base.words import mark, say
from desk.book import Book, Facts
from desk.said import Said


def intervened(words: str, icon: str) -> Callable[[Facts, Book], Said]:
    """What was done, and why: "gave what Finance Director is asked to Dana Whitlock."."""

    def said(facts: Facts, book: Book) -> Said:
        step, one = book.steps[facts["step"]], book.interventions[facts["intervention"]]
        level = book.policy(step).level_name(step.function, facts["holds"])
        to = book.people[one.to_id].name if one.to_id else ""
        named = say(
            words,
            level=level,
            to=to,
            more=hours(one.minutes or 0),
            due=due_of(facts),
            until=until_day(one.until),
        )
        small = f"“{one.reason}”" if one.reason else ""
        return Said(named, small, icon, "is-warn", page="approvals", link=say("Approvals"))

    return said


def resumed(facts: Facts, book: Book) -> Said:
    """Let go on by the desk, or by itself on the day it had named."""
    if "intervention" in facts:
        return intervened(mark("let {level} go on: due {due}."), "player-play")(facts, book)
    step = book.steps[facts["step"]]
    level = book.policy(step).level_name(step.function, facts["holds"])
    words = say("{level} goes on as the pause has ended: due {due}.", level=level, due=due_of(facts))
    return Said(words, icon="player-play", tone="is-warn", page="approvals", link=say("Approvals"))


def paused(facts: Facts, book: Book) -> Said:
    words = mark("paused what {level} is asked.")
    if book.interventions[facts["intervention"]].until:
        words = mark("paused what {level} is asked until {until}.")
    return intervened(words, "player-pause")(facts, book)


def due_of(facts: Mapping[str, Any]) -> str:
    """The deadline that an entry names, in the company's zone; "" when it names none."""
    due = facts.get("due_at")
    if due is None:
        return ""
    local = datetime.fromisoformat(due).astimezone(clock.company_zone())
    return say("{day}, {hour}", day=day(local.date()), hour=hour(local))


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "step.reassigned": intervened(mark("gave what {level} is asked to {to}."), "user-share"),
    "step.extended": intervened(mark("gave {level} {more} more to answer."), "clock"),
    "step.paused": paused,
    "step.resumed": resumed,
    "step.nudged": intervened(mark("reminded {to} to answer as {level}."), "send"),
    "step.recomputed": intervened(
        mark("moved the deadline of {level} to {due}, by the working hours of now."), "refresh"
    ),
}
