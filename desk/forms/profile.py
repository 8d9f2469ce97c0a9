"""One's own profile."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from base import clock
from base.format import cents, full_date
from base.locales import LOCALES, speaking
from base.words import say
from desk.profile import OWN
from people import zones
from people.models import Theme, User

SAMPLE = Decimal("1234.5")


@lru_cache(maxsize=64)
def locales(day: date, currency: str = "EUR") -> list[tuple[str, str]]:
    """Each by its own name, with how it writes an amount and this day."""
    return [(code, f"{name}: {sample(code, day, currency)}") for code, name in LOCALES.items()]


def sample(code: str, day: date, currency: str) -> str:
    with speaking(code):
        return f"{cents(SAMPLE, currency)}, {full_date(day)}"


class Profile(forms.Form):
    """What changed is told against what this page showed, so that two pages open at once undo nothing."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        show_hidden_initial=True,
        error_messages={"required": _("Write your name: it stands beside everything you decide.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        show_hidden_initial=True,
        help_text=_("Type a city, like Berlin, and choose."),
        error_messages={"required": _("Choose a time zone: deadlines are shown by its clock.")},
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    locale = forms.ChoiceField(
        label=_("Numbers and dates"),
        choices=list(LOCALES.items()),
        show_hidden_initial=True,
        error_messages={"invalid_choice": _("Choose one of the list.")},
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=Theme.choices,
        required=False,
        show_hidden_initial=True,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose light, dark, or the theme of your device.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locale = self.fields["locale"]
        assert isinstance(locale, forms.ChoiceField)
        locale.choices = locales(clock.today())

    @classmethod
    def of(cls, user: User) -> "Profile":
        return cls(initial={name: getattr(user, name) for name in OWN})

    @property
    def shown(self) -> list[SafeString]:
        """What the page showed, to be sent along."""
        return [self[name].as_hidden(only_initial=True) for name in OWN]

    @property
    def chosen(self) -> dict[str, str]:
        """What was changed on the page. The form must be valid."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_timezone(self) -> str:
        typed = str(self.cleaned_data["timezone"])
        if zone := zones.found(typed):
            return zone
        raise ValidationError(
            say("“{typed}” is no time zone. Type a city, like Berlin, and choose.", typed=typed)
        )


def zone_list(at: datetime) -> list[tuple[str, str]]:
    """Every zone, with how far it is ahead now."""
    return [(zone, zones.offset(zone, at)) for zone in zones.offered()]
