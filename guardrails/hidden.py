"""Which numbers are kept from who sees cost as a band only, and what this policy shows to whom."""

from datetime import datetime

from guardrails.models import PolicyVersion
from people.models import User
from people.shown import View, cost_view

FROM_COST = frozenset({"margin", "below_floor", "cost_of_terms"})  # metrics that cost can be read from


def hides(view: View, key: str) -> bool:
    """Whether numbers under this limit key are kept from who sees `view`: values, limits and thresholds."""
    return view == "band" and key.partition("/")[0] in FROM_COST


def view_under(user: User, version: PolicyVersion | None) -> View:
    """What `version`, the one in force, shows this person; the least while there is none."""
    return cost_view(user, version.policy) if version else "band"


def view_at(user: User, at: datetime) -> View:
    """What the policy in force shows this person, whichever version a page is about."""
    return view_under(user, PolicyVersion.objects.begun(at).first())
