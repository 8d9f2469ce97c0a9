"""Who works on a deal and who may look at it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

from django.contrib.auth.models import Group, Permission
from django.db import connection, models, transaction
from guardian.shortcuts import assign_perm, remove_perm

from base.errors import Invalid
from base.words import say
from deals.errors import NotYourDeal
from deals.models import Deal, DealGroupObjectPermission, DealUserObjectPermission
from deals.models.deal import ASKED, TEAM, VIEWER
from ledger.batch import at_end, once
from ledger.record import record
from people.models import User

Role = Literal["team", "viewer"]
PERMISSIONS: dict[Role, str] = {"team": TEAM, "viewer": VIEWER}

# asked by every verb, so it is written out: building it anew takes longer than its answer
TEAMS = f"""
    SELECT one.content_object_id, one.user_id
    FROM {DealUserObjectPermission._meta.db_table} AS one
    JOIN {Permission._meta.db_table} AS role ON role.id = one.permission_id
    WHERE one.content_object_id = ANY(%(deals)s) AND role.codename = %(team)s
    UNION
    SELECT shared.content_object_id, member.user_id
    FROM {DealGroupObjectPermission._meta.db_table} AS shared
    JOIN {Permission._meta.db_table} AS role ON role.id = shared.permission_id
    JOIN {User.groups.through._meta.db_table} AS member ON member.group_id = shared.group_id
    WHERE shared.content_object_id = ANY(%(deals)s) AND role.codename = %(team)s
"""


@transaction.atomic
def share(deal: Deal, *, with_: User | Group, role: Role, by: User, at: datetime) -> None:
    """Let a person or a group work on `deal` ("team") or look at it ("viewer"); whoever had the other role
    changes to this one. Nothing happens twice. Raises NotYours, Invalid (the owner, someone who left)."""
    deal = Deal.objects.lock(deal.pk)
    refuse_stranger(deal, by)
    refuse_guest(deal, with_)
    if roles(deal, with_) == {PERMISSIONS[role]}:
        return
    for permission in roles(deal, with_):
        remove_perm(permission, with_, deal)
    assign_perm(PERMISSIONS[role], with_, deal)
    record(deal.stream, "deal.shared", by=by, at=at, role=role, **named(with_))


@transaction.atomic
def unshare(deal: Deal, *, with_: User | Group, by: User, at: datetime) -> None:
    """Take back what was shared; nothing happens if nothing was. Raises NotYours."""
    deal = Deal.objects.lock(deal.pk)
    refuse_stranger(deal, by)
    held = roles(deal, with_)
    for permission in held:
        remove_perm(permission, with_, deal)
    if held:
        record(deal.stream, "deal.unshared", by=by, at=at, **named(with_))


def let_look(deal: Deal, people: Iterable[User]) -> None:
    """Let those who are asked about the deal see it, by a grant of its own that ends with the asking."""
    asked = once("asked", asked_permission)
    at_end(
        grant_all,
        (DealUserObjectPermission(permission=asked, user=user, content_object=deal) for user in people),
    )


def asked_permission() -> Permission | None:
    return Permission.objects.filter(codename=ASKED, content_type__app_label=Deal._meta.app_label).first()


def grant_all(grants: list[DealUserObjectPermission]) -> None:
    DealUserObjectPermission.objects.bulk_create(grants, ignore_conflicts=True)


def look_away(pairs: Collection[tuple[int, int]], *, but: Iterable[models.QuerySet[Any, Any]]) -> None:
    """Take that back from these: deals and people, by id. Save from those whom one of `but` finds for the
    `content_object` that is outside of it. What was shared stays."""
    them = models.Q(pk__in=[])
    for deal, those in groupby(sorted(pairs), key=itemgetter(0)):
        them |= models.Q(content_object=deal, user__in=[user for _, user in those])
    grants = DealUserObjectPermission.objects.filter(them, permission__codename=ASKED)
    for needed in but:
        grants = grants.exclude(user__in=needed)
    if pairs:
        grants.delete()


def team_of(deal: Deal) -> frozenset[int]:
    """Ids of those who work on the deal by sharing, alone or in a group. The owner is not among them."""
    return once(team_named(deal.pk), lambda: teams_of([deal.pk]).get(deal.pk, frozenset()))


def team_named(deal: int) -> tuple[str, int]:
    return "team", deal


def teams_of(deals: Collection[int]) -> dict[int, frozenset[int]]:
    """The same for several, by their ids; none for a deal that is not there."""
    with connection.cursor() as cursor:
        cursor.execute(TEAMS, {"deals": list(deals), "team": TEAM})
        rows = sorted(cursor.fetchall())
    return {deal: frozenset(pk for _, pk in of) for deal, of in groupby(rows, key=itemgetter(0))}


def may_edit(deal: Deal, user: User) -> bool:
    """Its owner and its team, nobody else: not even those who see everything."""
    return user.is_active and (user.pk == deal.owner_id or user.pk in team_of(deal))


def refuse_stranger(deal: Deal, by: User) -> None:
    """Raises NotYours unless `by` works on the deal."""
    if not may_edit(deal, by):
        raise NotYourDeal(
            say("Only its owner and its team work on {deal}; you can look at it.", deal=deal.number)
        )


def refuse_guest(deal: Deal, with_: User | Group) -> None:
    if isinstance(with_, Group):
        return
    if with_.pk == deal.owner_id:
        raise Invalid(say("{name} owns this deal already.", name=with_.name), field="with_")
    if not with_.is_active:
        raise Invalid(say("{name} does not work here any more.", name=with_.name), field="with_")


def roles(deal: Deal, with_: User | Group) -> set[str]:
    """The permissions held on this deal by sharing, as the database says now. Who is asked to decide on it
    sees it by a permission of its own, which comes and goes with the asking."""
    if isinstance(with_, Group):
        held = DealGroupObjectPermission.objects.filter(content_object=deal, group=with_)
    else:
        held = DealUserObjectPermission.objects.filter(content_object=deal, user=with_)
    shared = held.filter(permission__codename__in=PERMISSIONS.values())
    return set(shared.values_list("permission__codename", flat=True))


def named(with_: User | Group) -> dict[str, Any]:
    return {"group" if isinstance(with_, Group) else "user": with_.pk}
