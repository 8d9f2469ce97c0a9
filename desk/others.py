"""Requests one person has answered that still wait for someone else."""

from dataclasses import dataclass

from django.db.models import Prefetch

from approvals.models import Decision, Request, Step
from desk.clocks import Now, holder, next_due
from desk.queue import UNREAD
from people.models import User

MOST = 10
UNREAD_HERE = (*UNREAD, "evaluation_walk_away")
AGREED = {
    Decision.Verdict.AGREE: "You agreed",
    Decision.Verdict.RELUCTANT: "You agreed reluctantly",
    Decision.Verdict.UP_TO: "You agreed up to a limit",
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
    """The latest first. Four queries."""
    own = Decision.objects.filter(by=user).order_by("at", "pk")
    requests = (
        Request.objects.visible_to(user)
        .open()
        .filter(pk__in=own.values("step__request"))
        .newest_first()
        .select_related("deal__account", "deal__owner", "revision")
        .prefetch_related("steps", Prefetch("steps__decisions", own, to_attr="own"), "version")
        .defer(*UNREAD_HERE)
    )
    return tuple(waiting(request, now) for request in requests[:MOST])


def waiting(request: Request, now: Now) -> Waiting:
    steps = list(request.steps.all())
    last = max((decision for step in steps for decision in vars(step)["own"]), key=lambda each: each.at)
    if last.verdict == Decision.Verdict.CHANGES:
        said = f"You asked for changes {now.moment(last.at)}: “{last.reason}”"
        return Waiting(
            request, "message-reply", "warn", f"{said} {request.deal.owner.name} has not answered."
        )
    icon, tone, rest = rest_of(request, steps, now)
    agreed = AGREED[Decision.Verdict(last.verdict)]
    return Waiting(request, icon, tone, f"{agreed} {now.moment(last.at)}. {rest}")


def rest_of(request: Request, steps: list[Step], now: Now) -> tuple[str, str, str]:
    """Icon, tone and words for whoever has the ball now."""
    policy = request.version.policy
    if first := next_due(steps):
        late = first.due_at is not None and first.due_at < now.at
        verb = "should have answered" if late else "answers by"
        words = f"{holder(first, policy)} {verb} {now.moment(first.due_at)}."
        return ("clock-exclamation" if late else "hourglass"), ("warn" if late else ""), words
    for step in steps:
        if step.status == Step.Status.UNROUTABLE:
            return "user-question", "bad", f"There is nobody to ask for {step.level_name}."
        if step.status == Step.Status.RETURNED:
            return "message-reply", "warn", f"{step.level_name} asked {request.deal.owner.name} for changes."
    return "hourglass", "", "Everyone has agreed; it is held back."
