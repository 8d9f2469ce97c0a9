"""Raising a concern, answering it, following it up; holding a grant back and releasing it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.accounts import UserQuerySet
from people.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NAMED, UNNAMED = "named", "unnamed"
LONGEST = 4000  # characters


def prose(label: "str | _StrPromise", *, rows: int = 3, required: bool = True) -> forms.CharField:
    box = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
    return forms.CharField(label=label, required=required, max_length=LONGEST, widget=box)


class Raise(forms.Form):
    """Nothing is chosen beforehand: a name that was given by mistake cannot be taken back."""

    text = prose(_("What worries you"), rows=4)
    name = forms.ChoiceField(
        label=_("Your name"),
        choices=[
            ("", _("Choose")),
            (NAMED, _("Raise it under my name")),
            (UNNAMED, _("Raise it without my name")),
        ],
    )


class Say(forms.Form):
    """An answer, a further word, or why it is withdrawn: who calls says whether it may be empty."""

    text = prose("", required=False)

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class Receipt(forms.Form):
    receipt = forms.CharField(
        label=_("Receipt"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )


class FollowUp(Receipt):
    receipt = forms.CharField(max_length=60, widget=forms.HiddenInput)
    text = prose(_("Add a word"), required=False)


class Hold(forms.Form):
    reason = prose(_("What must be settled first"), rows=2)
    release_by = forms.ModelChoiceField(
        label=_("Who releases it"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("The deal desk"),
    )

    def __init__(self, *args: Any, people: UserQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["release_by"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class Release(forms.Form):
    note = forms.CharField(
        label=_("What settled it"), max_length=LONGEST, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
