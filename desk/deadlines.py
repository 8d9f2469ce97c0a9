"""Deadlines that would move by the hours of now: what the desk sees before it says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.http import Http404, QueryDict

from approvals.deadlines import Move, print_of
from approvals.models import Assignment, Step
from approvals.recompute_many import first_moves
from desk.clocks import Now, holder
from desk.phrases import listed
from people.models import Function


@dataclass(frozen=True, slots=True)
class Line:
    move: Move
    level: str
    asked: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moving:
    """`rest`: how many more would move than are listed. `seen`: the print of those that are. `single`: the
    one step that is meant. `function`: whose steps are, "" for all."""

    lines: tuple[Line, ...]
    rest: int
    seen: str
    single: Step | None
    function: str

    @property
    def name(self) -> str:
        return str(Function(self.function).label) if self.function else ""

    @property
    def late(self) -> int:
        """How many would be late at once."""
        return sum(line.move.overdue for line in self.lines)

    @property
    def earlier(self) -> int:
        return sum(line.move.earlier for line in self.lines)


def steps_meant(asked: QueryDict) -> tuple[QuerySet[Step], Step | None, str]:
    """The steps, the single one if one is meant, and the function if one is. Raises Http404."""
    related = Prefetch("assignments", Assignment.objects.filter(ended_at=None).select_related("user"))
    steps, number, function = Step.objects.prefetch_related(related), asked.get("step", ""), ""
    if number:
        single = steps.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
        if single is None:
            raise Http404
        return steps.filter(pk=single.pk), single, ""
    named = str(asked.get("function", ""))
    if named in Function.values:
        steps, function = steps.filter(function=named), named
    return steps, None, function


def moving(asked: QueryDict, now: Now) -> Moving:
    """A fixed number of queries."""
    steps, single, function = steps_meant(asked)
    moves, rest = first_moves(steps)
    seen = moves[0].print if single and moves else print_of(moves)
    return Moving(lines_of(moves, now), rest, seen, single, function)


def lines_of(moves: Sequence[Move], now: Now) -> tuple[Line, ...]:
    return tuple(
        Line(
            move=move,
            level=holder(move.step, move.step.request.version.policy),
            asked=listed([row.user.name for row in move.step.assignments.all()], "or"),
            before=now.moment(move.before),
            after=now.moment(move.after),
        )
        for move in moves
    )
