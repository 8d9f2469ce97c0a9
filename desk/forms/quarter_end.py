"""Switching quarter-end mode on: when, for which functions, how fast, and who may decide too."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from base.words import mark, say
from desk.forms.brief_fields import DAY
from guardrails.policy import Policy
from guardrails.quarter_end import USUAL
from guardrails.switch_quarter_end import NAME, Member, Wanted
from people.models import User

ROWS = 3  # people that the form has room for
WITH = {"until": "last", "members": ""}  # what the verb calls differently


def day_field(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format=DAY)
    return forms.DateField(
        label=_(label),
        help_text=help_text and _(help_text),
        widget=widget,
        error_messages={"required": _("Say on which day.")},
    )


class SwitchOn(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME,
        help_text=_("Shown on every step that opens in it, like “Q3 close”."),
        error_messages={"required": _("Give it a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    since = day_field(mark("First day"))
    last = day_field(mark("Last day"), mark("It ends at midnight."))
    functions = forms.MultipleChoiceField(
        label=_("Functions"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "tick"}),
        error_messages={"required": _("Choose at least one.")},
    )
    percent = forms.IntegerField(
        label=_("Time to answer"),
        min_value=1,
        max_value=USUAL,
        initial=50,
        help_text=_("Of the usual working time."),
        error_messages={"required": _("Say how much of the usual time.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        error_messages={"required": _("Say why: it stays on record.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        functions = self.fields["functions"]
        assert isinstance(functions, forms.MultipleChoiceField)
        functions.choices = [(rule.key, rule.name) for rule in policy.functions if policy.levels_of(rule.key)]
        levels = [(f"{one.function}:{one.rank}", one.name) for one in policy.levels]
        people = User.objects.active().by_name()
        for place in range(ROWS):
            self.fields[f"level_{place}"] = forms.ChoiceField(
                label=say("Level {place}", place=place + 1),
                required=False,
                choices=[("", say("As which level")), *levels],
            )
            self.fields[f"person_{place}"] = forms.ModelChoiceField(
                people,
                label=say("Person {place}", place=place + 1),
                required=False,
                empty_label=_("Choose somebody"),
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for place in range(ROWS):
            level, person = said.get(f"level_{place}"), said.get(f"person_{place}")
            if person and not level:
                self.add_error(f"level_{place}", say("Say as what {name} decides.", name=person.name))
            if level and not person and f"person_{place}" not in self.errors:
                self.add_error(f"person_{place}", say("Say who."))
        return said

    @property
    def member_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"level_{place}"], self[f"person_{place}"]) for place in range(ROWS)]

    @property
    def wanted(self) -> Wanted:
        """What was typed. The form must be valid."""
        said = self.cleaned_data
        return Wanted(
            name=said["name"],
            since=said["since"],
            until=said["last"] + timedelta(days=1),
            functions=tuple(said["functions"]),
            percent=said["percent"],
            reason=said["reason"],
            members=tuple(self.members(said)),
        )

    @staticmethod
    def members(said: Mapping[str, Any]) -> list[Member]:
        found = [(said[f"level_{place}"], said[f"person_{place}"]) for place in range(ROWS)]
        return [
            Member(level.partition(":")[0], int(level.partition(":")[2]), person)
            for level, person in found
            if level
        ]

    def take(self, mistakes: Mapping[str, str]) -> None:
        """What the verb refused, beside the field at fault; else above the form."""
        for name, words in mistakes.items():
            self.add_error(WITH.get(name, name) or None, words)
