"""A table pasted into a brief: its text, how numbers are written, what each unknown product stands for."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from deals.pasted import LONGEST, MOST

OUT = "out"


class Paste(forms.Form):
    use_required_attribute = False

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    table = forms.CharField(
        label="The table",
        max_length=LONGEST,
        strip=False,
        error_messages={"required": "Paste the table first."},
        help_text=f"Product, quantity, target and walk-away discount; at most {MOST} rows. With a row of "
        "headings the columns may stand in any order.",
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
    )
    style = forms.ChoiceField(
        label="Numbers are written",
        required=False,
        choices=[("", "Find out"), ("comma", "1.200,50"), ("point", "1,200.50")],
    )
    mode = forms.ChoiceField(
        label="What happens with them",
        choices=[("append", "Add them after the lines that are there"), ("replace", "Replace all lines")],
        widget=forms.RadioSelect,
        initial="append",
    )


def chosen_of(typed: Mapping[str, Any]) -> dict[int, str]:
    """Row → the product that is meant, or that it is left out."""
    found = ((re.fullmatch(r"row-(\d{1,4})", key), str(value)) for key, value in typed.items())
    return {int(match[1]): value for match, value in found if match and value}
