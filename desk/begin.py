"""What a new brief may begin with, as one person may choose it; and what a brief did begin with, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Case, Q, When

from base.errors import Invalid
from base.words import say
from deals.models import BriefTemplate, Deal, Revision, Start
from people.models import Function, User

A_PAGE = 20
TEMPLATE = "template-"


@dataclass(frozen=True, slots=True)
class Found:
    """One deal to begin from. `net` in its currency and `discount` at the target it last asked for; None
    where it asked for none, or no price is recorded."""

    deal: Deal
    net: Decimal | None
    discount: Decimal | None


@dataclass(frozen=True, slots=True)
class Beginning:
    """`mine`: the templates that may be removed by who looks. `rows`: of the page."""

    templates: tuple[BriefTemplate, ...]
    mine: frozenset[int]
    page: Page[Deal]
    query: str
    rows: tuple[Found, ...]


def beginnings_of(user: User, query: str, page: str | None) -> Beginning:
    """Templates, and a page of the deals they may see, their own first. A fixed number of queries."""
    deals = Deal.objects.visible_to(user).select_related("account", "owner")
    for word in query.split()[:6]:
        found = Q(number__icontains=word) | Q(title__icontains=word) | Q(account__name__icontains=word)
        deals = deals.filter(found | Q(owner__name__icontains=word))
    templates = tuple(BriefTemplate.objects.offered_to(user).select_related("by"))
    own = Case(When(owner=user, then=0), default=1)
    ordered = deals.order_by(own, "-updated_at", "-pk")
    shown = Paginator(ordered, A_PAGE).get_page(page)
    return Beginning(
        templates=templates,
        mine=frozenset(one.pk for one in templates if one.by_id == user.pk or removes(user, one)),
        page=shown,
        query=query,
        rows=tuple(rows_of(shown.object_list)),
    )


def rows_of(deals: Iterable[Deal]) -> Iterator[Found]:
    """Each with its last revision. One query."""
    listed = list(deals)
    last = Revision.objects.filter(deal__in=listed).order_by("deal", "-number").distinct("deal")
    asked = {revision.deal_id: revision for revision in last.defer("document", "measured_walk_away")}
    for deal in listed:
        revision = asked.get(deal.pk)
        found = revision.measured("target").values.get("discount") if revision else None
        yield Found(deal, revision.net_target if revision else None, found)


def removes(user: User, template: BriefTemplate) -> bool:
    return template.shared and user.function == Function.DESK


def source_of(user: User, name: str) -> Deal | BriefTemplate | None:
    """What `name` stands for: the number of a deal, or "template-7". None for no name.

    Raises Invalid where there is none that they may see."""
    if not name:
        return None
    found: Deal | BriefTemplate | None
    if name.startswith(TEMPLATE):
        number = name.removeprefix(TEMPLATE)
        offered = BriefTemplate.objects.offered_to(user).select_related("by")
        found = offered.filter(pk=int(number) if number.isdecimal() else 0).first()
    else:
        found = Deal.objects.visible_to(user).select_related("account").filter(number=name).first()
    if found is None:
        raise Invalid(say("What it should begin with is not there for you. Choose something else."))
    return found


def began_with(deal: Deal, user: User) -> Start | None:
    """None for a brief that began empty. A past deal that the reader may not see stays unnamed."""
    related = Start.objects.select_related("source__account", "template", "by")
    start = related.filter(deal=deal).first()
    if start and start.source and not Deal.objects.visible_to(user).filter(pk=start.source.pk).exists():
        start.source = None
    return start
