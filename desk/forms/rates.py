"""A rate typed by hand, and a file of rates."""

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from base.errors import Invalid, WrongState
from base.words import say
from deals.errors import RateDiffers, RateLeaps, RatesRefused
from deals.models import Rate
from deals.rate_rules import SOURCE_LETTERS, RateRow, Refusal, equation
from desk.forms.brief_fields import DAY, Number

MOST_MB = 5
SHOWN = 100  # rows of a refused file


class Enter(forms.Form):
    """`replaces`: the rate of that day as it was shown. `sure`: what was shown as far off, so that another
    number typed instead is asked about again."""

    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        help_text=_("Three letters, like USD."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    date = forms.DateField(
        label=_("Date"),
        help_text=_("Counts from this day until a newer one."),
        widget=forms.DateInput(attrs={"type": "date"}, format=DAY),
    )
    rate = Number(label=_("Rate"), places=2, fine=True)
    source = forms.CharField(
        label=_("Source"),
        max_length=SOURCE_LETTERS,
        help_text=_("Where it is from, like ECB."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    replaces = forms.IntegerField(required=False)
    sure = forms.CharField(required=False)

    def __init__(self, *args: Any, company: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        self.standing: Rate | None = None  # what the day has already, and the same as an equation
        self.said = ""
        self.meant = ""  # what a tick at "it is meant" stands for, once that is asked
        self.fields["rate"].label = say("{company} for one unit", company=company)
        self.fields["rate"].help_text = say("Type 0.9214 for 1 USD = 0.9214 {company}.", company=company)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    @property
    def row(self) -> RateRow:
        """What was typed. The form must be valid."""
        said = self.cleaned_data
        return RateRow(said["currency"], said["date"], said["rate"], said["source"])

    @property
    def key(self) -> str:
        row = self.row
        return f"{row.currency} {row.day} {row.rate:f}"

    @property
    def sure_of_it(self) -> bool:
        return bool(self.cleaned_data["sure"] == self.key)

    def refuse(self, refusal: Invalid | WrongState) -> None:
        """Put it where it can be answered."""
        if isinstance(refusal, RateDiffers):
            self.standing = refusal.standing
            self.said = equation(refusal.standing.currency, refusal.standing.rate, self.company)
        elif isinstance(refusal, RateLeaps):
            self.meant = self.key
            self.add_error("rate", refusal.message)
        else:
            fields = getattr(refusal, "fields", {}) or {"date": refusal.message}
            for name, sentence in fields.items():
                self.add_error(name, sentence)


class Load(forms.Form):
    """`sure`: the print of the file whose rates far from the last one are meant."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Columns currency, date, rate, source, parted by ; or , or tab. 0.9214 and 0,9214 both do."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    sure = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: tuple[Refusal, ...] = ()
        self.leaps = False
        self.said = ""
        self.content = b""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_MB * 1024 * 1024:
            raise forms.ValidationError(say("At most {most} MB: split the file.", most=MOST_MB))
        self.content = file.read()
        return file

    @property
    def print(self) -> str:
        """What a tick at "they are meant" stands for: this file and no other."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def sure_of_it(self) -> bool:
        return bool(self.cleaned_data["sure"] == self.print)

    def refuse(self, refusal: RatesRefused) -> None:
        self.refusals, self.leaps, self.said = refusal.refusals, refusal.leaps, refusal.message

    @property
    def first(self) -> tuple[Refusal, ...]:
        return self.refusals[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.refusals) - SHOWN)
