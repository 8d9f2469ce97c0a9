"""Home: who sees which, and how they are greeted."""

from typing import Literal

from base.words import say
from desk.clocks import Now
from people.models import Function, Team, User

Role = Literal["reviewer", "seller", "leader", "auditor"]
REVIEWERS = (Function.FINANCE, Function.LEGAL, Function.OPERATIONS, Function.EXECUTIVE)
MORNING, NOON, EVENING = 5, 12, 18


def role_of(user: User) -> Role:
    """Who decides, sells, audits, or looks after all of it: the desk and whoever leads a team."""
    if user.function in REVIEWERS:
        return "reviewer"
    if user.function == Function.AUDITOR:
        return "auditor"
    if user.sees_all or Team.objects.led_by(user).exists():
        return "leader"
    return "seller"


def greeting(user: User, now: Now) -> str:
    """ "Good morning, Maya", by the reader's own clock."""
    hour, name = now.local.hour, user.name.split()[0]
    if MORNING <= hour < NOON:
        return say("Good morning, {name}", name=name)
    if NOON <= hour < EVENING:
        return say("Good afternoon, {name}", name=name)
    return say("Good evening, {name}", name=name)
