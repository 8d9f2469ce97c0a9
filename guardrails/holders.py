"""Who holds the levels of a policy; an ask that needs a level nobody holds would find no one to decide."""

from collections.abc import Iterable, Mapping
from datetime import date

from guardrails.policy import Level, Policy
from people.models import Authority, User


def holders(policy: Policy, on: date) -> dict[tuple[str, int], list[str]]:
    """Function and level → the names of the active people who are asked there on this day, in any region: by
    authority, or as the policy names them. Who a manager is differs from seller to seller."""
    found = authorities(on)
    names = named(policy)
    for level in policy.levels:
        place = (level.function, level.rank)
        if level.pool.people:
            found[place] = sorted(names[one] for one in level.pool.people if one in names)
        elif level.pool.manager is not None:
            found[place] = []
    return found


def authorities(on: date) -> dict[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = {}
    held = Authority.objects.in_force(on).filter(user__is_active=True).order_by("user__name")
    for function, level, name in held.values_list("function", "level", "user__name"):
        names = found.setdefault((function, level), [])
        if name not in names:
            names.append(name)
    return found


def addresses(policy: Policy) -> tuple[str, ...]:
    """Everybody whom the policy names, each once."""
    groups: Iterable[tuple[str, ...]] = (
        *(level.pool.people for level in policy.levels),
        *(one.people for one in policy.specialists),
    )
    return tuple(dict.fromkeys(address for group in groups for address in group))


def named(policy: Policy) -> Mapping[str, str]:
    """E-mail address → name, of those active people whom the policy names. No query where it names nobody."""
    asked = addresses(policy)
    active = User.objects.active().filter(email__in=asked)
    return dict(active.values_list("email", "name")) if asked else {}


def unheld(policy: Policy, on: date) -> tuple[Level, ...]:
    """The levels at which no active person is asked on this day, wherever. Managers are left out: each
    seller has others."""
    held = holders(policy, on)
    return tuple(
        level
        for level in policy.levels
        if level.pool.manager is None and not held.get((level.function, level.rank))
    )


def strangers(policy: Policy) -> tuple[str, ...]:
    """Addresses in the policy that belong to nobody who may sign in."""
    known = named(policy)
    return tuple(address for address in addresses(policy) if address not in known)
