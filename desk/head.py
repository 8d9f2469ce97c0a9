"""The head and tabs every page of a deal room shares, and what they are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from approvals.check import standing
from approvals.models import Closing, Mandate, Offer, Request, Step
from base.format import day
from base.words import mark, say
from deals.models import Deal
from deals.share import may_edit
from desk.clocks import Now, now_for
from desk.currency import rate_words
from desk.room import Granted, granted_of
from guardrails.models import PolicyVersion
from guardrails.policy import Policy
from ledger.models import Event
from people.models import User
from people.shown import View, cost_view
from planning.models import Concern

Chip = tuple[str, str, str]  # word, tone, icon
ENDS: Mapping[str, Chip] = {
    Request.Status.OPEN: (mark("Revision {number} in review"), "info", "progress"),
    Request.Status.DECLINED: (mark("Revision {number} declined"), "bad", "x"),
    Request.Status.RECALLED: (mark("Revision {number} withdrawn"), "", "archive"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    url: str
    word: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Room:
    """One deal as one reader finds it now. `request`: the last one, open or not; `asked`: how many answers
    are waited for. `mandate`: the one that nobody has ended, run out or not; of a closed deal the one it was
    closed with."""

    deal: Deal
    user: User
    now: Now
    policy: Policy
    view: View
    may_edit: bool
    mandate: Mandate | None
    request: Request | None
    offers: tuple[Offer, ...]
    asked: int
    events: int
    granted: Granted | None = field(default=None)
    concerns: int = 0
    comments: int = 0

    @property
    def active(self) -> bool:
        """Whether there is a mandate to offer from."""
        return self.mandate is not None and self.mandate.active_at(self.now.at)

    @property
    def untouched(self) -> bool:
        """Imported, and nobody was asked anything of it since."""
        return bool(self.deal.source) and self.request is None

    @property
    def open_request(self) -> Request | None:
        return self.request if self.request and self.request.status == Request.Status.OPEN else None

    @property
    def chips(self) -> tuple[Chip, ...]:
        chips = [self.deal_chip()] if not self.deal.is_open else []
        if self.deal.is_open and self.mandate:
            active = (say("Mandate active"), "ok", "shield-check")
            chips.append(active if self.active else (say("Mandate ran out"), "warn", "clock-exclamation"))
        if chip := self.request_chip():
            chips.append(chip)
        return tuple(chips)

    def deal_chip(self) -> Chip:
        won = self.deal.status == Deal.Status.WON
        return (self.deal.get_status_display(), "ok" if won else "", "check" if won else "archive")

    def request_chip(self) -> Chip | None:
        """What became of the last request, unless the mandate says it already."""
        request = self.request
        if request is None:
            return (say("Draft"), "line", "pencil") if self.deal.is_open else None
        if not self.deal.is_open or request.status not in ENDS:
            return None
        words, tone, icon = ENDS[request.status]
        return (say(words, number=request.revision.number), tone, icon)

    @property
    def facts(self) -> str:
        """ "Valid until Sun 28 June · Policy v14 · Maya Okafor, seller · Marcus Bell, decision owner"."""
        deal = self.deal
        until = (
            say("Valid until {day}", day=day(self.granted.last_day)) if self.granted and self.active else ""
        )
        policy = say("Policy {name}", name=self.policy.name)
        if self.untouched:
            policy = say("Imported from {source}", source=deal.source)
        owner = deal.decision_owner
        decides = say("{name}, decision owner", name=owner.name) if owner else ""
        parts = [until, policy, say("{name}, seller", name=deal.owner.name), decides, self.rate]
        return " · ".join(part for part in parts if part)

    @property
    def rate(self) -> str:
        """What the mandate, or else the last request, is measured at; nothing in the company's currency."""
        asked = self.mandate.request if self.mandate else self.request
        return rate_words(asked.revision) if asked else ""

    def tabs(self, current: str) -> tuple[Tab, ...]:
        """The number at "Approvals" is of the answers that are waited for; at others how many there are."""
        counts = {"offers": len(self.offers), "approvals": self.asked}
        counts |= {"concerns": self.concerns, "comments": self.comments}
        return tuple(
            Tab(url, say(word), counts.get(name, 0), name == current)
            for name, word in TABS.items()
            if (url := address(f"desk:{name}", self.deal))
        )


TABS = {
    "deal": mark("Overview"),
    "brief": mark("Brief"),
    "offers": mark("Offers"),
    "economics": mark("Economics"),
    "approvals": mark("Approvals"),
    "comments": mark("Comments"),
    "concerns": mark("Concerns"),
    "files": mark("Files"),
    "people": mark("People"),
    "record": mark("Record"),
}


def address(route: str, deal: Deal) -> str:
    """Where a page of this deal is; empty when the product has no such page."""
    try:
        return reverse(route, args=[deal.number])
    except NoReverseMatch:
        return ""


def room_of(deal: Deal, user: User) -> Room:
    """Everything the head needs. A fixed number of queries, whatever happened on the deal."""
    now = now_for(user)
    mandate = standing(deal) if deal.is_open else closing_mandate(deal)
    request = last_request(deal)
    in_force = PolicyVersion.objects.in_force(now.at).policy
    view = cost_view(user, in_force)
    return Room(
        deal=deal,
        user=user,
        now=now,
        policy=request.version.policy if request else in_force,
        view=view,
        may_edit=may_edit(deal, user),
        mandate=mandate,
        request=request,
        offers=tuple(deal.offers.select_related("by", "mandate").order_by("number")),
        asked=Step.objects.filter(deal=deal, status=Step.Status.OPEN).count(),
        events=Event.objects.of(deal.stream).count(),
        granted=granted_of(mandate, view) if mandate else None,
        concerns=Concern.objects.filter(deal=deal).count(),
        comments=deal.comments.count(),
    )


def closing_mandate(deal: Deal) -> Mandate | None:
    """The mandate a closed deal was closed with."""
    related = Mandate.objects.select_related("version", "request__revision")
    return related.filter(pk__in=Closing.objects.filter(deal=deal).values("mandate")).first()


def last_request(deal: Deal) -> Request | None:
    related = Request.objects.select_related("revision", "version", "submitted_by")
    return related.filter(deal=deal).newest_first().first()


def deal_for(user: User, number: str) -> Deal:
    """The deal, if this person may know of it; else there is none (404)."""
    related = Deal.objects.visible_to(user).select_related("account", "owner", "decision_owner", "team")
    return get_object_or_404(related, number=number)
