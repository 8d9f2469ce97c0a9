"""What of the queue a person asks to see. A wrong word in the address is left out, and the page says so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.models import Request
from base.format import number
from base.words import say
from desk.columns import COLUMNS, USUAL, may_show, sorts
from desk.forms.asking import NO_CHOICE, Asking
from desk.forms.brief_fields import Number
from desk.narrowing import ME
from desk.queue import answering, owners_of
from desk.signals import SIGNALS
from desk.today import VIEWS
from guardrails.policy import Policy
from people.models import User
from people.shown import cost_view

STATES = (
    ("", _("Open")),
    *(choice for choice in Request.Status.choices if choice[0] != "open"),
    ("all", _("All")),
)
AMOUNT = {
    "invalid": _("write an amount as in 250000, 250k or %(like)sm"),
    "min_value": _("an amount is not below nothing"),
    "max_digits": _("that amount is too large"),
    "max_whole_digits": _("that amount is too large"),
    "max_decimal_places": _("an amount has two decimals at most"),
}
TIMES = {"k": 1_000, "m": 1_000_000}
HIDDEN = ("when", "sort", "columns")  # these show what they do elsewhere


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set. `address`: of the page without it."""

    words: str
    address: str


class Chosen(forms.CheckboxSelectMultiple):
    """Boxes for each; also one word with commas between, as addresses have it."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        words = data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]
        return [word for each in words for word in each.split(",") if word]


def choice(label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, error_messages=NO_CHOICE, **more)


class Amount(Number):
    """Written out, or as the pages write it: "250k", "0.25 m", with a point or a comma."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        written = "".join(str(value or "").lower().split())
        times = TIMES.get(written[-1:], 1) if len(written) > 1 else 1
        found = super().to_python(written[:-1] if times > 1 else written)
        return (found * times).normalize() if found and times > 1 else found


def amount(label: Any) -> forms.DecimalField:
    return Amount(
        label=label,
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
        error_messages=AMOUNT,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 9}),
    )


class Queue(Asking):
    when = choice(_("View"), choices=lambda: [(key, say(word)) for key, word in VIEWS])
    q = forms.CharField(
        label=_("Find a deal"),
        max_length=100,
        required=False,
        widget=forms.SearchInput(attrs={"placeholder": _("Account, deal, seller, product"), "data-key": "f"}),
    )
    state = choice(_("State"), choices=STATES)
    function = choice(_("Waits for"))
    level = choice(_("Level"))
    waiting = choice(_("Waiting on"))
    signal = choice(_("Signal"))
    segment = choice(_("Segment"))
    region = choice(_("Region"))
    owner = choice(_("Owner"))
    least = amount(_("Value from"))
    most = amount(_("Value up to"))
    sort = choice(_("Sorted by"), widget=forms.HiddenInput)
    columns = forms.MultipleChoiceField(
        label=_("Columns"), required=False, widget=Chosen, error_messages=NO_CHOICE
    )

    def __init__(self, data: Mapping[str, Any], *, user: User, policy: Policy) -> None:
        super().__init__(data)
        self.policy, self.may = policy, may_show(cost_view(user, policy) != "band")
        signing = [rule for rule in policy.functions if policy.levels_of(rule.key)]
        levels = [level for rule in signing for level in policy.levels_of(rule.key)]
        people = [(str(one.pk), one.name) for one in answering(user) if one != user]
        waits = [(rule.key, say("Waits for {function}", function=rule.name)) for rule in signing]
        self.offer("function", say("Waits for anyone"), waits)
        self.offer(
            "level", say("Any level"), [(f"{each.function}:{each.rank}", each.name) for each in levels]
        )
        self.offer("waiting", say("Waiting on anyone"), [(ME, say("Waiting on me")), *people])
        self.offer("signal", say("Any signal"), [(key, say(words[0])) for key, words in SIGNALS.items()])
        self.offer("segment", say("Any segment"), [(word, word) for word in policy.segments])
        self.offer("region", say("Any region"), [(word, word) for word in policy.regions])
        self.offer("owner", say("Any owner"), [(str(one.pk), one.name) for one in owners_of(user)])
        self.choices_of("state").widget.attrs["aria-label"] = say("State")
        self.choices_of("sort").choices = sorts("margin" in self.may)
        self.choices_of("columns").choices = [(key, say(word)) for key, word in COLUMNS.items()]

    def choices_of(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def offer(self, name: str, nothing: str, choices: list[tuple[str, str]]) -> None:
        field = self.choices_of(name)
        field.choices = [("", nothing), *choices]
        field.widget.attrs["aria-label"] = field.label or ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        least, most = cleaned.get("least"), cleaned.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", say("it is below the amount it begins from"))
        return cleaned

    @property
    def asked(self) -> dict[str, str]:
        """What was asked and can be: words by field, none of them empty or the usual ones."""
        self.is_valid()
        columns = [key for key in self.may if key in self.cleaned_data.get("columns", ())]
        usual = [key for key in self.may if key in USUAL]
        said = {
            name: f"{word:f}" if name in ("least", "most") and word is not None else word
            for name, word in self.cleaned_data.items()
            if name != "columns"
        }
        asked = {name: word for name, word in said.items() if word}
        return asked if columns in ([], usual) else {**asked, "columns": ",".join(columns)}

    @property
    def columns_shown(self) -> list[tuple[str, str, bool]]:
        """Each column there is for this reader, with its name, and whether it is shown."""
        shown = self.asked["columns"].split(",") if "columns" in self.asked else USUAL
        return [(key, say(COLUMNS[key]), key in shown) for key in self.may]

    @property
    def selects(self) -> list[forms.BoundField]:
        """Named for screen readers only: their first choice says what they are."""
        return [self[name] for name in ("state", "function", "level", "waiting", "signal")]

    @property
    def rarer(self) -> list[forms.BoundField]:
        return [self[name] for name in ("segment", "region", "owner")]

    def chips(self, path: str) -> Iterator[Chip]:
        """The filters that are set, each with the way to take it off."""
        for name, word in self.asked.items():
            if name not in HIDDEN:
                yield Chip(self.said(name, word), self.address(path, **{name: ""}))

    def said(self, name: str, word: str) -> str:
        field = self.fields[name]
        if name == "q":
            return say("“{word}”", word=word)
        if isinstance(field, forms.ChoiceField):
            told = str(dict(field.choices)[word])  # type: ignore[arg-type]
            if name in ("function", "signal", "level") or word == ME:
                return told
            return say("{field}: {choice}", field=field.label, choice=told)
        amount, currency = number(Decimal(word)), self.policy.currency
        return say("{field} {amount} {currency}", field=field.label, amount=amount, currency=currency)
