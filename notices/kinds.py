"""What messages are about, in the groups by which people choose how they get them. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Group(StrEnum):
    """`DECISIONS` waits for its reader: it can be put off to the daily mail, never be silenced."""

    DECISIONS = "decisions"
    OUTCOMES = "outcomes"
    TASKS = "tasks"
    WATCHED = "watched"


GROUPS: Mapping[str, Group] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                *("review", "remind", "extended", "asked", "asked_again", "question_answered", "unanswered"),
                *("held", "concern", "unroutable", "overdue", "back", "sooner"),
                *("paused", "resumed", "nudge", "mentioned", "called"),
            ),
            Group.DECISIONS,
        ),
        **dict.fromkeys(
            (
                *("granted", "declined", "changes", "expired", "answered"),
                *("moved", "moved_up", "reassigned", "overridden", "relieved"),
                *("exception_soon", "exception_over"),
            ),
            Group.OUTCOMES,
        ),
        **dict.fromkeys(("task", "due_soon", "shown", "met", "lapsed"), Group.TASKS),
        "watched": Group.WATCHED,
    }
)


def group_of(kind: str) -> Group:
    """Raises ValueError for a kind that belongs to no group: whoever adds one says how it may be silenced."""
    if kind not in GROUPS:
        raise ValueError(f"notices/kinds.py names no group for {kind!r}")
    return GROUPS[kind]
