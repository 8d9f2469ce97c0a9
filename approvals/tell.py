"""Who is told what, by mail. Effects, written in the transaction of their cause; sent at least once."""

from datetime import datetime

from approvals.models import Step, Watch
from approvals.pools import holder_name
from deals.models import Deal
from ledger.effects import planned, schedule_all
from ledger.models import Effect
from people.models import Function, User

WORDS = {
    "review": ("{deal} needs your decision", "You are asked as {level}. Please answer by {due}."),
    "remind": ("Half your time is gone: {deal}", "{level} has until {due} to answer."),
    "moved": ("{deal} has moved on to {level}", "Nobody answered in time, so {level} holds it now."),
    "granted": ("Mandate granted: {deal}", "You may negotiate within its limits."),
    "declined": ("Declined: {deal}", "A reviewer declined. Their reason is in the deal room."),
    "changes": ("Changes asked: {deal}", "A reviewer asked for changes. The ball is with you."),
    "concern": ("A concern: {deal}", "The grant waits until you answer it. It is in the deal room."),
    "answered": ("Your concern is answered: {deal}", "The answer is in the deal room."),
    "held": ("{deal} waits for you", "Its grant is held back until you release it. Why is in the deal room."),
    "reassigned": ("{deal} was given to somebody else", "Somebody else answers as {level} now."),
    "extended": ("More time for {deal}", "{level} has until {due} to answer."),
    "sooner": ("Less time for {deal}", "{level} has until {due} to answer now."),
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
        "deal": named(deal),
        "level": holder_name(step) if step else "",
        "due": due_words(step) if step else "",
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


def named(deal: Deal) -> str:
    """The account and the number of a deal."""
    return f"{deal.account.name}, {deal.number}"


def due_words(step: Step) -> str:
    """The day and hour by which it wants an answer; nothing while no clock runs."""
    return f"{step.due_at:%A %d %B, %H:%M} UTC" if step.due_at else ""


def tell_watchers(what: str, deal: Deal, *, at: datetime, key: str) -> None:
    """The same to everyone who watches the deal."""
    watching = Watch.objects.filter(deal=deal, ended_at=None, user__is_active=True).select_related("user")
    schedule_all(mail(what, each.user, deal, at=at, key=f"{key}:watch") for each in watching)


def tell_desk(deal: Deal, note: str, *, at: datetime, key: str) -> None:
    """To everyone of the deal desk: nobody can be asked, why, and where that is mended."""
    subject = f"Nobody to ask: {deal.account.name}, {deal.number}"
    text = f"{note} Give somebody the authority; the step then finds them by itself."
    desk = User.objects.active().filter(function=Function.DESK)
    schedule_all(
        planned(
            "mail",
            f"mail:{deal.pk}",
            f"mail:unroutable:{key}:{user.pk}",
            at,
            to=user.pk,
            subject=subject,
            text=text,
            path="/queue/?when=nobody",
        )
        for user in desk
    )
