"""Rows that did not land, by why: how many, one for example, and what would make it a yes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Func, Max, Min, TextField, Value

from base.words import mark, say
from deals.importing.reasons import reason_said
from deals.models import Import, ImportRefusal

MOST = 50  # reasons on the page; the file has every row
VARIES = r"“[^”]*”|\m[0-9][0-9.,:-]*"
GAP = "…"
VERBS = ("is ", "says ", "comes ", "cannot ", "makes ", "has ", "belongs ")
OTHERWISE = mark("Correct the cell and send the file again.")
WAYS: tuple[tuple[str, str], ...] = (
    (
        r"is the (e-mail address|name) of nobody",
        mark("Give that person an account here, or the word another meaning in the mapping (aliases)"),
    ),
    (r"is the name of", mark("Find owners by e-mail address: by = “email”")),
    (r"is no number", mark("Digits and one decimal sign; name words for “not known” in the mapping (blank)")),
    (r"is no date", mark("Write the day so, or add its format to the mapping ([dates])")),
    (r"is none of the words", mark("Add the word to won, lost or open in the mapping")),
    (r"is blank", mark("Fill the cell, or give the fact a stand-in in the mapping (blank)")),
    (r"is not in the table", mark("Add the row to that table, or give the word another meaning (aliases)")),
    (r"says otherwise", mark("Rows of one deal must agree: correct one of them")),
    (r"belongs to a deal", mark("Nothing to correct here: it lands together with the row at fault")),
    (r"is in already", mark("What is recorded stays; take the row out of the file")),
    (r"no rate from", mark("Enter a rate of that day or an earlier one")),
    (r"is neither true nor false", mark("Write yes or no")),
    (r"is longer than", mark("Shorten it")),
    (r"is no position", mark("Use one of these words, or give yours that meaning in the mapping (aliases)")),
    (r"is no currency", mark("Write three capital letters, like EUR")),
)


@dataclass(frozen=True, slots=True)
class Why:
    """One reason. `example`: a row of the file and what stands there."""

    heading: str
    rows: int
    row: int
    column: str
    value: str
    way: str
    spoilt: bool = False  # only for another row of its deal


def reasons_of(import_: Import) -> tuple[Why, ...]:
    """The most frequent first; rows that only share a deal with a bad one come last. Two queries."""
    same = Func(
        F("reason"),
        Value(VARIES),
        Value(GAP),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    grouped = (
        ImportRefusal.objects.filter(origin=import_)
        .order_by()
        .annotate(same=same)
        .values("column", "same")
        .annotate(rows=Count("pk"), first=Min("pk"), whole=Min("reason"), other=Max("reason"))
        .order_by("-rows", "column", "same")[:MOST]
    )
    listed = list(grouped)
    examples = ImportRefusal.objects.in_bulk([each["first"] for each in listed])
    found = [why(each, examples[each["first"]]) for each in listed]
    return tuple(sorted(found, key=lambda each: each.spoilt))


def why(group: Mapping[str, Any], example: ImportRefusal) -> Why:
    reason = group["whole"] if group["whole"] == group["other"] else group["same"]
    return Why(
        heading=heading(group["column"], reason),
        rows=group["rows"],
        row=example.row,
        column=example.column,
        value=example.value,
        way=way(example.reason),
        spoilt=not example.column and example.reason.startswith("belongs"),
    )


def heading(column: str, reason: str) -> str:
    """ "“rep_email” is the e-mail address of nobody here"."""
    said = reason_said(reason)
    if not column:
        return f"{said[:1].upper()}{said[1:]}"
    if reason.startswith(VERBS):
        return say("“{column}” {reason}", column=column, reason=said)
    return say("“{column}”: {reason}", column=column, reason=said)


def way(reason: str) -> str:
    """What would make it a yes."""
    return say(next((said for pattern, said in WAYS if re.match(pattern, reason)), OTHERWISE))
