"""Who is told of tasks and questions, in the transaction of their cause."""

from dataclasses import dataclass
from datetime import date, datetime

from approvals.models import Condition, Question
from approvals.tell import named
from deals.models import Deal
from notices.message import Message
from notices.notify import notify
from people.models import User

WORDS = {
    "task": ("Yours to do for {deal}, by {day}", "{by} agreed on the condition: {text}"),
    "due_soon": ("Due tomorrow: a condition of {deal}", "{text}\n\nThe limits fall back after {day}."),
    "shown": ("Evidence for {deal}", "{by} handed in what you asked for: {text}"),
    "met": ("Met: a condition of {deal}", "{by} marked it met: {text}"),
    "lapsed": (
        "A condition of {deal} has lapsed",
        "Nobody marked it met by {day}: {text}\nIts limits fell back. Offers already made stay good.",
    ),
    "asked": ("{by} has a question: {deal}", "{text}\n\nThe clock stands until you answer."),
    "asked_again": ("{by} waits for your answer: {deal}", "{text}\n\nThe clock stands until you answer."),
    "question_answered": ("{by} answered your question: {deal}", "{text}\n\nYour clock goes on."),
    "unanswered": (
        "No answer to your question: {deal}",
        "Three working days are gone, so the step goes on without it: {text}",
    ),
}


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about: `key` makes it the same message however often it is asked for."""

    deal: Deal
    key: str
    path: str
    text: str
    by: User | None = None
    due: date | None = None


def about_task(condition: Condition, deal: Deal, *, by: User | None = None) -> About:
    key, path = f"condition:{condition.pk}", f"/conditions/{condition.pk}/"
    return About(deal, key, path, condition.text, by, condition.due)


def about_question(question: Question, deal: Deal, *, by: User | None = None, text: str = "") -> About:
    path = f"/questions/{question.pk}/"
    return About(deal, f"question:{question.pk}", path, text or question.text, by or question.by)


def write_to(user: User, what: str, about: About, *, at: datetime) -> None:
    """Tell one person."""
    subject, text = WORDS[what]
    words = {
        "deal": named(about.deal),
        "by": about.by.name if about.by else "Deal Desk",
        "text": about.text,
        "day": f"{about.due:%A %-d %B %Y}" if about.due else "",
    }
    told = Message(
        kind=what,
        user=user,
        stream=about.deal.stream,
        subject=subject.format(**words),
        text=text.format(**words),
        path=about.path,
        key=f"{what}:{about.key}:{user.pk}",
    )
    notify([told], at=at)
