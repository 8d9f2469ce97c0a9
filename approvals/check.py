"""Is this offer inside the mandate? Answered in an instant; writes nothing."""

from dataclasses import replace
from datetime import date, datetime

from approvals.answer import Answer
from approvals.errors import NoMandate
from approvals.gets import gets_of
from approvals.limit import CLAUSE
from approvals.limit import Condition as TermCondition
from approvals.mandate import check as check_terms
from approvals.models import Condition, Mandate
from approvals.validity import after
from base.words import say
from deals.economics import measure
from deals.models import Deal
from deals.terms import Terms
from guardrails.evaluation import evaluate
from guardrails.measured import Measured


def standing(deal: Deal) -> Mandate | None:
    """The mandate nobody has ended, run out or not."""
    related = Mandate.objects.select_related("version", "request__revision")
    return related.filter(deal=deal, status=Mandate.Status.ACTIVE).first()


def mandate_of(deal: Deal, *, at: datetime) -> Mandate:
    """The mandate in use. Raises NoMandate when there is none, or when it has run out."""
    mandate = standing(deal)
    if mandate is None:
        raise NoMandate(say("{deal} has no mandate yet. Ask for one first.", deal=deal.number))
    if not mandate.active_at(at):
        raise NoMandate(say("The mandate of {deal} has run out. Ask again to renew it.", deal=deal.number))
    return mandate


def check(mandate: Mandate, terms: Terms, *, good_until: date) -> tuple[Measured, Answer]:
    """Measure an offer and compare it with every limit and condition, under the mandate's pinned policy.

    An offer carries no words of its own: own wording is that of the revision the mandate was granted for."""
    policy, revision = mandate.version.policy, mandate.request.revision
    asked = revision.ask.walk_away
    measured = measure(pinned(terms, asked), policy, revision.world)
    return measured, check_terms(
        mandate.limit_rows,
        conditions_of(mandate),
        terms,
        frame=asked.frame,
        measured=measured,
        evaluation=evaluate(measured, policy),
        good_until=after(good_until),
        expires_at=mandate.expires_at,
        policy=policy,
        known_texts=[f"{CLAUSE}{key}" for key, position in asked.clauses.items() if position is None],
    )


def conditions_of(mandate: Mandate) -> tuple[TermCondition, ...]:
    """What reviewers asked in return, then what the seller's gets say besides: each comparison once."""
    rows = Condition.objects.filter(mandate=mandate, kind=Condition.Kind.TERM).order_by("pk")
    every = [row.comparison for row in rows]
    every += gets_of(mandate.request.revision, mandate.version.policy)
    once: dict[tuple[object, ...], TermCondition] = {}
    for each in every:
        once.setdefault((each.key, each.op, each.value), each)
    return tuple(once.values())


def at_its_rate(mandate: Mandate, terms: Terms) -> Terms:
    """`terms` at the rate the mandate was asked at: what they are worth does not move with the market.
    Terms in another currency, which no mandate holds, keep their own."""
    revision = mandate.request.revision
    return replace(terms, rate=revision.rate) if terms.frame.currency == revision.currency else terms


def pinned(terms: Terms, asked: Terms) -> Terms:
    """`terms` at the rate, and its lines at the cost and the floor, that were known as the mandate was asked
    for: a mandate neither grows nor shrinks with them. A new line keeps its own."""
    known = {(line.key, line.product): line for line in asked.lines}
    then = [known.get((line.key, line.product), line) for line in terms.lines]
    pairs = zip(terms.lines, then, strict=True)
    lines = tuple(replace(line, cost=old.cost, floor=old.floor) for line, old in pairs)
    return replace(terms, rate=asked.rate, lines=lines)
