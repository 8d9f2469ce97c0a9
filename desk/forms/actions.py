"""Small acts on a deal: close it, share it, ask for more room."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from base import clock
from base.words import say
from deals.share import PERMISSIONS

WON, LOST = "won", "lost"
ROLES = {"viewer": _("May look at it"), "team": _("Works on it")}
assert ROLES.keys() == PERMISSIONS.keys()


class Close(forms.Form):
    """`signed`: which terms were signed; only a deal that was won has any."""

    outcome = forms.ChoiceField(label=_("How it ended"), choices=[(WON, _("Won")), (LOST, _("Lost"))])
    signed = forms.ChoiceField(label=_("Signed terms"), required=False)
    signed_on = forms.DateField(
        label=_("Signed on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["signed"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", say("Choose")), *choices]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == WON and not cleaned.get("signed") and "signed" not in self.errors:
            self.add_error("signed", say("Say which terms were signed."))
        day = cleaned.get("signed_on")
        if day and day > clock.today():
            self.add_error("signed_on", say("Lies in the future."))
        return cleaned


class Version(forms.Form):
    """The draft as the reader saw it."""

    version = forms.IntegerField(min_value=1)
