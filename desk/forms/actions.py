"""Small acts on a deal: close it, share it, ask for more room."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from base import clock
from base.words import say
from deals.share import PERMISSIONS

WON, LOST = "won", "lost"
MOST = 2000
Choice = tuple[str, str]
ROLES = {"viewer": _("May look at it"), "team": _("Works on it")}
assert ROLES.keys() == PERMISSIONS.keys()


class Close(forms.Form):
    """`signed`: which terms were signed; only a deal that was won has any. `got`: what we asked for in return
    and were given, by its id."""

    outcome = forms.ChoiceField(label=_("How it ended"), choices=[(WON, _("Won")), (LOST, _("Lost"))])
    signed = forms.ChoiceField(
        label=_("Signed terms"),
        required=False,
        help_text=_("The last offer inside the mandate is chosen. A deal that is lost has none."),
    )
    signed_on = forms.DateField(
        label=_("Signed on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    got = forms.MultipleChoiceField(
        label=_("Did we get it?"),
        required=False,
        help_text=_("Tick what the buyer gave in return. It is kept with the reason."),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "tick"}),
    )
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=MOST, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, *args: Any, choices: Iterable[Choice], gets: Sequence[Choice] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in (("signed", [("", say("Choose")), *choices]), ("got", gets)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered
        if not gets:
            del self.fields["got"]

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
