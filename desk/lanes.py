"""The lanes of a request: each function's steps in their order, who has the ball, what was said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from approvals.grants import values_from
from approvals.limit import name_of
from approvals.models import Decision, Request, RequestQuerySet, Step
from base import worktime
from base.format import day, hours
from base.words import mark, say
from desk.acting_for import both
from desk.clocks import NOBODY, Clock, Now, clock_of, holder
from desk.cost import keys_for
from desk.holding import behind_words, held_rows, open_work_of, since_words
from desk.phrases import listed, lower, of_them, shown
from desk.room import if_words
from desk.standing import short
from guardrails.policy import FunctionRule, Policy
from people.shown import View

Status = Step.Status
ICONS = {"finance": "coin-euro", "legal": "scale", "operations": "truck-delivery", "executive": "building"}
OTHER = "users"
SAID = {
    Decision.Verdict.AGREE: mark("agreed"),
    Decision.Verdict.RELUCTANT: mark("agreed reluctantly"),
    Decision.Verdict.UP_TO: mark("agreed up to"),
    Decision.Verdict.CHANGES: mark("asked for changes"),
    Decision.Verdict.DECLINE: mark("declined"),
}
NOT_YET = {
    Status.NOT_NEEDED: mark("not needed"),
    Status.UNROUTABLE: NOBODY,
    Status.CANCELLED: mark("not answered"),
}
LOOKS = {
    # status: (state of the lane, icon, its class)
    Status.AGREED: ("done", "check", "s is-ok"),
    Status.OPEN: ("on", "progress", "s is-accent"),
    Status.PAUSED: ("on", "player-pause", "s is-warn"),
    Status.UNROUTABLE: ("on", "user-question", "s is-bad"),
    Status.RETURNED: ("on", "message-reply", "s is-warn"),
    Status.DECLINED: ("done", "x", "s is-bad"),
    Status.PLANNED: ("wait", "", ""),
    Status.CANCELLED: ("wait", "minus", "s faint"),
    Status.NOT_NEEDED: ("wait", "minus", "s faint"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A function that need not answer: what it said before, and why that still holds."""

    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """One step. `allowance` 0: no clock is drawn, and `side` is said instead."""

    state: str
    head: str
    text: str
    icon: str = ""
    icon_class: str = ""
    side: str = ""
    left: int | None = None
    allowance: int = 0
    paused: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    icon: str
    steps: tuple[Place, ...] = ()
    kept: Kept | None = None


def with_lanes(requests: RequestQuerySet) -> RequestQuerySet:
    """With everything lanes say, in a fixed number of queries."""
    decided = Decision.objects.select_related("by", "acting_for", "step__request__revision")
    steps = Step.objects.select_related("quarter_end").order_by("stage", "function", "order")
    steps = steps.prefetch_related(
        Prefetch("decisions", decided),
        Prefetch("assignments", held_rows()),
        Prefetch("kept_from", decided),
        "seats",
    )
    return requests.select_related("revision", "version", "submitted_by").prefetch_related(
        Prefetch("steps", steps)
    )


def lanes_of(request: Request, view: View, now: Now) -> tuple[Lane, ...]:
    """One lane for each function that was asked, or kept, for this request."""
    policy, steps = request.version.policy, list(request.steps.all())
    return tuple(
        lane(rule, own, policy, view, now)
        for rule in policy.functions
        if (own := [step for step in steps if step.function == rule.key])
    )


def lane(rule: FunctionRule, steps: Sequence[Step], policy: Policy, view: View, now: Now) -> Lane:
    icon = ICONS.get(rule.key, OTHER)
    kept = next((step for step in steps if step.kept_from), None)
    if kept and kept.kept_from:
        said, when = decided_words(kept.kept_from, policy, view), now.moment(kept.kept_from.at)
        text = say("{said}, {when}. Its limits are not touched.", said=said, when=when)
        return Lane(rule.name, icon, kept=Kept(kept.reason or say("Kept."), text))
    return Lane(rule.name, icon, tuple(place(step, rule, policy, view, now) for step in steps))


def place(step: Step, rule: FunctionRule, policy: Policy, view: View, now: Now) -> Place:
    state, icon, icon_class = LOOKS[Status(step.status)]
    clock = clock_of(step, now)
    runs = step.status in (Status.OPEN, Status.RETURNED, Status.PAUSED)
    decision = last_decision(step)
    return Place(
        state=state,
        head=short(holder(step, policy), rule.name),
        text=text_of(step, clock, policy, view, now),
        icon=icon,
        icon_class=icon_class,
        side=used(step, decision, now) if decision and not runs else not_yet(step),
        left=clock.left,
        allowance=step.allowance if runs else 0,
        paused=clock.paused if runs else "",
    )


def last_decision(step: Step) -> Decision | None:
    return next(iter(reversed(step.decisions.all())), None)


