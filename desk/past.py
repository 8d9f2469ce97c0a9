"""Past deals that were imported: how they ended, at which terms, and who would have been asked."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.paginator import Page, Paginator

from base.words import say
from deals.models import Deal, Import, Judged
from guardrails.evaluation import Evaluation, from_document
from guardrails.policy import Policy
from people.models import User

A_PAGE = 25
READ = (
    "revision__deal__account",
    "revision__deal__owner",
    "version",
    "origin",
)
UNREAD = ("evaluation_target", "revision__document", "revision__measured_target", "origin__mapping")


@dataclass(frozen=True, slots=True)
class Needed:
    """Who would have been asked. `rank` None: never granted."""

    word: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class PastDeal:
    """One row. `net` and `discount` None: its price is not recorded. Net is in the deal's currency."""

    deal: Deal
    day: datetime
    net: Decimal | None
    discount: Decimal | None
    needed: tuple[Needed, ...]
    policy: int


@dataclass(frozen=True, slots=True)
class PastDeals:
    rows: tuple[PastDeal, ...]
    page: Page[Judged]
    origin: Import | None


def past_deals_of(user: User, asked: str | None, page: str | None) -> PastDeals:
    """A page of what this person may see, the latest first; `asked`: of one import only. Six queries."""
    origin = Import.objects.filter(pk=int(asked)).first() if asked and asked.isdecimal() else None
    judged = Judged.objects.filter(revision__deal__in=Deal.objects.visible_to(user)).order_by("-pk")
    if asked:
        judged = judged.filter(origin=origin)
    shown = Paginator(judged.select_related(*READ).defer(*UNREAD), A_PAGE).get_page(page)
    return PastDeals(rows_of(shown.object_list), shown, origin)


def rows_of(listed: Iterable[Judged]) -> tuple[PastDeal, ...]:
    return tuple(row(judged) for judged in listed)


def row(judged: Judged) -> PastDeal:
    revision, deal = judged.revision, judged.revision.deal
    found = from_document(json.loads(judged.evaluation_walk_away))
    return PastDeal(
        deal=deal,
        day=deal.closed_at or deal.created_at,
        net=revision.net_walk_away,
        discount=revision.measured("walk_away").values["discount"],
        needed=needed_of(found, judged.version.policy),
        policy=judged.version.number,
    )


def needed_of(found: Evaluation, policy: Policy) -> tuple[Needed, ...]:
    """What nobody may grant comes first; then each function at the highest level it was needed at."""
    never = {finding.function for finding in found.never}
    names = {rule.key: rule.name for rule in policy.functions}
    return (
        *(
            Needed(say("{function}, never", function=names[function]), None)
            for function in found.needs
            if function in never
        ),
        *(
            Needed(policy.level_name(function, rank) if rank else names[function], rank)
            for function, rank in found.needs.items()
            if function not in never
        ),
    )
