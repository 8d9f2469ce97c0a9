"""One screen for several steps of one request: one answer for all of them, or one for each."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.decide import NEEDS_REASON, Ruling
from approvals.decide_all import Said
from base.words import say
from desk.final import Lines, lines_for
from desk.forms.review import WORDS, Answer, Verdict, reason_field

ALL, EACH = "all", "each"
CHOOSE = ("", _("Your decision…"))
FOR_ALL = {verdict: words for verdict, words in WORDS.items() if verdict != Verdict.UP_TO}


class Own(Answer):
    """The answer to one of the steps; its fields are called after the step. Nothing of it is required while
    one answer is given for all."""

    use_required_attribute = False
    verdict = forms.ChoiceField(label=_("Your decision"), choices=[CHOOSE, *WORDS.items()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix=prefix_of(kwargs["seat"].step.pk), **kwargs)

    @property
    def finals(self) -> Lines:
        """What each verdict would bind at this step alone."""
        return lines_for([self.seat]) if self.seat.open else ()


class Together(forms.Form):
    """What is said of all steps at once. `own`: the answers to each, in their order."""

    how = forms.ChoiceField(choices=[(ALL, _("One answer for all")), (EACH, _("One for each"))], initial=ALL)
    verdict = forms.ChoiceField(label=_("Your decision"), choices=list(FOR_ALL.items()), required=False)
    reason = reason_field()

    def __init__(self, *args: Any, own: Sequence[Own], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = own

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        verdict = cleaned.get("verdict")
        if cleaned.get("how") == ALL and not verdict and "verdict" not in self.errors:
            self.add_error("verdict", say("Choose your decision."))
        if (
            cleaned.get("how") == ALL
            and verdict in NEEDS_REASON
            and not str(cleaned.get("reason", "")).strip()
        ):
            self.add_error("reason", say(NEEDS_REASON[Verdict(str(verdict))]))
        if cleaned.get("how") == EACH and not all([answer.is_valid() for answer in self.own]):
            raise forms.ValidationError(say("Something is missing in your answers below. Nothing was sent."))
        return cleaned

    @property
    def for_each(self) -> bool:
        return str(self["how"].value()) == EACH

    @property
    def said(self) -> list[Said]:
        """What is decided, each step for the terms that were on the screen."""
        cleaned = self.cleaned_data
        if cleaned["how"] == EACH:
            return [said(answer, answer.ruling) for answer in self.own]
        ruling = Ruling(verdict=Verdict(cleaned["verdict"]), reason=cleaned["reason"])
        return [said(answer, ruling) for answer in self.own]

    def take(self, faults: Mapping[str, str]) -> None:
        """Put refusals of the verb beside the fields they are about, at the step that said so."""
        for key, sentence in faults.items():
            typed = [answer for answer in self.own if self.for_each and answer.says(key)]
            if typed:
                typed[0].take({key: sentence})
            else:
                self.add_error(key if key in self.fields and not self.for_each else None, sentence)


def said(answer: Own, ruling: Ruling) -> Said:
    return Said(answer.seat.step, ruling, str(answer["seen"].value() or ""))


def prefix_of(step: int) -> str:
    """Of the fields of one step."""
    return f"s{step}"
