"""Asking one more person at a step; letting somebody watch a deal."""

from typing import Any

from django import forms

from people.accounts import UserQuerySet
from people.models import User

PLACES = {"beside": "At once, beside those asked", "after": "After they have agreed"}


class AddApprover(forms.Form):
    who = forms.ModelChoiceField(label="Person", queryset=User.objects.none(), empty_label="Choose")
    place = forms.ChoiceField(label="When", choices=list(PLACES.items()))
    reason = forms.CharField(
        label="Why them", max_length=2000, widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
    )

    def __init__(self, *args: Any, people: UserQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["who"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class Watcher(forms.Form):
    who = forms.ModelChoiceField(label="Person", queryset=User.objects.none(), empty_label="Choose")

    def __init__(self, *args: Any, people: UserQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["who"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
