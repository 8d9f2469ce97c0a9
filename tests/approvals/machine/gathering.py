"""What is done to several steps at once, what holds a whole deal, and what its account may do for longer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from approvals.bulk import Order, begin
from approvals.decide_all import Said, decide_all
from approvals.hold import hold_deal, release
from approvals.models import Bulk, BulkRow, Decision, Hold, Step
from approvals.revoke_exception import revoke_exception
from base import clock
from deals.ask_exception import ask_exception
from deals.exception import ExceptionAsk
from deals.models import AccountException, DraftException
from ledger.effects import deliver
from ledger.models import Effect
from tests.approvals.machine.acting import Act, anyone, sellers
from tests.approvals.machine.asks import RULINGS
from tests.approvals.machine.desking import WHY, desk
from tests.approvals.machine.reviewing import everyone_agrees
from tests.approvals.machine.selling import asks_anew
from tests.approvals.machine.teller import Teller

CAUSE = "kickoff:1"
EXIT = "an exit that is never granted"
rulings = st.sampled_from(["agrees", "agrees", "agrees reluctantly", "agrees up to 16.5 %", "declines"])
ORDERS: Mapping[Bulk.Verb, Mapping[str, Any]] = {
    Bulk.Verb.REASSIGN: {"to": "dana"},
    Bulk.Verb.EXTEND: {"minutes": 60},
    Bulk.Verb.OVERRIDE: {"verdict": Decision.Verdict.AGREE},
}


def decides_all(teller: Teller, by: str, words: str, others: bool) -> None:
    """Whatever waits for one person, on one screen; with `others`, all that is open, theirs or not."""
    last, user = teller.last(), teller.person(by)
    steps = last.steps.filter(status=Step.Status.OPEN).order_by("pk") if last else Step.objects.none()
    theirs = [step for step in steps if others or user in teller.asked(step)]
    if theirs:
        said = [Said(step, RULINGS[words], step.terms_hash) for step in theirs]
        teller.act(f"{user.name} {words} to {len(said)} at once", lambda: decide_all(said, by=user))


def holds_deal(teller: Teller) -> None:
    teller.act(
        "the kickoff holds the deal",
        lambda: hold_deal(teller.draft(), reason="It is prepared first.", cause=CAUSE, at=teller.at),
    )


def releases_deal(teller: Teller, by: str, itself: bool) -> None:
    """By what placed it, or by somebody who finds it."""
    held = Hold.objects.filter(deal=teller.deal, cause=CAUSE).order_by("released_at", "pk").last()
    if held:
        actor, cause = (None, CAUSE) if itself else (teller.person(by), "")
        teller.act(
            f"{actor.name if actor else 'the kickoff'} releases the deal",
            lambda: release(held, by=actor, note="It took place.", cause=cause),
        )


def orders(teller: Teller, by: str, verb: Bulk.Verb) -> None:
    """Every step of the last request, open or not: done in the background, one by one."""
    last, actor = teller.last(), teller.person(by)
    if last:
        how = dict(ORDERS[verb])
        if "to" in how:
            how["to"] = teller.person(how["to"])
        seen = {step.pk: step.terms_hash for step in last.steps.all()}
        order = Order(verb, WHY, **how)
        bulk = teller.act(f"{actor.name} orders: {verb.label}", lambda: begin(seen, by=actor, order=order))
        if isinstance(bulk, Bulk):
            teller.act("(it is done in the background)", lambda: runs(teller, bulk))


def runs(teller: Teller, bulk: Bulk) -> None:
    deliver(Effect.objects.get(kind="bulk", key=bulk.key).pk, teller.at)
    bulk.refresh_from_db()
    rows = bulk.rows.values_list("outcome", "why")
    wordless = [row for row in rows if (row[0] == BulkRow.Outcome.REFUSED) != bool(row[1])]
    left = [row for row in rows if row[0] == BulkRow.Outcome.WAITING]
    teller.expect(bool(bulk.ended_at) and not wordless and not left, f"The order came to {list(rows)}.")


def wants_an_exception(teller: Teller, who: str) -> None:
    """For the whole account, and everybody agrees to it."""
    by, deal = teller.person(who), teller.draft()
    last_day = clock.date_of(teller.at) + timedelta(days=30)
    asked = ExceptionAsk("clause:exit", "legal", "They rent.", lasts="account", until=last_day)
    if not DraftException.objects.filter(deal=deal).exists():
        teller.act(
            f"{by.name} asks for an exception until {last_day}",
            lambda: ask_exception(deal, by=by, exception=asked),
        )
    asks_anew(teller, who, EXIT)
    everyone_agrees(teller)
    everyone_agrees(teller)


def revokes(teller: Teller, by: str) -> None:
    found = AccountException.objects.filter(deal=teller.deal).order_by("pk").last()
    if found:
        actor = teller.person(by)
        teller.act(f"{actor.name} revokes {found}", lambda: revoke_exception(found, by=actor, reason=WHY))


GATHERING = {
    "decides all": Act(decides_all, 2, {"by": anyone, "words": rulings, "others": st.booleans()}),
    "holds deal": Act(holds_deal, 1),
    "releases deal": Act(releases_deal, 2, {"by": desk, "itself": st.booleans()}),
    "orders": Act(orders, 2, {"by": desk, "verb": st.sampled_from(sorted(ORDERS))}),
    "wants an exception": Act(wants_an_exception, 1, {"who": sellers}),
    "revokes": Act(revokes, 2, {"by": desk}),
}
