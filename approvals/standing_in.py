"""Open work moves when an absence begins, and comes back when it ends. What was decided stays decided.

An absence is looked at when it begins, when it ends and whenever it is changed: that finds the deals it
touches. Each of them is then looked at by itself, under its own lock, for who acts now: acting late or twice
is harmless.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from approvals.acting import Placed, open_work, owner_of, placed, roster_of
from approvals.assign import hand_out, take_away
from approvals.escalation import ask_anew
from approvals.models import Assignment, Request, Seat, Step
from approvals.pools import pool_now
from approvals.seats import standing_of
from approvals.tell import tell
from base import clock
from deals.models import Deal
from guardrails.models import PolicyVersion
from guardrails.policy import Policy
from ledger.effects import cancel, planned, ring, schedule_all
from ledger.models import Effect
from ledger.record import record
from people.models import Absence, Authority, User
from people.stand_in import reached_by

OPEN = Step.Status.OPEN


def plan(absence: Absence, *, at: datetime) -> None:
    """Look at it as it begins and as it ends, once each; at once when that has been, or when it was ended."""
    edges = {"ended": at} if absence.ended_at else {"starts": max(absence.starts, at), "ends": absence.ends}
    key = key_of(absence)
    cancel(key)
    schedule_all(
        planned("absence", key, f"{key}:{edge}", due, absence=absence.pk) for edge, due in edges.items()
    )
    ring()


def key_of(absence: Absence) -> str:
    return f"absence:{absence.pk}"


def look_round(effect: Effect, now: datetime) -> None:
    """Find every deal whose open work this absence may move, and have each looked at. Steps that nobody
    could be asked for are looked at as well."""
    absence = Absence.objects.get(pk=effect.facts["absence"])
    them = reached_by(Absence.objects.not_over(now).roster(), absence.user_id) | {absence.user_id}
    Effect.objects.filter(kind="reroute", state=Effect.State.PENDING, due_at__gt=now).update(due_at=now)
    touched = deals_of(them, at=now)
    once = f"stand_in:{effect.pk}"
    schedule_all(
        planned("stand_in", key_of(absence), f"{once}:{deal}", now, deal=deal, them=sorted(them))
        for deal in touched
    )


def deals_of(them: Collection[int], *, at: datetime) -> list[int]:
    """Deals with an open step that is somehow theirs, by id: their open work, that which somebody does for
    them, a seat they hold, or one that all of a pool may fill to which they may belong."""
    work = Assignment.objects.filter(step=OuterRef("pk"), ended_at=None)
    seats = Seat.objects.filter(step=OuterRef("pk"), decision=None)
    theirs = Q(Exists(work.filter(Q(user__in=them) | Q(principal__in=them))))
    theirs |= Q(Exists(seats.filter(held_by__in=them)))
    theirs |= Q(Exists(seats.filter(held_by=None))) & may_be_of(them, at=at)
    steps = Step.objects.filter(theirs, status=OPEN)
    return list(steps.order_by("deal").values_list("deal", flat=True).distinct())


def may_be_of(them: Collection[int], *, at: datetime) -> Q:
    """Steps held at a place where they have authority, or whose policy names its people otherwise."""
    held = Authority.objects.in_force(clock.date_of(at)).filter(user__in=them)
    found = Q(Exists(held.filter(function=OuterRef("function"), level=OuterRef("held_level"))))
    used = Request.objects.open().values("version")
    for version in PolicyVersion.objects.filter(pk__in=used):
        for function, rank in named_places(version.policy):
            found |= Q(request__version=version, function=function, held_level=rank)
    return found


def named_places(policy: Policy) -> set[tuple[str, int]]:
    """Where others than those with authority may be asked."""
    named = {(level.function, level.rank) for level in policy.levels if not level.pool.by_authority}
    return named | {(one.function, one.level) for one in policy.specialists}


def look_again(effect: Effect, now: datetime) -> None:
    """Every open step of one deal: who acts now."""
    deal = Deal.objects.lock(effect.facts["deal"])
    request = Request.objects.open().filter(deal=deal).first()
    if request is None:
        return
    locked = Request.objects.lock(request.pk)
    locked.deal = deal
    steps = Step.objects.select_for_update(no_key=True).filter(request=locked, status=OPEN).order_by("pk")
    for step in steps:
        step.request, step.deal = locked, deal
        settle_who_acts(step, effect.facts["them"], at=now)


def settle_who_acts(step: Step, them: Collection[int] = (), *, at: datetime) -> None:
    """Give the open work of `step` to those who act now; `them`: who may be back, or be stood in for anew.
    When nobody is left, the others of the pool are asked, or the step says why nobody can be."""
    rows = open_work(step)
    owners = owners_of(step, rows, them, at=at)
    wanted = placed(step, owners, roster_of(owners, at), at=at, rows=rows)
    if not wanted:
        ask_anew(step, now=at)
        return
    was = {(row.user, owner_of(row)) for row in rows}
    now = {(one.user, one.principal or one.user) for one in wanted}
    over = [row for row in rows if (row.user, owner_of(row)) not in now]
    fresh = [one for one in wanted if (one.user, one.principal or one.user) not in was]
    take_away(step, over, at=at)
    hand_out(fresh, at=at)
    tell_of_return(step, over, fresh, at=at)


def owners_of(step: Step, rows: Sequence[Assignment], them: Collection[int], *, at: datetime) -> list[User]:
    """Whose the open work is: they have it, or hold a seat of this turn; and those of `them` who are of the
    pool that may fill a seat."""
    owners = {owner_of(row).pk: owner_of(row) for row in rows}
    waiting = list(step.seats.filter(decision=None).select_related("held_by").order_by("number"))
    turns = (1, 2) if standing_of(step) == "after" else (1,)
    for seat in waiting:
        if seat.held_by and seat.turn in turns:
            owners.setdefault(seat.held_by.pk, seat.held_by)
    if any(seat.held_by is None for seat in waiting):
        pool = pool_now(step, at=at)
        owners = {user.pk: user for user in pool if user.pk in them} | owners
    return list(owners.values())


def tell_of_return(step: Step, over: Iterable[Assignment], fresh: Iterable[Placed], *, at: datetime) -> None:
    """Who is back has their work again, and who stood in for them is let off."""
    key = f"step:{step.pk}:{step.run}:{at.isoformat()}"
    back = {one.user for one in fresh if one.principal is None}
    for user in back:
        record(step.deal.stream, "step.came_back", by=None, at=at, step=step.pk, user=user.pk, run=step.run)
        tell("back", user, step.deal, at=at, key=key, step=step)
    for row in over:
        if row.principal in back:
            tell("relieved", row.user, step.deal, at=at, key=key, step=step)