def text_of(step: Step, clock: Clock, policy: Policy, view: View, now: Now) -> str:
    """What each of its people said, and who is waited for."""
    said = [said_of(decision, policy, view, now) for decision in step.decisions.all()]
    if step.status == Status.OPEN:
        rows = step.assignments.all()
        return ". ".join([*said, waits_for(step, clock, now), *behind_words(step, rows, policy, now)])
    return ". ".join(said or [waits_for(step, clock, now)])


def said_of(decision: Decision, policy: Policy, view: View, now: Now) -> str:
    said, when = decided_words(decision, policy, view), now.moment(decision.at)
    if decision.reason:
        return say("{said}, {when}: “{reason}”", said=said, when=when, reason=decision.reason)
    return say("{said}, {when}", said=said, when=when)


def waits_for(step: Step, clock: Clock, now: Now) -> str:
    """Who has the ball, since when, or why nobody has."""
    if step.status == Status.OPEN:
        rows = step.assignments.all()
        asked = sorted(both(row.user, row.principal) for row in open_work_of(rows))
        who = f"{of_them(asked, still_needed(step))}{since_words(step, rows, now)}"
        return say("{who}, by {when}", who=who, when=clock.due)
    if step.status == Status.PLANNED:
        return say("Asked when those before have agreed.")
    if step.status == Status.CANCELLED:
        return say("Not answered when the request ended.")
    return step.reason


def still_needed(step: Step) -> int:
    """How many of those who are asked must agree yet: each whom a signer added counts besides the pool."""
    agreed = {decision.seat_id for decision in step.decisions.all() if decision.agrees}
    added = {seat.pk for seat in step.seats.all() if seat.added_by_id}
    now = {seat.pk for seat in step.seats.all() if seat.turn == 1 or len(agreed - added) >= step.needed}
    return max(0, step.needed - len(agreed - added)) + len((added & now) - agreed)


def not_yet(step: Step) -> str:
    if step.status == Status.PLANNED:
        return say("{time} to answer", time=hours(step.allowance))
    word = NOT_YET.get(Status(step.status))
    return say(word) if word else ""


def used(step: Step, decision: Decision, now: Now) -> str:
    """ "used 1 h 10 m of 8 h"; nothing where the clock cannot be told any more."""
    calendar = now.calendars.get(step.function)
    if calendar is None or step.opened_at is None:
        return ""
    spent = worktime.between(calendar, step.opened_at, decision.at)
    return say("used {time} of {allowance}", time=hours(spent), allowance=hours(step.allowance))


def decided_words(decision: Decision, policy: Policy, view: View) -> str:
    """ "Henrik Sørensen agreed up to 20.0 % and 45 days, if invoiced yearly"; who acted for whom."""
    return say("{who} {did}", who=decision.who, did=verdict_words(decision, policy, view))


def verdict_words(decision: Decision, policy: Policy, view: View) -> str:
    said = say(SAID[Decision.Verdict(decision.verdict)])
    if decision.verdict == Decision.Verdict.UP_TO:
        said = limits_words(decision, policy, view)
    needed = [if_words(condition, policy) for condition in decision.term_conditions]
    needed += [say("if by {day}: {task}", day=day(task.due), task=task.text) for task in decision.asked_tasks]
    words = ", ".join([said, *needed])
    return say("overrode those asked: {did}", did=words) if decision.overridden else words


def limits_words(decision: Decision, policy: Policy, view: View) -> str:
    """ "agreed up to 20.0 % and 45 days"; a limit whose number is kept from the reader goes by its name."""
    limits = values_from(decision.limits)
    plain = set(keys_for(view, limits))
    parts = [
        shown(key, value, policy)
        if key in plain
        else say("a limit on {term}", term=lower(name_of(key, policy)))
        for key, value in limits.items()
    ]
    return say("agreed up to {limits}", limits=listed(parts)) if parts else say("agreed")


def answer_by(steps: Iterable[Step], now: Now) -> datetime | None:
    """When the last answer is due if everyone uses all the time there is; None when that cannot be told."""
    waiting = [step for step in steps if step.status not in Step.FINISHED]
    if not waiting or any(step.status not in (Status.OPEN, Status.PLANNED) for step in waiting):
        return None
    due: dict[str, datetime] = {}
    for stage in sorted({step.stage for step in waiting}):
        began = max(due.values(), default=now.at)
        for step in sorted((one for one in waiting if one.stage == stage), key=lambda one: one.order):
            start = due.get(step.function, began)
            due[step.function] = later(step, start, now.calendars)
    return max(due.values())


def later(step: Step, start: datetime, calendars: Mapping[str, worktime.Calendar]) -> datetime:
    return (
        step.due_at
        if step.due_at and step.status == Status.OPEN
        else worktime.add(calendars[step.function], start, step.allowance)
    )
