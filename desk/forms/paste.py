"""A table pasted into a brief: its text, how numbers are written, what each unknown product stands for."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from deals.pasted import LONGEST, MOST

OUT = "out"
MODES = [("append", _("Add them after the lines that are there")), ("replace", _("Replace all lines"))]
HELP = _(
    "Product, quantity, target and walk-away discount; at most {most} rows. With a row of headings the "
    "columns may stand in any order."
)


class Paste(forms.Form):
    use_required_attribute = False

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    table = forms.CharField(
        label=_("The table"),
        max_length=LONGEST,
        strip=False,
        error_messages={"required": _("Paste the table first.")},
        help_text=format_lazy(HELP, most=MOST),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
    )
    style = forms.ChoiceField(
        label=_("Numbers are written"),
        required=False,
        choices=[("", _("Find out")), ("comma", "1.200,50"), ("point", "1,200.50")],
    )
    mode = forms.ChoiceField(
        label=_("What happens with them"),
        choices=MODES,
        widget=forms.RadioSelect,
        initial="append",
    )


def chosen_of(typed: Mapping[str, Any]) -> dict[int, str]:
    """Row → the product that is meant, or that it is left out."""
    found = ((re.fullmatch(r"row-(\d{1,4})", key), str(value)) for key, value in typed.items())
    return {int(match[1]): value for match, value in found if match and value}
