"""How a won deal came out against what had been agreed inside, in one sentence. Net prices only."""

from dataclasses import dataclass
from decimal import Decimal

from approvals.models import Closing, Mandate
from base.format import money, percent, points
from insights.fill import leakage_of
from insights.leakage import Leakage

OTHERWISE = (
    "Lines, volumes or length are not those asked for, so target and limit are priced for what was signed."
)
HALF = Decimal("0.5")  # what is written as 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`leakage`: None when there is nothing to compare with; `words` say so."""

    leakage: Leakage | None
    words: str


def outcome_of(closing: Closing, mandate: Mandate | None, currency: str) -> Outcome | None:
    """ "Signed at €1,866,600, €57,960 (2.6 points) under the target of …"; None for a deal that was lost.

    `mandate`: the one it was closed with. `currency`: of the deal.
    """
    if not closing.won:
        return None
    found = leakage_of(closing, mandate)
    if mandate is None:
        return Outcome(None, "Won without a mandate: there is no target and no limit to compare it with.")
    if found is None:
        return Outcome(None, "Without a recorded price it cannot be compared with the mandate.")
    said = compared(found, currency)
    return Outcome(found, said if found.as_asked else f"{said} {OTHERWISE}")


def compared(found: Leakage, currency: str) -> str:
    signed, target, limit = (money(one, currency) for one in (found.signed, found.target, found.limit))
    if abs(found.given) < HALF:
        return f"Signed at {signed}, the target: nothing was given away."
    if found.given < 0:
        return f"Signed at {signed}, {money(-found.given, currency)} above the target of {target}."
    gap = f"Signed at {signed}, {money(found.given, currency)} ({points(found.points)})"
    if found.past:
        past = f"{money(found.past, currency)} past the limit of {limit}"
        return f"{gap} under the target of {target} and {past}."
    room = (
        "" if found.used is None else f", {percent(found.used, 0)} of the room down to the limit of {limit}"
    )
    return f"{gap} under the target of {target}{room}."
