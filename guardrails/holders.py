"""Levels that a policy needs and that nobody holds: an ask that needs one would find no one to decide."""

from datetime import date

from guardrails.policy import Level, Policy
from people.models import Authority


def unheld(policy: Policy, on: date) -> tuple[Level, ...]:
    """The levels for which no active person has authority on this day, wherever."""
    held = set(
        Authority.objects.in_force(on)
        .filter(user__is_active=True)
        .values_list("function", "level")
        .distinct()
    )
    return tuple(level for level in policy.levels if (level.function, level.rank) not in held)
