"""The brief as one form: what is stored, or what was typed over it; and what that changes in the draft."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from base.words import say
from deals.changes import MAY_BE_EMPTY, ClauseChange, DraftChanges, SuccessChange, TermChange
from deals.terms import NOT_ASKED, TYPED
from desk.began import began_of
from desk.forms.brief_fields import Number, day, offer, one_of, words
from desk.forms.brief_rows import OWN, Clause, Exchange, Line, Priority, Row, Success, Term
from guardrails.metric import METRICS
from guardrails.policy import Policy

Typed = Mapping[str, Any]
Choices = tuple[tuple[str, str], ...]
NEW_LINE = {"quantity": 1, "target": 0, "walk_away": 0}
ADDED = ("lines", "priorities")
ALIASES = {"condition": "condition_value", "key": "product"}


@dataclass(frozen=True, slots=True)
class Options:
    """What can be chosen: products and people by key and name, currencies, and the words of the policy."""

    policy: Policy
    products: Choices
    people: Choices
    currencies: tuple[str, ...]


class Header(Row):
    kind = ""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    title = words(_("Title"), 200)
    deal_type = one_of(_("Deal type"))
    currency = one_of(_("Currency"))
    wanted_signature = day(_("Wanted signature"))
    wanted_expiry = day(_("Mandate wanted until"))
    decision_owner = one_of(_("Decision owner"), required=False)
    partner_fee = Number(label=_("Partner fee"), required=False)
    objective = words(_("What we want from this deal"), 10_000, rows=2)
    non_negotiables = words(_("What we do not give"), 10_000, rows=2)

    def __init__(self, *args: Any, options: Options, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keep("deal_type", [(word, word) for word in options.policy.deal_types])
        self.keep("currency", [(word, word) for word in options.currencies])
        offer(self.fields["decision_owner"], [("", say("Nobody yet")), *options.people])

    def keep(self, name: str, choices: list[tuple[str, str]]) -> None:
        """What is stored stays a choice, even when the policy does not know it any more."""
        stored = str(self.initial.get(name) or "")
        known = stored in dict(choices) or not stored
        offer(self.fields[name], choices if known else [*choices, (stored, stored)])

    @property
    def change(self) -> DraftChanges:
        said = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        said["partner_fee"] = said["partner_fee"] or 0
        said["decision_owner"] = int(said["decision_owner"]) if said["decision_owner"] else None
        return DraftChanges(**said, empty=frozenset(key for key in MAY_BE_EMPTY if said[key] is None))


class Brief:
    """`typed`: what was sent, else the completed `draft` is shown. `extra`: kinds of
    rows to add one of, the one that was asked for first."""

    def __init__(
        self,
        draft: DraftChanges,
        options: Options,
        *,
        version: int,
        typed: Typed | None = None,
        extra: tuple[str, ...] = (),
        locked: bool = False,
    ) -> None:
        self.draft, self.options, self.typed = draft, options, typed
        self.extra, self.locked = extra, locked
        self.others: list[str] = []
        self.began = str(began_of(draft) if typed is None else typed.get("began", ""))
        self.kept = False  # stored, whatever became of what was asked for besides
        self.head = Header(
            typed, initial={**draft.header, "version": version}, options=options, locked=locked
        )
        self.shown_version = self.head["version"].value()
        self.lines = self.listed(Line, draft.lines or (), products=options.products)
        self.terms = tuple(map(self.term, draft.terms))
        self.clauses = tuple(map(self.clause, draft.clauses))
        self.priorities = self.listed(Priority, draft.priorities or ())
        self.exchanges = self.listed(Exchange, map(flat, draft.exchanges or ()))
        self.successes = tuple(map(self.success, draft.successes))

    def row(self, form: Callable[..., Any], kind: str, key: str, initial: Any, **more: Any) -> Any:
        place = f"{kind}.{key}"
        prefix = f"{kind}-{key}"
        return form(self.typed, initial=initial, prefix=prefix, place=place, locked=self.locked, **more)

    def term(self, stored: TermChange) -> Term:
        form: Term = self.row(Term, "terms", stored.key, asdict(stored), metric=METRICS[stored.key])
        return form

    def clause(self, stored: ClauseChange) -> Clause:
        rule = self.options.policy.clause(stored.clause)
        ends = {"target": stored.target or OWN, "walk_away": stored.walk_away or OWN}
        initial = {**ends, "own_text": stored.own_text}
        form: Clause = self.row(Clause, "clauses", stored.clause, initial, rule=rule)
        return form

    def success(self, stored: SuccessChange) -> Success:
        name = self.options.policy.function(stored.function).name
        said, key = {"text": stored.text}, stored.function
        form: Success = self.row(Success, "successes", key, said, function=key, name=name)
        return form

    def listed(self, form: type[Row], stored: Iterable[Any], **more: Any) -> tuple[Any, ...]:
        """Rows that are added and removed: as typed, in their order, else as stored."""
        known = [row if isinstance(row, dict) else asdict(row) for row in stored]
        initials: dict[int, dict[str, Any]] = dict(enumerate(known))
        if self.typed is not None:
            initials = {number: {} for number in numbers(self.typed, form.kind)}
        rows = [self.row(form, form.kind, str(number), row, **more) for number, row in initials.items()]
        rows = [self.unsaid(row, **more) if row.blank else row for row in rows]
        if form.kind in self.extra:
            number = max(initials, default=-1) + 1
            rows.append(self.new(form, number, NEW_LINE if form is Line else {}, **more))
        said = [row for row in rows if not row.blank]
        for place, row in enumerate(said):
            key = str(row["key"].value() or f"new-{place}") if form is Line else str(place)
            row.place = f"{form.kind}.{key}"
        return tuple(rows)

    def unsaid(self, row: Row, **more: Any) -> Row:
        """A row that nobody filled in, as it was typed, without mistakes."""
        number = int((row.prefix or "").rpartition("-")[2])
        return self.new(type(row), number, {name: row[name].value() for name in row.fields}, **more)

    def new(self, form: type[Row], number: int, initial: Mapping[str, Any], **more: Any) -> Row:
        return form(initial=dict(initial), prefix=f"{form.kind}-{number}", locked=self.locked, **more)

    def forms(self) -> Iterator[Row]:
        """Every form that says something."""
        yield self.head
        rows = (*self.lines, *self.terms, *self.clauses, *self.priorities, *self.exchanges, *self.successes)
        yield from (row for row in rows if not row.blank)

    @property
    def fields(self) -> list[BoundField]:
        """Every field with a place for what is wrong with it, also of rows that say nothing yet."""
        listed = (*self.lines, *self.priorities, *self.exchanges)
        rows = (self.head, *listed, *self.terms, *self.clauses, *self.successes)
        return [row[name] for row in rows for name in row.fields if name not in ("version", "key", "must")]

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms()]) and not self.others

    @property
    def mistakes(self) -> int:
        """How many fields need mending."""
        return len(self.others) + self.marked

    @property
    def marked(self) -> int:
        """How many of them are marked where they stand."""
        return sum(len(form.errors) for form in self.forms())

    @property
    def version(self) -> int:
        return int(self.head.cleaned_data["version"])

    @property
    def changes(self) -> DraftChanges:
        """All of it, whether it differs from what is stored or not."""
        return replace(
            self.head.change,
            lines=tuple(row.change for row in self.lines if not row.blank),
            terms=tuple(row.change for row in self.terms),
            clauses=tuple(row.change for row in self.clauses),
            priorities=tuple(row.change for row in self.priorities if not row.blank),
            exchanges=tuple(row.change for row in self.exchanges if not row.blank),
            successes=tuple(row.change for row in self.successes),
        )

    def saved(self, version: int, stored: DraftChanges) -> None:
        """What was typed is `stored` as `version`, its lines in the order they were sent."""
        self.shown_version, self.kept, self.began = version, True, str(began_of(stored))
        sent = (row for row in self.lines if not row.blank)
        for row, line in zip(sent, stored.lines or (), strict=True):
            row.stored_key, row.place = line.key, f"lines.{line.key}"

    @property
    def blanks(self) -> tuple[str, ...]:
        """Kinds of rows of which one stands there that says nothing yet."""
        rows = (*self.lines, *self.priorities, *self.exchanges)
        return tuple(dict.fromkeys(row.kind for row in rows if row.blank))

    @property
    def added(self) -> str:
        """The kind of the row that was asked for."""
        return self.extra[0] if self.extra else ""

    @property
    def spots(self) -> dict[str, tuple[Row, str]]:
        """Every field by the name that refusals have for it."""
        return {
            f"{form.place}.{name}".lstrip("."): (form, name) for form in self.forms() for name in form.fields
        }

    def spot(self, name: str) -> str:
        """The id of the field that a refusal names so, or of the button that adds the first row of a list;
        empty where there is none."""
        spots = self.spots
        form, field = spots.get(name) or spots.get(other_name(name)) or (None, "")
        if form is not None:
            return form[field].id_for_label
        return f"add-{name}" if name in ADDED and not self.locked else ""

    def refuse(self, fields: Mapping[str, str]) -> None:
        """Put sentences at the fields that a refusal names; those without a field are said for the whole."""
        spots = self.spots
        for name, sentence in fields.items():
            form, field = spots.get(name) or spots.get(other_name(name)) or (None, "")
            if form is None:
                self.others.append(sentence)
            elif (words := at_field(name, form, sentence)) not in form.errors.get(field, []):
                form.add_error(field, words)


def at_field(name: str, form: Row, sentence: str) -> str:
    """Beside its field: a term that is only empty needs no name there."""
    of, _, end = name.rpartition(".")
    empty = of.startswith("terms.") and form[end].value() in (None, "")
    return say("Fill this in.") if empty else sentence


def flat(exchange: Any) -> dict[str, Any]:
    """A get's condition as three fields."""
    row, condition = asdict(exchange), exchange.condition
    del row["condition"]
    said = asdict(condition) if condition else {}
    return {**row, **{f"condition_{key}": value for key, value in said.items()}}


