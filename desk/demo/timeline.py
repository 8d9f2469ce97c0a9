"""Many stories at once: everything happens in the order of its time, reminders and hand-overs included."""

from collections.abc import Callable, Iterable
from datetime import datetime
from heapq import heapify, heappop, heappush

from base import clock
from desk.demo.scene import act
from desk.demo.tale import Clockwork, Story
from ledger.models import Effect

TIMERS = ("remind", "hand_over", "expire")


def tell(stories: Iterable[Story], until: datetime, clockwork: Clockwork, on_end: Callable[[], None]) -> None:
    """Let every story happen, and what falls due between its steps and afterwards, up to `until`."""
    ahead = [(next(story), place, story) for place, story in enumerate(stories)]
    heapify(ahead)
    upcoming = passed = None
    while ahead:
        at, place, story = heappop(ahead)
        if clockwork.moved or (upcoming and upcoming <= at):
            upcoming, clockwork.moved, passed = pass_time(at, passed), False, at
        with clock.standing_at(at):
            following = next(story, None)
        if following is None:
            on_end()
        else:
            heappush(ahead, (following, place, story))
    pass_time(until, passed)


def pass_time(until: datetime, since: datetime | None = None) -> datetime | None:
    """What falls due by `until` happens, in order, each at its own time. When the next thing is due.

    `since`: up to then it has happened already."""
    waiting = Effect.objects.filter(kind__in=TIMERS, state=Effect.State.PENDING).order_by("due_at", "pk")
    if since:
        waiting = waiting.filter(due_at__gte=since)
    while effect := waiting.first():
        if effect.due_at > until:
            return effect.due_at
        act(effect)
    return None
