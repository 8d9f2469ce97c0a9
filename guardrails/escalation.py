"""What happens while a level does not answer: when it is reminded, and who takes over from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from guardrails.faults import Fault, refuse

Taker = Literal["next level", "manager", "desk"]
TAKERS: tuple[Taker, ...] = ("next level", "manager", "desk")
USUAL_REMINDERS = (Decimal("0.5"),)
USUAL_TAKERS: tuple[Taker, ...] = ("next level", "desk")
LONGEST = 10  # reminders, and hand-overs
SHARES = {Decimal("0.25"): "a quarter", Decimal("0.5"): "half", Decimal("0.75"): "three quarters"}
TOOK_OVER = {
    "next level": "the next level",
    "manager": "the manager of who did not answer",
    "desk": "the deal desk",
}


@dataclass(frozen=True, slots=True)
class Escalation:
    """`remind`: shares of the time to answer, growing; as each is gone, those asked are reminded. `takers`:
    who takes over, one after the other, as each lets the time run out. The desk is last and keeps it."""

    remind: tuple[Decimal, ...] = USUAL_REMINDERS
    takers: tuple[Taker, ...] = USUAL_TAKERS

    def __post_init__(self) -> None:
        refuse(_escalation_faults(self))

    @property
    def words(self) -> str:
        """ "reminded when half and 80 % of it are gone; then the next level, then the deal desk"."""
        return f"{_reminded(self.remind)}; then {', then '.join(TOOK_OVER[one] for one in self.takers)}"

    def ahead(self, allowance: int, remaining: int) -> Iterator[tuple[int, Decimal, int]]:
        """Of each reminder still to come, for a clock that starts with `remaining` of `allowance` working
        minutes: its place, from 1, the share of the time that is gone then, and in how many minutes."""
        for place, share in enumerate(self.remind, start=1):
            minutes = int(share * allowance) - (allowance - remaining)
            if minutes > 0:
                yield place, share, minutes


def share_words(share: Decimal) -> str:
    """ "half", "80 %": a part of the time to answer."""
    return SHARES.get(share) or f"{(share * 100).normalize():f} %"


def _reminded(shares: tuple[Decimal, ...]) -> str:
    if not shares:
        return "not reminded"
    *before, last = [share_words(share) for share in shares]
    named = f"{', '.join(before)} and {last} of it are" if before else f"{last} of it is"
    return f"reminded when {named} gone"


def _escalation_faults(how: Escalation) -> Iterator[Fault]:
    for place, share in enumerate(how.remind):
        if not (share.is_finite() and 0 < share < 1):
            reason = f"a reminder comes after a part of the time, like 0.5 for half of it, not {share}"
            yield Fault(("remind", place), reason)
        elif place and share <= how.remind[place - 1]:
            reason = f"reminders come one after the other: {share} is not after {how.remind[place - 1]}"
            yield Fault(("remind", place), reason)
    yield from _length_faults(len(how.remind), "remind", "reminders")
    for place, taker in enumerate(how.takers):
        if taker not in TAKERS:
            yield Fault(("escalate", place), f"who takes over is {', '.join(TAKERS)}, not “{taker}”")
        elif taker == "desk" and place < len(how.takers) - 1:
            yield Fault(("escalate", place), "the desk keeps what it is given: write “desk” last, and once")
    if how.takers[-1:] != ("desk",):
        reason = "what nobody answers must end with somebody: write “desk” last"
        yield Fault(("escalate",), reason)
    yield from _length_faults(len(how.takers), "escalate", "hand-overs")


def _length_faults(count: int, key: str, what: str) -> Iterator[Fault]:
    if count > LONGEST:
        yield Fault((key,), f"at most {LONGEST} {what}, not {count}")
