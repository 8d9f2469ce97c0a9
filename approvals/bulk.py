"""One verb for many steps: what it would come to, and how it is done in the background, step by step.

Each step is done, or refused, in a transaction of its own, together with the row that says so: a worker that
is killed loses the step in hand and no more, and none is done twice. A bulk runs in slices, each an effect
that plans the next, so that whatever else is due gets its turn.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from approvals.extend import extend, refuse_extend
from approvals.models import Bulk, BulkRow, Decision, Step
from approvals.nudge import nudge, refuse_nudge
from approvals.override import override, refuse_override
from approvals.pause import pause, refuse_pause, refuse_resume, refuse_until, resume
from approvals.reassign import reassign, refuse_reassign
from approvals.recompute import recompute, refuse_recompute
from base import clock
from base.db import translate
from base.errors import Busy, DomainError, Invalid, NotYours, WrongState
from base.locales import HOUSE, speaking
from base.words import say
from ledger.effects import ring, schedule
from ledger.handlers import external
from ledger.models import Effect
from people.models import Function, User

KIND = "bulk"
MOST = 500  # steps at once
SLICE = 20.0  # seconds: with a sweep's 30 it stays under Celery's time limit of 60
OTHERS_TURN = timedelta(seconds=15)
Verb = Bulk.Verb
Outcome = BulkRow.Outcome


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for every step. `to` belongs to reassign, `minutes` to extend, `verdict` to override.

    `until` to pause. `of`: whose seat, of a single step where several people each hold one."""

    verb: Bulk.Verb
    reason: str
    to: User | None = None
    minutes: int | None = None
    verdict: str = ""
    of: User | None = None
    until: datetime | None = None


@transaction.atomic
def begin(seen: Mapping[int, str], *, by: User, order: Order, once: UUID | None = None) -> Bulk:
    """Let the background do it to these steps, by id, each for the terms that were on the screen. The same
    `once` again begins nothing.

    What single steps stand against is found when their turn comes. Raises NotYours, Invalid."""
    refuse_visitor(by)
    if not 0 < len(seen) <= MOST:
        raise Invalid(say("Choose between one and {count} steps.", count=MOST), field="step")
    at = clock.now()
    refuse_until(order.until, at)
    asked = {"verb": order.verb, "to": order.to, "minutes": order.minutes, "verdict": order.verdict}
    told = {**asked, "until": order.until, "by": by, "reason": order.reason.strip(), "began_at": at}
    bulk, fresh = Bulk.objects.get_or_create(once=once or uuid4(), defaults=told)
    if not fresh:
        return bulk
    BulkRow.objects.bulk_create(BulkRow(bulk=bulk, step_id=pk, seen=terms) for pk, terms in seen.items())
    plan(bulk, bulk.began_at, run=bulk.began_at.isoformat(), number=1)
    return bulk


def refuse_visitor(by: User) -> None:
    if by.function != Function.DESK:
        raise NotYours(say("Only the deal desk works on many steps at once."))


def foreseen(steps: Iterable[Step], seen: Mapping[int, str], *, by: User, order: Order) -> dict[int, str]:
    """Id → why the step would be refused just now; "" where nothing stands against it. Writes nothing.

    The steps come with their deal, and with their request, its version and its revision."""
    at = clock.now()
    return {step.pk: fault(step, seen[step.pk], by=by, order=order, at=at) for step in steps}


def fault(step: Step, seen: str, *, by: User, order: Order, at: datetime) -> str:
    try:
        refuse(step, seen, by=by, order=order, at=at)
    except DomainError as refusal:
        return refusal.message
    return ""


def refuse(step: Step, seen: str, *, by: User, order: Order, at: datetime) -> None:
    if order.verb == Verb.REASSIGN and order.to:
        refuse_reassign(step, by=by, to=order.to, reason=order.reason, at=at)
    elif order.verb == Verb.EXTEND:
        refuse_extend(step, by=by, minutes=order.minutes or 0, reason=order.reason)
    elif order.verb == Verb.PAUSE:
        refuse_pause(step, by=by, reason=order.reason, until=order.until, at=at)
    elif order.verb == Verb.RESUME:
        refuse_resume(step, by=by)
    elif order.verb == Verb.NUDGE:
        refuse_nudge(step, by=by, at=at)
    elif order.verb == Verb.RECOMPUTE:
        refuse_recompute(step, by=by, reason=order.reason, seen=seen, at=at)
    else:
        verdict = Decision.Verdict(order.verdict)
        refuse_override(step, by=by, verdict=verdict, reason=order.reason, seen=seen, at=at)


