"""Fields of the brief: numbers as people type them, days, choices."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

SPACES = re.compile(r"[\s'\u2019]+")  # also the no-break ones
DAY = "%Y-%m-%d"


class Number(forms.DecimalField):
    """A decimal, with a point or a comma: 12.5 and 12,5 are the same. `places`: shown at least."""

    widget = forms.TextInput
    default_error_messages = {"invalid": "Type a number, like 12.5."}

    def __init__(self, *, places: int = 0, **kwargs: Any) -> None:
        self.places = places
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(point(SPACES.sub("", str(value or "")), value))

    def prepare_value(self, value: Any) -> Any:
        return plain(value, self.places) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}


class Amount(Number):
    """Money and quantities, which people group by thousands: 25,000 and 25.000 are refused as ambiguous."""

    default_error_messages = {"ambiguous": "Write it without grouping: %(plain)s."}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = SPACES.sub("", str(value or ""))
        if re.fullmatch(r"-?[1-9]\d{0,2},\d{3}", text):
            plain_ = text.replace(",", "")
            raise ValidationError(self.error_messages["ambiguous"], "ambiguous", {"plain": plain_})
        return super().to_python(value)


def point(text: str, typed: Any) -> Any:
    """With a decimal point. The last of several different signs is the decimal one, the others group."""
    if "," not in text:
        return text
    if text.rfind(",") > text.rfind("."):
        whole, _, rest = text.rpartition(",")
        return typed if "," in whole else f"{whole.replace('.', '')}.{rest}"
    return text.replace(",", "")


def plain(value: Decimal, places: int) -> str:
    """As it is typed: 16.000000 → "16.0" with one place, "16" with none."""
    text = f"{value.normalize():f}"
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.ljust(places, '0')}" if rest or places else whole


class Words(forms.CharField):
    """Free text that may stay empty; browsers end its lines in their own way."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


def words(label: str, most: int, rows: int = 0, help_text: str = "") -> Words:
    attrs = {"autocomplete": "off"}
    widget = forms.Textarea(attrs={"rows": rows, **attrs}) if rows else forms.TextInput(attrs=attrs)
    return Words(label=label, required=False, max_length=most, widget=widget, help_text=help_text)


def day(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format=DAY)
    return forms.DateField(label=label, required=False, help_text=help_text, widget=widget)


def one_of(label: str, choices: Iterable[tuple[str, str]] = (), **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices), **more)


def offer(field: forms.Field, choices: Iterable[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
