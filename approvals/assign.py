"""Opening a step: its people, the terms they bind to, and its clock. And taking all that away again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from approvals.grants import InForce
from approvals.limit import step_hash
from approvals.models import Assignment, Decision, Seat, Step
from approvals.pools import region_of
from approvals.tell import mail
from base import worktime
from deals.share import let_look, look_away
from ledger.effects import cancel, planned, schedule_all
from ledger.record import record
from people.models import FunctionCalendar, User

TRY_AGAIN = timedelta(minutes=5)


def timers(step: Step) -> str:
    """The key under which everything that is due for this step is scheduled."""
    return f"step:{step.pk}"


def open_step(step: Step, people: Sequence[User], granted: InForce, *, at: datetime) -> None:
    """Open a planned step for `people`, who may decide it, or name it unroutable: never a silent stall.

    `granted`: what is in force in its request so far; the step binds to it."""
    if not people:
        wait_for_people(step, at=at)
        return
    narrowings = {key: narrowing.value for key, narrowing in granted.narrowings.items()}
    step.status = Step.Status.OPEN
    step.reason = ""
    asked, salt = step.request.terms_hash, str(step.deal.salt)
    step.terms_hash = step_hash(asked, narrowings, granted.conditions, salt)
    step.opened_at = step.opened_at or at
    start_clock(step, at=at)
    step.save()
    Seat.objects.get_or_create(step=step, number=1)
    seat_people(step, people, at=at)
    record(step.deal.stream, "step.opened", by=None, at=at, step=step.pk, terms_hash=step.terms_hash)


def start_clock(step: Step, *, at: datetime) -> None:
    """Start a run of the clock with what remains, and schedule its reminder and its hand-over."""
    hours = FunctionCalendar.objects.get(function=step.function).calendar()
    step.clock_from = at
    step.due_at = worktime.add(hours, at, step.remaining)
    half = worktime.add(hours, at, step.remaining // 2)
    schedule_all(
        planned(kind, timers(step), f"{kind}:{step.pk}:1:{step.run}", due, step=step.pk, run=step.run)
        for kind, due in (("remind", half), ("hand_over", step.due_at))
    )


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
    again, at_run = f"reroute:{step.pk}:1:{step.run}", {"step": step.pk, "run": step.run}
    schedule_all([planned("reroute", timers(step), again, at + TRY_AGAIN, **at_run)])


def seat_people(step: Step, people: Sequence[User], *, at: datetime) -> None:
    """Put the step into the inbox of each, let them see the deal, and write to them.

    The sight is a grant of its own: nobody who shares the deal, or takes that back, touches it."""
    blind = [user for user in people if not user.sees_all]
    let_look(step.deal, blind)
    Assignment.objects.bulk_create(
        Assignment(step=step, user=user, run=step.run, since=at, gave_sight=user in blind) for user in people
    )
    key = f"{timers(step)}:{step.run}"
    schedule_all(mail("review", user, step.deal, at=at, key=key, step=step) for user in people)


def release(step: Step, *, at: datetime) -> None:
    """End all open work on this step. Who did not decide loses the sight that came with it."""
    ended = list(step.assignments.filter(ended_at=None))
    if not ended:
        return
    others = Assignment.objects.filter(step__deal=step.deal, ended_at=None).exclude(step=step)
    needed = set(others.values_list("user", flat=True))
    needed |= set(Decision.objects.filter(deal=step.deal).values_list("by", flat=True))
    sighted = {assignment.user_id for assignment in ended if assignment.gave_sight}
    look_away(step.deal, sighted - needed)
    step.assignments.filter(ended_at=None).update(ended_at=at)


def end(step: Step, status: Step.Status, *, at: datetime, reason: str = "") -> None:
    """Finish a step in any way: its clock, its timers and its open work end with it."""
    stop_clock(step, at=at)
    step.status = status
    step.reason = reason
    step.ended_at = at
    step.save()
    release(step, at=at)
