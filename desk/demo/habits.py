"""How the sellers of Helio GmbH sell. Whoever looks at the figures can find them again."""

from dataclasses import dataclass
from random import Random

from desk.demo.accounts import AMERICA, BENELUX, DACH, ENTERPRISE, MIDDLE, NORDICS, UK, Buyer


@dataclass(frozen=True, slots=True)
class Habit:
    """Shares from 0 to 1, and points of discount.

    `hugs`: signs just under a threshold. `round`: signs 10, 15, 20 or 25 %. `spare`: asks for so much more
    than is needed in the end. `leaks`: signs every term at the limit. `busy`: deals, beside the others.
    """

    hugs: float = 0.14
    round: float = 0.3
    spare: tuple[float, float] = (0.4, 3.0)
    leaks: float = 0.12
    busy: float = 1.0


USUAL = Habit()
HABITS = {
    "arjun": Habit(busy=1.3),
    "maya": Habit(spare=(0.5, 2.0), leaks=0.05),
    "sofia": Habit(spare=(0.0, 0.6), leaks=0.8),  # gives away all she was granted
    "jonas": Habit(hugs=0.7, round=0.1, busy=1.2),  # stays a hair below whoever would have to be asked
    "elena": Habit(round=0.25, spare=(6.0, 11.0)),  # asks for twice what she needs
    "caleb": Habit(spare=(3.0, 7.0), round=0.45),
    "thijs": Habit(hugs=0.35, busy=0.7),
    "owen": Habit(leaks=0.4, busy=0.6),
}
SELLERS = {
    (DACH, ENTERPRISE): ("maya", "arjun"),
    (DACH, MIDDLE): ("lukas", "katja"),
    (UK, ""): ("sofia", "jonas", "imogen"),
    (NORDICS, ""): ("elena", "mikkel"),
    (BENELUX, ""): ("daan", "fleur", "thijs"),
    (AMERICA, ""): ("naomi", "caleb", "rosa", "owen"),
}


def habit_of(seller: str) -> Habit:
    return HABITS.get(seller, USUAL)


def seller_for(buyer: Buyer, random: Random) -> str:
    """Someone who sells in the buyer's region; in DACH the public sector belongs to the mid-market team."""
    team = (
        SELLERS.get((buyer.region, ""))
        or SELLERS[buyer.region, ENTERPRISE if buyer.segment == ENTERPRISE else MIDDLE]
    )
    return random.choices(team, [habit_of(each).busy for each in team])[0]
