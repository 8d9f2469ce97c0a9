"""When an answer may be expected, in words, and whether that is after the day the buyer wants to sign."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.utils import timezone

from approvals.preview import Preview
from base import clock
from base.format import day, hour, moment, near_day, number, percent
from base.words import say
from deals.models import Deal
from insights.expected import expected_of_plan
from insights.timing import Expected


@dataclass(frozen=True, slots=True)
class Expecting:
    """`words` follow "Answer expected". `rests_on`: what they rest on. `late`: why that is too late; "" when
    it is in time, or no day is wanted."""

    words: str
    rests_on: str
    late: str


def expecting_of(deal: Deal, seen: Preview) -> Expecting | None:
    """If the draft were sent now. None when nobody is asked. One query."""
    found = expected_of_plan(seen.judgement.plan, seen.hours, seen.at)
    zone = timezone.get_current_timezone()
    return expecting(found, deal.wanted_signature, seen.at, zone) if found else None


def expecting(found: Expected, wanted: date | None, at: datetime, zone: tzinfo) -> Expecting:
    """As one reader's wall clock shows it. `wanted`: the day the buyer wants to sign."""
    return Expecting(when(found, at, zone), rests_on(found), late(found, wanted))


def when(found: Expected, at: datetime, zone: tzinfo) -> str:
    """ "Thu 26 November, 80 % by Mon 30 November"; of a deadline alone "by Thu 26 November, 14:30"."""
    if not found.known or found.likely == found.safe:
        return say("by {at}", at=moment(found.safe, at, zone))
    today, likely, safe = (each.astimezone(zone) for each in (at, found.likely, found.safe))
    first, last = near_day(likely.date(), today.date()), near_day(safe.date(), today.date())
    later = hour(safe) if first == last else last
    return say("{day}, {share} by {later}", day=first, share=percent(80, 0), later=later)


def rests_on(found: Expected) -> str:
    if not found.known:
        return say("If everyone uses the whole time they have.")
    if found.known == found.asked:
        return say("From how long their answers took in the last {days} days.", days=number(180))
    return say(
        "From how long answers took in the last {days} days; {few} of {levels} levels gave too few: "
        "the whole time counts there.",
        days=number(180),
        few=number(found.asked - found.known),
        levels=number(found.asked),
    )


def late(found: Expected, wanted: date | None) -> str:
    if wanted is None or clock.date_of(found.safe) <= wanted:
        return ""
    if clock.date_of(found.likely) > wanted:
        return say("That is after {day}, when the buyer wants to sign.", day=day(wanted))
    return say(
        "When it takes longer than usual, that is after {day}, when the buyer wants to sign.", day=day(wanted)
    )
