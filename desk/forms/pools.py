"""Asking one more person at a step; letting somebody watch a deal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.accounts import UserQuerySet
from people.models import User

PLACES = {"beside": _("At once, beside those asked"), "after": _("After they have agreed")}


class AddApprover(forms.Form):
    who = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), empty_label=_("Choose"))
    place = forms.ChoiceField(label=_("When"), choices=list(PLACES.items()))
    reason = forms.CharField(
        label=_("Why them"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
    )

    def __init__(self, *args: Any, people: UserQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["who"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class Watcher(forms.Form):
    who = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), empty_label=_("Choose"))

    def __init__(self, *args: Any, people: UserQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["who"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
