"""A reviewer's answer: the verdict, the limits it may pull back, what it asks in return, and why."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from approvals.decide import NEEDS_REASON, Ruling
from approvals.limit import CLAUSE, Condition, LimitKey, Value, clause_of, metric_of, name_of, reading
from approvals.models import Decision
from base.words import say
from deals.mistakes import decimals
from deals.terms import TYPED
from desk.forms.brief_fields import Number
from desk.forms.in_return import TaskAsked
from desk.forms.offers import UNITS
from desk.in_return import people_for
from desk.judging import Seat, narrowable
from guardrails.metric import METRICS, Metric

Verdict = Decision.Verdict
CONDITIONS = ("condition", "condition_2")
TASKS = 2
DIGITS = 15  # of a limit; more is a slip of the hand
WORDS = {
    Verdict.AGREE: _("Agree"),
    Verdict.RELUCTANT: _("Agree reluctantly"),
    Verdict.UP_TO: _("Agree up to…"),
    Verdict.CHANGES: _("Ask for changes"),
    Verdict.DECLINE: _("Decline"),
}


def reason_field() -> forms.CharField:
    """Why, in the reviewer's words: on every form that takes a verdict."""
    widget = forms.TextInput(
        attrs={"placeholder": _("Your reason, for the deal team"), "autocomplete": "off"}
    )
    return forms.CharField(label=_("Why"), required=False, max_length=2000, widget=widget)


class Answer(forms.Form):
    """Limit fields are called as their limit keys. `seen` is the hash of the terms on the screen."""

    verdict = forms.ChoiceField(
        label=_("Your decision"), choices=list(WORDS.items()), widget=forms.RadioSelect
    )
    reason = reason_field()
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seat, self.keys = seat, narrowable(seat)
        for key in self.keys:
            self.fields[key] = limit_field(key, seat)
        for name in CONDITIONS:
            choices = [("", say("no condition")), *conditions_of(seat)]
            self.fields[name] = forms.ChoiceField(label=_("If"), required=False, choices=choices)
        people = people_for(seat.deal, seat.user)
        self.tasks = [
            TaskAsked(
                self.data if self.is_bound else None,
                prefix=self.add_prefix(f"task-{place}"),
                people=people,
                keys=self.keys,
                policy=seat.policy,
            )
            for place in range(1, TASKS + 1)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        verdict = cleaned.get("verdict")
        if verdict in NEEDS_REASON and not str(cleaned.get("reason", "")).strip():
            self.add_error("reason", say(NEEDS_REASON[Verdict(str(verdict))]))
        if not all([task.is_valid() for task in self.tasks]) and verdict == Verdict.UP_TO:
            raise forms.ValidationError(say("Something is missing in what you ask for. Nothing was sent."))
        return cleaned

    @property
    def tasks_asked(self) -> list[TaskAsked]:
        """Those that are not left empty."""
        return [task for task in self.tasks if task.asked]

    @property
    def limits(self) -> dict[LimitKey, Value]:
        """Only what was really pulled back: a limit at the walk-away narrows nothing."""
        typed = {key: self.cleaned_data.get(key) for key in self.keys}
        return {
            key: value
            for key, value in typed.items()
            if value not in (None, "") and value != reading(key, self.seat.walk_away)
        }

    @property
    def conditions(self) -> tuple[Condition, ...]:
        names = [self.cleaned_data.get(name) for name in CONDITIONS]
        return tuple(condition_from(name, self.seat) for name in names if name)

    @property
    def ruling(self) -> Ruling:
        """What is decided. Limits and conditions belong to agreeing up to them."""
        cleaned = self.cleaned_data
        verdict = Verdict(cleaned["verdict"])
        up_to = verdict == Verdict.UP_TO
        return Ruling(
            verdict=verdict,
            reason=cleaned["reason"],
            limits=self.limits if up_to else {},
            conditions=self.conditions if up_to else (),
            tasks=tuple(form.task for form in self.tasks_asked) if up_to else (),
        )

    @property
    def typed(self) -> Ruling:
        """What is typed so far, as it would be decided if it were sent; tasks only once they are whole."""
        return Ruling(
            verdict=Verdict.UP_TO,
            limits=self.limits,
            conditions=self.conditions,
            tasks=tuple(form.task for form in self.tasks_asked if form.is_valid()),
        )

    @property
    def limit_fields(self) -> list[tuple[BoundField, str]]:
        return [(self[key], unit_of(key)) for key in self.keys]

    @property
    def condition_fields(self) -> list[BoundField]:
        return [self[name] for name in CONDITIONS]

    def says(self, key: str) -> bool:
        """Whether something was typed in this field, or asked for as a task."""
        if key.startswith("task:"):
            return bool(self.tasks_asked)
        return key in self.fields and bool(self[key].value())

    def take(self, faults: Mapping[str, str]) -> None:
        """Put refusals of the verb beside the fields they are about."""
        for key, sentence in faults.items():
            if key.startswith("task:"):
                _, place, name = key.split(":")
                self.tasks_asked[int(place)].take({name: sentence})
                continue
            self.add_error(key if key in self.fields else None, sentence)


def limit_field(key: LimitKey, seat: Seat) -> forms.Field:
    name, asked = name_of(key, seat.policy), reading(key, seat.walk_away)
    clause = clause_of(key, seat.policy)
    if clause:
        places = [position for position in clause.positions if position.level is not None]
        most = clause.place(str(asked))
        choices = [(each.key, each.name) for each in places if clause.place(each.key) <= most]
        return forms.ChoiceField(label=name, required=False, choices=choices, initial=asked)
    metric = metric_of(key)
    shown = decimals(metric.step) if metric else 0
    return Number(label=name, required=False, places=shown, initial=asked, max_digits=DIGITS)


def unit_of(key: LimitKey) -> str:
    metric = metric_of(key)
    if metric is None or metric.unit == "%":
        return metric.unit if metric else ""
    return say(UNITS[metric.unit]) if metric.unit in UNITS else ""


def conditions_of(seat: Seat) -> list[tuple[str, str]]:
    """Typed comparisons to ask for in return: terms no riskier than their target, clauses at standard."""
    terms = seat.revision.ask.target.values
    found = [condition(METRICS[key], value) for key in TYPED if (value := terms.get(key)) is not None]
    found += [(clause.limit_key, "=", clause.standard.key) for clause in seat.policy.clauses]
    return [
        (f"{key} {op} {value}", condition_from(f"{key} {op} {value}", seat).sentence(seat.policy))
        for key, op, value in found
    ]


def condition(metric: Metric, value: Decimal) -> tuple[str, str, str]:
    if metric.unit == "invoices":
        return metric.key, "=", f"{value:f}"
    return metric.key, "<=" if metric.riskier == "higher" else ">=", f"{value:f}"


def condition_from(text: str, seat: Seat) -> Condition:
    key, op, value = text.split(" ", 2)
    asked: Value = value if key.startswith(CLAUSE) else Decimal(value)
    return Condition(key, op, asked, seat.step.function)  # type: ignore[arg-type]
