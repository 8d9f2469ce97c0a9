"""The working hours of one function, and why deadlines are moved by them."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from base.words import mark, say
from desk.calendars import weekday_name
from people.hours import day_words, key_of, read_lines, write_lines
from people.models import FunctionCalendar


def workdays() -> list[tuple[str, str]]:
    return [(str(place), weekday_name(place)) for place in range(1, 8)]


def clock_time(label: str, *, required: bool = True) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"autocomplete": "off", "placeholder": _("hh:mm")}, format="%H:%M")
    wrong = {"invalid": _("Write it like 09:00."), "required": _("Say when.")}
    return forms.TimeField(label=_(label), required=required, widget=widget, error_messages=wrong)


class Hours(forms.Form):
    """`seen`: the print of the hours that were on the screen."""

    zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        help_text=_("The hours below are on the wall clocks there. Like Europe/Berlin or America/New_York."),
        error_messages={"required": _("Say in which time zone.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    opens, closes = clock_time(mark("From")), clock_time(mark("Until"))
    lunch_from, lunch_until = (
        clock_time(mark("Break from"), required=False),
        clock_time(mark("Break until"), required=False),
    )
    workdays = forms.MultipleChoiceField(
        label=_("Working days"),
        choices=workdays,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "tick"}),
        error_messages={"required": _("Choose at least one day.")},
    )
    country = forms.CharField(
        label=_("Public holidays of"),
        max_length=9,
        required=False,
        help_text=_("A country or a part of it, like DE or DE-BE. Left empty, none are kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    holidays = forms.CharField(
        label=_("Further days off"),
        required=False,
        help_text=_("One a line, like 24 Dec 2026."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    other_hours = forms.CharField(
        label=_("Days with other hours"),
        required=False,
        help_text=_(
            "One a line, like “Fri until 15:00”, “24 Dec until 13:00” (each year) "
            "or “24 Dec 2026 09:00-12:00, 13:00-15:00”."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def clean_holidays(self) -> list[str]:
        lines = [
            " ".join(line.split()) for line in self.cleaned_data["holidays"].splitlines() if line.strip()
        ]
        if wrong := next((line for line in lines if len(key_of(line)) != len("2026-12-24")), None):
            raise forms.ValidationError(
                say("“{line}” is not a date. Write it like “24 Dec 2026”.", line=wrong)
            )
        return sorted({key_of(line) for line in lines})

    def clean_other_hours(self) -> dict[str, list[str]]:
        try:
            return read_lines(self.cleaned_data["other_hours"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from None

    def clean_workdays(self) -> str:
        return "".join(sorted(self.cleaned_data["workdays"]))

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).strip().upper()

    def calendar(self, function: str) -> FunctionCalendar:
        """What was typed. The form must be valid."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return FunctionCalendar(function=function, **said)

    def take(self, mistakes: Mapping[str, str]) -> None:
        """What the verb refused, beside the field at fault; else above the form."""
        for name, words in mistakes.items():
            self.add_error(name if name in self.fields else None, words)


def filled(calendar: FunctionCalendar) -> dict[str, Any]:
    """The hours as the form has them."""
    times = {name: getattr(calendar, name) for name in ("opens", "closes", "lunch_from", "lunch_until")}
    days = [date.fromisoformat(day) for day in sorted(calendar.holidays)]
    return {
        **{name: written(at) for name, at in times.items()},
        "zone": calendar.zone,
        "workdays": list(calendar.workdays),
        "country": calendar.country,
        "holidays": "\n".join(day_words(day.isoformat()) for day in days),
        "other_hours": write_lines(calendar.other_hours),
        "seen": calendar.print if calendar.pk else "",
    }


def written(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


class Recompute(forms.Form):
    """`seen`: the print of what was on the screen. `once`: of this form, so that it begins once."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        error_messages={"required": _("Say why: it stays on record.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    once = forms.UUIDField(widget=forms.HiddenInput)
