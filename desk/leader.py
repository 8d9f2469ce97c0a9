"""Home of whoever looks after all deals: the desk today, what breaks, what nobody can sign, what ended."""

from dataclasses import dataclass

from approvals.models import Request
from desk.clocks import Now
from desk.queue import UNREAD, Queue, queue_of
from desk.today import Today, today_of
from guardrails.policy import Policy
from people.models import User

LATELY = 8
COLUMNS = "value,margin,functions,due"


@dataclass(frozen=True, slots=True)
class LeaderHome:
    today: Today
    breaking: Queue
    nobody: Queue
    ended: tuple[Request, ...]


def leader_home(user: User, policy: Policy, now: Now) -> LeaderHome:
    return LeaderHome(
        today=today_of(user, policy, now),
        breaking=queue_of(user, policy, {"when": "breaking", "columns": COLUMNS}, now, None),
        nobody=queue_of(user, policy, {"when": "nobody", "columns": COLUMNS}, now, None),
        ended=ended_lately(user),
    )


def ended_lately(user: User) -> tuple[Request, ...]:
    """Granted, declined or withdrawn, the latest first. One query."""
    ended = Request.objects.visible_to(user).exclude(status=Request.Status.OPEN)
    ended = ended.exclude(status=Request.Status.SUPERSEDED).select_related("deal__account", "revision")
    return tuple(ended.defer(*UNREAD, "evaluation_walk_away").order_by("-ended_at", "-pk")[:LATELY])
