"""What a list is asked for in its address. A wrong word is left out, and the page says so."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from base.words import say
from desk.sorting import Ways, choices_of

NO_CHOICE = {"invalid_choice": _("“%(value)s” is none of its choices")}


class Asking(forms.Form):
    @property
    def asked(self) -> dict[str, str]:
        """What was asked and can be: words by field, none of them empty."""
        self.is_valid()
        return {name: word for name, word in self.cleaned_data.items() if word}

    @property
    def mistakes(self) -> list[str]:
        """One sentence for each word that cannot be."""
        return [
            say(
                "{field}: {what}. It was left out.",
                field=self.fields[name].label,
                what=str(said[0]).rstrip("."),
            )
            for name, said in self.errors.items()
        ]

    def address(self, path: str, **other: str) -> str:
        """The page that shows what was asked; `other`: words to put in place, or "" to take one away."""
        words = {name: word for name, word in {**self.asked, **other}.items() if word}
        return f"{path}?{urlencode(words)}" if words else path


class Listing(Asking):
    """A list that is searched and sorted by its heads."""

    q = forms.CharField(
        label=_("Find a deal"),
        max_length=100,
        required=False,
        widget=forms.SearchInput(attrs={"placeholder": _("Account, deal, seller"), "data-key": "f"}),
    )
    sort = forms.ChoiceField(
        label=_("Sorted by"), required=False, error_messages=NO_CHOICE, widget=forms.HiddenInput
    )

    def __init__(self, data: Mapping[str, Any], ways: Ways) -> None:
        super().__init__(data)
        sort = self.fields["sort"]
        assert isinstance(sort, forms.ChoiceField)
        sort.choices = choices_of(ways)
