"""One step as the desk finds it: who is asked, until when, and what the desk has done to it already."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404

from approvals.looking_after import CALLED, looks_after
from approvals.models import Bulk, Intervention, Request, Step
from approvals.override import PERMISSION
from approvals.paused import open_question
from approvals.reassign import who_may_hold
from base import clock
from base.errors import NotYours
from base.format import day_of_month, hours
from base.words import mark, say
from deals.models import Deal
from desk.acting_for import both
from desk.clocks import Clock, clock_of, holder, now_for
from desk.phrases import listed
from people.accounts import UserQuerySet
from people.models import Function, User

Verb = Bulk.Verb
Kind = Intervention.Kind


DONE = {
    Kind.REASSIGN: mark("{name} gave it to {to}"),
    Kind.EXTEND: mark("{name} gave {hours} more"),
    Kind.RECOMPUTE: mark("{name} moved its deadline by the working hours of then"),
    Kind.PAUSE: mark("{name} paused it"),
    Kind.RESUME: mark("{name} let it go on"),
    Kind.NUDGE: mark("{name} reminded {to}"),
}
PAUSED_UNTIL = mark("{name} paused it until {day}")


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to a step, by whom and why: "Ines Carvalho gave it to Dana Whitlock"."""

    intervention: Intervention
    words: str
    level: str


@dataclass(frozen=True, slots=True)
class Held:
    """`people`: whom it may be given to. `seats`: who each hold one, where there are several open. `verbs`:
    what this person may do to it as it is now. `calls`: they may ask the desk to step in."""

    step: Step
    level: str
    asked: str
    clock: Clock
    people: UserQuerySet
    seats: tuple[User, ...]
    verbs: tuple[Bulk.Verb, ...]
    calls: bool
    done: tuple[Done, ...]


def held_for(user: User, number: int) -> Held:
    """Raises Http404 for a step this person may not see, NotYours for who only looks."""
    related = Step.objects.select_related(
        "deal__account", "deal__owner", "deal__decision_owner", "request__version", "request__revision"
    )
    visible = related.filter(pk=number, deal__in=Deal.objects.visible_to(user))
    step = visible.first()
    if step is None:
        raise Http404
    refuse_looker(user, step.deal)
    now, after = now_for(user), looks_after(step.deal, user)
    asked = step.assignments.filter(ended_at=None).select_related("user", "principal").order_by("user__name")
    return Held(
        step=step,
        level=holder(step, step.request.version.policy),
        asked=listed([both(row.user, row.principal) for row in asked], "or"),
        clock=clock_of(step, now),
        people=who_else(step, [row.user_id for row in asked], now.at),
        seats=several_of(step),
        verbs=verbs_for(user, step, after),
        calls=after and step.status in CALLED,
        done=done_to(Step.objects.filter(pk=step.pk)),
    )


def who_else(step: Step, asked: list[int], at: datetime) -> UserQuerySet:
    """Who may hold it; not the one who is asked alone, nor who holds one of its seats."""
    holding = step.seats.exclude(held_by=None).values_list("held_by", flat=True)
    return who_may_hold(step, at).exclude(pk__in=[*(asked if len(asked) == 1 else ()), *holding])


def refuse_looker(user: User, deal: Deal) -> None:
    """Raises NotYours."""
    if not may_intervene(user, deal):
        raise NotYours(
            say(
                "The deal desk reassigns, extends, pauses and overrides; the decision owner of a deal and "
                "who leads its team remind."
            )
        )


def may_intervene(user: User, deal: Deal) -> bool:
    return user.function == Function.DESK or user.has_perm(PERMISSION) or looks_after(deal, user)


def several_of(step: Step) -> tuple[User, ...]:
    """Who each hold an open seat of the pool, where more than one does."""
    waiting = step.seats.filter(decision=None, added_by=None, held_by__isnull=False).select_related("held_by")
    people = tuple(seat.held_by for seat in waiting if seat.held_by)
    return people if len(people) > 1 else ()


def open_to(user: User, request: Request) -> tuple[tuple[Step, str], ...]:
    """The steps of a request that this person may do something to, with the level that holds each."""
    if request.status != Request.Status.OPEN or not may_intervene(user, request.deal):
        return ()
    policy, after = request.version.policy, looks_after(request.deal, user)
    return tuple(
        (step, holder(step, policy))
        for step in request.steps.all()
        if verbs_for(user, step, after) or (after and step.status in CALLED)
    )


def verbs_for(user: User, step: Step, after: bool) -> tuple[Bulk.Verb, ...]:
    """`after`: they look after its deal."""
    live = step.status == Step.Status.OPEN
    desk = user.function == Function.DESK
    may = {
        Verb.REASSIGN: desk and (live or step.status == Step.Status.UNROUTABLE),
        Verb.EXTEND: desk and live,
        Verb.NUDGE: (desk or after) and live,
        Verb.PAUSE: desk and live,
        Verb.RESUME: desk and step.status == Step.Status.PAUSED and open_question(step) is None,
        Verb.OVERRIDE: live and user.has_perm(PERMISSION),
    }
    return tuple(verb for verb, allowed in may.items() if allowed)


def done_to(steps: QuerySet[Step]) -> tuple[Done, ...]:
    """What the desk did to these steps, first to last. One query."""
    rows = Intervention.objects.filter(step__in=steps).select_related("by", "to", "step")
    return tuple(Done(row, words_of(row), row.step.level_name) for row in rows)


def words_of(row: Intervention) -> str:
    name, to = row.by.name, row.to.name if row.to else ""
    if row.until:
        return say(PAUSED_UNTIL, name=name, day=day_of_month(clock.date_of(row.until)))
    return say(DONE[Kind(row.kind)], name=name, to=to, hours=hours(row.minutes or 0))
