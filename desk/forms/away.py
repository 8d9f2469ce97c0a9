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
from desk.phrases import listed
from desk.stand_ins import colleagues, decides_nothing_of, delegates
from people.accounts import UserQuerySet
from people.feed import LARGEST
from people.models import Function, User

MOST_MB = LARGEST // 1_000_000
NAMED = 3  # colleagues; more are counted
DECIDING = (Function.FINANCE, Function.LEGAL, Function.OPERATIONS, Function.EXECUTIVE, Function.SALES)


class StandingIn(forms.Form):
    delegate = forms.ModelChoiceField(
        label=_("Who stands in"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("They decide with the authority of who is away. Both names stay on the decision."),
    )
    function = forms.ChoiceField(label=_("For"), required=False)
    sure = forms.BooleanField(label=_("They may decide all the same"), required=False)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.unsure = bool(self.data.get("sure"))
        chosen, scope = self.fields["delegate"], self.fields["function"]
        assert isinstance(chosen, forms.ModelChoiceField) and isinstance(scope, forms.ChoiceField)
        chosen.queryset = delegates(person)
        chosen.choices = [("", nobody_words(person)), *offered(chosen.queryset)]
        only = ((one.value, say("{function} only", function=one.label)) for one in DECIDING)
        scope.choices = [("", say("Everything")), *only]

    def clean(self) -> dict[str, Any]:
        """Whoever decides nothing of it themselves stands in only when that is said."""
        said = super().clean() or {}
        chosen, function = said.get("delegate"), said.get("function", "")
        if chosen and not said.get("sure") and decides_nothing_of(chosen, self.person, function):
            self.unsure = True
            decides_nothing = say(
                "{who} decides nothing that {person} decides. Choose another, or say below that they may.",
                who=chosen.name,
                person=self.person.name,
            )
            self.add_error("delegate", decides_nothing)
        return said

    def refuse(self, refusal: Invalid | WrongState) -> None:
        """Put it where it can be answered."""
        fields = getattr(refusal, "fields", {})
        for name, sentence in (fields or {"": refusal.message}).items():
            self.add_error(name if name in self.fields else None, sentence)


def nobody_words(person: User) -> str:
    """Who answers when nobody stands in."""
    others = colleagues(person)
    if others is None:
        return say("Nobody")
    if len(others) > NAMED:
        return say("Nobody: the {count} others who decide the same may answer some of it", count=len(others))
    if others:
        return say("Nobody: {others} may answer some of it", others=listed(others))
    return say("Nobody: nobody else decides the same, so the deal desk has it")


def offered(people: UserQuerySet) -> list[Any]:
    """Those first who decide for a function of theirs. One query."""
    alike: list[tuple[int, str]] = []
    others: list[tuple[int, str]] = []
    for one in people:
        group = alike if one.decides else others  # type: ignore[attr-defined]
        group.append((one.pk, f"{one.name}, {one.job_title}" if one.job_title else one.name))
    if not alike:
        return others
    return [(say("They decide for the same function"), alike), (say("Everybody else"), others)]


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
