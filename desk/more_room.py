"""Asking for more room: the brief's walk-away becomes what an offer holds."""

import json
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from approvals.models import Offer
from deals.changes import ClauseChange, DraftChanges, LineChange, TermChange
from deals.document import terms_from
from deals.models import Deal
from deals.rows import stored
from deals.terms import Terms
from guardrails.metric import METRICS


def walk_away_at(deal: Deal, offer: Offer) -> DraftChanges:
    """The draft with the offer's terms as its walk-away; where they are safer than its target, the target."""
    draft, terms = stored(deal), terms_from(json.loads(offer.document))
    return DraftChanges(
        lines=tuple(lines_at(draft.lines or (), terms)),
        terms=tuple(term_at(term, terms.values.get(term.key)) for term in draft.terms),
        clauses=tuple(clause_at(clause, terms) for clause in draft.clauses),
    )


def lines_at(lines: Iterable[LineChange], terms: Terms) -> Iterable[LineChange]:
    """Lines that were not in the offer stay as they are."""
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


def clause_at(clause: ClauseChange, terms: Terms) -> ClauseChange:
    if terms.clauses.get(clause.clause) is None:
        return clause
    return replace(clause, walk_away=terms.clauses[clause.clause])
