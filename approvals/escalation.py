"""What happens by itself: reminders, hand-overs, second tries at an empty pool, expiry.

Each handler runs in the transaction that marks its effect done. It re-reads what it acts on under the deal
lock: still open, same run, still due? Otherwise it does nothing, so that acting late or twice is harmless.
"""

from collections.abc import Sequence
from datetime import datetime

from approvals.acting import open_work, owner_of
from approvals.assign import open_steps, release, seat_people, start_clocks, stop_clock, take_away
from approvals.due import left_of, planned_of, steps_of
from approvals.gather import remind_all
from approvals.grants import in_force
from approvals.haste import allowance_of
from approvals.models import Mandate, Step
from approvals.overdue import leave_with_desk
from approvals.pools import conflicted, holds, pools_for, rule_of
from approvals.seats import asked_of, hand_seats_over
from approvals.taking_over import TakingOver, next_taking_over
from approvals.tell import tell
from base import canonical
from deals.models import Deal
from guardrails.policy import Pool
from ledger.handlers import together
from ledger.models import Effect
from ledger.record import record


@together
def remind(effects: Sequence[Effect], now: datetime) -> Sequence[Effect]:
    """A part of the time is gone: write to everyone who may answer. When none of them may any more, it is as
    if it were asked for the first time. A reminder that comes as late as the next one, or as the end, is not
    sent any more."""
    waiting = []
    steps = steps_of(effects)
    for effect, step in planned_of(effects, steps, Step.Status.OPEN):
        if overtaken(effect, now):
            continue
        if deserted(step, now=now):
            ask_anew(step, now=now)
            continue
        waiting += [(step, row.user) for row in open_work(step)]
        share = effect.facts.get("share", "0.5")  # effects written before there were several
        record(step.deal.stream, "step.reminded", by=None, at=now, step=step.pk, run=step.run, share=share)
    remind_all(waiting, at=now)
    return left_of(effects, steps)


def overtaken(effect: Effect, now: datetime) -> bool:
    """Whether what comes after this reminder is due as well."""
    until = effect.facts.get("until")
    return until is not None and datetime.fromisoformat(until) <= now


@together
def hand_over(effects: Sequence[Effect], now: datetime) -> Sequence[Effect]:
    """The time is gone: the seat moves, once in a run, to whoever is next as the policy says; after the last
    of them the deal desk has it."""
    steps = steps_of(effects)
    for _, step in planned_of(effects, steps, Step.Status.OPEN):
        if step.due_at and step.due_at <= now:
            move_on(step, now=now)
    return left_of(effects, steps)


def move_on(step: Step, *, now: datetime) -> None:
    taker = next_taking_over(step, at=now)
    if taker is None and deserted(step, now=now):
        ask_anew(step, now=now)
    else:
        pass_on(step, taker, now=now)


def pass_on(step: Step, taker: TakingOver | None, *, now: datetime) -> None:
    if taker is None:
        leave_with_desk(step, at=now)
        return
    rule = Pool() if taker.manages else rule_of(step, taker.rank)
    people = asked_of(rule, taker.people)
    hand_seats_over(step, people, rule, at=now)
    move_seat(step, taker, now=now)
    seat_people([(step, people)], at=now)


def deserted(step: Step, *, now: datetime) -> bool:
    """Whether none of those asked may decide any more. A seat that was handed over stays where it is."""
    if step.passed:
        return False
    out = conflicted(step.deal, submitter=step.request.submitted_by_id)
    asked = [owner_of(row) for row in open_work(step)]
    return not any(user.pk not in out and user.is_active and holds(user, step, at=now) for user in asked)


def ask_anew(step: Step, *, now: datetime) -> None:
    """Whoever may decide now is asked in place of those who cannot any more; nobody makes it unroutable. What
    was handed over goes on to whoever is next."""
    if step.passed:
        pass_on(step, next_taking_over(step, at=now), now=now)
        return
    release(step, at=now)
    stop_clock(step, at=now)
    step.remaining, step.run = step.allowance, step.run + 1
    granted = in_force(step.request, step.request.version.policy)
    open_steps([step], pools_for(step, at=now), granted, at=now)


def move_seat(step: Step, taker: TakingOver, *, now: datetime) -> None:
    """Take the seat from who held it, tell them, and start a new run of the clock for whoever takes over."""
    before, held_before = open_work(step), step.held_level
    take_away(step, before, at=now, late_as=held_before)
    stop_clock(step, at=now)
    step.held_level, step.passed = taker.rank, taker.passed
    step.stepped_in = canonical.dumps(taker.managers)
    step.allowance = step.remaining = allowance_of(step, taker.rank)
    step.run += 1
    start_clocks([step], at=now)
    step.save()
    what = "moved_up" if taker.manages else "moved"
    for row in before:
        tell(what, row.user, step.deal, at=now, key=f"step:{step.pk}:{step.run}", step=step)
    moved = {"run": step.run, "held": held_before, "holds": taker.rank, "managers": taker.managers}
    record(step.deal.stream, "step.handed_over", by=None, at=now, step=step.pk, moved=moved)


@together
def reroute(effects: Sequence[Effect], now: datetime) -> Sequence[Effect]:
    """Look again for people who may decide steps that had nobody."""
    steps = steps_of(effects)
    for _, step in planned_of(effects, steps, Step.Status.UNROUTABLE):
        look_again(step, now=now)
    return left_of(effects, steps)


def look_again(step: Step, *, now: datetime) -> None:
    pools = pools_for(step, at=now)
    if pools.get((step.function, step.level)):
        step.run += 1
    open_steps([step], pools, in_force(step.request, step.request.version.policy), at=now)


def expire(effect: Effect, now: datetime) -> None:
    """Announce that a mandate has run out. Whether it is active is always computed; this only tells."""
    named = effect.facts
    found = Mandate.objects.get(pk=named["mandate"])
    deal = Deal.objects.lock(found.deal_id)
    mandate = Mandate.objects.standing().filter(pk=found.pk).first()
    if mandate and mandate.expires_at <= now:
        record(deal.stream, "mandate.expired", by=None, at=now, mandate=mandate.pk)
        tell("expired", deal.owner, deal, at=now, key=f"mandate:{mandate.pk}")
