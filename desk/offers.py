"""An offer that is being thought of: its terms, the answer to it, and what would bring it inside."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from approvals.answer import FRAME, GOOD_UNTIL, IF, Answer
from approvals.check import check
from approvals.limit import CLAUSE, LimitKey, Value
from approvals.models import Offer
from approvals.offer_words import retold
from approvals.worth import net_of
from base import clock
from base import format as written
from base.numerals import write
from base.words import say
from deals.corner import pull_back
from deals.document import terms_from
from deals.terms import TYPED, Ask, Terms
from desk.cost import answer_for, inside_for, margin_for
from desk.phrases import listed, shown
from desk.room import Granted, TermRow, answered_row, functions_words, levels_words, measured_of, needs_of
from guardrails.measured import Measured
from guardrails.metric import METRICS

DISCOUNT = METRICS["discount"]
LINES_AT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person typed. `lines`: discounts set one by one; empty when they move together to `discount`."""

    discount: Decimal | None
    values: Mapping[str, Decimal | None]
    clauses: Mapping[str, str | None]
    good_until: date
    lines: Mapping[str, Decimal] = field(default_factory=dict)

    def terms(self, granted: Granted) -> Terms:
        """The offer: lines of the revision behind the mandate, on the straight line walk-away to target."""
        revision = granted.mandate.request.revision
        ends = [replace(end, values=self.values, clauses=self.clauses) for end in both(revision.ask)]
        if self.lines or self.discount is None:
            lines = tuple(
                replace(line, discount=self.lines.get(line.key, line.discount)) for line in ends[1].lines
            )
            return replace(ends[1], lines=lines)
        limits = {DISCOUNT.key: self.discount}
        return pull_back(Ask(*ends), limits, granted.policy, revision.world)


@dataclass(frozen=True, slots=True)
class Change:
    """One field to fill: its name on the form, and what goes into it."""

    name: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a proposal, as a reader may see it; `full`: all of it, for no page. Amounts in the deal's
    currency."""

    proposal: Proposal
    terms: Terms
    answer: Answer
    full: Answer
    rows: tuple[TermRow, ...]
    discount: str
    lines: str
    off: bool
    net: Decimal
    margin: str
    margin_limit: str
    changes: tuple[Change, ...]
    whom: str
    whose: str
    never: bool

    @property
    def inside_at(self) -> str:
        """ "20.0 % and 45 days"."""
        return listed([change.words for change in self.changes])

    @property
    def changed(self) -> dict[str, str]:
        """Field → value. Discount moves the lines together again."""
        values = {change.name: change.value for change in self.changes}
        return {**values, "lines": "together"} if DISCOUNT.key in values else values

    @property
    def fill(self) -> str:
        """By the id of the field, so that one click fills them in."""
        return json.dumps({f"id_{name}": value for name, value in self.changed.items()})

    def address(self, typed: Mapping[str, str]) -> str:
        """The same without a script: the query that shows the form as it was typed, with that filled in."""
        return urlencode({**typed, **self.changed})

    @property
    def grantable(self) -> bool:
        """Whether somebody may grant what it takes: then one may ask for it."""
        return not self.answer.inside and bool(self.whom) and not self.never

    @property
    def broken(self) -> tuple[str, ...]:
        return tuple(breach.sentence for breach in self.answer.breaches)


def both(ask: Ask) -> tuple[Terms, Terms]:
    return ask.target, ask.walk_away


def verdict_on(proposal: Proposal, granted: Granted) -> Verdict:
    """Measured and compared with every limit under the mandate's policy. Writes nothing."""
    terms, measured, answer = answered(proposal, granted)
    view = granted.view
    came_out = measured.values.get(DISCOUNT.key)
    seen = answer_for(view, retold(answer, granted.policy, granted.conditions))
    limit = granted.limit("margin")
    bound = limit.value if limit and isinstance(limit.value, Decimal) else None
    beyond = {each.key for each in granted.beyond_standard}
    return Verdict(
        proposal=proposal,
        terms=terms,
        answer=seen,
        full=answer,
        rows=tuple(answered_row(row, granted) for row in seen.rows if row.over or row.key in beyond),
        discount=DISCOUNT.show(came_out),
        lines=lines_words(terms),
        off=not proposal.lines and came_out != proposal.discount,
        net=net_of(terms, granted.policy),
        margin=margin_for(view, measured.values.get("margin")),
        margin_limit=margin_for(view, bound) if limit else "",
        changes=() if answer.inside else way_inside(proposal, answer, granted),
        whom=levels_words(needs_of(answer), granted),
        whose=functions_words(answer.functions, granted.policy),
        never=any(breach.never for breach in answer.breaches),
    )


def answered(proposal: Proposal, granted: Granted) -> tuple[Terms, Measured, Answer]:
    terms = proposal.terms(granted)
    measured, answer = check(granted.mandate, terms, good_until=proposal.good_until)
    return terms, measured, answer


def lines_words(terms: Terms) -> str:
    """ "23.15 / 16.73 / 8.41 / 12.61 %"."""
    parts = [written.number(line.discount.quantize(LINES_AT)) for line in terms.lines]
    return f"{' / '.join(parts)}{written.SPACE}%"


