"""Who is away from which day to which, and a calendar that says so."""

from typing import Any

from django import forms

from approvals.absence import Window
from base.errors import Invalid, WrongState
from desk.away import window_of
from desk.forms.brief_fields import DAY
from people.accounts import UserQuerySet
from people.feed import LARGEST
from people.models import Function, User

MOST_MB = LARGEST // 1_000_000
DECIDING = (Function.FINANCE, Function.LEGAL, Function.OPERATIONS, Function.EXECUTIVE, Function.SALES)


def delegates(person: User) -> UserQuerySet:
    """Who may stand in for them."""
    return User.objects.active().exclude(pk=person.pk).exclude(function=Function.AUDITOR).by_name()


class StandingIn(forms.Form):
    delegate = forms.ModelChoiceField(
        label="Who stands in",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody: the others of the pool answer",
        help_text="They decide with the authority of who is away. Both names stay on the decision.",
    )
    function = forms.ChoiceField(label="For", required=False)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        chosen = self.fields["delegate"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = delegates(person)
        scope = self.fields["function"]
        assert isinstance(scope, forms.ChoiceField)
        scope.choices = [("", "Everything"), *((one.value, f"{one.label} only") for one in DECIDING)]

    def refuse(self, refusal: Invalid | WrongState) -> None:
        """Put it where it can be answered."""
        fields = getattr(refusal, "fields", {})
        for name, sentence in (fields or {"": refusal.message}).items():
            self.add_error(name if name in self.fields else None, sentence)


class WriteDown(StandingIn):
    starts = forms.DateField(
        label="First day away", widget=forms.DateInput(attrs={"type": "date"}, format=DAY)
    )
    ends = forms.DateField(label="Last day away", widget=forms.DateInput(attrs={"type": "date"}, format=DAY))
    field_order = ("starts", "ends", "delegate", "function")

    @property
    def window(self) -> Window:
        """The form must be valid."""
        return window_of(self.cleaned_data["starts"], self.cleaned_data["ends"], self.person)


class HandIn(StandingIn):
    calendar = forms.FileField(
        label="Calendar file",
        help_text=f"An .ics file of at most {MOST_MB} MB, as Outlook, Google and Apple export it.",
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={"required": "Choose a file.", "empty": "This file is empty."},
    )
    field_order = ("calendar", "delegate", "function")

    def clean_calendar(self) -> Any:
        file = self.cleaned_data["calendar"]
        if file.size > LARGEST:
            raise forms.ValidationError(f"At most {MOST_MB} MB: export less of the calendar.")
        return file

    @property
    def content(self) -> bytes:
        """The form must be valid."""
        content: bytes = self.cleaned_data["calendar"].read()
        return content
