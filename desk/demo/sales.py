"""Deals of the past, drawn by chance from how this company sells. The same seed and day give the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import log
from random import Random

from desk.demo.accounts import ENTERPRISE, MIDDLE, PUBLIC, UK, Buyer
from desk.demo.calendar import hour_of, signing_days
from desk.demo.catalogue import CATALOGUE, SEAT, SITE, Item
from desk.demo.catalogue import DAY as PER_DAY
from desk.demo.habits import Habit, habit_of, seller_for
from desk.demo.texts import LOST, OBJECTIVES, TITLES

Ends = tuple[float | int, float | int]
ITEMS = {item.key: item for item in CATALOGUE}
LEADS = {
    ENTERPRISE: {"control-platform": 5, "yard-planner": 3, "field-service": 2, "analytics": 1},
    MIDDLE: {"control-platform-lite": 6, "yard-planner": 2, "field-service": 1, "analytics": 1},
    PUBLIC: {"field-service": 4, "control-platform-lite": 3, "control-platform": 1},
}
BESIDE = {
    "site-connector": 2,
    "sap-connector": 2,
    "carrier-connector": 2,
    "device-gateway": 2,
    "premium-support": 2,
    "standard-support": 4,
    "implementation": 6,
    "training": 3,
    "data-migration": 2,
}
USUAL = {SEAT: 120, SITE: 4, PER_DAY: 26}  # how much is bought at once, in the middle
SPREAD = 0.75  # of the logarithm
ROUND = {10: 5, 15: 4, 20: 3, 25: 1.4}
LADDERS = {"": (12.5, 20.0, 30.0), "Renewal": (8.0, 15.0, 25.0), PUBLIC: (15.0, 25.0, 32.0)}
HAIR = 0.1


@dataclass(frozen=True, slots=True)
class Sale:
    """How a deal will have gone. Discounts in percent of list, of the whole deal: `aim` and `asked` are the
    ends of what is asked for, `signed` what was agreed in the end (or last offered)."""

    buyer: Buyer
    seller: str
    title: str
    objective: str
    deal_type: str
    lines: tuple[tuple[str, int], ...]
    aim: Decimal
    asked: Decimal
    signed: Decimal
    sent: datetime
    closed: datetime
    won: bool
    reason: str
    terms: Mapping[str, Ends] = field(default_factory=dict)
    clauses: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    partner_fee: int = 0

    @property
    def opened(self) -> datetime:
        return self.sent - timedelta(hours=2)


def sales(random: Random, buyers: Sequence[Buyer], first: date, last: date, count: int) -> Iterator[Sale]:
    """`count` deals that end from `first` to `last`, in the order in which they end."""
    for day in signing_days(random, first, last, count):
        yield sale(random, random.choices(buyers, [0.5 + each.size for each in buyers])[0], day)


def sale(random: Random, buyer: Buyer, day: date) -> Sale:
    seller = seller_for(buyer, random)
    habit = habit_of(seller)
    deal_type = random.choices(("New business", "Expansion", "Renewal"), (5, 3, 2))[0]
    lines = basket(random, buyer)
    ladder = ladder_of(buyer, deal_type)
    signed = agreed(random, habit, ladder, lines)
    asked = most(random, habit, signed, ladder)
    won = random.random() < (0.74 if deal_type == "Renewal" else 0.58)
    sent = hour_of(random, day - timedelta(days=random.randint(9, 46)))
    return Sale(
        buyer=buyer,
        seller=seller,
        title=random.choice(TITLES[lines[0][0]]).format(n=random.randint(2, 9)),
        objective=random.choice(OBJECTIVES),
        deal_type=deal_type,
        lines=lines,
        aim=tenth(max(tier_of(lines), signed - random.uniform(1.5, 6))),
        asked=tenth(asked),
        signed=tenth(signed),
        sent=sent,
        closed=hour_of(random, day, range(11, 18)),
        won=won,
        reason="" if won else random.choice(LOST),
        terms=terms_of(random),
        clauses=clauses_of(random),
        partner_fee=random.choices((0, 4, 8), (8, 1.5, 0.5))[0],
    )


def basket(random: Random, buyer: Buyer) -> tuple[tuple[str, int], ...]:
    """A leading product and up to three beside it, in log-normal quantities."""
    weights = LEADS[buyer.segment]
    lead = random.choices(list(weights), list(weights.values()))[0]
    beside: dict[str, None] = {}
    for _ in range(random.choices((0, 1, 2, 3), (2, 4, 3, 1))[0]):
        beside[random.choices(list(BESIDE), list(BESIDE.values()))[0]] = None
    return tuple((key, quantity(random, ITEMS[key], buyer.size)) for key in (lead, *beside))


def quantity(random: Random, item: Item, size: float) -> int:
    usual = USUAL.get(item.per)
    return 1 if usual is None else max(1, round(random.lognormvariate(log(usual * size), SPREAD)))


def ladder_of(buyer: Buyer, deal_type: str) -> tuple[float, ...]:
    """The points of the policy's discount ladder for this deal."""
    if deal_type == "Renewal":
        return LADDERS["Renewal"]
    return LADDERS[PUBLIC if (buyer.segment, buyer.region) == (PUBLIC, UK) else ""]


