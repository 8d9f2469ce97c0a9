"""Who works here: people, their function, their team, what they may decide, and when they work."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from base.accents import Plain
from base.locales import HOUSE, LOCALES
from base.words import say
from people.absence import Absence as Absence
from people.accounts import UserManager
from people.calendar import FunctionCalendar as FunctionCalendar
from people.function import Function as Function
from people.validators import validate_zone


class Theme(models.TextChoices):
    SYSTEM = "", _("As my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


def locales() -> list[tuple[str, str]]:
    """Each with the name it gives itself."""
    return list(LOCALES.items())


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(max_length=120)
    function = models.CharField(max_length=12, choices=Function)
    job_title = models.CharField(max_length=120, blank=True)
    manager = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        help_text=_("Who steps in next."),
    )
    team = models.ForeignKey("people.Team", models.PROTECT, null=True, blank=True, related_name="members")
    timezone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Berlin", validators=[validate_zone]
    )
    locale = models.CharField(
        _("numbers and dates"), max_length=12, choices=locales, default=HOUSE, db_default=HOUSE
    )
    theme = models.CharField(max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the administration pages"), default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            GinIndex(
                SearchVector(Plain("name"), Plain("job_title"), config="simple"), name="people_user_plain"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="people_user_email_lower_case"),
            models.CheckConstraint(
                condition=Q(function__in=Function.values), name="people_user_function_known"
            ),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="people_user_theme_known"),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("id")), name="people_user_not_own_manager"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @classmethod
    def normalize_username(cls, username: str) -> str:
        return super().normalize_username(username).strip().lower()

    @property
    def initials(self) -> str:
        """Two letters at most: of the first and the last name."""
        names = self.name.split()
        return "".join(name[0] for name in (names[:1] + names[1:][-1:])).upper()

    @property
    def sees_all(self) -> bool:
        return self.function in (Function.DESK, Function.AUDITOR)

    @property
    def starts_deals(self) -> bool:
        """Those who sell, and the desk for them; the others judge what they start."""
        return self.function in (Function.SALES, Function.DESK)


class TeamQuerySet(models.QuerySet["Team"]):
    def led_by(self, user: User) -> "TeamQuerySet":
        return self.filter(leader=user)


class Team(models.Model):
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=60)
    leader = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="teams_led")

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="people_team_name_once")]

    def __str__(self) -> str:
        return self.name


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def in_force(self, at: date) -> "AuthorityQuerySet":
        """Since the first day, until the day before `until`."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=at), since__lte=at)

    def in_region(self, region: str) -> "AuthorityQuerySet":
        return self.filter(region__in=["", region])

    def holders(self, function: str, level: int, region: str, at: date) -> list[User]:
        """Active people, by name, who on the day `at` may decide at exactly this level in this region."""
        held = self.filter(function=function, level=level).in_region(region).in_force(at)
        return list(User.objects.active().filter(pk__in=held.values("user")).by_name())


class Authority(models.Model):
    user = models.ForeignKey(User, models.PROTECT, related_name="authorities", verbose_name=_("person"))
    function = models.CharField(max_length=12, choices=Function)
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    region = models.CharField(max_length=60, blank=True, help_text=_("Leave empty for all regions."))
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text=_("The first day on which it is over."))

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("authority")
        indexes = [models.Index(fields=["function", "level"], name="people_authority_level")]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1), name="people_authority_level_from_one"),
            models.CheckConstraint(
                condition=Q(function__in=Function.values), name="people_authority_function_known"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="people_authority_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["user", "function", "level", "region"],
                condition=Q(until__isnull=True),
                name="people_authority_one_open",
            ),
        ]

    def __str__(self) -> str:
        return say(
            "{name}: {function} level {level}, {region}",
            name=self.user.name,
            function=self.get_function_display(),
            level=self.level,
            region=self.region or say("all regions"),
        )
