"""What of the queue a person asks to see. A wrong word in the address is as if it were not there."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms

from approvals.models import Request
from desk.today import VIEWS
from guardrails.policy import Policy
from people.models import User

STATES = (("", "Open"), *(choice for choice in Request.Status.choices if choice[0] != "open"), ("all", "All"))
SORTS = (("", "Due"), ("value", "Value"), ("age", "Age"))


class Queue(forms.Form):
    when = forms.ChoiceField(choices=VIEWS, required=False)
    q = forms.CharField(
        label="Find a deal",
        max_length=100,
        required=False,
        widget=forms.SearchInput(attrs={"placeholder": "Account, title or number", "data-key": "/"}),
    )
    state = forms.ChoiceField(
        choices=STATES, required=False, widget=forms.Select(attrs={"aria-label": "State"})
    )
    function = forms.ChoiceField(label="Waits for", required=False)
    level = forms.ChoiceField(required=False)
    segment = forms.ChoiceField(required=False)
    region = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False)
    sort = forms.ChoiceField(choices=SORTS, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, policy: Policy, owners: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signing = [rule for rule in policy.functions if policy.levels_of(rule.key)]
        functions = [(rule.key, f"Waits for {rule.name}") for rule in signing]
        levels = [
            (f"{level.function}:{level.rank}", level.name)
            for rule in signing
            for level in policy.levels_of(rule.key)
        ]
        self.offer("function", "Waits for anyone", functions)
        self.offer("level", "Any level", levels)
        self.offer("segment", "Any segment", [(word, word) for word in policy.segments])
        self.offer("region", "Any region", [(word, word) for word in policy.regions])
        self.offer("owner", "Any owner", [(str(owner.pk), owner.name) for owner in owners])

    def offer(self, name: str, nothing: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", nothing), *choices]
        field.widget.attrs["aria-label"] = field.label or name.capitalize()

    @property
    def asked(self) -> dict[str, str]:
        """What was asked and can be: words by field, none of them empty."""
        self.is_valid()
        return {name: word for name, word in self.cleaned_data.items() if word}

    @property
    def selects(self) -> list[forms.BoundField]:
        """Named for screen readers only: their first choice says what they are."""
        return [self[name] for name in ("state", "function", "level", "segment", "region", "owner")]

    def address(self, path: str) -> str:
        """The page that shows what was asked."""
        return f"{path}?{urlencode(self.asked)}" if self.asked else path
