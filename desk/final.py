"""What each answer to a step would bind, in one line that is read before it is sent. Writes nothing."""

from collections.abc import Mapping, Sequence

from approvals.decide import Ruling
from approvals.limit import LimitKey, Value, metric_of, name_of
from approvals.models import Decision
from approvals.narrow import granted_by
from approvals.task import Task
from base.format import day
from base.words import mark, say
from desk.cost import hides
from desk.decided import whoever_looks
from desk.judging import Seat
from desk.phrases import listed, lower, shown
from desk.room import if_words

Verdict = Decision.Verdict
Lines = tuple[tuple[str, str, str], ...]  # verdict, what it would bind, who looks then

GRANTS = {
    Verdict.AGREE: mark("You grant {limits}. Final: it cannot be taken back."),
    Verdict.RELUCTANT: mark("You grant {limits}, reluctantly. Final: it cannot be taken back."),
}
ROUND = {
    # riskier direction of a metric: how far a limit lets it go
    "higher": mark("{limit} up to {value}"),
    "lower": mark("{limit} down to {value}"),
}


def lines_for(seats: Sequence[Seat]) -> Lines:
    """For each verdict that takes no limits, what it would bind if all these steps were answered with it."""
    seat, grants = seats[0], grants_of(seats)
    changes = say(
        "You grant nothing: the ball goes back to {seller}. Final: it cannot be taken back.",
        seller=seat.deal.owner.name,
    )
    decline = say(
        "You grant nothing, and revision {number} ends for everybody who is asked. Final: it cannot be "
        "taken back.",
        number=seat.revision.number,
    )
    then = whoever_looks(seat) if len(seats) == 1 else ""
    return (
        *((verdict.value, say(words, limits=grants), then) for verdict, words in GRANTS.items()),
        (Verdict.CHANGES.value, changes, ""),
        (Verdict.DECLINE.value, decline, ""),
    )


def grants_of(seats: Sequence[Seat]) -> str:
    """ "discount up to 22.5 % and payment up to 60 days"; of several steps, as whom each."""
    agreed = Ruling(Verdict.AGREE)
    if len(seats) == 1:
        return limits_words(granted_by(seats[0].step, agreed), seats[0])
    each = (
        say("as {level} {limits}", level=seat.level, limits=limits_words(granted_by(seat.step, agreed), seat))
        for seat in seats
    )
    return "; ".join(each)


def line_up_to(seat: Seat, ruling: Ruling) -> str:
    """What agreeing up to these limits would bind: "You grant discount up to 21.0 %, if …"."""
    grants = limits_words(granted_by(seat.step, ruling), seat)
    needed = [if_words(condition, seat.policy) for condition in ruling.conditions]
    needed += [task_words(task) for task in ruling.tasks]
    return say("You grant {limits}. Final: it cannot be taken back.", limits=", ".join([grants, *needed]))


def task_words(task: Task) -> str:
    return say("if by {day}: {task}", day=day(task.due), task=task.text)


def limits_words(granted: Mapping[LimitKey, Value], seat: Seat) -> str:
    """How far each term may go; one whose number is kept from the reader goes by its name."""
    if not granted:
        return say("what revision {number} asks", number=seat.revision.number)
    return listed([limit_words(key, value, seat) for key, value in granted.items()])


def limit_words(key: LimitKey, value: Value, seat: Seat) -> str:
    limit, metric = lower(name_of(key, seat.policy)), metric_of(key)
    if hides(seat.view, key):
        return say("a limit on {limit}", limit=limit)
    far = shown(key, value, seat.policy)
    if metric is None:
        return say("{limit} up to “{value}”", limit=limit, value=far)
    if metric.unit == "invoices":
        return say("{limit} {value}", limit=limit, value=far)
    return say(ROUND[metric.riskier], limit=limit, value=far)