@transaction.atomic
def go_on(bulk: Bulk, *, by: User) -> None:
    """Take it up where it was, when nobody does by themselves. Raises NotYours, WrongState."""
    refuse_visitor(by)
    held = Bulk.objects.select_for_update(no_key=True).get(pk=bulk.pk)
    if held.ended_at or pending(held):
        raise WrongState(say("It has ended.") if held.ended_at else say("It goes on by itself."))
    at = clock.now()
    plan(held, at, run=at.isoformat(), number=1)


def plan(bulk: Bulk, at: datetime, *, run: str, number: int) -> None:
    schedule(KIND, bulk.key, f"{bulk.key}:{run}:{number}", at, bulk=bulk.pk, run=run, slice=number)
    ring()


def slices(bulk: Bulk) -> "QuerySet[Effect]":
    return Effect.objects.filter(kind=KIND, key=bulk.key).order_by("pk")


def pending(bulk: Bulk) -> Effect | None:
    """The slice that is due or being done; None when nobody will go on by themselves."""
    return slices(bulk).filter(state=Effect.State.PENDING).last()


@external
def work(effect: Effect, now: datetime) -> None:
    """One slice, and the plan of the next while anything is left."""
    facts = effect.facts
    bulk = Bulk.objects.select_related("by", "to").get(pk=facts["bulk"])
    ends, rest = time.monotonic() + SLICE, timedelta(0)
    try:
        while time.monotonic() < ends and take_one(bulk):
            pass
    except Busy:  # somebody holds the deal of the next step for long
        rest = OTHERS_TURN
    if not ended(bulk):
        plan(bulk, clock.now() + rest, run=facts["run"], number=facts["slice"] + 1)


def take_one(bulk: Bulk) -> bool:
    """The next step that nobody else is at: done or refused, and marked so. False when there is none.

    Raises Busy; then the step waits for the next try."""
    with translate(), transaction.atomic():
        waiting = BulkRow.objects.filter(bulk=bulk, outcome=Outcome.WAITING).order_by("pk")
        row = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("step").first()
        if row is None:
            return False
        row.why = told(row, bulk)
        row.outcome = Outcome.REFUSED if row.why else Outcome.DONE
        row.at = clock.now()
        row.save(update_fields=["why", "outcome", "at"])
    return True


def told(row: BulkRow, bulk: Bulk) -> str:
    """Do it; why it was refused, "" when it was done. Raises Busy: that is no refusal."""
    try:
        with speaking(HOUSE):  # it is kept
            act(row, bulk)
    except Busy:
        raise
    except DomainError as refusal:
        return refusal.message
    return ""


def act(row: BulkRow, bulk: Bulk) -> None:
    order = Order(
        Verb(bulk.verb), bulk.reason, bulk.to, minutes=bulk.minutes, verdict=bulk.verdict, until=bulk.until
    )
    carry_out(row.step, order, by=bulk.by, seen=row.seen)


def carry_out(step: Step, order: Order, *, by: User, seen: str) -> None:
    """Do it to one step. Raises what its verb raises."""
    if order.verb == Verb.REASSIGN and order.to:
        reassign(step, by=by, to=order.to, reason=order.reason, of=order.of)
    elif order.verb == Verb.EXTEND:
        extend(step, by=by, minutes=order.minutes or 0, reason=order.reason)
    elif order.verb == Verb.PAUSE:
        pause(step, by=by, reason=order.reason, until=order.until)
    elif order.verb == Verb.RESUME:
        resume(step, by=by, reason=order.reason)
    elif order.verb == Verb.NUDGE:
        nudge(step, by=by, note=order.reason)
    elif order.verb == Verb.RECOMPUTE:
        recompute(step, by=by, reason=order.reason, seen=seen)
    else:
        override(step, by=by, verdict=Decision.Verdict(order.verdict), reason=order.reason, seen=seen)


def ended(bulk: Bulk) -> bool:
    """Whether nothing is left to do; the first to see it notes when."""
    if BulkRow.objects.filter(bulk=bulk, outcome=Outcome.WAITING).exists():
        return False
    Bulk.objects.filter(pk=bulk.pk, ended_at=None).update(ended_at=clock.now())
    return True
