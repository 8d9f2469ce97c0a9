"""Whether the product itself does what is due: one line for whoever looks after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from base.words import say, say_many
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
        if self.swept and self.tone == "ok":
            ago = self.swept.words
            return (say("Everything that is due gets done; the last sweep was {age} ago.", age=ago),)
        return tuple(self.wrong())

    def wrong(self) -> Iterator[str]:
        if self.swept is None:
            yield say("No sweep has run yet; usual is every {seconds} s.", seconds=WARN // 2)
        elif self.swept.tone != "ok":
            age = self.swept.words
            yield say("The last sweep was {age} ago; usual is every {seconds} s.", age=age, seconds=WARN // 2)
        if self.late and self.late.tone != "ok":
            yield say("What waits longest is {age} late.", age=self.late.words)
        if self.parked:
            yield say_many(
                "{count} was given up on and waits for a person.",
                "{count} were given up on and wait for a person.",
                self.parked,
            )
        if self.standing_still:
            yield say_many(
                "{count} of the followers cannot get on.",
                "{count} of the followers cannot get on.",
                self.standing_still,
            )


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
