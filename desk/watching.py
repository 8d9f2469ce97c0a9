"""Who watches a deal, and what the reader may change about it."""

from dataclasses import dataclass
from typing import Any

from approvals.models import Watch
from desk.forms.pools import Watcher
from desk.head import Room
from people.models import Function, User


@dataclass(frozen=True, slots=True)
class Watching:
    """`mine`: the reader watches. `may_add`: they may let others watch, and end that."""

    watches: tuple[Watch, ...]
    mine: bool
    may_add: bool


def watching_of(room: Room) -> Watching:
    """One query."""
    watches = Watch.objects.filter(deal=room.deal, ended_at=None).select_related("user", "by")
    found = tuple(watches.order_by("user__name", "pk"))
    return Watching(
        watches=found,
        mine=any(each.user_id == room.user.pk for each in found),
        may_add=room.may_edit or room.user.function == Function.DESK,
    )


def watcher_form(*args: Any) -> Watcher:
    return Watcher(*args, people=User.objects.active().by_name())
