"""From submit to the reviewer: until the row of the notice stands, and until the mail has arrived."""

import math
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from approvals.submit import submit
from deals.create import create
from deals.edit import save_draft
from deals.models import Account, Deal
from notices.mail import message_id
from notices.models import Notice
from tests.brandt import brandt_draft
from tests.cast import Cast
from tests.faults.post import Post

PATIENCE = 60.0  # seconds for the last mail to arrive


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds from the call of submit, one for each person asked."""

    what: str
    row: tuple[float, ...]
    mail: tuple[float, ...]
    missing: int


def p95(seconds: Sequence[float]) -> float:
    """What 95 of 100 stay under; infinity when nothing came."""
    return sorted(seconds)[-(-len(seconds) * 95 // 100) - 1] if seconds else math.inf


def median(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) if seconds else math.inf


def measure(what: str, cast: Cast, post: Post, *, submits: int, chance: random.Random) -> Waits:
    """So many deals sent for a mandate, at random moments."""
    rows: list[float] = []
    sent: dict[str, float] = {}
    for number in range(submits):
        deal = draft(cast, f"{what} {number}")
        time.sleep(chance.uniform(0, 1))
        began = time.monotonic()
        submit(deal, by=cast.maya)
        notices = list(Notice.objects.filter(stream=deal.stream))
        rows += [time.monotonic() - began] * len(notices)
        sent |= {message_id(notice.key): began for notice in notices}
    arrived = arrivals(sent, post)
    return Waits(what, tuple(rows), tuple(arrived), len(sent) - len(arrived))


def arrivals(sent: Mapping[str, float], post: Post) -> list[float]:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and any(name not in post.first for name in sent):
        time.sleep(0.1)
    return [post.first[name] - began for name, began in sent.items() if name in post.first]


def draft(cast: Cast, title: str) -> Deal:
    deal = create(
        title,
        Account.objects.get(),
        by=cast.maya,
        deal_type="New business",
        currency="EUR",
    )
    return save_draft(deal, by=cast.maya, version=deal.version, changes=brandt_draft(cast))
