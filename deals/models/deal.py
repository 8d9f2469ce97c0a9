"""A deal, and who may see it."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from base.accents import Plain
from base.db import translate
from deals.models.catalogue import CURRENCY, Account
from people.models import Team

if TYPE_CHECKING:
    from people.models import User

TEAM = "team_deal"
VIEWER = "view_deal"
ASKED = "asked_deal"


class DealQuerySet(models.QuerySet["Deal"]):
    def visible_to(self, user: "User | AnonymousUser") -> "DealQuerySet":
        """The one door: what `user` may know to exist. One query, whatever the number of deals and grants."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self if user.sees_all else self.filter(pk__in=visible_ids(user))

    def open(self) -> "DealQuerySet":
        return self.filter(status=Deal.Status.OPEN)

    def won(self) -> "DealQuerySet":
        return self.filter(status=Deal.Status.WON)

    def for_queue(self) -> "DealQuerySet":
        """With what a list of deals says of each, the longest untouched first."""
        return self.select_related("account", "owner", "team", "decision_owner").order_by("updated_at", "pk")

    def lock(self, pk: int) -> "Deal":
        """The deal, locked until the transaction ends. First of all locks. Raises Busy."""
        with translate():
            return self.select_related("account").select_for_update(no_key=True, of=("self",)).get(pk=pk)

    def lock_all(self, pks: "Collection[int]") -> "dict[int, Deal]":
        """These deals by id, locked in its order until the transaction ends; of several without those that
        somebody else has locked: nobody waits for one while others wait for the rest. Raises Busy."""
        locked = self.select_related("account", "owner__manager").filter(pk__in=pks).order_by("pk")
        with translate():
            rows = locked.select_for_update(no_key=True, of=("self",), skip_locked=len(pks) > 1)
            return {deal.pk: deal for deal in rows}


class Deal(models.Model):
    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    number = models.CharField(max_length=20, unique=True)
    source = models.CharField(max_length=50, blank=True, help_text=_("Where a past deal was imported from."))
    external_id = models.CharField(max_length=120, blank=True, help_text=_("What it is called there."))
    title = models.CharField(max_length=200)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="deals")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deals")
    deal_type = models.CharField(max_length=60)
    segment = models.CharField(max_length=60)
    region = models.CharField(max_length=60, db_index=True)
    currency = models.CharField(max_length=3, validators=[CURRENCY])
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="deals")
    decision_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deals_decided",
    )
    wanted_signature = models.DateField(null=True, blank=True)
    wanted_expiry = models.DateField(
        null=True, blank=True, help_text=_("Last day the mandate should be valid.")
    )
    objective = models.TextField(blank=True)
    non_negotiables = models.TextField(blank=True)
    partner_fee = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Percent of the net price that goes to a partner."),
    )
    version = models.PositiveIntegerField(default=1)
    salt = models.UUIDField(
        default=uuid4,
        db_default=RandomUUID(),
        editable=False,
        help_text=_("Goes into every hash of its terms."),
    )
    status = models.CharField(max_length=4, choices=Status, default=Status.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateField(null=True, blank=True)
    signed = models.TextField(blank=True, help_text=_("What was signed, as a canonical document."))
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = DealQuerySet.as_manager()

    class Meta:
        permissions = [(TEAM, "Works on the deal"), (ASKED, "Is asked about the deal")]
        indexes = [
            models.Index(fields=["account", "status", "signed_at"], name="deals_deal_won_of_account"),
            models.Index(fields=["status", "updated_at"], name="deals_deal_queue"),
            GinIndex(SearchVector(Plain("title"), config="simple"), name="deals_deal_title_plain"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["open", "won", "lost"]), name="deals_deal_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | Q(status__in=["won", "lost"], closed_at__isnull=False),
                name="deals_deal_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status="won", signed_at__isnull=False)
                | (~Q(status="won") & Q(signed_at__isnull=True, signed="")),
                name="deals_deal_won_has_date",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="deals_deal_currency"),
            models.CheckConstraint(
                condition=Q(partner_fee__gte=0) & Q(partner_fee__lte=100), name="deals_deal_partner_fee"
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="deals_deal_version_from_one"),
            models.CheckConstraint(
                condition=Q(source="", external_id="") | ~Q(source="") & ~Q(external_id=""),
                name="deals_deal_imported_whole",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(source=""), name="deals_deal_imported_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def stream(self) -> str:
        """Where the ledger keeps what happened to this deal; also the holder of its effects."""
        return f"deal:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN


class DealUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="shared_with_people")


class DealGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="shared_with_groups")


def visible_ids(user: "User") -> models.QuerySet[Deal, Any]:
    """Ids of deals owned, led (by team or by region of a team) or shared. A union of index scans: one OR over
    the same conditions reads the whole table."""
    deals, led = Deal.objects.order_by(), Team.objects.filter(leader=user)
    return (
        deals.filter(owner=user)
        .values("pk")
        .union(
            deals.filter(team__in=led.values("pk")).values("pk"),
            deals.filter(region__in=led.values("region")).values("pk"),
            granted(DealUserObjectPermission.objects.filter(user=user)),
            granted(DealGroupObjectPermission.objects.filter(group__user=user)),
        )
    )


def granted(grants: models.QuerySet) -> models.QuerySet:  # type: ignore[type-arg]
    return grants.filter(permission__codename__in=[TEAM, VIEWER, ASKED]).values("content_object_id")
