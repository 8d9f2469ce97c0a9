"""Who may decide what: authority is given and ended by the deal desk, in the words of the policy in force."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from base import clock
from base.errors import Invalid, NotYours, WrongState
from base.words import say
from guardrails.models import PolicyVersion
from guardrails.policy import Policy
from ledger.record import record
from people.models import Authority, Function, User

STREAM = "people"


@transaction.atomic
def appoint(user: User, function: str, level: int, region: str, since: date, *, by: User) -> Authority:
    """Let `user` decide for `function` at `level` in `region` ("" is everywhere) from the day `since` on.

    Raises NotYours, Invalid (not in the policy in force, or may not sign in), WrongState (held already).
    """
    at = clock.now()
    refuse_unless_other(user, by)
    refuse_unknown(PolicyVersion.objects.in_force(at).policy, function, level, region)
    holder = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    refuse_double(holder, function, level, region, since)
    authority = Authority.objects.create(
        user=holder, function=function, level=level, region=region, since=since
    )
    record(STREAM, "appointed", by=by, at=at, **facts(authority))
    return authority


@transaction.atomic
def end(authority: Authority, until: date, *, by: User) -> Authority:
    """Make the day before `until` the last one. What was decided stays decided.

    Raises NotYours, Invalid (a day that has passed, or before it began), WrongState (it has an end already).
    """
    at = clock.now()
    refuse_unless_other(authority.user, by)
    refuse_early(authority, until)
    if not Authority.objects.filter(pk=authority.pk, until__isnull=True).update(until=until):
        raise WrongState(say("This authority has been ended already."))
    authority.refresh_from_db()
    record(STREAM, "authority_ended", by=by, at=at, **facts(authority), until=until)
    return authority


def facts(authority: Authority) -> dict[str, Any]:
    return {
        "authority": authority.pk,
        "user": authority.user_id,
        "function": authority.function,
        "level": authority.level,
        "region": slugify(authority.region),
        "since": authority.since,
    }


def refuse_unless_other(user: User, by: User) -> None:
    if by.function != Function.DESK:
        raise NotYours(say("Only the deal desk gives and ends authority."))
    if by == user:
        raise NotYours(say("Nobody gives authority to themselves. Ask someone else of the deal desk."))


def refuse_early(authority: Authority, until: date) -> None:
    if until < clock.today() or until <= authority.since:
        raise Invalid(
            say("Authority can end today at the earliest, and after the day it began."), field="until"
        )


def refuse_unknown(policy: Policy, function: str, level: int, region: str) -> None:
    if level not in {known.rank for known in policy.levels_of(function)}:
        raise Invalid(
            say(
                "Policy {policy} has no level {level} of “{function}”.",
                policy=policy.name,
                level=level,
                function=function,
            ),
            field="level",
        )
    if region and region not in policy.regions:
        raise Invalid(
            say("Policy {policy} has no region “{region}”.", policy=policy.name, region=region),
            field="region",
        )


def refuse_double(user: User, function: str, level: int, region: str, since: date) -> None:
    if not user.is_active:
        raise Invalid(say("{user} may no longer sign in.", user=user.name), field="user")
    held = Authority.objects.filter(user=user, function=function, level=level, region=region)
    if held.filter(Q(until__isnull=True) | Q(until__gt=since)).exists():
        raise WrongState(say("{user} holds this authority already.", user=user.name))
