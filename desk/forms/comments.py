"""Commenting on a deal."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from base.words import say
from deals.comment import LONGEST


def box(rows: int) -> forms.Textarea:
    return forms.Textarea(
        attrs={
            "rows": rows,
            "autocomplete": "off",
            "data-mentions": "people-here",
            "aria-autocomplete": "list",
            "aria-controls": "people-found",
        }
    )


class Comment(forms.Form):
    """`sent` tells one form from another, so that one sent twice says nothing twice. `answers`: a number.

    How long it may be is the verb's to say: it counts line ends as they are kept."""

    text = forms.CharField(label=_("Comment"), max_length=LONGEST * 2, widget=box(4))
    sent = forms.UUIDField(widget=forms.HiddenInput)
    answers = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("sent", uuid4())
        self.fields["text"].error_messages["required"] = say("Write something first.")


class Reword(forms.Form):
    """`over`: the number of the wording that its author had in view."""

    text = forms.CharField(label=_("New words"), max_length=LONGEST * 2, widget=box(4))
    over = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].error_messages["required"] = say("Write something first.")
