"""Margin from target to walk-away: the authority it needs, its place beside the other rows of a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from approvals.models import Request
from desk.bars import Scale
from guardrails.evaluation import Evaluation

AIR = Decimal(2)  # points left free at each end of the scale
TONES = ("", "", "warn", "bad")  # by the level that the margin needs


@dataclass(frozen=True, slots=True)
class Margin:
    """`x` and `width` place the range as lengths of an SVG."""

    target: Decimal
    walk_away: Decimal
    tone: str
    x: str
    width: str


def margins_of(requests: Iterable[Request]) -> dict[int, Margin]:
    """By the id of the request; one whose margin cannot be read is left out."""
    known: list[tuple[Request, Decimal, Decimal]] = []
    for request in requests:
        best, worst = request.revision.margin_target, request.revision.margin_walk_away
        if best is not None and worst is not None:
            known.append((request, best, worst))
    if not known:
        return {}
    scale = Scale(min(worst for _, _, worst in known) - AIR, max(best for _, best, _ in known) + AIR)
    return {
        request.pk: Margin(best, worst, tone(request.judged), scale.at(worst), scale.between(worst, best))
        for request, best, worst in known
    }


def tone(judged: Evaluation) -> str:
    """From the second level of authority on a margin warns, from the third on it is bad."""
    found = [finding for finding in judged.findings if finding.metric == "margin"]
    if any(finding.never for finding in found):
        return TONES[-1]
    return TONES[min(max((finding.level for finding in found), default=0), len(TONES) - 1)]
