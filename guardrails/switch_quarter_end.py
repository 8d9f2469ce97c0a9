"""Switching quarter-end mode on, for some days and functions, and off again before its time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Greatest

from base import canonical, clock
from base.db import translate
from base.errors import Invalid, NotYours, WrongState
from base.format import short_day
from base.words import mark, say
from base.worktime import MIDNIGHT, instant
from guardrails.load import STREAM
from guardrails.models import ExtraMember, Hastened, PolicyVersion, QuarterEnd
from guardrails.policy import Policy
from guardrails.quarter_end import USUAL
from ledger.record import record
from people.models import Function, User

LONGEST = timedelta(days=31)
NAME = 60  # letters
TAKEN = {
    "guardrails_one_quarter_end_at_a_time": mark(
        "One of these functions is at quarter end on these days already."
    )
}


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may decide too, at one level of one function."""

    function: str
    level: int
    user: User


@dataclass(frozen=True, slots=True)
class Wanted:
    """From the day `since` on, until the day `until`, the first on which it is over: dates of the company."""

    name: str
    since: date
    until: date
    functions: tuple[str, ...]
    percent: int
    reason: str
    members: tuple[Member, ...] = ()


def switch_on(wanted: Wanted, *, by: User) -> QuarterEnd:
    """Let steps of these functions that open on these days have `percent` of the usual time, and the members
    decide them too. What is under way keeps its deadline.

    Raises NotYours, Invalid (names the field), WrongState (a function is at quarter end then already)."""
    at = clock.now()
    refuse_unless_desk(by)
    refuse_senseless(wanted, at)
    refuse_members(wanted, PolicyVersion.objects.in_force(at).policy, by=by)
    with translate(TAKEN), transaction.atomic():
        quarter_end = written(wanted, by=by, at=at)
        refuse_overlap(quarter_end, wanted.functions, at)
        rows = [
            Hastened(quarter_end=quarter_end, function=each, starts=quarter_end.starts, ends=quarter_end.ends)
            for each in wanted.functions
        ]
        Hastened.objects.bulk_create(rows)
        record(STREAM, "quarter_end_on", by=by, at=at, **facts(quarter_end, wanted))
    return quarter_end


@transaction.atomic
def switch_off(quarter_end: QuarterEnd, *, by: User) -> QuarterEnd:
    """End it now, or before it begins. Steps that opened in it keep their time and their members.

    Raises NotYours, WrongState (it is over)."""
    at = clock.now()
    refuse_unless_desk(by)
    held = QuarterEnd.objects.select_for_update(no_key=True).get(pk=quarter_end.pk)
    if held.ended_at or held.ends <= at:
        day = short_day(clock.date_of(held.ended_at or held.ends), clock.date_of(at).year)
        raise WrongState(
            say("“{held}” is over since {day}. There is nothing to switch off.", held=held.name, day=day)
        )
    held.ended_at, held.ended_by = at, by
    held.save(update_fields=["ended_at", "ended_by"])
    held.functions.update(ends=Greatest("starts", at))
    record(STREAM, "quarter_end_off", by=by, at=at, quarter_end=held.pk)
    return held


def written(wanted: Wanted, *, by: User, at: datetime) -> QuarterEnd:
    """The quarter end with its members; from this instant on where its first day is today."""
    zone = clock.company_zone()
    quarter_end = QuarterEnd.objects.create(
        name=wanted.name.strip(),
        percent=wanted.percent,
        starts=max(at, instant(wanted.since, MIDNIGHT, zone)),
        ends=instant(wanted.until, MIDNIGHT, zone),
        reason=wanted.reason.strip(),
        set_by=by,
        set_at=at,
    )
    ExtraMember.objects.bulk_create(
        ExtraMember(quarter_end=quarter_end, function=one.function, level=one.level, user=one.user)
        for one in wanted.members
    )
    return quarter_end


