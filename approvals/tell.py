"""Who is told what, by mail. Effects, written in the transaction of their cause; sent at least once."""

from datetime import datetime

from approvals.models import Step
from approvals.pools import holder_name
from deals.models import Deal
from ledger.effects import planned, schedule_all
from ledger.models import Effect
from people.models import User

WORDS = {
    "review": ("{deal} needs your decision", "You are asked as {level}. Please answer by {due}."),
    "remind": ("Half your time is gone: {deal}", "{level} has until {due} to answer."),
    "moved": ("{deal} has moved on to {level}", "Nobody answered in time, so {level} holds it now."),
    "granted": ("Mandate granted: {deal}", "You may negotiate within its limits."),
    "declined": ("Declined: {deal}", "A reviewer declined. Their reason is in the deal room."),
    "changes": ("Changes asked: {deal}", "A reviewer asked for changes. The ball is with you."),
    "held": ("{deal} waits for you", "Its grant is held back until you release it. Why is in the deal room."),
    "reassigned": ("{deal} was given to somebody else", "Somebody else answers as {level} now."),
    "extended": ("More time for {deal}", "{level} has until {due} to answer."),
    "overridden": (
        "The deal desk decided: {deal}",
        "It decided in place of {level}. Why is in the deal room.",
    ),
    "expired": ("Mandate has run out: {deal}", "Offers already made stay good until their own date."),
}


def tell(what: str, user: User, deal: Deal, *, at: datetime, key: str, step: Step | None = None) -> None:
    """Schedule one mail. `key` makes it the same message however often it is asked for."""
    schedule_all([mail(what, user, deal, at=at, key=key, step=step)])


def mail(what: str, user: User, deal: Deal, *, at: datetime, key: str, step: Step | None = None) -> Effect:
    """The same mail, for `schedule_all`."""
    subject, text = WORDS[what]
    words = {
        "deal": f"{deal.account.name}, {deal.number}",
        "level": holder_name(step) if step else "",
        "due": f"{step.due_at:%A %d %B, %H:%M} UTC" if step and step.due_at else "",
    }
    return planned(
        "mail",
        f"mail:{deal.pk}",
        f"mail:{what}:{key}:{user.pk}",
        at,
        to=user.pk,
        subject=subject.format(**words),
        text=text.format(**words),
        path=f"/reviews/{step.pk}/" if step else f"/deals/{deal.number}/",
    )
