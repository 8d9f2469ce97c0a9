"""When the people of a function work."""

import zoneinfo
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from base import canonical, clock
from base.words import say
from base.worktime import Calendar, Hours
from people.function import Function
from people.holidays import public_holidays
from people.hours import special_days, windows_of
from people.validators import validate_country, validate_dates, validate_other_hours, validate_zone

SAID = ("zone", "opens", "closes", "lunch_from", "lunch_until", "workdays", "country", "holidays")


class FunctionCalendar(models.Model):
    function = models.CharField(max_length=12, choices=Function, unique=True)
    zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Berlin", validators=[validate_zone]
    )
    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(17))
    lunch_from = models.TimeField(null=True, blank=True)
    lunch_until = models.TimeField(null=True, blank=True)
    workdays = models.CharField(
        max_length=7,
        default="12345",
        validators=[
            RegexValidator(r"^[1-7]+$", _("Write the working days as digits: 1 is Monday, 7 is Sunday."))
        ],
    )
    country = models.CharField(
        max_length=9,
        blank=True,
        validators=[validate_country],
        help_text=_("Public holidays, like “DE” or “DE-BE”."),
    )
    holidays = models.JSONField(
        _("further days off"),
        default=list,
        blank=True,
        validators=[validate_dates],
        help_text='["2026-12-24"]',
    )
    other_hours = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_other_hours],
        help_text=_('Days that differ: {"5": ["-15:00"], "12-24": ["09:00-13:00"], "2026-12-31": []}'),
    )

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")), name="people_calendar_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(workdays__regex="^[1-7]+$"), name="people_calendar_has_workdays"
            ),
            models.CheckConstraint(
                condition=Q(lunch_from=None, lunch_until=None)
                | Q(
                    lunch_from__isnull=False,
                    lunch_until__isnull=False,
                    lunch_from__gt=F("opens"),
                    lunch_until__gt=F("lunch_from"),
                    closes__gt=F("lunch_until"),
                ),
                name="people_calendar_lunch_lies_inside",
                violation_error_message=_("A lunch break begins and ends within the working hours."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_function_display()}, {self.opens:%H:%M} to {self.closes:%H:%M}"

    def clean(self) -> None:
        """Refuses a week without any working time. What a field cannot be, its validator has said."""
        if not isinstance(self.other_hours, dict):
            raise ValidationError({"other_hours": say("Write the days that differ as a list of days.")})
        try:
            week = self.week()
        except (TypeError, ValueError):
            return
        if not week:
            raise ValidationError(say("Give the week working hours on at least one day."))

    def calendar(self) -> Calendar:
        """Working time, with the days that differ from two years back to five ahead. Raises ValueError when
        there is none."""
        year = clock.today().year
        public = public_holidays(self.country, year - 2, year + 5) if self.country else frozenset()
        off, week = public | {date.fromisoformat(day) for day in self.holidays}, self.week()
        return Calendar(
            zoneinfo.ZoneInfo(self.zone),
            week,
            off,
            special_days(self.other_hours, week, off, range(year - 2, year + 6)),
        )

    def week(self) -> dict[int, Hours]:
        """ISO weekday → its windows, without the days that have none."""
        usual = self.usual
        week = {int(digit): usual for digit in self.workdays}
        for key, spans in self.other_hours.items():
            if key.isdecimal():
                week[int(key)] = windows_of(spans, usual)
        return {weekday: windows for weekday, windows in week.items() if windows}

    @property
    def usual(self) -> Hours:
        if self.lunch_from and self.lunch_until:
            return (self.opens, self.lunch_from), (self.lunch_until, self.closes)
        return ((self.opens, self.closes),)

    @property
    def said(self) -> dict[str, Any]:
        """All that it says, as the ledger writes it: no text has a space."""
        times = {name: f"{at:%H:%M}" if isinstance(at := getattr(self, name), time) else at for name in SAID}
        return {**times, "other_hours": self.other_hours}

    @property
    def print(self) -> str:
        """The same as long as the hours are."""
        return canonical.digest(canonical.dumps(self.said))
