"""Home of whoever decides: what waits for them, what breaks today, what they gave, who else must answer."""

from dataclasses import dataclass
from datetime import datetime, time

from approvals.models import Decision
from base import clock
from base.words import say, say_many
from desk.clocks import Now
from desk.currency import Pinned, pinned_of
from desk.cycles import Cycle, own_cycle
from desk.granted import Grant, granted_lately
from desk.inbox import Review, reviews_of, worth
from desk.others import Waiting, waiting_on_others
from guardrails.policy import Policy
from people.models import User

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Answered:
    """This month, by the company's calendar. `limited`: granted with tighter limits or conditions."""

    asked: int
    granted: int
    limited: int


@dataclass(frozen=True, slots=True)
class ReviewerHome:
    """`over` should have been answered by now; `breaking` is due until the reader's midnight."""

    reviews: tuple[Review, ...]
    over: tuple[Review, ...]
    breaking: tuple[Review, ...]
    value: str
    breaking_value: str
    pinned: Pinned
    others: tuple[Waiting, ...]
    granted: tuple[Grant, ...]
    cycle: Cycle | None
    answered: Answered
    lead: str

    @property
    def urgent(self) -> tuple[Review, ...]:
        """Over, or due today."""
        return (*self.over, *self.breaking)

    @property
    def stretches(self) -> tuple[tuple[str, str, tuple[Review, ...]], ...]:
        """What is over apart from what is due today, each with its name; none that is empty."""
        both = (("over", say("Over"), self.over), ("breaking", say("Breaks today"), self.breaking))
        return tuple(each for each in both if each[2])

    @property
    def first(self) -> tuple[Review, ...]:
        """Those that are due next; the list of reviews has all."""
        return self.reviews[:SHOWN]


def reviewer_home(user: User, policy: Policy, now: Now) -> ReviewerHome:
    """Fourteen queries at most, whatever is listed."""
    reviews = reviews_of(user, policy, now)
    over = tuple(each for each in reviews if each.clock.overdue)
    breaking = tuple(each for each in reviews if not each.clock.overdue and breaks_today(each, now))
    return ReviewerHome(
        reviews=reviews,
        over=over,
        breaking=breaking,
        value=worth(reviews, policy),
        breaking_value=worth((*over, *breaking), policy),
        pinned=pinned_of((each.asked for each in reviews), policy.currency),
        others=waiting_on_others(user, now),
        granted=granted_lately(user, policy, now),
        cycle=own_cycle(user, now),
        answered=answered(user, now),
        lead=lead(reviews, len(over), len(breaking)),
    )


def breaks_today(review: Review, now: Now) -> bool:
    due = review.clock.due_at
    return due is not None and due.astimezone(now.zone).date() <= now.local.date()


def lead(reviews: tuple[Review, ...], over: int, due: int) -> str:
    """One sentence on the day; reviews stand in the order of their deadlines, so the next one follows."""
    if not reviews:
        return say("Nothing waits for you.")
    said = say_many("{count} answer due today", "{count} answers due today", due)
    if not due:
        said = say("No answers due today")
    if over and due:
        said = say("{over} overdue, {due} due today", over=over, due=due)
    elif over:
        said = say("{over} overdue, none due today", over=over)
    return then_words(said, reviews[over + due].clock.due if over + due < len(reviews) else "")


def then_words(said: str, after: str) -> str:
    if after:
        return say("{said}; after that {when}.", said=said, when=after)
    return say("{said}; nothing else needs you.", said=said)


def answered(user: User, now: Now) -> Answered:
    """One query."""
    first = datetime.combine(clock.date_of(now.at).replace(day=1), time(), tzinfo=clock.company_zone())
    verdicts = list(Decision.objects.filter(by=user, at__gte=first).values_list("verdict", flat=True))
    return Answered(
        asked=len(verdicts),
        granted=sum(verdict in Decision.AGREEING for verdict in verdicts),
        limited=verdicts.count(Decision.Verdict.UP_TO),
    )
