"""What happens while a level does not answer: when it is reminded, and who takes over from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Literal

from base.lists import listed
from base.words import mark, say
from guardrails.faults import Fault, refuse

Taker = Literal["next level", "manager", "desk"]
TAKERS: tuple[Taker, ...] = ("next level", "manager", "desk")
USUAL_REMINDERS = (Decimal("0.5"),)
USUAL_TAKERS: tuple[Taker, ...] = ("next level", "desk")
LONGEST = 10  # reminders, and hand-overs
SHARES = {
    Decimal("0.25"): mark("a quarter"),
    Decimal("0.5"): mark("half"),
    Decimal("0.75"): mark("three quarters"),
}
TOOK_OVER = {
    "next level": mark("the next level"),
    "manager": mark("the manager of who did not answer"),
    "desk": mark("the deal desk"),
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
        takers = reduce(_then, (say(TOOK_OVER[one]) for one in self.takers))
        if not self.remind:
            return say("not reminded; then {takers}", takers=takers)
        shares = listed([share_words(share) for share in self.remind])
        if len(self.remind) == 1:
            return say("reminded when {share} of it is gone; then {takers}", share=shares, takers=takers)
        return say("reminded when {shares} of it are gone; then {takers}", shares=shares, takers=takers)

    def ahead(self, allowance: int, remaining: int) -> Iterator[tuple[int, Decimal, int]]:
        """Of each reminder still to come, for a clock that starts with `remaining` of `allowance` working
        minutes: its place, from 1, the share of the time that is gone then, and in how many minutes."""
        for place, share in enumerate(self.remind, start=1):
            minutes = int(share * allowance) - (allowance - remaining)
            if minutes > 0:
                yield place, share, minutes


def share_words(share: Decimal) -> str:
    """ "half", "80 %": a part of the time to answer."""
    known = SHARES.get(share)
    return say(known) if known else say("{percent} %", percent=f"{(share * 100).normalize():f}")


def _then(first: str, then: str) -> str:
    return say("{first}, then {then}", first=first, then=then)


def _escalation_faults(how: Escalation) -> Iterator[Fault]:
    for place, share in enumerate(how.remind):
        if not (share.is_finite() and 0 < share < 1):
            reason = say(
                "a reminder comes after a part of the time, like 0.5 for half of it, not {share}", share=share
            )
            yield Fault(("remind", place), reason)
        elif place and share <= how.remind[place - 1]:
            reason = say(
                "reminders come one after the other: {share} is not after {before}",
                share=share,
                before=how.remind[place - 1],
            )
            yield Fault(("remind", place), reason)
    yield from _length_faults(len(how.remind), "remind", mark("at most {most} reminders, not {count}"))
    for place, taker in enumerate(how.takers):
        if taker not in TAKERS:
            yield Fault(
                ("escalate", place),
                say("who takes over is {choices}, not “{taker}”", choices=", ".join(TAKERS), taker=taker),
            )
        elif taker == "desk" and place < len(how.takers) - 1:
            yield Fault(
                ("escalate", place), say("the desk keeps what it is given: write “desk” last, and once")
            )
    if how.takers[-1:] != ("desk",):
        reason = say("what nobody answers must end with somebody: write “desk” last")
        yield Fault(("escalate",), reason)
    yield from _length_faults(len(how.takers), "escalate", mark("at most {most} hand-overs, not {count}"))


def _length_faults(count: int, key: str, words: str) -> Iterator[Fault]:
    if count > LONGEST:
        yield Fault((key,), say(words, most=LONGEST, count=count))
