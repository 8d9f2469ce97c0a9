"""Who is away from which day to which, and a calendar that says so."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from approvals.absence import Window
from base.errors import Invalid, WrongState
from base.words import say
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
        label=_("Who stands in"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody: the others of the pool answer"),
        help_text=_("They decide with the authority of who is away. Both names stay on the decision."),
    )
    function = forms.ChoiceField(label=_("For"), required=False)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        chosen = self.fields["delegate"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = delegates(person)
        scope = self.fields["function"]
        assert isinstance(scope, forms.ChoiceField)
        only = ((one.value, say("{function} only", function=one.label)) for one in DECIDING)
        scope.choices = [("", say("Everything")), *only]

    def refuse(self, refusal: Invalid | WrongState) -> None:
        """Put it where it can be answered."""
        fields = getattr(refusal, "fields", {})
        for name, sentence in (fields or {"": refusal.message}).items():
            self.add_error(name if name in self.fields else None, sentence)


class WriteDown(StandingIn):
    starts = forms.DateField(
        label=_("First day away"), widget=forms.DateInput(attrs={"type": "date"}, format=DAY)
    )
    ends = forms.DateField(
        label=_("Last day away"), widget=forms.DateInput(attrs={"type": "date"}, format=DAY)
    )
    field_order = ("starts", "ends", "delegate", "function")

    @property
    def window(self) -> Window:
        """The form must be valid."""
        return window_of(self.cleaned_data["starts"], self.cleaned_data["ends"], self.person)


class HandIn(StandingIn):
    calendar = forms.FileField(
        label=_("Calendar file"),
        help_text=format_lazy(
            _("An .ics file of at most {most} MB, as Outlook, Google and Apple export it."), most=MOST_MB
        ),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    field_order = ("calendar", "delegate", "function")

    def clean_calendar(self) -> Any:
        file = self.cleaned_data["calendar"]
        if file.size > LARGEST:
            raise forms.ValidationError(say("At most {most} MB: export less of the calendar.", most=MOST_MB))
        return file

    @property
    def content(self) -> bytes:
        """The form must be valid."""
        content: bytes = self.cleaned_data["calendar"].read()
        return content