def numbers(typed: Typed, kind: str) -> list[int]:
    """Rows of this kind that were sent."""
    found = (re.fullmatch(rf"{kind}-(\d{{1,4}})-\w+", key) for key in typed)
    return sorted({int(match[1]) for match in found if match})


def other_name(name: str) -> str:
    """Where a refusal of a whole row, of a limit key or of what has no field of its own is shown."""
    if name.startswith("clause:"):
        return f"clauses.{name.removeprefix('clause:')}.walk_away"
    if name in TYPED:
        return f"terms.{name}.walk_away"
    head, _, last = name.rpartition(".")
    if head == "clauses":
        return f"{name}.target"
    return f"{head}.{ALIASES.get(last, last)}"


def completed(stored: DraftChanges, policy: Policy) -> DraftChanges:
    """With a row for every term, clause and function, also for those that nobody has written yet."""
    terms = {row.key: row for row in stored.terms}
    clauses = {row.clause: row for row in stored.clauses}
    said = {row.function: row for row in stored.successes}
    blank = (TermChange(key, NOT_ASKED.get(key), NOT_ASKED.get(key)) for key in TYPED)
    standard = (ClauseChange(rule.key, rule.standard.key, rule.standard.key) for rule in policy.clauses)
    return replace(
        stored,
        terms=tuple(terms.get(row.key, row) for row in blank),
        clauses=tuple(clauses.get(row.clause, row) for row in standard),
        successes=tuple(said.get(rule.key, SuccessChange(rule.key, "")) for rule in policy.functions),
    )


def narrowed(mine: DraftChanges, stored: DraftChanges) -> DraftChanges:
    """Of `mine` only what differs from a completed draft: the rest is neither written nor compared."""
    header: dict[str, Any] = {
        key: value for key, value in mine.header.items() if value != getattr(stored, key)
    }
    rows: dict[str, Any] = {
        name: tuple(row for row in getattr(mine, name) if row not in getattr(stored, name))
        for name in ("terms", "clauses", "successes")
    }
    lists = {
        name: getattr(mine, name)
        for name in ("lines", "priorities", "exchanges")
        if getattr(mine, name) != getattr(stored, name)
    }
    empty = frozenset(key for key, value in header.items() if value is None)
    return DraftChanges(**header, **rows, **lists, empty=empty)
