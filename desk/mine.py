"""The deals a person works on."""

from django.db.models import Exists, OuterRef, Q

from approvals.models import Request
from deals.models import Deal, DealGroupObjectPermission, DealUserObjectPermission
from deals.models.deal import TEAM, DealQuerySet
from people.models import Team, User


def deals_of(user: User, *, led: bool = False) -> DealQuerySet:
    """Deals this person owns or works on by sharing (`led`: and those of the teams they lead); of imported
    ones those that something was asked for.

    The others happened elsewhere, by the hundred: they are listed as past deals.
    """
    asked = Exists(Request.objects.filter(deal=OuterRef("pk")))
    return all_deals_of(user, led=led).filter(Q(source="") | asked)


def all_deals_of(user: User, *, led: bool = False) -> DealQuerySet:
    """With all that were imported; a union, so that no list of all deals is read."""
    people = DealUserObjectPermission.objects.filter(user=user, permission__codename=TEAM)
    groups = DealGroupObjectPermission.objects.filter(group__user=user, permission__codename=TEAM)
    deals = Deal.objects.order_by()
    teams = deals.filter(team__in=Team.objects.led_by(user).values("pk"))
    shared = (people.values("content_object_id"), groups.values("content_object_id"))
    ways = [*shared, *([teams.values("pk")] if led else [])]
    return Deal.objects.filter(pk__in=deals.filter(owner=user).values("pk").union(*ways))


def closed_deals_of(user: User) -> DealQuerySet:
    """Won and lost, their teams' too, the latest first."""
    closed = (
        deals_of(user, led=True)
        .exclude(status=Deal.Status.OPEN)
        .select_related("account", "owner", "closing")
    )
    return closed.order_by("-closed_at", "-pk")


def has_past_deals(user: User) -> bool:
    """Whether any deal this person owns or works on was imported."""
    return all_deals_of(user).exclude(source="").exists()
