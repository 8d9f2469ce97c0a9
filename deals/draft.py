"""What a draft asks as it stands, and what it still lacks."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import prefetch_related_objects

from base import clock
from base.errors import Invalid
from deals.catalogue import no_rate, rate_on
from deals.document import Get, Texts, ask_from, terms_from
from deals.economics import list_and_net
from deals.missing import completeness, problems
from deals.models import Deal, DraftClause, DraftLine, DraftTerm, Revision
from deals.rows import condition_of
from deals.terms import NOT_ASKED, TYPED, Ask, Line, Terms, World
from guardrails.clause import Clause
from guardrails.measured import Frame
from guardrails.policy import Policy

__all__ = ["ask_of", "completeness", "gets_of", "problems", "texts_of", "with_draft", "world_of"]


DRAFT = ("lines", "terms", "clauses", "priorities", "exchanges", "successes")


def with_draft(deal: Deal) -> Deal:
    """The same deal with its draft read once for all who ask for it; for verbs that do not write it."""
    prefetch_related_objects([deal], *DRAFT)
    return deal


def ask_of(deal: Deal, policy: Policy, at: datetime) -> Ask:
    """What the draft asks, at both ends; terms nobody has filled in are unknown, untouched clauses standard.

    Raises Invalid when there is no rate for the deal's currency.
    """
    rate = rate_on(deal.currency, policy.currency, clock.date_of(at))
    if rate is None:
        raise Invalid(no_rate(deal.currency, policy.currency), field="currency")
    rows = Rows(
        lines=list(deal.lines.all()),
        terms={term.key: term for term in deal.terms.all()},
        clauses={row.clause: row for row in deal.clauses.all()},
    )
    return Ask(end_of(deal, rows, policy, rate, "target"), end_of(deal, rows, policy, rate, "walk_away"))


@dataclass(frozen=True, slots=True)
class Rows:
    lines: list[DraftLine]
    terms: dict[str, DraftTerm]
    clauses: dict[str, DraftClause]


def end_of(deal: Deal, rows: Rows, policy: Policy, rate: Decimal, end: str) -> Terms:
    terms = {key: getattr(row, end) for key, row in rows.terms.items()}
    clauses = {key: getattr(row, end) for key, row in rows.clauses.items()}
    return Terms(
        frame=frame_of(deal),
        rate=rate,
        lines=tuple(line_of(line, getattr(line, end)) for line in rows.lines),
        values={key: terms.get(key, NOT_ASKED.get(key)) for key in TYPED},
        clauses={clause.key: clauses.get(clause.key, clause.standard.key) for clause in policy.clauses},
        partner_fee=deal.partner_fee,
    )


def frame_of(deal: Deal) -> Frame:
    """The account by its number: a new name is not a new frame."""
    return Frame(str(deal.account_id), deal.segment, deal.region, deal.deal_type, deal.currency)


def line_of(line: DraftLine, discount: Decimal) -> Line:
    product = line.product
    return Line(
        key=line.key,
        product=product.key,
        name=product.name,
        family=product.family,
        per=product.per,
        recurring=product.recurring,
        quantity=line.quantity,
        list_price=line.list_price,
        tier=line.tier,
        cost=line.cost,
        floor=line.floor,
        discount=discount,
    )


def gets_of(deal: Deal) -> tuple[Get, ...]:
    """The conditions that the gets of the draft carry."""
    return tuple(get for row in deal.exchanges.all() if (get := condition_of(row)))


def texts_of(deal: Deal, policy: Policy) -> Texts:
    """The exact words of every clause at both ends: the library's, or the deal's own."""
    rows = {row.clause: row for row in deal.clauses.all()}
    return {
        clause.key: {end: words(clause, rows.get(clause.key), end) for end in ("target", "walk_away")}
        for clause in policy.clauses
    }


def words(clause: Clause, row: DraftClause | None, end: str) -> str:
    position = clause.position(getattr(row, end)) if row else clause.standard
    return position.text if position else row.own_text if row else ""


def world_of(deal: Deal, at: datetime) -> World:
    """The account's other deals signed in the twelve months up to `at`, by what was signed, in the company's
    currency at the rate of their terms. One whose terms nobody recorded makes it unknown."""
    day = clock.date_of(at)
    won = Deal.objects.won().filter(
        account=deal.account_id, signed_at__gt=a_year_before(day), signed_at__lte=day
    )
    world_list = world_net = Decimal(0)
    for other in won.exclude(pk=deal.pk):
        terms = signed_terms(other)
        both = list_and_net(terms) if terms else None
        if terms is None or both is None:
            return World(None, None)
        world_list += both[0] * terms.rate
        world_net += both[1] * terms.rate
    return World(cents(world_list), cents(world_net))


def signed_terms(deal: Deal) -> Terms | None:
    """What was signed; else the most that was last asked for; None when neither is known."""
    if deal.signed:
        return terms_from(json.loads(deal.signed))
    last = Revision.objects.filter(deal=deal).order_by("-number").first()
    return ask_from(json.loads(last.document)).walk_away if last else None


def a_year_before(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))
