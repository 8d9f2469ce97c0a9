"""The rows of the brief, each a small form. `place` is what refusals call it: "terms.payment_days"."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from base.words import mark, say
from deals.changes import (
    ClauseChange,
    ExchangeChange,
    LineChange,
    PriorityChange,
    SuccessChange,
    TermChange,
)
from deals.document import Get
from deals.models import Exchange as StoredExchange
from deals.terms import TYPED
from desk.forms.brief_fields import Number, day, offer, one_of, words
from guardrails.clause import Clause as Rule
from guardrails.metric import METRICS, RHYTHM, Metric

OWN = "own-wording"
CONDITIONS = TYPED
ALOUD = {  # what a field of a row is called to who hears it
    "product": mark("{name}, product"),
    "quantity": mark("{name}, quantity"),
    "target": mark("{name}, target"),
    "walk_away": mark("{name}, walk-away"),
}


class Row(forms.Form):
    """`listed` rows are added and removed; one that was never filled in is `blank` and says nothing."""

    use_required_attribute = False
    kind: ClassVar[str]
    filled: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, place: str = "", locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        for field in self.fields.values():
            field.disabled = locked
        self.describe()

    def describe(self) -> None:
        """Each input says where its mistake is told: the place is there before there is a mistake."""
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"id_{self.add_prefix(name)}_error"

    @property
    def blank(self) -> bool:
        return bool(self.filled) and not any(str(self[name].value() or "").strip() for name in self.filled)


class Line(Row):
    kind = "lines"
    filled = ("key", "product")

    key = forms.SlugField(required=False, max_length=40, widget=forms.HiddenInput)
    product = one_of(_("Product"), error_messages={"required": _("Choose a product.")})
    quantity = Number(label=_("Quantity"), error_messages={"required": _("Say how many.")})
    target = Number(label=_("Target"), places=1, error_messages={"required": _("Fill in the target.")})
    walk_away = Number(
        label=_("Walk-away"), places=1, error_messages={"required": _("Fill in the walk-away.")}
    )

    def __init__(self, *args: Any, products: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_key = str(self["key"].value() or "")
        offer(self.fields["product"], [("", say("Choose a product")), *products])
        self.name = dict(products).get(str(self["product"].value() or ""), say("New line"))
        if self.stored_key:
            self.fields["product"].widget = forms.HiddenInput()
        for field, aloud in ALOUD.items():
            self.fields[field].widget.attrs["aria-label"] = say(aloud, name=self.name)

    @property
    def change(self) -> LineChange:
        return LineChange(**self.cleaned_data)


class Term(Row):
    kind = "terms"

    target = Number(required=False)
    walk_away = Number(required=False)

    def __init__(self, *args: Any, metric: Metric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.metric = metric
        places = 1 if metric.unit == "%" else 0
        for name in ("target", "walk_away"):
            field: forms.Field = Number(required=False, places=places)
            if metric.key == "invoices_per_year":
                field = Rhythm()
            field.label = say(ALOUD[name], name=metric.said)
            field.disabled = self.fields[name].disabled
            field.widget.attrs["aria-label"] = field.label
            self.fields[name] = field
        self.describe()

    @property
    def empty(self) -> bool:
        """Whether neither end is filled in."""
        return all(self[name].value() in (None, "") for name in self.fields)

    @property
    def change(self) -> TermChange:
        return TermChange(self.metric.key, self.cleaned_data["target"], self.cleaned_data["walk_away"])


class Rhythm(forms.TypedChoiceField):
    """How often we invoice, by its name."""

    def __init__(self) -> None:
        rhythms = [(str(number), say(name).capitalize()) for number, name in RHYTHM.items()]
        super().__init__(
            choices=[("", say("Choose")), *rhythms], coerce=Decimal, empty_value=None, required=False
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class Clause(Row):
    kind = "clauses"

    target = one_of(_("Target"))
    walk_away = one_of(_("Walk-away"))
    own_text = words(_("Own wording"), 20_000, rows=3)

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        for name in ("target", "walk_away"):
            self.fields[name].widget.attrs["aria-label"] = say(ALOUD[name], name=rule.name)
            known = positions_of(rule)
            asked = str(self[name].value() or "")
            unknown = (
                []
                if asked in dict(known)
                else [(asked, say("{position} (not in the library)", position=asked))]
            )
            offer(self.fields[name], [*known, *unknown])
        self.fields["own_text"].label = say("Our wording of “{clause}”", clause=rule.name)

    @property
    def own(self) -> bool:
        return OWN in (self["target"].value(), self["walk_away"].value())

    @property
    def change(self) -> ClauseChange:
        ends = [None if end == OWN else end for end in map(self.cleaned_data.get, ("target", "walk_away"))]
        return ClauseChange(self.rule.key, ends[0], ends[1], self.cleaned_data["own_text"])


def positions_of(rule: Rule) -> list[tuple[str, str]]:
    first, *rest = rule.positions
    named = [
        (each.key, say("Fallback {n}: {position}", n=place, position=each.name))
        for place, each in enumerate(rest, start=1)
    ]
    return [(first.key, say("Standard")), *named, (OWN, say("Own wording"))]


class Priority(Row):
    kind = "priorities"
    filled = ("text", "who", "confirmed_on")

    text = words(_("What they want"), 200)
    who = words(_("Who of them"), 160)
    confirmed_on = day(_("Confirmed on"))
    must = forms.BooleanField(label=_("A must"), required=False)

    @property
    def change(self) -> PriorityChange:
        return PriorityChange(**self.cleaned_data)


class Exchange(Row):
    kind = "exchanges"
    filled = ("give", "give_value", "get", "get_value", "condition_key", "condition_value")

    give = words(_("We give"), 200)
    give_value = Number(label=_("What it costs us"), required=False)
    get = words(_("We get"), 200)
    get_value = Number(label=_("What it is worth to us"), required=False)
    condition_key = one_of(_("Every offer must have"), required=False)
    condition_op = one_of(_("Compared how"), StoredExchange.Operator.choices, required=False)
    condition_value = Number(label=_("Value"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = dict.fromkeys([*CONDITIONS, str(self["condition_key"].value() or TYPED[0])])
        named = [(key, METRICS[key].said) for key in keys if key in METRICS]
        offer(self.fields["condition_key"], [("", say("No condition")), *named])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        key, value = said.get("condition_key"), said.get("condition_value")
        if key and value is None and "condition_value" not in self.errors:
            self.add_error("condition_value", say("Say with which value."))
        if value is not None and not key:
            self.add_error("condition_key", say("Say which term."))
        return said

    @property
    def condition(self) -> Get | None:
        said = self.cleaned_data
        if not said["condition_key"]:
            return None
        return Get(said["condition_key"], said["condition_op"] or "=", said["condition_value"])

    @property
    def change(self) -> ExchangeChange:
        said = self.cleaned_data
        return ExchangeChange(
            said["give"], said["give_value"], said["get"], said["get_value"], self.condition
        )


class Success(Row):
    kind = "successes"

    text = words(_("Success"), 300, rows=2)

    def __init__(self, *args: Any, function: str, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.function = function
        self.fields["text"].label = name

    @property
    def change(self) -> SuccessChange:
        return SuccessChange(self.function, self.cleaned_data["text"])
