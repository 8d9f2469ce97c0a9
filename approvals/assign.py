"""Opening a step: its people, the terms they bind to, and its clock. And taking all that away again."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from approvals.acting import Placed, edges, open_work, owner_of, placed, roster_of, work_named
from approvals.gather import asking
from approvals.grants import InForce
from approvals.haste import pin
from approvals.limit import step_hash
from approvals.links import make_links
from approvals.models import Assignment, Question, Seat, Step
from approvals.nobody import nobody_words
from approvals.pools import Pools, rule_of
from approvals.seats import asked_of, holders_of, seats_for
from approvals.sight import no_more_sight
from approvals.tell import tell_desk
from base import worktime
from deals.share import let_look
from ledger.batch import forget, once
from ledger.effects import cancel, planned, schedule_all
from ledger.models import Effect
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
    pin([step for step, _ in seated], at=at)
    for step, _ in seated:
        bind(step, granted)
        step.status, step.reason, step.opened_at = Step.Status.OPEN, "", step.opened_at or at
    start_clocks([step for step, _ in seated], at=at)
    for step, _ in seated:
        step.save()
    Seat.objects.bulk_create(seats)
    for step, _ in seated:
        record(step.deal.stream, "step.opened", by=None, at=at, step=step.pk, terms_hash=step.terms_hash)
    for step in seat_people(seated, at=at):
        stop_clock(step, at=at)
        wait_for_people(step, [], at=at)


def bind(step: Step, granted: InForce) -> None:
    """To what is asked, and to what is granted of it so far."""
    narrowings = {key: narrowing.value for key, narrowing in granted.narrowings.items()}
    asked, salt = step.request.terms_hash, str(step.deal.salt)
    tasks = [task.to_document() for task in granted.tasks]
    step.terms_hash = step_hash(asked, narrowings, granted.conditions, salt, tasks)


def start_clocks(steps: Sequence[Step], *, at: datetime) -> None:
    """Start a run of each clock with what remains, and schedule its reminders and its hand-over. What the
    desk had because nobody answered is with those asked again."""
    hours = hours_of(*(step.function for step in steps))
    effects = []
    for step in steps:
        step.clock_from, step.with_desk_since = at, None
        step.due_at = worktime.add(hours[step.function], at, step.remaining)
        once, at_run = f"{step.pk}:1:{step.run}", {"step": step.pk, "run": step.run}
        effects += reminders(step, hours[step.function], step.due_at)
        effects.append(planned("hand_over", timers(step), f"hand_over:{once}", step.due_at, **at_run))
    schedule_all(effects)


def reminders(step: Step, hours: worktime.Calendar, due: datetime) -> list[Effect]:
    """Those of this run that are still ahead. Each knows when the next thing is due: late, it is left out."""
    level = step.request.version.policy.level(step.function, step.held_level)
    ahead = [
        (place, share, worktime.add(hours, step.clock_from or due, minutes))
        for place, share, minutes in level.escalation.ahead(step.allowance, step.remaining)
    ]
    ends = [*(at for _, _, at in ahead), due][1:]
    return [
        planned(
            "remind",
            timers(step),
            f"remind:{step.pk}:1:{step.run}" + (f":{place}" if place > 1 else ""),
            at,
            step=step.pk,
            run=step.run,
            share=share,
            until=until,
        )
        for (place, share, at), until in zip(ahead, ends, strict=True)
    ]


def hours_of(*functions: str) -> dict[str, worktime.Calendar]:
    """When they work."""
    return once(("hours", frozenset(functions)), lambda: read_hours(functions))


def read_hours(functions: Collection[str]) -> dict[str, worktime.Calendar]:
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


def seat_people(seated: Sequence[tuple[Step, Sequence[User]]], *, at: datetime) -> list[Step]:
    """Put steps of one deal into the inboxes of their people, or of who stands in for them, let those see the
    deal, and write to them. Returns the steps that came to nobody.

    The sight is a grant of its own: nobody who shares the deal, or takes that back, touches it."""
    roster = roster_of({user for _, people in seated for user in people}, at)
    found = [(step, placed(step, people, roster, at=at)) for step, people in seated]
    hand_out([one for _, ones in found for one in ones], at=at)
    schedule_all(
        planned(
            "stand_in",
            f"stand_in:{step.pk}",
            f"stand_in:{step.pk}:{step.run}:{edge.isoformat()}",
            edge,
            deal=step.deal_id,
            them=sorted(user.pk for user in people),
        )
        for step, people in seated
        for edge in edges(roster, at)
    )
    return [step for step, ones in found if not ones]


def hand_out(places: Sequence[Placed], *, at: datetime) -> None:
    """Each becomes open work, with the message that belongs to it, and the sight: whoever is stood in for may
    look at what is decided in their place."""
    if not places:
        return
    pairs = [(one.step, one.user) for one in places]
    named = {user for one in places for user in (one.user, one.principal) if user}
    let_look(places[0].step.deal, {user for user in named if not user.sees_all})
    Assignment.objects.bulk_create(one.assignment(at=at) for one in places)
    for one in places:
        forget(work_named(one.step.pk))
    make_links(pairs, at=at)
    notify(asking(pairs, instead_of(places)), at=at)
    for one in places:
        if one.principal:
            said: dict[str, Any] = {"user": one.user.pk, "principal": one.principal.pk, "run": one.step.run}
            record(one.step.deal.stream, "step.stood_in", by=None, at=at, step=one.step.pk, **said)


def instead_of(places: Sequence[Placed]) -> dict[User, list[str]]:
    """Who stands in, and the names of those who are away."""
    names: dict[User, list[str]] = {}
    for one in places:
        if one.principal and one.principal.name not in names.setdefault(one.user, []):
            names[one.user].append(one.principal.name)
    return names


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
    """End open work on this step, whoever acts: that of `only` one person, else of all `but` these ids. Who
    did not decide loses the sight that came with it."""
    ended = [row for row in open_work(step) if owner_of(row).pk not in but and only in (None, owner_of(row))]
    take_away(step, ended, at=at)


def take_away(step: Step, rows: Sequence[Assignment], *, at: datetime, late_as: int | None = None) -> None:
    """End this open work, and the sight of everyone who needs it no more. `late_as`: the level at which they
    let the time run out."""
    if not rows:
        return
    step.assignments.filter(pk__in=[one.pk for one in rows]).update(ended_at=at, late_as=late_as)
    forget(work_named(step.pk))
    saw = {row.user_id for row in rows if row.gave_sight} | {
        row.principal_id for row in rows if row.principal_id
    }
    no_more_sight(step.deal, saw)


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
    no_more_sight(step.deal, asked)
