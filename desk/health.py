"""Whether the product itself does what is due: one line for whoever looks after it."""

from dataclasses import dataclass
from datetime import datetime

from desk.operations import WARN, Age, age
from ledger import health
from ledger.replay import operates
from people.models import User


@dataclass(frozen=True, slots=True)
class Health:
    """`late`: since when the longest waiting work is due; `swept`: the last sweep; `parked`: given up on."""

    late: Age | None
    swept: Age | None
    parked: int
    standing_still: int

    @property
    def tone(self) -> str:
        tones = {one.tone for one in (self.late, self.swept) if one}
        if self.swept is None or "bad" in tones:
            return "bad"
        return "warn" if self.parked or self.standing_still or "warn" in tones else "ok"

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is wrong, the worst first; what is well, when nothing is."""
        swept = f"the last sweep was {self.swept.words} ago" if self.swept else "no sweep has run yet"
        if self.tone == "ok":
            return (f"Everything that is due gets done; {swept}.",)
        said = []
        if self.swept is None or self.swept.tone != "ok":
            said.append(f"{swept[0].upper()}{swept[1:]}; usual is every {WARN // 2} s.")
        if self.late and self.late.tone != "ok":
            said.append(f"What waits longest is {self.late.words} late.")
        if self.parked:
            words = "was given up on and waits" if self.parked == 1 else "were given up on and wait"
            said.append(f"{self.parked} {words} for a person.")
        if self.standing_still:
            said.append(f"{self.standing_still} of the followers cannot get on.")
        return tuple(said)


def health_for(user: User, now: datetime) -> Health | None:
    """Four queries; none and nothing for whoever does not look after it."""
    if not operates(user):
        return None
    return Health(
        late=age(health.oldest_due(now), now),
        swept=age(health.last_sweep(), now),
        parked=health.parked(),
        standing_still=health.standing_still(),
    )
