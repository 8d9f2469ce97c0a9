"""Asking a question, answering it, a task asked in return, and what shows that it was done."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals import evidence, question
from approvals.evidence import Shown
from approvals.limit import LimitKey, name_of
from approvals.task import LONGEST, Task
from base.words import say
from deals import files
from desk.forms.brief_fields import Number
from desk.in_return import Choices
from guardrails.policy import Policy

WORDS = {
    "text": _("Say what has to be done."),
    "owner": _("Say who sees to it."),
    "due": _("Say by which day."),
}


class Ask(forms.Form):
    to = forms.TypedChoiceField(
        label=_("Whom"), coerce=int, error_messages={"required": _("Choose whom to ask.")}
    )
    text = forms.CharField(
        label=_("Question"),
        max_length=question.LONGEST,
        error_messages={"required": _("Write your question.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", say("Choose")), *people]


class Reply(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=question.LONGEST,
        error_messages={"required": _("Write your answer.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class Evidenced(forms.Form):
    """What shows that a task was done."""

    text = forms.CharField(
        label=_("What shows it"),
        required=False,
        max_length=evidence.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=files.HELP,
        widget=forms.FileInput(attrs={"accept": files.ACCEPT, "data-most": files.MOST}),
    )

    @property
    def shown(self) -> Shown:
        return Shown(self.cleaned_data["text"], self.cleaned_data["file"])


class TaskAsked(forms.Form):
    """One task asked in return; left empty it asks for nothing."""

    text = forms.CharField(
        label=_("is done"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"placeholder": _("What has to be done"), "autocomplete": "off"}),
    )
    owner = forms.TypedChoiceField(label=_("by"), required=False, coerce=int, empty_value=None)
    due = forms.DateField(
        label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    otherwise = forms.ChoiceField(label=_("else"), required=False)
    value = Number(label=_("to"), required=False)

    def __init__(
        self, *args: Any, people: Choices, keys: tuple[LimitKey, ...], policy: Policy, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        owner, otherwise = self.fields["owner"], self.fields["otherwise"]
        assert isinstance(owner, forms.ChoiceField) and isinstance(otherwise, forms.ChoiceField)
        owner.choices = [("", say("Choose who")), *people]
        names = [(key, say("{limit} back to", limit=name_of(key, policy))) for key in keys if ":" not in key]
        otherwise.choices = [("", say("all of it back to standard")), *names]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.asked:
            for name, words in WORDS.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, words)
            if cleaned.get("otherwise") and cleaned.get("value") is None and "value" not in self.errors:
                self.add_error("value", say("Say back to where."))
        return cleaned

    @property
    def asked(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("text", "owner", "due", "otherwise", "value"))

    @property
    def task(self) -> Task:
        said = self.cleaned_data
        fallback = {said["otherwise"]: said["value"]} if said["otherwise"] else {}
        return Task(said["text"], said["owner"], said["due"], fallback)

    def take(self, faults: Mapping[str, str]) -> None:
        """Put refusals of the verb beside the fields they are about."""
        for name, sentence in faults.items():
            self.add_error("value" if name == "otherwise" else name, sentence)
