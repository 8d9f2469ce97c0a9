"""How far the same clause was granted on other deals, the latest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from approvals.grants import values_from
from approvals.limit import CLAUSE, LimitKey, name_of
from approvals.models import Decision
from deals.models import Deal
from desk.inbox import findings_for
from desk.judging import Seat
from desk.phrases import shown

MOST = 4


@dataclass(frozen=True, slots=True)
class ClauseGrant:
    """One grant. `clause`: its name, where several are asked for; `asked`, `granted`: positions by name;
    `status`: what became of the deal."""

    deal: Deal
    at: datetime
    clause: str
    asked: str
    granted: str
    by: str
    status: str


def clauses_of(seat: Seat) -> tuple[LimitKey, ...]:
    """The clauses this step is asked for, where it is asked for nothing else."""
    keys = tuple(finding.key for finding in findings_for(seat.step))
    return keys if keys and all(key.startswith(CLAUSE) for key in keys) else ()


def clause_grants(seat: Seat) -> tuple[ClauseGrant, ...] | None:
    """None where other terms are judged too. Of deals that the reader may see, each once. Two queries."""
    keys = clauses_of(seat)
    if not keys:
        return None
    named = Q()
    for key in keys:
        named |= Q(granted__contains=f'"{key}"')
    decided = Decision.objects.filter(
        named, function=seat.step.function, verdict__in=Decision.AGREEING,
        deal__in=Deal.objects.visible_to(seat.user),
    )  # fmt: skip
    related = decided.exclude(deal=seat.deal).select_related(
        "deal__account", "by", "acting_for", "step__request__version"
    )
    latest: dict[int, Decision] = {}
    for decision in related.order_by("-at", "-pk")[: MOST * 2]:
        latest.setdefault(decision.deal_id, decision)
    return tuple(row for decision in latest.values() for row in rows_of(decision, keys))[:MOST]


def rows_of(decision: Decision, keys: tuple[LimitKey, ...]) -> Iterator[ClauseGrant]:
    request, granted = decision.step.request, values_from(decision.granted)
    policy = request.version.policy
    asked: Mapping[LimitKey, str | None] = {one.key: one.position for one in request.judged.findings}
    for key in (one for one in keys if one in granted):
        yield ClauseGrant(
            deal=decision.deal,
            at=decision.at,
            clause=name_of(key, policy) if len(keys) > 1 else "",
            asked=shown(key, asked.get(key), policy) if key in asked else "",
            granted=shown(key, granted[key], policy),
            by=decision.who,
            status=decision.deal.get_status_display(),
        )
