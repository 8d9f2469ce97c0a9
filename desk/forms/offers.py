"""Checking an offer, and recording it: prices together or line by line, every term, every clause."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from approvals.limit import CLAUSE
from approvals.models import Offer
from base import clock
from base.numerals import write
from base.words import mark, say
from deals.mistakes import percent_mistakes, value_mistakes
from deals.terms import TYPED, Terms
from desk.forms.brief_fields import Number
from desk.offers import Proposal
from desk.room import Granted
from guardrails.metric import METRICS, RHYTHM, Metric

TOGETHER, SINGLE = "together", "single"
HELD = timedelta(days=14)  # how long an offer holds unless one says otherwise
UNITS = {"days": mark("days"), "weeks": mark("weeks"), "months": mark("months")}
FIRST = ("payment_days",)


class Offered(forms.Form):
    """What is put to the buyer, or asked by them. `discount` and `lines` are in percent off list. `room`: ask
    for the room it takes, from the draft that was seen as `version`."""

    discount = Number(label=_("Discount"), required=False, max_digits=5, decimal_places=1)
    lines = forms.ChoiceField(
        label=_("Lines"),
        choices=[(TOGETHER, _("Move together")), (SINGLE, _("Set one by one"))],
        required=False,
    )
    good_until = forms.DateField(
        label=_("Good until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    direction = forms.ChoiceField(
        label=_("Who put it forward"), choices=Offer.Direction.choices, required=False
    )
    room = forms.BooleanField(required=False)
    version = forms.IntegerField(min_value=1, required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, granted: Granted, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.granted = granted
        self.ask = granted.mandate.request.revision.ask
        for key in TYPED:
            self.fields[key] = typed_field(METRICS[key])
        for clause in granted.policy.clauses:
            positions = [(position.key, position.name) for position in clause.positions]
            free = self.ask.walk_away.clauses.get(clause.key, "") is None
            own = [("", say("Own wording"))] if free else []
            self.fields[f"clause_{clause.key}"] = forms.ChoiceField(
                label=clause.name, choices=[*own, *positions], required=not own
            )
        for line in self.ask.walk_away.lines:
            self.fields[f"line_{line.key}"] = Number(
                label=line.name, required=False, max_digits=9, decimal_places=6
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, sentence in self.mistakes(cleaned):
            self.add_error(name, sentence)
        return cleaned

    def mistakes(self, cleaned: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        for key in TYPED:
            yield from value_mistakes(key, key, cleaned.get(key))
        if cleaned.get("lines") == SINGLE:
            for line in self.ask.walk_away.lines:
                name = f"line_{line.key}"
                value = cleaned.get(name)
                yield from percent_mistakes(name, value) if value is not None else []
                if value is None and name not in self.errors:
                    yield name, say("Give this line its discount.")
        elif cleaned.get("discount") is not None:
            yield from percent_mistakes("discount", cleaned["discount"])
        elif "discount" not in self.errors:
            yield "discount", say("Give the discount, or set the lines one by one.")
        if (day := cleaned.get("good_until")) and day < clock.today():
            yield "good_until", say("Lies in the past.")

    @property
    def put_forward(self) -> str:
        """Who put it forward. The form must be valid."""
        usual = Offer.Direction.ASKED if self.cleaned_data["room"] else Offer.Direction.SENT
        return str(self.cleaned_data["direction"] or usual)

    @property
    def proposal(self) -> Proposal:
        """What was typed. The form must be valid."""
        typed, clauses = self.cleaned_data, self.granted.policy.clauses
        single = typed["lines"] == SINGLE
        lines = self.ask.walk_away.lines if single else ()
        return Proposal(
            discount=None if single else typed["discount"],
            values={key: typed[key] for key in TYPED},
            clauses={clause.key: typed[f"clause_{clause.key}"] or None for clause in clauses},
            good_until=typed["good_until"],
            lines={line.key: typed[f"line_{line.key}"] for line in lines},
        )

    @property
    def first(self) -> list[tuple[BoundField, str]]:
        """Terms that somebody granted or asked for in return, each with its unit."""
        beyond = {limit.key for limit in self.granted.beyond_standard}
        asked = {condition.key for condition in self.granted.conditions}
        return [self.shown(key) for key in self.term_keys() if key in beyond or key in asked or key in FIRST]

    @property
    def others(self) -> list[tuple[BoundField, str]]:
        """Terms that are standard."""
        first = {field.name for field, _ in self.first}
        return [pair for key in self.term_keys() if (pair := self.shown(key))[0].name not in first]

    @property
    def others_wrong(self) -> bool:
        return any(field.errors for field, _ in self.others)

    @property
    def one_by_one(self) -> list[BoundField]:
        return [self[f"line_{line.key}"] for line in self.ask.walk_away.lines]

    @property
    def single(self) -> bool:
        return str(self["lines"].value()) == SINGLE

    def term_keys(self) -> list[str]:
        return [*TYPED, *(clause.limit_key for clause in self.granted.policy.clauses)]

    def shown(self, key: str) -> tuple[BoundField, str]:
        if key.startswith(CLAUSE):
            return self[f"clause_{key.removeprefix(CLAUSE)}"], ""
        unit = METRICS[key].unit
        return self[key], unit if unit == "%" else say(UNITS[unit]) if unit in UNITS else ""


def typed_field(metric: Metric) -> forms.Field:
    if metric.unit == "invoices":
        choices = [(str(number), say(word).capitalize()) for number, word in RHYTHM.items()]
        return forms.TypedChoiceField(label=metric.said, choices=choices, coerce=Decimal)
    return Number(label=metric.said, max_digits=8, decimal_places=1)


def starting_from(terms: Terms, discount: Decimal | None, granted: Granted) -> dict[str, Any]:
    """What the form shows at first: these terms, good for two weeks or as long as the mandate."""
    policy = granted.policy
    until: date = min(clock.today() + HELD, granted.last_day)
    return {
        "discount": discount,
        "lines": TOGETHER,
        "good_until": until,
        "direction": Offer.Direction.SENT,
        **{key: plain(terms.values.get(key)) for key in TYPED},
        **{f"clause_{one.key}": terms.clauses.get(one.key, one.standard.key) or "" for one in policy.clauses},
        **{f"line_{line.key}": plain(line.discount) for line in terms.lines},
    }


def plain(value: Decimal | None) -> str:
    """A number as one would type it: no zeros that say nothing."""
    return "" if value is None else write(value)
