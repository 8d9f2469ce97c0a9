"""What the desk says when it reassigns, extends, pauses, reminds or overrides: one step, or many at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.bulk import Order
from approvals.extend import MOST
from approvals.models import Bulk, Decision
from base import clock
from base.errors import Invalid
from base.words import say
from people.accounts import UserQuerySet
from people.models import User

Verb = Bulk.Verb
Verdict = Decision.Verdict
VERDICTS = (
    (Verdict.AGREE.value, _("Agree as asked")),
    (Verdict.CHANGES.value, _("Ask for changes")),
    (Verdict.DECLINE.value, _("Decline")),
)
HOUR = 60


class Intervene(forms.Form):
    """`people`: whom it may be given to. `seats`: who each hold one of several seats of the step."""

    verb: Verb
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        error_messages={"required": _("Say why: it stays on record.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, people: UserQuerySet, seats: Sequence[User] = ()) -> None:
        super().__init__(data, auto_id=f"id_{self.verb.value}_%s")
        self.people, self.seats = people, seats
        self.order_fields([name for name in self.fields if name != "reason"])

    @property
    def order(self) -> Order:
        return Order(self.verb, self.cleaned_data["reason"])

    def take(self, mistakes: Mapping[str, str], otherwise: str) -> None:
        """What a verb refused, beside the field at fault; else above the form."""
        known = {name: words for name, words in mistakes.items() if name in self.fields}
        for name, words in known.items():
            self.add_error(name, words)
        if not known:
            self.add_error(None, otherwise)


class Reassign(Intervene):
    verb = Verb.REASSIGN
    to = forms.ModelChoiceField(
        label=_("To"),
        queryset=User.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose who is asked instead.")},
    )

    of = forms.ModelChoiceField(
        label=_("Whose seat"),
        queryset=User.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _("Say whose seat is given away.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to, of = self.fields["to"], self.fields["of"]
        assert isinstance(to, forms.ModelChoiceField) and isinstance(of, forms.ModelChoiceField)
        to.queryset = self.people
        of.queryset = User.objects.by_name().filter(pk__in=[user.pk for user in self.seats])
        if not self.seats:
            del self.fields["of"]

    @property
    def order(self) -> Order:
        said = self.cleaned_data
        return Order(self.verb, said["reason"], to=said["to"], of=said.get("of"))


class Extend(Intervene):
    verb = Verb.EXTEND
    hours = forms.IntegerField(
        label=_("Working hours more"),
        min_value=1,
        max_value=MOST // HOUR,
        error_messages={"required": _("Say how many hours more.")},
    )

    @property
    def order(self) -> Order:
        return Order(self.verb, self.cleaned_data["reason"], minutes=self.cleaned_data["hours"] * HOUR)

    def take(self, mistakes: Mapping[str, str], otherwise: str) -> None:
        named = {"hours" if name == "minutes" else name: words for name, words in mistakes.items()}
        super().take(named, otherwise)


class Pause(Intervene):
    verb = Verb.PAUSE
    until = forms.DateField(
        label=_("Until"),
        required=False,
        help_text=_("It goes on by itself as that day begins. Without one, when the desk resumes it."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    @property
    def order(self) -> Order:
        said = self.cleaned_data
        return Order(self.verb, said["reason"], until=begins(said["until"]))


class PauseOne(Pause):
    """Of a single step, from where the others of its request can be paused with it."""

    what = forms.ChoiceField(
        label=_("What is paused"),
        required=False,
        choices=[("", _("This step")), ("all", _("Every open step of the request"))],
    )


class Resume(Intervene):
    verb = Verb.RESUME
    reason = forms.CharField(label=_("Note"), required=False, max_length=2000)


class Nudge(Intervene):
    verb = Verb.NUDGE
    reason = forms.CharField(
        label=_("Note to them"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class Override(Intervene):
    verb = Verb.OVERRIDE
    verdict = forms.ChoiceField(label=_("Decide"), choices=[("", _("Choose")), *VERDICTS])

    @property
    def order(self) -> Order:
        return Order(self.verb, self.cleaned_data["reason"], verdict=self.cleaned_data["verdict"])


class Call(forms.Form):
    """What whoever looks after a deal asks of the desk. `sent` tells one form from another."""

    reason = forms.CharField(
        label=_("What you ask, and why"),
        max_length=2000,
        error_messages={"required": _("Say why: the desk reads it, and it stays on record.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    sent = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_call_%s")
        self.initial.setdefault("sent", uuid4())


FORMS: Mapping[Verb, type[Intervene]] = {
    form.verb: form for form in (Nudge, Extend, Reassign, Pause, Resume, Override)
}
OF_ONE: Mapping[Verb, type[Intervene]] = {**FORMS, Verb.PAUSE: PauseOne}


def begins(day: date | None) -> datetime | None:
    """When that day begins, by the company's clock."""
    return datetime.combine(day, time(), tzinfo=clock.company_zone()) if day else None


def verb_of(word: str) -> Verb:
    """Raises Invalid."""
    if word not in FORMS:
        raise Invalid(
            say("Choose whether to reassign, extend, pause, resume, remind or override."), field="verb"
        )
    return Verb(word)


def may_hold_something() -> UserQuerySet:
    """Whom many steps may be given to: who holds any authority. Each step finds whether it is enough."""
    return User.objects.active().filter(authorities__isnull=False).distinct().by_name()
