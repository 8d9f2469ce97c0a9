"""The answer to what a message asked: a verdict and why. Limits are given on the review page."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.decide import NEEDS_REASON, Ruling
from base.words import say
from desk.forms.review import WORDS, Verdict, reason_field

OFFERED = [(verdict, words) for verdict, words in WORDS.items() if verdict != Verdict.UP_TO]


class ByLink(forms.Form):
    verdict = forms.ChoiceField(
        label=_("Your decision"), choices=OFFERED, error_messages={"required": _("Choose your decision.")}
    )
    reason = reason_field()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        verdict = cleaned.get("verdict")
        if verdict in NEEDS_REASON and not str(cleaned.get("reason", "")).strip():
            self.add_error("reason", say(NEEDS_REASON[Verdict(str(verdict))]))
        return cleaned

    @property
    def ruling(self) -> Ruling:
        said = self.cleaned_data
        return Ruling(verdict=Verdict(said["verdict"]), reason=said["reason"])

    def take(self, faults: Mapping[str, str]) -> None:
        """Put refusals of the verb beside the fields they are about."""
        for key, sentence in faults.items():
            self.add_error(key if key in self.fields else None, sentence)
