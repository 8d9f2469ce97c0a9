"""Asking for more room: the brief's walk-away becomes the limit, stretched to what an offer holds."""

import json
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from approvals.models import Offer
from approvals.worth import net_of
from deals.changes import ClauseChange, DraftChanges, LineChange, TermChange
from deals.document import terms_from
from deals.models import Deal
from deals.rows import stored
from deals.terms import Terms
from guardrails.metric import METRICS
from guardrails.policy import Policy


def walk_away_at(deal: Deal, offer: Offer) -> DraftChanges:
    """The draft with the furthest of limit and offer as its walk-away, term by term, so that nothing granted
    is given up; where that is safer than its target, the target."""
    draft, policy = stored(deal), offer.mandate.version.policy
    offered, limit = (terms_from(json.loads(text)) for text in (offer.document, offer.mandate.corner))
    lines = offered if net_of(offered, policy) < net_of(limit, policy) else limit
    return DraftChanges(
        lines=tuple(lines_at(draft.lines or (), lines)),
        terms=tuple(term_at(term, furthest(term.key, offered, limit)) for term in draft.terms),
        clauses=tuple(
            clause_at(clause, furthest_clause(clause.clause, offered, limit, policy))
            for clause in draft.clauses
        ),
    )


def furthest(key: str, offered: Terms, limit: Terms) -> Decimal | None:
    values = [value for terms in (offered, limit) if (value := terms.values.get(key)) is not None]
    return max(values, key=lambda value: METRICS[key].sign * value, default=None)


def lines_at(lines: Iterable[LineChange], terms: Terms) -> Iterable[LineChange]:
    """Lines that were in neither stay as they are."""
    offered = {line.key: line.discount for line in terms.lines}
    for line in lines:
        yield replace(line, walk_away=max(line.target, offered.get(line.key, line.walk_away)))


def term_at(term: TermChange, offered: Decimal | None) -> TermChange:
    if offered is None:
        return term
    walk_away = offered
    if term.target is not None and METRICS[term.key].riskier_than(term.target, offered):
        walk_away = term.target
    return replace(term, walk_away=walk_away)


def clause_at(clause: ClauseChange, position: str | None) -> ClauseChange:
    return clause if position is None else replace(clause, walk_away=position)


def furthest_clause(key: str, offered: Terms, limit: Terms, policy: Policy) -> str | None:
    """None for own wording at either end, which stays as it is written."""
    ends = [terms.clauses.get(key) for terms in (offered, limit)]
    known = [position for position in ends if position is not None]
    return max(known, key=policy.clause(key).place) if len(known) == len(ends) else None
