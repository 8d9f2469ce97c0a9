"""What the people of a story may ask, answer and offer: a few values on both sides of the thresholds."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal as D

from approvals.decide import Ruling
from approvals.limit import Condition
from approvals.models import Decision
from approvals.task import Task
from deals.changes import ClauseChange, DraftChanges, TermChange
from tests.brandt import CLAUSES, OFFER_5, TARGETS, brandt_lines

Verdict = Decision.Verdict


def term(key: str, target: int, walk_away: int) -> TermChange:
    return TermChange(key, D(target), D(walk_away))


#  what changes in the draft, in words
DRAFTS: Mapping[str, DraftChanges] = {
    "the discounts of the pictures": DraftChanges(lines=brandt_lines()),
    "discounts for a Finance Manager": DraftChanges(lines=brandt_lines(("20", "15", "5", "5"))),
    "a little more discount": DraftChanges(lines=brandt_lines(OFFER_5)),
    "discounts for the CFO": DraftChanges(lines=brandt_lines(("36", "30", "20", "20"))),
    "discounts for the Chief Executive": DraftChanges(lines=brandt_lines(("52", "50", "40", "40"))),
    "no discount at all": DraftChanges(lines=brandt_lines(TARGETS)),
    "payment in 60 days": DraftChanges(terms=(term("payment_days", 30, 60),)),
    "payment in 45 days": DraftChanges(terms=(term("payment_days", 30, 45),)),
    "payment in 30 days": DraftChanges(terms=(term("payment_days", 30, 30),)),
    "standard delivery": DraftChanges(terms=(term("custom_days", 5, 10), term("weeks_to_live", 18, 16))),
    "much custom work": DraftChanges(terms=(term("custom_days", 12, 35), term("weeks_to_live", 18, 11))),
    "standard clauses": DraftChanges(
        clauses=tuple(ClauseChange(key, "standard", "standard") for key in CLAUSES)
    ),
    "1.5 × fees": DraftChanges(clauses=(ClauseChange("liability", "standard", "fallback-1"),)),
    "data outside Europe": DraftChanges(clauses=(ClauseChange("data", "standard", "fallback-2"),)),
    "an exit that is never granted": DraftChanges(clauses=(ClauseChange("exit", "standard", "fallback-2"),)),
}

YEARLY = Condition("invoices_per_year", "=", D(1), "finance")
#  what a reviewer says
RULINGS: Mapping[str, Ruling] = {
    "agrees": Ruling(verdict=Verdict.AGREE),
    "agrees reluctantly": Ruling(verdict=Verdict.RELUCTANT, reason="For the reference."),
    "agrees up to 20 % and 45 days": Ruling(
        verdict=Verdict.UP_TO, limits={"discount": D("20.0"), "payment_days": D(45)}, conditions=(YEARLY,)
    ),
    "agrees up to 16.5 %": Ruling(verdict=Verdict.UP_TO, limits={"discount": D("16.5")}),
    "agrees up to 30 days": Ruling(verdict=Verdict.UP_TO, limits={"payment_days": D(30)}),
    "agrees up to 15 days of custom work": Ruling(verdict=Verdict.UP_TO, limits={"custom_days": D(15)}),
    "agrees up to 1.0 × fees": Ruling(verdict=Verdict.UP_TO, limits={"clause:liability": "standard"}),
    "agrees if invoiced yearly": Ruling(verdict=Verdict.UP_TO, conditions=(YEARLY,)),
    "asks for changes": Ruling(verdict=Verdict.CHANGES, reason="Rank the terms."),
    "declines": Ruling(verdict=Verdict.DECLINE, reason="Not this quarter."),
    "declines without a word": Ruling(verdict=Verdict.DECLINE),
    "agrees up to nothing": Ruling(verdict=Verdict.UP_TO),
}


def with_task(owner: int, today: date) -> Ruling:
    """Agreeing up to 20 %, if a task is done within three days; else the limit drops."""
    task = Task("A bank guarantee over one year's fee", owner, today + timedelta(days=3))
    return Ruling(verdict=Verdict.UP_TO, limits={"discount": D("20.0")}, tasks=(task,))


TASK = "agrees up to 20 %, if a task is done"