def agreed(random: Random, habit: Habit, ladder: Sequence[float], lines: Sequence[tuple[str, int]]) -> float:
    """Round numbers, numbers just under a threshold, and all the others around what the size earns."""
    least = tier_of(lines)
    kind = random.random()
    if kind < habit.hugs:
        points = [point - HAIR for point in ladder if point - HAIR > least]
        return random.choices(points, (5, 4, 1.2)[: len(points)])[0] if points else least
    if kind < habit.hugs + habit.round:
        points = [point for point in ROUND if point >= least]
        return random.choices(points, [ROUND[int(point)] for point in points])[0] if points else least
    usual = random.gauss(8.5 + least / 3, 5.5)
    return min(usual, 33) if usual > least else least + random.uniform(0, 3)


def most(random: Random, habit: Habit, signed: float, ladder: Sequence[float]) -> float:
    """What is asked for as walk-away: on the threshold itself by those who sign just below it."""
    if signed + HAIR in ladder:
        return signed + HAIR
    return min(signed + random.uniform(*habit.spare), 38)


def tier_of(lines: Sequence[tuple[str, int]]) -> float:
    """The deepest volume discount among the lines: nobody aims for less off than the price list says."""
    reached = [off for key, many in lines for least, off in ITEMS[key].tiers if many >= least]
    return max(reached, default=0)


def tenth(percent: float) -> Decimal:
    return Decimal(str(round(percent, 1)))


def terms_of(random: Random) -> dict[str, Ends]:
    """Where they differ from the standard of a scene; most deals move one or two."""
    terms: dict[str, Ends] = {}
    if random.random() < 0.32:
        terms["payment_days"] = (30, random.choice((45, 45, 60, 60, 75)))
    if random.random() < 0.12:
        terms["free_months"] = (0, random.choice((1, 2, 3)))
    if random.random() < 0.1:
        terms["price_rise"] = (2, random.choice((0, 1)))
    if random.random() < 0.2:
        terms["custom_days"] = (8, random.choice((12, 15, 18, 25)))
    if random.random() < 0.14:
        terms["weeks_to_live"] = (16, random.choice((14, 13, 11)))
    return terms


def clauses_of(random: Random) -> dict[str, tuple[str, str]]:
    clauses = {}
    if random.random() < 0.2:
        clauses["liability"] = ("standard", random.choices(("fallback-1", "fallback-2"), (4, 1))[0])
    if random.random() < 0.08:
        clauses["data"] = ("standard", "fallback-1")
    return clauses
