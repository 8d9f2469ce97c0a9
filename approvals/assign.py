"""Opening a step: its people, the terms they bind to, and its clock. And taking all that away again."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from approvals.gather import asking
from approvals.grants import InForce
from approvals.limit import step_hash
from approvals.links import make_links
from approvals.models import Assignment, Question, Seat, Step
from approvals.nobody import nobody_words
from approvals.pools import Pools, rule_of
from approvals.seats import asked_of, holders_of, seats_for
from approvals.sight import still_needed
from approvals.tell import tell_desk
from base import worktime
from deals.share import let_look, look_away
from ledger.effects import cancel, planned, schedule_all
from ledger.record import record
from notices.notify import notify
from people.models import FunctionCalendar, User

TRY_AGAIN = timedelta(minutes=5)


def timers(step: Step) -> str:
    """The key under which everything that is due for this step is scheduled."""
    return f"step:{step.pk}"


def open_steps(turn: Sequence[Step], pools: Pools, granted: InForce, *, at: datetime) -> None:
    """Open these planned steps of one request, each for those in `pools` who may decide it; where there are
    fewer than must agree, name it unroutable: never a silent stall.

    `granted`: what is in force in the request so far; a step binds to it."""
    seats: list[Seat] = []
    seated = []
    for step in turn:
        people, rule = pools.get((step.function, step.level), ()), rule_of(step, step.level)
        enough = len(people) >= rule.needed(len(people))
        if enough and (fresh := seats_for(step, asked_of(rule, people), at=at)):
            seats += fresh
            seated.append((step, holders_of(fresh) or people))
        else:
            wait_for_people(step, people, at=at)
    if not seated:
        return
    for step, _ in seated:
        bind(step, granted)
        step.status, step.reason, step.opened_at = Step.Status.OPEN, "", step.opened_at or at
    start_clocks([step for step, _ in seated], at=at)
    for step, _ in seated:
        step.save()
    Seat.objects.bulk_create(seats)
    seat_people(seated, at=at)
    for step, _ in seated:
        record(step.deal.stream, "step.opened", by=None, at=at, step=step.pk, terms_hash=step.terms_hash)


def bind(step: Step, granted: InForce) -> None:
    """To what is asked, and to what is granted of it so far."""
    narrowings = {key: narrowing.value for key, narrowing in granted.narrowings.items()}
    asked, salt = step.request.terms_hash, str(step.deal.salt)
    tasks = [task.to_document() for task in granted.tasks]
    step.terms_hash = step_hash(asked, narrowings, granted.conditions, salt, tasks)


def start_clocks(steps: Sequence[Step], *, at: datetime) -> None:
    """Start a run of each clock with what remains, and schedule its reminder and its hand-over."""
    hours = hours_of(*(step.function for step in steps))
    effects = []
    for step in steps:
        step.clock_from = at
        step.due_at = worktime.add(hours[step.function], at, step.remaining)
        half = worktime.add(hours[step.function], at, step.remaining // 2)
        effects += [
            planned(kind, timers(step), f"{kind}:{step.pk}:1:{step.run}", due, step=step.pk, run=step.run)
            for kind, due in (("remind", half), ("hand_over", step.due_at))
        ]
    schedule_all(effects)


def hours_of(*functions: str) -> dict[str, worktime.Calendar]:
    """When they work."""
    return {row.function: row.calendar() for row in FunctionCalendar.objects.filter(function__in=functions)}


def stop_clock(step: Step, *, at: datetime) -> None:
    """Keep the working minutes that are left; nothing of this run is due any more."""
    if step.clock_from:
        hours = hours_of(step.function)[step.function]
        step.remaining = max(0, step.remaining - worktime.between(hours, step.clock_from, at))
    step.clock_from = None
    cancel(timers(step))


def wait_for_people(step: Step, people: Sequence[User], *, at: datetime) -> None:
    """Nobody may decide it, or too few: a named state, looked at again every few minutes until there are
    enough. The desk is told once each time it comes to that."""
    step.reason = nobody_words(step, people, at=at)
    if step.status != Step.Status.UNROUTABLE:
        step.status = Step.Status.UNROUTABLE
        record(step.deal.stream, "step.unroutable", by=None, at=at, step=step.pk)
        tell_desk(step.deal, step.reason, at=at, key=f"{timers(step)}:{step.run}")
    step.run += 1
    step.save()
    again, at_run = f"reroute:{step.pk}:1:{step.run}", {"step": step.pk, "run": step.run}
    schedule_all([planned("reroute", timers(step), again, at + TRY_AGAIN, **at_run)])


def seat_people(seated: Sequence[tuple[Step, Sequence[User]]], *, at: datetime) -> None:
    """Put steps of one deal into the inboxes of their people, let them see the deal, and write to them.

    The sight is a grant of its own: nobody who shares the deal, or takes that back, touches it."""
    pairs = [(step, user) for step, people in seated for user in people]
    let_look(seated[0][0].deal, {user for _, user in pairs if not user.sees_all})
    Assignment.objects.bulk_create(
        Assignment(step=step, user=user, run=step.run, since=at, gave_sight=not user.sees_all)
        for step, user in pairs
    )
    make_links(pairs, at=at)
    notify(asking(pairs), at=at)


def ask_after(step: Step, granted: InForce, *, at: datetime) -> None:
    """The pool has agreed: now those who were added after it, on what is granted by then, with the whole time
    of the step."""
    release(step, at=at)
    stop_clock(step, at=at)
    step.remaining, step.run = step.allowance, step.run + 1
    bind(step, granted)
    start_clocks([step], at=at)
    step.save()
    waiting = step.seats.filter(decision=None, turn=2).select_related("held_by")
    seat_people([(step, [seat.held_by for seat in waiting if seat.held_by])], at=at)
    record(step.deal.stream, "step.opened", by=None, at=at, step=step.pk, terms_hash=step.terms_hash)


def release(step: Step, *, at: datetime, only: User | None = None, but: Collection[int] = ()) -> None:
    """End open work on this step: of `only` one person, else of all `but` these ids. Who did not decide loses
    the sight that came with it."""
    waiting = step.assignments.filter(ended_at=None).exclude(user__in=but)
    ended = list(waiting.filter(user=only) if only else waiting)
    if not ended:
        return
    step.assignments.filter(pk__in=[one.pk for one in ended]).update(ended_at=at)
    saw = {assignment.user_id for assignment in ended if assignment.gave_sight}
    look_away(step.deal, saw, but=still_needed(step.deal))


def end(step: Step, status: Step.Status, *, at: datetime, reason: str = "") -> None:
    """Finish a step in any way: its clock, its timers and its open work end with it."""
    stop_clock(step, at=at)
    paused = step.status == Step.Status.PAUSED
    step.status = status
    step.reason = reason
    step.ended_at = at
    step.save()
    release(step, at=at)
    if paused:
        drop_question(step, at=at)


def drop_question(step: Step, *, at: datetime) -> None:
    """Nothing waits for the answer any more, and who was asked sees the deal no longer for it."""
    waiting = Question.objects.open().filter(step=step)
    asked = set(waiting.values_list("to", flat=True))
    waiting.update(status=Question.Status.ENDED, ended_at=at)
    look_away(step.deal, asked, but=still_needed(step.deal))
