"""What sellers do: write, ask, withdraw, offer, close, share."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from approvals.close import close
from approvals.models import Mandate
from approvals.offer import offer
from approvals.recall import recall
from approvals.submit import submit
from base import clock
from deals.edit import save_draft
from deals.share import share, unshare
from tests.approvals.machine.acting import Act, anyone, sellers
from tests.approvals.machine.asks import DRAFTS
from tests.approvals.machine.teller import Teller

drafts = st.sampled_from(sorted(DRAFTS))


def edits(teller: Teller, who: str, words: str) -> None:
    deal, by = teller.draft(), teller.person(who)
    teller.act(
        f"{by.name} writes {words} into the draft",
        lambda: save_draft(deal, by=by, version=deal.version, changes=DRAFTS[words]),
    )


def asks(teller: Teller, who: str) -> None:
    by = teller.person(who)
    teller.act(f"{by.name} asks for a mandate", lambda: submit(teller.draft(), by=by))


def asks_anew(teller: Teller, who: str, words: str) -> None:
    edits(teller, who, words)
    asks(teller, who)


def withdraws(teller: Teller, who: str) -> None:
    by = teller.person(who)
    teller.act(f"{by.name} withdraws", lambda: recall(teller.draft(), by=by))


def offers(teller: Teller, who: str, far: bool, days: int) -> None:
    mandate = Mandate.objects.filter(deal=teller.deal).order_by("-pk").first()
    if mandate is None:
        return
    ask, by = mandate.request.revision.ask, teller.person(who)
    terms, where = (ask.walk_away, "walk-away") if far else (ask.target, "target")
    day = clock.date_of(teller.at) + timedelta(days=days)
    teller.act(
        f"{by.name} offers the {where}, good until {day}",
        lambda: offer(teller.draft(), by=by, terms=terms, good_until=day),
    )


def closes(teller: Teller, who: str, won: bool) -> None:
    last, by = teller.last(), teller.person(who)
    if last:
        signed, how = (last.revision.ask.walk_away, "won") if won else (None, "lost")
        teller.act(f"{by.name} closes it {how}", lambda: close(teller.draft(), by=by, signed=signed))


def shares(teller: Teller, who: str, role: Any, by: str) -> None:
    guest, host = teller.person(who), teller.person(by)
    teller.act(
        f"{host.name} shares it with {guest.name} as {role}",
        lambda: share(teller.deal, with_=guest, role=role, by=host, at=teller.at),
    )


def takes_back(teller: Teller, who: str, by: str) -> None:
    guest, host = teller.person(who), teller.person(by)
    teller.act(
        f"{host.name} takes it back from {guest.name}",
        lambda: unshare(teller.deal, with_=guest, by=host, at=teller.at),
    )


SELLING = {
    "edits": Act(edits, 1, {"who": sellers, "words": drafts}),
    "asks": Act(asks, 2, {"who": sellers}),
    "asks anew": Act(asks_anew, 8, {"who": sellers, "words": drafts}),
    "withdraws": Act(withdraws, 1, {"who": sellers}),
    "offers": Act(
        offers, 3, {"who": sellers, "far": st.booleans(), "days": st.sampled_from([5, 0, -1, 400])}
    ),
    "closes": Act(closes, 1, {"who": sellers, "won": st.booleans()}),
    "shares": Act(shares, 2, {"who": anyone, "role": st.sampled_from(["team", "viewer"]), "by": sellers}),
    "takes back": Act(takes_back, 1, {"who": anyone, "by": sellers}),
}
