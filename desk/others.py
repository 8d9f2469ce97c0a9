"""Requests one person has answered, or asks about, that wait for someone else."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q

from approvals.models import Decision, Question, Request, Step
from base.words import mark, say
from desk.clocks import Now, holder, next_due
from desk.queue import UNREAD
from people.models import User

MOST = 10
UNREAD_HERE = (*UNREAD, "evaluation_walk_away")
AGREED = {
    Decision.Verdict.AGREE: mark("You agreed {when}. {rest}"),
    Decision.Verdict.RELUCTANT: mark("You agreed reluctantly {when}. {rest}"),
    Decision.Verdict.UP_TO: mark("You agreed up to a limit {when}. {rest}"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    request: Request
    icon: str
    tone: str
    text: str

    @property
    def css(self) -> str:
        return f"is-{self.tone}" if self.tone else "faint"


def waiting_on_others(user: User, now: Now) -> tuple[Waiting, ...]:
    """The latest first. Five queries."""
    own = Decision.objects.filter(by=user).order_by("at", "pk")
    asked = Question.objects.open().filter(by=user).select_related("to")
    requests = (
        Request.objects.visible_to(user)
        .open()
        .filter(Q(pk__in=own.values("step__request")) | Q(pk__in=asked.values("step__request")))
        .newest_first()
        .select_related("deal__account", "deal__owner", "revision")
        .prefetch_related(
            "steps",
            Prefetch("steps__decisions", own, to_attr="own"),
            Prefetch("steps__questions", asked, to_attr="asked"),
            "version",
        )
        .defer(*UNREAD_HERE)
    )
    return tuple(waiting(request, now) for request in requests[:MOST])


def waiting(request: Request, now: Now) -> Waiting:
    steps = list(request.steps.all())
    if question := next((one for step in steps for one in vars(step)["asked"]), None):
        return asking(request, question, now)
    last = max((decision for step in steps for decision in vars(step)["own"]), key=lambda each: each.at)
    if last.verdict == Decision.Verdict.CHANGES:
        said = say(
            "You asked for changes {when}: “{reason}” {owner} has not answered.",
            when=now.moment(last.at),
            reason=last.reason,
            owner=request.deal.owner.name,
        )
        return Waiting(request, "message-reply", "warn", said)
    icon, tone, rest = rest_of(request, steps, now)
    agreed = AGREED[Decision.Verdict(last.verdict)]
    return Waiting(request, icon, tone, say(agreed, when=now.moment(last.at), rest=rest))


def asking(request: Request, question: Question, now: Now) -> Waiting:
    said = say(
        "You asked {name} {when}: “{text}” Not answered yet; it comes back to you with the answer.",
        name=question.to.name,
        when=now.moment(question.asked_at),
        text=question.text,
    )
    return Waiting(request, "help", "warn", said)


def rest_of(request: Request, steps: list[Step], now: Now) -> tuple[str, str, str]:
    """Icon, tone and words for whoever has the ball now."""
    policy = request.version.policy
    if first := next_due(steps):
        late = first.due_at is not None and first.due_at < now.at
        who, when = holder(first, policy), now.moment(first.due_at)
        if late:
            return "clock-exclamation", "warn", say("{who} should have answered {when}.", who=who, when=when)
        return "hourglass", "", say("{who} answers by {when}.", who=who, when=when)
    for step in steps:
        if step.status == Step.Status.UNROUTABLE:
            words = say("There is nobody to ask for {level}.", level=step.level_name)
            return "user-question", "bad", words
        if step.status == Step.Status.RETURNED:
            owner = request.deal.owner.name
            words = say("{level} asked {owner} for changes.", level=step.level_name, owner=owner)
            return "message-reply", "warn", words
    return "hourglass", "", say("Everyone has agreed; it is held back.")
