"""A past deal that was imported, as its room says it: from where, at which price, what the policy said."""

import json
from dataclasses import dataclass
from decimal import Decimal

from base.words import say
from deals.models import Deal, Judged
from desk.cost import margin_for, sentence_for
from guardrails.evaluation import from_document
from guardrails.metric import METRICS
from people.shown import View


@dataclass(frozen=True, slots=True)
class Recorded:
    """`net` and `listed` None: nobody recorded the price. `found`: what the policy said, in sentences."""

    judged: Judged
    listed: Decimal | None
    net: Decimal | None
    discount: str
    margin: str
    found: tuple[str, ...]
    never: bool

    @property
    def origin(self) -> str:
        """ "aws-saas-sales, there EMEA-2023-152156"."""
        deal = self.judged.revision.deal
        return say("{source}, there {number}", source=deal.source, number=deal.external_id)


def recorded_of(deal: Deal, view: View) -> Recorded | None:
    """None for a deal that was born here. At most one query."""
    if not deal.source:
        return None
    related = Judged.objects.select_related("revision__deal", "version").defer("revision__document")
    judged = related.filter(revision__deal=deal).first()
    if judged is None:
        return None
    revision, said = judged.revision, from_document(json.loads(judged.evaluation_walk_away))
    measured = revision.measured("walk_away").values
    return Recorded(
        judged=judged,
        listed=revision.list_total,
        net=revision.net_walk_away,
        discount=METRICS["discount"].show(measured["discount"]),
        margin=margin_for(view, revision.margin_walk_away),
        found=tuple(sentence_for(view, finding, judged.version.policy) for finding in said.findings),
        never=bool(said.never),
    )
