"""Everyone who may see one deal: `visible_to`, asked from the other side."""

from collections.abc import Collection

from django.db.models import Q

from deals.models import Deal, DealGroupObjectPermission, DealUserObjectPermission
from deals.models.deal import ASKED, TEAM, VIEWER
from people.accounts import UserQuerySet
from people.models import Function, Team, User

SEES = (TEAM, VIEWER, ASKED)
SEES_ALL = (Function.DESK, Function.AUDITOR)


def seers(deal: Deal) -> UserQuerySet:
    """Active people who may see `deal`, each once. One query."""
    people = DealUserObjectPermission.objects.filter(content_object=deal, permission__codename__in=SEES)
    groups = DealGroupObjectPermission.objects.filter(content_object=deal, permission__codename__in=SEES)
    return User.objects.active().filter(
        Q(function__in=SEES_ALL)
        | Q(pk=deal.owner_id)
        | Q(pk__in=Team.objects.filter(leads(deal), leader__isnull=False).values("leader"))
        | Q(pk__in=people.values("user"))
        | Q(pk__in=User.groups.through.objects.filter(group__in=groups.values("group")).values("user"))
    )


def leads(deal: Deal) -> Q:
    """The teams whose leader sees `deal`."""
    return Q(region=deal.region) | Q(pk=deal.team_id)


def blind(deal: Deal, people: Collection[User]) -> list[User]:
    """Those of `people` who may not see `deal`, in their order. One query."""
    seeing = set(seers(deal).filter(pk__in=[user.pk for user in people]).values_list("pk", flat=True))
    return [user for user in people if user.pk not in seeing]
