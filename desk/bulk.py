"""Steps picked from the queue for one verb, and what it would come to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Prefetch, QuerySet

from approvals.bulk import MOST, Order, foreseen
from approvals.models import Assignment, Step
from approvals.override import PERMISSION
from base.errors import Invalid, NotYours
from base.words import say
from deals.models import Deal
from desk.acting_for import both
from desk.clocks import Clock, Now, clock_of, holder
from desk.forms.intervene import FORMS, Verb
from desk.narrowing import Reader, narrowed, person
from desk.phrases import listed
from desk.queue import visible_requests
from people.models import User

NAMED = re.compile(r"([0-9]{1,18}):([0-9a-f]{64}|)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One step. `why`: what stands against it, "" where nothing does."""

    step: Step
    level: str
    asked: str
    clock: Clock
    seen: str
    why: str = ""

    @property
    def name(self) -> str:
        """The step and the terms on the screen, as the form sends them."""
        return f"{self.step.pk}:{self.seen}"


@dataclass(frozen=True, slots=True)
class Picked:
    """`total`: how many there are; `lines` are the first of them, as many as can be done at once."""

    lines: tuple[Line, ...]
    total: int

    @property
    def rest(self) -> int:
        return self.total - len(self.lines)

    @property
    def refused(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.why)

    @property
    def ready(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.why)


def verbs_of(user: User) -> tuple[Verb, ...]:
    """What the desk may do to many steps: override only with the permission."""
    return tuple(verb for verb in FORMS if verb != Verb.OVERRIDE or user.has_perm(PERMISSION))


def refuse_verb(user: User, verb: Verb) -> None:
    """Raises NotYours."""
    if verb not in verbs_of(user):
        raise NotYours(say("Deciding in place of others is a permission of its own, and you do not have it."))


def picked_from_queue(
    user: User, requests: Sequence[str], asked: Mapping[str, str], now: Now, *, every: bool
) -> Picked:
    """What somebody has to answer in these requests, by id, or in every one that was asked for; where the
    queue was narrowed to a function, a level or a person, only what that is asked."""
    seen = visible_requests(user, now)
    if every:
        seen = narrowed(seen, asked, Reader(user, now))
    else:
        seen = seen.filter(pk__in=[word for word in requests if word.isdecimal() and len(word) < 19])
    steps = Step.objects.live().filter(request__in=seen.values("pk"))
    if "function" in asked:
        steps = steps.filter(function=asked["function"])
    if "level" in asked:
        function, _, rank = asked["level"].partition(":")
        steps = steps.filter(function=function, held_level=int(rank))
    if "waiting" in asked:
        mine = Assignment.objects.filter(user=person(asked["waiting"], user), ended_at=None)
        steps = steps.filter(pk__in=mine.values("step"))
    first = for_lines(steps).order_by(F("due_at").asc(nulls_last=True), "pk")[:MOST]
    return Picked(lines_of(first, {}, {}, now), steps.count())


def named_again(user: User, names: Iterable[str]) -> dict[int, str]:
    """Id → terms, of the steps that a form names. Raises Invalid for what no form of ours has sent."""
    seen: dict[int, str] = {}
    for name in names:
        found = NAMED.fullmatch(name)
        if found is None:
            raise Invalid(say("This page is out of date. Choose again in the queue."), field="step")
        seen[int(found[1])] = found[2]
    visible = Step.objects.filter(pk__in=seen, deal__in=Deal.objects.visible_to(user))
    return {pk: seen[pk] for pk in visible.order_by("pk").values_list("pk", flat=True)}


def picked_again(seen: Mapping[int, str], now: Now, *, by: User, order: Order | None = None) -> Picked:
    """The same steps as a form named them, with what stands against an order, if there is one."""
    steps = list(for_lines(Step.objects.filter(pk__in=seen)).order_by(F("due_at").asc(nulls_last=True), "pk"))
    faults = foreseen(steps, seen, by=by, order=order) if order else {}
    return Picked(lines_of(steps, seen, faults, now), len(steps))


def for_lines(steps: QuerySet[Step]) -> QuerySet[Step]:
    """With everything a line says and a verb asks of it."""
    asked = Assignment.objects.filter(ended_at=None).select_related("user", "principal")
    related = steps.select_related("deal__account", "request__revision")
    return related.prefetch_related("request__version", Prefetch("assignments", asked.order_by("user__name")))


def lines_of(
    steps: Iterable[Step], seen: Mapping[int, str], faults: Mapping[int, str], now: Now
) -> tuple[Line, ...]:
    return tuple(
        Line(
            step=step,
            level=holder(step, step.request.version.policy),
            asked=listed([both(row.user, row.principal) for row in step.assignments.all()], "or"),
            clock=clock_of(step, now),
            seen=seen.get(step.pk, step.terms_hash),
            why=faults.get(step.pk, ""),
        )
        for step in steps
    )
