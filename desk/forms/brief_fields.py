"""Fields of the brief: numbers as people type them, days, choices."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from base.numerals import NoNumber, TwoWays, read, write
from base.words import mark, say

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Options = Iterable[tuple[str, StrOrPromise]]

DAY = "%Y-%m-%d"
UNITS = {  # as they stand behind a number that is typed
    "days": mark("days"),
    "weeks": mark("weeks"),
    "months": mark("months"),
    "month": mark("month"),
    "× fees": mark("× fees"),
}
DIGITS = 20  # of any number; more is a slip of the hand, and more than is reckoned with


class Number(forms.DecimalField):
    """A decimal as hands are used to it: 12.5 and 12,5 are the same, 12,500 is asked about (base.numerals).

    `places`: shown at least. `fine`: three decimals are usual. At most DIGITS digits, if not told otherwise.
    """

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("Type a number, like %(like)s."),
        "two_ways": _("Write it without grouping: %(whole)s, or %(parted)s with decimals."),
        "max_digits": _("Type a number of at most %(max)s digits."),
    }

    def __init__(self, *, places: int = 0, fine: bool = False, **kwargs: Any) -> None:
        self.places, self.fine = places, fine
        super().__init__(**{"max_digits": DIGITS, **kwargs})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return read(str(value), fine=self.fine)
        except TwoWays as either:
            ways = {"whole": either.whole, "parted": either.parted}
            raise ValidationError(self.error_messages["two_ways"], "two_ways", ways) from None
        except NoNumber:
            like = {"like": write(Decimal("12.5"))}
            raise ValidationError(self.error_messages["invalid"], "invalid", like) from None

    def prepare_value(self, value: Any) -> Any:
        return write(value, self.places) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}


class Words(forms.CharField):
    """Free text that may stay empty; browsers end its lines in their own way."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


def words(label: "StrOrPromise", most: int, rows: int = 0, help_text: "StrOrPromise" = "") -> Words:
    attrs = {"autocomplete": "off"}
    widget = forms.Textarea(attrs={"rows": rows, **attrs}) if rows else forms.TextInput(attrs=attrs)
    return Words(label=label, required=False, max_length=most, widget=widget, help_text=help_text)


def day(label: "StrOrPromise", help_text: "StrOrPromise" = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format=DAY)
    return forms.DateField(label=label, required=False, help_text=help_text, widget=widget)


def one_of(label: "StrOrPromise", choices: "Options" = (), **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices), **more)


def offer(field: forms.Field, choices: "Options") -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def unit_words(unit: str) -> str:
    """The unit of a metric as the reader calls it."""
    return say(UNITS[unit]) if unit in UNITS else unit
