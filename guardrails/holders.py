"""Who holds the levels of a policy; an ask that needs a level nobody holds would find no one to decide."""

from datetime import date

from guardrails.policy import Level, Policy
from people.models import Authority


def holders(on: date) -> dict[tuple[str, int], list[str]]:
    """Function and level → the names of the active people who hold it on this day, in any region."""
    found: dict[tuple[str, int], list[str]] = {}
    held = Authority.objects.in_force(on).filter(user__is_active=True).order_by("user__name")
    for function, level, name in held.values_list("function", "level", "user__name"):
        names = found.setdefault((function, level), [])
        if name not in names:
            names.append(name)
    return found


def unheld(policy: Policy, on: date) -> tuple[Level, ...]:
    """The levels for which no active person has authority on this day, wherever."""
    held = holders(on)
    return tuple(level for level in policy.levels if (level.function, level.rank) not in held)
