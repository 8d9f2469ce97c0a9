"""Home of whoever audits: what was decided in place of the people asked, what ended, what may be taken."""

from dataclasses import dataclass

from approvals.models import Request
from desk.clocks import Now
from desk.leader import ended_lately
from desk.overrides import Row, overrides_for
from people.models import User

SHOWN = 5


@dataclass(frozen=True, slots=True)
class AuditorHome:
    """Of the twelve months that end today. `rows`: the latest overrides."""

    decided: int
    overridden: int
    deals: int
    rows: tuple[Row, ...]
    ended: tuple[Request, ...]


def auditor_home(user: User, now: Now) -> AuditorHome:
    """Four queries."""
    year = overrides_for(user, now.today, "", None)
    return AuditorHome(
        decided=year.decided,
        overridden=year.count,
        deals=year.deals,
        rows=year.rows[:SHOWN],
        ended=ended_lately(user),
    )