def facts(quarter_end: QuarterEnd, wanted: Wanted) -> dict[str, Any]:
    """What the ledger says of it: its name and reason stay out."""
    return {
        "quarter_end": quarter_end.pk,
        "percent": quarter_end.percent,
        "starts": quarter_end.starts,
        "ends": quarter_end.ends,
        "functions": sorted(wanted.functions),
        "members": [[one.function, one.level, one.user.pk] for one in wanted.members],
        "reason": canonical.digest(quarter_end.reason),
    }


def refuse_unless_desk(by: User) -> None:
    if by.function != Function.DESK or not by.is_active:
        raise NotYours(say("Only the deal desk switches quarter-end mode on and off."))


def refuse_senseless(wanted: Wanted, at: datetime) -> None:
    if not wanted.name.strip() or len(wanted.name.strip()) > NAME:
        raise Invalid(
            say("Give it a name of at most {most} letters, like “Q3 close”.", most=NAME), field="name"
        )
    if not wanted.reason.strip():
        raise Invalid(say("Say why: it stays on record."), field="reason")
    if wanted.since < clock.date_of(at):
        raise Invalid(say("It can begin today at the earliest."), field="since")
    if not timedelta() < wanted.until - wanted.since <= LONGEST:
        raise Invalid(
            say(
                "It lasts between one day and {days}. What holds longer belongs into the policy.",
                days=LONGEST.days,
            ),
            field="until",
        )
    if not 1 <= wanted.percent <= USUAL:
        raise Invalid(say("Write a percentage of the usual time, from 1 to 100."), field="percent")
    if wanted.percent == USUAL and not wanted.members:
        raise Invalid(
            say("This changes nothing: leave less than the usual time, or name members."), field="percent"
        )


def refuse_members(wanted: Wanted, policy: Policy, *, by: User) -> None:
    """Functions that sign, and members at levels that they have."""
    if not wanted.functions or len(set(wanted.functions)) < len(wanted.functions):
        raise Invalid(say("Choose the functions that are at quarter end, each once."), field="functions")
    for function in wanted.functions:
        if not policy.levels_of(function):
            raise Invalid(
                say("Policy {policy} asks nobody of “{function}”.", policy=policy.name, function=function),
                field="functions",
            )
    for one in wanted.members:
        refuse_member(one, wanted.functions, policy, by=by)
    named = [(one.function, one.level, one.user.pk) for one in wanted.members]
    if len(set(named)) < len(named):
        raise Invalid(say("Somebody is named twice at the same level."), field="members")


def refuse_member(member: Member, functions: Collection[str], policy: Policy, *, by: User) -> None:
    if member.function not in functions:
        name = policy.level_name(member.function, member.level)
        raise Invalid(say("{name} is of a function that is not chosen.", name=name), field="members")
    if member.level not in {level.rank for level in policy.levels_of(member.function)}:
        raise Invalid(
            say(
                "Policy {policy} has no level {level} of “{function}”.",
                policy=policy.name,
                level=member.level,
                function=member.function,
            ),
            field="members",
        )
    if not member.user.is_active:
        raise Invalid(say("{user} may no longer sign in.", user=member.user.name), field="members")
    if member.user == by:
        raise Invalid(
            say("Nobody gives authority to themselves. Ask someone else of the deal desk."), field="members"
        )


def refuse_overlap(quarter_end: QuarterEnd, functions: Collection[str], at: datetime) -> None:
    """At most one at a time for each function; those that were switched off before they began count for
    nothing."""
    others = Hastened.objects.filter(function__in=functions, starts__lt=quarter_end.ends)
    taken = others.filter(ends__gt=quarter_end.starts).select_related("quarter_end").first()
    if taken:
        day = short_day(clock.date_of(taken.ends), clock.date_of(at).year)
        raise WrongState(
            say(
                "{function} is in “{quarter_end}” until {day}. Switch that off first, or choose other days.",
                function=taken.get_function_display(),
                quarter_end=taken.quarter_end.name,
                day=day,
            )
        )
