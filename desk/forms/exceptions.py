"""What a seller asks beyond never, and why the desk revokes what was granted."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.exception import LONGEST, ExceptionAsk
from desk.forms.brief_fields import DAY, Number, unit_words
from guardrails.metric import Metric

LASTS = [("deal", _("This deal alone")), ("account", _("The whole account"))]


class AskException(forms.Form):
    """`metric`: what is measured; None for a clause, and where its numbers are kept from the writer: then it
    goes as far as the walk-away."""

    use_required_attribute = False
    key = forms.CharField(max_length=120, widget=forms.HiddenInput)
    function = forms.CharField(max_length=20, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    value = Number(label=_("How far"), required=False, help_text=_("Empty: as far as the walk-away."))
    why = forms.CharField(
        label=_("Why"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why this deal cannot stay within the guardrail.")},
    )
    in_return = forms.CharField(
        label=_("In return for what"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    lasts = forms.ChoiceField(label=_("Lasts for"), choices=LASTS)
    until = forms.DateField(
        label=_("Until"),
        required=False,
        help_text=_("Its last day, for a whole account."),
        widget=forms.DateInput(attrs={"type": "date"}, format=DAY),
    )
    precedent = forms.BooleanField(label=_("It sets a precedent"), required=False)

    def __init__(self, *args: Any, metric: Metric | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.metric = metric
        if metric is None:
            del self.fields["value"]

    @property
    def unit(self) -> str:
        known = self.metric and self.metric.unit not in ("invoices", "money")
        return unit_words(self.metric.unit) if self.metric and known else ""

    @property
    def exception(self) -> ExceptionAsk:
        said = self.cleaned_data
        asked = {name: said[name] for name in ("key", "function", "why", "in_return", "lasts", "precedent")}
        until = said["until"] if said["lasts"] == "account" else None
        return ExceptionAsk(**asked, value=said.get("value"), until=until)

    @property
    def context(self) -> dict[str, Any]:
        """What its writer saw of the one that stands there."""
        return {"seen": self.cleaned_data["seen"], "far_hidden": self.metric is None}

    def take(self, faults: dict[str, str]) -> None:
        """Put what a verb refused at its fields."""
        for name, sentence in faults.items():
            self.add_error(name if name in self.fields else None, sentence)


class Guardrail(forms.Form):
    """Which exception of a draft is left out."""

    key = forms.CharField(max_length=120)
    function = forms.CharField(max_length=20)


class Revoke(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why: its account is held to the guardrail again.")},
    )
