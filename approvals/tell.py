"""Who is told what of a deal, in the transaction of its cause. How it reaches them is for notices/."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from approvals.models import Step, Watch
from approvals.pools import holder_name
from deals.models import Deal
from notices.message import Message
from notices.notify import notify
from people.models import User

WORDS = {
    "review": (
        "{deal} needs your decision",
        "{seller} asks for “{title}”. You are asked as {level}: please answer by {due}.",
    ),
    "remind": ("{deal} still waits for your decision", "{level} has until {due} to answer."),
    "moved": ("{deal} has moved on to {level}", "Nobody answered in time, so {level} holds it now."),
    "moved_up": (
        "{deal} has moved on to a manager",
        "Nobody answered in time, so a manager answers as {level} now.",
    ),
    "granted": ("Mandate granted: {deal}", "“{title}”: you may negotiate within its limits."),
    "declined": ("Declined: {deal}", "{level} declined “{title}”. The reason is in the deal room."),
    "changes": (
        "Changes asked: {deal}",
        "{level} asked for changes to “{title}”. The ball is with {seller}.",
    ),
    "concern": (
        "A concern: {deal}",
        "The grant of “{title}” waits until you answer it. It is in the deal room.",
    ),
    "answered": ("Your concern is answered: {deal}", "The answer is in the deal room."),
    "held": ("{deal} waits for you", "Its grant is held back until you release it. Why is in the deal room."),
    "reassigned": (
        "{deal} was given to somebody else",
        "Somebody else answers as {level} now. There is nothing more for you to do.",
    ),
    "back": ("{deal} is yours again", "You are back: {level} has until {due} to answer."),
    "relieved": (
        "{deal} is done without you",
        "Whoever you stood in for as {level} is back. There is nothing more for you to do.",
    ),
    "extended": ("More time for {deal}", "{level} has until {due} to answer."),
    "sooner": ("Less time for {deal}", "{level} has until {due} to answer now."),
    "paused": ("{deal} is paused", "The deal desk has paused what {level} is asked. Why is on its page."),
    "resumed": ("{deal} goes on", "{level} has until {due} to answer."),
    "nudge": ("Please look at {deal}", "{level} has until {due} to answer, and the deal desk reminds you."),
    "overridden": (
        "The deal desk decided: {deal}",
        "It decided in place of {level}. Why is in the deal room.",
    ),
    "expired": (
        "Mandate has run out: {deal}",
        "“{title}”: offers already made stay good until their own date.",
    ),
    "exception_soon": (
        "An exception ends in a week: {deal}",
        "What its account may do past a guardrail ends then. Ask by its last day, or for a new one.",
    ),
    "exception_over": (
        "An exception has run out: {deal}",
        "Its account is held to the guardrail again. What was asked before keeps it.",
    ),
}
OF_THE_DEAL = ("declined", "changes")  # told to who asked: they open the deal, not the step


def tell(what: str, user: User, deal: Deal, *, at: datetime, key: str, step: Step | None = None) -> None:
    """Tell one person. `key` makes it the same message however often it is asked for."""
    notify([message(what, user, deal, key=key, step=step)], at=at)


def message(what: str, user: User, deal: Deal, *, key: str, step: Step | None = None) -> Message:
    """The same, for `notify` with others."""
    subject, text = WORDS[what]
    words = {
        "deal": named(deal),
        "title": deal.title,
        "seller": deal.owner.name,
        "level": holder_name(step) if step else "",
        "due": due_words(step, user) if step else "",
    }
    return Message(
        kind=what,
        user=user,
        stream=deal.stream,
        subject=subject.format(**words),
        text=text.format(**words),
        path=f"/reviews/{step.pk}/" if step and what not in OF_THE_DEAL else f"/deals/{deal.number}/",
        key=f"{what}:{key}:{user.pk}",
    )


def named(deal: Deal) -> str:
    """The account and the number of a deal."""
    return f"{deal.account.name}, {deal.number}"


def due_words(step: Step, user: User) -> str:
    """The day and hour by which it wants an answer, as `user` reads the clock; nothing while none runs."""
    if step.due_at is None:
        return ""
    city = user.timezone.rpartition("/")[2].replace("_", " ")
    return f"{step.due_at.astimezone(ZoneInfo(user.timezone)):%A %-d %B, %H:%M} ({city} time)"


def tell_watchers(what: str, deal: Deal, *, at: datetime, key: str, step: Step | None = None) -> None:
    """The same to everyone who watches the deal."""
    watching = Watch.objects.filter(deal=deal, ended_at=None, user__is_active=True).select_related("user")
    told = (message(what, each.user, deal, key=f"{key}:watch", step=step) for each in watching)
    notify((replace(each, kind="watched") for each in told), at=at)


def tell_desk(deal: Deal, note: str, *, at: datetime, key: str) -> None:
    """To everyone of the deal desk: nobody can be asked, why, and where that is mended."""
    desk = User.objects.desk()
    notify(
        (
            Message(
                kind="unroutable",
                user=user,
                stream=deal.stream,
                subject=f"Nobody to ask: {named(deal)}",
                text=f"{note} Give somebody the authority; the step then finds them by itself.",
                path="/queue/?when=nobody",
                key=f"unroutable:{key}:{user.pk}",
            )
            for user in desk
        ),
        at=at,
    )
