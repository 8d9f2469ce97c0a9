"""How a won deal came out against what had been agreed inside, in one sentence. Net prices only."""

from dataclasses import dataclass
from decimal import Decimal

from approvals.models import Closing, Mandate
from base.format import money, percent, points
from base.words import mark, say
from insights.fill import leakage_of
from insights.leakage import Leakage

OTHERWISE = mark(
    "Lines, volumes or length are not those asked for, so target and limit are priced for what was signed."
)
PAST = mark(
    "Signed at {signed}, {gap} ({points}) under the target of {target} and {past} past the limit of {limit}."
)
WITHIN = mark(
    "Signed at {signed}, {gap} ({points}) under the target of {target}, "
    "{used} of the room down to the limit of {limit}."
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
        return Outcome(
            None, say("Won without a mandate: there is no target and no limit to compare it with.")
        )
    if found is None:
        return Outcome(None, say("Without a recorded price it cannot be compared with the mandate."))
    said = compared(found, currency)
    return Outcome(found, said if found.as_asked else f"{said} {say(OTHERWISE)}")


def compared(found: Leakage, currency: str) -> str:
    signed, target, limit = (money(one, currency) for one in (found.signed, found.target, found.limit))
    if abs(found.given) < HALF:
        return say("Signed at {signed}, the target: nothing was given away.", signed=signed)
    if found.given < 0:
        above = money(-found.given, currency)
        return say(
            "Signed at {signed}, {gap} above the target of {target}.", signed=signed, gap=above, target=target
        )
    gap = {
        "signed": signed,
        "gap": money(found.given, currency),
        "points": points(found.points),
        "target": target,
    }
    if found.past:
        past = money(found.past, currency)
        return say(PAST, past=past, limit=limit, **gap)
    if found.used is None:
        return say("Signed at {signed}, {gap} ({points}) under the target of {target}.", **gap)
    return say(WITHIN, used=percent(found.used, 0), limit=limit, **gap)
