"""Opening a step: its people, the terms they bind to, and its clock. And taking all that away again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from guardian.shortcuts import assign_perm, remove_perm

from approvals.grants import in_force
from approvals.limit import step_hash
from approvals.models import Assignment, Decision, Seat, Step
from approvals.pools import pools_of, region_of
from approvals.tell import tell
from base import worktime
from deals.models.deal import ASKED
from ledger.effects import cancel, schedule
from ledger.record import record
from people.models import FunctionCalendar, User

TRY_AGAIN = timedelta(minutes=5)


def timers(step: Step) -> str:
    """The key under which everything that is due for this step is scheduled."""
    return f"step:{step.pk}"


def open_step(step: Step, *, at: datetime) -> None:
    """Open a planned step for the people who may decide it, or name it unroutable: never a silent stall."""
    pool = pools_of(step, at=at).get((step.function, step.level), ())
    if not pool:
        wait_for_people(step, at=at)
        return
    granted = in_force(step.request, step.request.version.policy)
    narrowings = {key: narrowing.value for key, narrowing in granted.narrowings.items()}
    step.status = Step.Status.OPEN
    step.reason = ""
    step.terms_hash = step_hash(step.request.terms_hash, narrowings, granted.conditions)
    step.opened_at = step.opened_at or at
    start_clock(step, at=at)
    step.save()
    Seat.objects.get_or_create(step=step, number=1)
    seat_people(step, pool, at=at)
    record(step.deal.stream, "step.opened", by=None, at=at, step=step.pk, terms_hash=step.terms_hash)


def start_clock(step: Step, *, at: datetime) -> None:
    """Start a run of the clock with what remains, and schedule its reminder and its hand-over."""
    hours = FunctionCalendar.objects.get(function=step.function).calendar()
    step.clock_from = at
    step.due_at = worktime.add(hours, at, step.remaining)
    half = worktime.add(hours, at, step.remaining // 2)
    for kind, due in (("remind", half), ("hand_over", step.due_at)):
        schedule(kind, timers(step), f"{kind}:{step.pk}:1:{step.run}", due, step=step.pk, run=step.run)


def stop_clock(step: Step, *, at: datetime) -> None:
    """Keep the working minutes that are left; nothing of this run is due any more."""
    if step.clock_from:
        hours = FunctionCalendar.objects.get(function=step.function).calendar()
        step.remaining = max(0, step.remaining - worktime.between(hours, step.clock_from, at))
    step.clock_from = None
    cancel(timers(step))


def wait_for_people(step: Step, *, at: datetime) -> None:
    """Nobody may decide it: a named state, looked at again every few minutes until someone may."""
    if step.status != Step.Status.UNROUTABLE:
        step.status = Step.Status.UNROUTABLE
        step.reason = f"Nobody holds {step.level_name} for {region_of(step)} who may decide on this deal."
        record(step.deal.stream, "step.unroutable", by=None, at=at, step=step.pk)
    step.run += 1
    step.save()
    schedule(
        "reroute", timers(step), f"reroute:{step.pk}:1:{step.run}", at + TRY_AGAIN, step=step.pk, run=step.run
    )


def seat_people(step: Step, people: Iterable[User], *, at: datetime) -> None:
    """Put the step into the inbox of each, let them see the deal, and write to them.

    The sight is a grant of its own: nobody who shares the deal, or takes that back, touches it."""
    for user in people:
        if gives := not user.sees_all:
            assign_perm(ASKED, user, step.deal)
        Assignment.objects.create(step=step, user=user, run=step.run, since=at, gave_sight=gives)
        tell("review", user, step.deal, at=at, key=f"{timers(step)}:{step.run}", step=step)


def release(step: Step, *, at: datetime) -> None:
    """End all open work on this step. Who did not decide loses the sight that came with it."""
    ended = list(step.assignments.filter(ended_at=None).select_related("user"))
    decided = set(Decision.objects.filter(deal=step.deal).values_list("by", flat=True))
    for assignment in ended:
        elsewhere = Assignment.objects.filter(
            user=assignment.user, ended_at=None, step__deal=step.deal
        ).exclude(pk=assignment.pk)
        if assignment.gave_sight and assignment.user_id not in decided and not elsewhere.exists():
            remove_perm(ASKED, assignment.user, step.deal)
    step.assignments.filter(ended_at=None).update(ended_at=at)


def end(step: Step, status: Step.Status, *, at: datetime, reason: str = "") -> None:
    """Finish a step in any way: its clock, its timers and its open work end with it."""
    stop_clock(step, at=at)
    step.status = status
    step.reason = reason
    step.ended_at = at
    step.save()
    release(step, at=at)