def way_inside(proposal: Proposal, answer: Answer, granted: Granted) -> tuple[Change, ...]:
    """The fields to change so that the offer lies inside, each broken limit met; () when none was found.

    It is answered again before it is offered.
    """
    near = pulled(proposal, answer, granted)
    if near is not None and not inside_for(granted.view, answered(near, granted)[2]):
        near = lowest_enough(near, granted)
    if near is None or not answered(near, granted)[2].inside:
        return ()
    return changes(proposal, near, granted)


def pulled(proposal: Proposal, answer: Answer, granted: Granted) -> Proposal | None:
    """Each broken term moved to its own limit; None when one of them has none."""
    moved = proposal
    for breach in answer.breaches:
        if breach.key == GOOD_UNTIL:
            moved = replace(moved, good_until=granted.last_day)
            continue
        if breach.key == FRAME:
            return None
        limit = wanted(breach.key, granted)
        if limit is None:
            return None
        moved = with_limit(moved, breach.key.removeprefix(IF), limit)
    return moved


def wanted(key: LimitKey, granted: Granted) -> Value | None:
    """What a broken key has to become."""
    if key.startswith(IF):
        condition = next((one for one in granted.conditions if one.key == key.removeprefix(IF)), None)
        return condition.value if condition else None
    limit = granted.limit(key)
    return limit.value if limit else None


def with_limit(proposal: Proposal, key: LimitKey, value: Value) -> Proposal:
    if key.startswith(CLAUSE):
        return replace(proposal, clauses={**proposal.clauses, key.removeprefix(CLAUSE): str(value)})
    if key in TYPED:
        return replace(proposal, values={**proposal.values, key: Decimal(value)})
    if key == DISCOUNT.key:
        return replace(proposal, discount=Decimal(value), lines={})
    return proposal  # follows from the rest: prices are moved if that is not enough


def lowest_enough(proposal: Proposal, granted: Granted) -> Proposal | None:
    """The highest discount, on its step, at which the offer lies inside; None if the target's is too much."""
    revision = granted.mandate.request.revision
    most = answered(proposal, granted)[1].values.get(DISCOUNT.key)
    least = revision.measured("target").values.get(DISCOUNT.key)
    if most is None or least is None or most < least:
        return None
    low, high = 0, int((most - least) / DISCOUNT.step)
    found: Proposal | None = None
    while low <= high:
        middle = (low + high + 1) // 2
        tried = replace(proposal, discount=least + middle * DISCOUNT.step, lines={})
        if inside_for(granted.view, answered(tried, granted)[2]):
            found, low = tried, middle + 1
        else:
            high = middle - 1
    return found


def changes(before: Proposal, after: Proposal, granted: Granted) -> tuple[Change, ...]:
    """What differs, by the names of the form's fields."""
    policy, found = granted.policy, []
    if (after.discount, bool(after.lines)) != (before.discount, bool(before.lines)) and after.discount:
        words = DISCOUNT.show(after.discount)
        found.append(Change("discount", write(after.discount, 1), words))
    for key, value in after.values.items():
        if value != before.values.get(key) and value is not None:
            found.append(Change(key, write(value), METRICS[key].show(value, policy.currency)))
    for key, position in after.clauses.items():
        if position != before.clauses.get(key) and position:
            found.append(Change(f"clause_{key}", position, shown(f"{CLAUSE}{key}", position, policy)))
    if after.good_until != before.good_until:
        day = after.good_until
        found.append(Change("good_until", day.isoformat(), say("good until {day}", day=written.day(day))))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Way:
    """What would bring a recorded offer inside, in words, and the address that fills it into the form."""

    words: str
    query: str


def way_of(offer: Offer, granted: Granted) -> Way | None:
    """From exactly what was offered; None when it lies inside, or nothing was found."""
    terms = terms_from(json.loads(offer.document))
    proposal = Proposal(
        discount=None,
        values=terms.values,
        clauses=terms.clauses,
        good_until=max(offer.good_until, clock.today()),
        lines={line.key: line.discount for line in terms.lines},
    )
    answer = answered(proposal, granted)[2]
    found = () if answer.inside else way_inside(proposal, answer, granted)
    if not found:
        return None
    typed = {key: f"{value.normalize():f}" for key, value in terms.values.items() if value is not None}
    clauses = {f"clause_{key}": position or "" for key, position in terms.clauses.items()}
    changed = {change.name: change.value for change in found}
    discount = measured_of(offer).values.get(DISCOUNT.key)
    query = {"offer": offer.number, "discount": discount, **typed, **clauses, **changed}
    return Way(listed([change.words for change in found]), urlencode(query))


def start_of(offers: Sequence[Offer], granted: Granted) -> tuple[Terms, Decimal | None]:
    """Where a new offer starts, and its discount: the last one inside this mandate, else the target."""
    mine = [offer for offer in offers if offer.mandate_id == granted.mandate.pk and offer.inside]
    if mine:
        return terms_from(json.loads(mine[-1].document)), measured_of(mine[-1]).values.get(DISCOUNT.key)
    revision = granted.mandate.request.revision
    return revision.ask.target, revision.measured("target").values.get(DISCOUNT.key)
