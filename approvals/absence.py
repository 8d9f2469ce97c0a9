"""Saying who is away, from when until when, and who stands in: oneself, one's manager, or the deal desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from approvals.standing_in import plan
from base import clock
from base.errors import Invalid, NotYours, WrongState
from base.format import long_day
from base.words import say
from ledger.record import record
from people.models import Absence, Function, User

STREAM = "people"
LONGEST = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Window:
    """Away from `starts` up to `ends`, the first instant back."""

    starts: datetime
    ends: datetime

    def __post_init__(self) -> None:
        if self.starts.tzinfo is None or self.ends.tzinfo is None:
            raise ValueError(f"instants need their zone, got {self.starts!r} and {self.ends!r}")


@transaction.atomic
def set_absence(
    user: User, window: Window, *, by: User, delegate: User | None = None, function: str = ""
) -> Absence:
    """Let `delegate` stand in for `user` in the `window`, for all that is asked of them or for one function.
    Open work moves when it begins and comes back when it ends. Without a delegate nobody stands in: what is
    asked goes to the others of the pool.

    Raises NotYours, Invalid, WrongState (away then already). After a refusal nothing has changed."""
    at = clock.now()
    refuse_meddler(user, by)
    held = held_still(user)
    refuse_window(window, at=at)
    refuse_delegate(held, delegate)
    refuse_function(function)
    refuse_twice(held, window, function)
    absence = Absence.objects.create(
        user=held,
        delegate=delegate,
        function=function,
        starts=window.starts,
        ends=window.ends,
        set_by=by,
        set_at=at,
    )
    record(STREAM, "absence.set", by=by, at=at, **facts_of(absence))
    plan(absence, at=at)
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, by: User) -> Absence:
    """End it now, or take it back before it begins. Open work comes back; what was decided stays decided.

    Raises NotYours, WrongState (it is over, or was ended). After a refusal nothing has changed."""
    at = clock.now()
    refuse_meddler(absence.user, by)
    held_still(absence.user)
    held = Absence.objects.select_related("user").get(pk=absence.pk)
    if held.ended_at or held.ends <= at:
        raise WrongState(say("This absence of {user} is over.", user=held.user.name))
    end(held, by=by, at=at)
    return held


def end(absence: Absence, *, by: User, at: datetime) -> None:
    absence.ended_at, absence.ended_by = at, by
    absence.save(update_fields=["ended_at", "ended_by"])
    record(STREAM, "absence.ended", by=by, at=at, absence=absence.pk, user=absence.user_id)
    plan(absence, at=at)


def held_still(user: User) -> User:
    """The person as they are now: nothing is assigned to them until this transaction ends, and nobody else
    changes when they are away."""
    return User.objects.select_for_update().get(pk=user.pk)


def may_set(user: User, by: User) -> bool:
    """Themselves, whoever they report to, and the deal desk."""
    return by.is_active and (by.pk in (user.pk, user.manager_id) or by.function == Function.DESK)


def refuse_meddler(user: User, by: User) -> None:
    if not may_set(user, by):
        raise NotYours(
            say("{user}, whoever they report to, and the deal desk say when they are away.", user=user.name)
        )


def refuse_window(window: Window, *, at: datetime) -> None:
    if window.ends <= window.starts:
        raise Invalid(say("The last day comes after the first."), field="ends")
    if window.ends <= at:
        raise Invalid(say("This is over already."), field="ends")
    if window.ends - window.starts > LONGEST:
        raise Invalid(
            say("Nobody is away for longer than two years. Give the authority to others."), field="ends"
        )


def refuse_delegate(user: User, delegate: User | None) -> None:
    if delegate is None:
        return
    if delegate == user:
        raise Invalid(say("Choose somebody else: nobody stands in for themselves."), field="delegate")
    if not delegate.is_active:
        raise Invalid(say("{name} does not work here any more.", name=delegate.name), field="delegate")
    if delegate.function == Function.AUDITOR:
        raise Invalid(say("{delegate} audits what others decide.", delegate=delegate.name), field="delegate")


def refuse_function(function: str) -> None:
    if function and function not in Function.values:
        raise Invalid(say("Choose a function, or all of them."), field="function")


def refuse_twice(user: User, window: Window, function: str) -> None:
    """Two rows for the same days would name two people who stand in."""
    same = Absence.objects.of(user).filter(
        ended_at=None,
        source=Absence.Source.FORM,
        function=function,
        starts__lt=window.ends,
        ends__gt=window.starts,
    )
    if other := same.first():
        until = long_day(clock.date_of(other.ends))
        raise WrongState(
            say("{user} is away then already, until {until}. End that first.", user=user.name, until=until)
        )


def facts_of(absence: Absence) -> dict[str, Any]:
    return {
        "absence": absence.pk,
        "user": absence.user_id,
        "delegate": absence.delegate_id,
        "function": absence.function,
        "starts": absence.starts,
        "ends": absence.ends,
    }
