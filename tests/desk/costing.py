"""What the company knows of cost, in worlds that differ in nothing else."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Costs:
    """What the company knows and a band viewer does not. `units`: what one of each product costs. `margin`
    and `interest`: to where Finance narrows margin and cost of terms on D-1288, and `lapsed` to where margin
    falls back. `beyond`: how far past never an exception goes that Lena asks for on D-1292."""

    units: tuple[int, ...] = (253, 12000, 37620, 980)
    floor: int = 900
    capital_rate: str = "6.5"
    day_cost: str = "980"
    points: tuple[str, ...] = ("57.0", "50.0", "55.0")
    margin: str = "60.5"
    interest: int = 8000
    lapsed: str = "61.5"
    beyond: str = "52.0"


HERE = Costs()
DEARER = replace(
    HERE,
    units=(256, 11900, 38000, 985),
    floor=905,
    margin="60.4",
    interest=8100,
    lapsed="61.4",
    beyond="51.9",
)
OTHER_MONEY = replace(HERE, capital_rate="6.0", day_cost="900", points=("56.5", "49.0", "54.8"))
