"""What is said once of a deal: whose it is, how it ended, its terms. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import cast

from base.words import mark, say
from deals.importing.cells import WRITTEN, day, number, percent
from deals.importing.fields import Mapped, Numbers
from deals.importing.past import Outcome
from deals.importing.sources import Desk, Found, Getter, Row, Wrong
from deals.mistakes import value_mistakes
from deals.terms import NOT_ASKED, TYPED
from guardrails.metric import METRICS
from guardrails.policy import Policy

ISO = ("%Y-%m-%d",)
LONGEST = {"title": 200, "account": 160, "segment": 60, "region": 60, "deal_type": 60, "key": 120}
CURRENCY = re.compile("[A-Z]{3}")
WORDS = ("title", "account", "segment", "region", "deal_type")
CENT, HUNDRED, NOTHING = Decimal("0.01"), Decimal(100), Decimal(0)

OWNERS = {  # by what an owner is found, and whether several are
    ("email", False): mark("is the e-mail address of nobody here"),
    ("email", True): mark("is the e-mail address of {count} people here"),
    ("name", False): mark("is the name of nobody here"),
    ("name", True): mark("is the name of {count} people here"),
}
BLANK = {
    "key": mark("is blank: every deal needs key"),
    "title": mark("is blank: every deal needs title"),
    "account": mark("is blank: every deal needs account"),
    "segment": mark("is blank: every deal needs segment"),
    "region": mark("is blank: every deal needs region"),
    "deal_type": mark("is blank: every deal needs deal type"),
    "currency": mark("is blank: every deal needs currency"),
    "owner": mark("is blank: every deal needs owner"),
    "outcome": mark("is blank: every deal needs outcome"),
    "family": mark("is blank: every deal needs family"),
    "per": mark("is blank: every deal needs per"),
    "recurring": mark("is blank: every deal needs recurring"),
    "quantity": mark("is blank: every deal needs quantity"),
}


@dataclass(frozen=True, slots=True)
class Head:
    """A deal without its lines. All but the title must be the same in each of its rows."""

    title: str
    account: str
    account_known: bool
    segment: str
    region: str
    deal_type: str
    currency: str
    owner: int
    outcome: Outcome
    opened: date | None
    closed: date | None
    partner_fee: Decimal
    values: Mapping[str, Decimal | None]
    clauses: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class HeadReader:
    """Reads a `Head` from a row. `people`: e-mail address or name, in lower case → ids."""

    mapped: Mapped
    getters: Mapping[str, Getter]
    terms: Mapping[str, Getter]
    clauses: Mapping[str, Getter]
    positions: Mapping[str, Collection[str]]
    people: Mapping[str, Collection[int]]

    def head(self, row: Row) -> Head:
        """Raises Wrong for the first fact that cannot be."""
        account = self.getters["account"](row)
        words = {name: required(self.getters[name](row), name) for name in WORDS}
        return Head(
            **words,
            account_known=account.origin != "stand-in",
            currency=self.currency(row),
            owner=self.owner(row),
            outcome=self.outcome(row),
            opened=self.day("opened", row),
            closed=self.day("closed", row),
            partner_fee=self.fee(row),
            values={**dict.fromkeys(TYPED), **NOT_ASKED, **dict(self.values(row))},
            clauses=dict(self.positions_in(row)),
        )

    def currency(self, row: Row) -> str:
        found = self.getters["currency"](row)
        text = required(found, "currency")
        if not CURRENCY.fullmatch(text):
            raise wrong(found, say("is no currency: three capital letters, like EUR"))
        return text

    def owner(self, row: Row) -> int:
        found = self.getters["owner"](row)
        ids = self.people.get(" ".join(required(found, "owner").lower().split()), ())
        if len(ids) != 1:
            raise wrong(found, say(OWNERS[self.mapped.owner_by, bool(ids)], count=len(ids)))
        return next(iter(ids))

    def outcome(self, row: Row) -> Outcome:
        found = self.getters["outcome"](row)
        meant = self.mapped.outcomes.get(required(found, "outcome"))
        if meant is None:
            raise wrong(found, say("is none of the words that mean won, lost or open"))
        return cast("Outcome", meant)

    def day(self, name: str, row: Row) -> date | None:
        """Opened or closed; None when the mapping or the row does not say. Raises Wrong."""
        getter = self.getters.get(name)
        found = getter(row) if getter else None
        if found is None or found.text is None:
            return None
        try:
            return day(found.text, self.mapped.dates if found.origin == "file" else ISO)
        except ValueError as reason:
            raise wrong(found, str(reason)) from None

    def fee(self, row: Row) -> Decimal:
        getter = self.getters.get("partner_fee")
        found = getter(row) if getter else None
        value = decimal(found, self.mapped.numbers, of_percent=True) if found else None
        if found is None or value is None:
            return NOTHING
        if not 0 <= value <= HUNDRED or value != value.quantize(CENT):
            raise wrong(found, say("is no fee: 0 to 100 %, with two decimals at most"))
        return value

    def values(self, row: Row) -> Iterator[tuple[str, Decimal | None]]:
        for key, getter in self.terms.items():
            found = getter(row)
            value = decimal(found, self.mapped.numbers, of_percent=METRICS[key].unit == "%")
            for _, sentence in value_mistakes(key, key, value):
                raise wrong(
                    found, say("cannot be: {why}", why=f"{sentence[0].lower()}{sentence[1:].rstrip('.')}")
                )
            if value is not None or key not in NOT_ASKED:
                yield key, value

    def positions_in(self, row: Row) -> Iterator[tuple[str, str]]:
        for clause, getter in self.clauses.items():
            found = getter(row)
            if found.text is None:
                continue
            if found.text not in self.positions[clause]:
                raise wrong(
                    found,
                    say(
                        "is no position of {clause}: {positions}",
                        clause=clause,
                        positions=", ".join(self.positions[clause]),
                    ),
                )
            yield clause, found.text


def head_reader(
    mapped: Mapped, desk: Desk, policy: Policy, people: Mapping[str, Collection[int]]
) -> HeadReader:
    """Ready for rows of this file. The mapping names only clauses that the policy has."""
    return HeadReader(
        mapped=mapped,
        getters={name: desk.getter(field) for name, field in mapped.deal.items()},
        terms={name: desk.getter(field) for name, field in mapped.terms.items()},
        clauses={name: desk.getter(field) for name, field in mapped.clauses.items()},
        positions={
            name: [position.key for position in policy.clause(name).positions] for name in mapped.clauses
        },
        people=people,
    )


def differing(one: Head, other: Head) -> str:
    """The first fact in which two rows of a deal differ; "" when they agree."""
    names = (field.name for field in fields(Head) if field.name != "title")
    return next((name for name in names if getattr(one, name) != getattr(other, name)), "")


def required(found: Found, name: str) -> str:
    """The text, which must be known and not too long for its place. Raises Wrong."""
    if found.text is None:
        raise wrong(found, say(BLANK[name]))
    if len(found.text) > LONGEST.get(name, 60):
        raise wrong(found, say("is longer than {most} letters", most=LONGEST.get(name, 60)))
    return found.text


def decimal(found: Found, numbers: Numbers, of_percent: bool = False) -> Decimal | None:
    """The number, None when it is not known. Raises Wrong."""
    if found.text is None:
        return None
    own = numbers if found.origin == "file" else WRITTEN
    try:
        return percent(found.text, own) if of_percent else number(found.text, own)
    except ValueError as reason:
        raise wrong(found, str(reason)) from None


def wrong(found: Found, reason: str) -> Wrong:
    return Wrong(found.column, found.raw, reason)
