"""When an answer may be expected, in words, and whether that is after the day the buyer wants to sign."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.utils import timezone

from approvals.preview import Preview
from base import clock
from base.format import day, moment, number
from base.words import say
from deals.models import Deal
from insights.expected import expected_of_plan
from insights.timing import Expected


@dataclass(frozen=True, slots=True)
class Expecting:
    """`words`: one or two sentences, the same wherever it is told. `rests_on`: what they rest on. `late`: why
    that is too late; "" when it is in time, or no day is wanted."""

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
    """ "Expect it today 14:30. In 4 of 5 cases it came by tomorrow 10:00."; of a deadline alone "Expect it by
    today 14:30."."""
    safe = moment(found.safe, at, zone)
    if not found.known or found.likely == found.safe:
        return say("Expect it by {at}.", at=safe)
    likely = moment(found.likely, at, zone)
    return say("Expect it {likely}. In 4 of 5 cases it came by {safe}.", likely=likely, safe=safe)


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
