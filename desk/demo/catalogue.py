"""What Helio GmbH sells: software for warehouses, yards and plants, and the work to put it in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from base import clock
from deals.models import Price, Product, Rate, Tier

YEARS = 4  # of price books and budget rates, before the day on which the demo is loaded
SEAT, SITE, YEAR, DAY = "seat and year", "site and year", "year", "day"


@dataclass(frozen=True, slots=True)
class Item:
    """Euro per unit. `tiers`: volume discount in percent from a quantity on. `floor` 0: no floor."""

    key: str
    name: str
    family: str
    per: str
    price: int
    cost: int | None
    floor: int = 0
    tiers: tuple[tuple[int, int], ...] = ()

    @property
    def recurring(self) -> bool:
        return self.per != DAY


CATALOGUE = (
    Item(
        "control-platform",
        "Control Platform",
        "Platform",
        SEAT,
        1150,
        253,
        tiers=((100, 5), (250, 10), (1000, 15)),
    ),
    Item(
        "control-platform-lite",
        "Control Platform Lite",
        "Platform",
        SEAT,
        640,
        160,
        420,
        ((100, 5), (250, 10)),
    ),
    Item("yard-planner", "Yard Planner", "Platform", SEAT, 890, 214, 580, ((50, 5), (200, 10))),
    Item("field-service", "Field Service", "Platform", SEAT, 720, 187, 470, ((100, 5), (400, 12))),
    Item("analytics", "Analytics", "Platform", YEAR, 54000, 11900, 35000),
    Item("site-connector", "Site connector", "Connectors", SITE, 48000, 12000, tiers=((5, 5), (20, 10))),
    Item("sap-connector", "SAP connector", "Connectors", YEAR, 36000, 9800, 24000),
    Item("carrier-connector", "Carrier connector", "Connectors", SITE, 8400, 2100, 5500, ((10, 5), (50, 10))),
    Item("device-gateway", "Device gateway", "Connectors", SITE, 5200, 1900, 3600, ((10, 5), (50, 10))),
    Item("premium-support", "Premium support", "Support", YEAR, 62700, 37620),
    Item("standard-support", "Standard support", "Support", YEAR, 21500, 12900, 15000),
    Item("implementation", "Implementation", "Services", DAY, 1450, 980),
    Item("training", "Training", "Services", DAY, 1280, 720, 900, ((10, 5),)),
    Item("data-migration", "Data migration", "Services", DAY, 1580, 1040, 1150),
)
# price books beside the one in euro: factor on it, and what a unit of the currency is worth in euro this year
CURRENCIES = (
    ("CHF", Decimal("0.96"), Decimal("1.0650")),
    ("GBP", Decimal("0.86"), Decimal("1.1720")),
    ("SEK", Decimal("11.20"), Decimal("0.0890")),
    ("USD", Decimal("1.12"), Decimal("0.9010")),
)
# the same in the years before, beside this year's
DRIFT = tuple(map(Decimal, ("1", "0.992", "1.011", "0.985", "1.004")))
WEEKS = 52  # of rates of the market, up to the day before the demo is loaded
SWAY = tuple(map(Decimal, ("1", "0.998", "1.003", "0.996", "1.001", "1.004", "0.999")))  # week by week
SATURDAY = 6


def add_catalogue() -> dict[str, Product]:
    """Products with prices in every currency and tiers, and a rate for each currency, by product key."""
    start = date(clock.today().year - YEARS, 1, 1)
    products = Product.objects.bulk_create(
        Product(key=item.key, name=item.name, family=item.family, per=item.per, recurring=item.recurring)
        for item in CATALOGUE
    )
    pairs = list(zip(products, CATALOGUE, strict=True))
    books = (("EUR", Decimal(1)), *((name, factor) for name, factor, _ in CURRENCIES))
    Tier.objects.bulk_create(
        Tier(product=product, from_quantity=quantity, percent=percent)
        for product, item in pairs
        for quantity, percent in item.tiers
    )
    Price.objects.bulk_create(price(product, item, *book, start) for product, item in pairs for book in books)
    today = clock.today()
    Rate.objects.bulk_create([*budget_rates(today.year), *market_rates(today)])
    return {product.key: product for product in products}


def market_rates(today: date) -> Iterator[Rate]:
    """A rate for each currency and week, the newest of the last working day before `today`."""
    newest = today - timedelta(days=1)
    newest -= timedelta(days=max(0, newest.isoweekday() - SATURDAY + 1))
    for ago in range(WEEKS):
        day = newest - timedelta(weeks=ago)
        if (day.month, day.day) == (1, 1):  # a holiday, and the day of the budget
            continue
        for currency, _, worth in CURRENCIES:
            rate = (worth * SWAY[ago % len(SWAY)]).quantize(Decimal("0.0001"))
            yield Rate(currency=currency, date=day, rate=rate, source="ECB")


def budget_rates(year: int) -> Iterator[Rate]:
    """A rate for each currency and year, for what was asked before there were others."""
    for ago, drift in enumerate(DRIFT):
        since = date(year - ago, 1, 1)
        for currency, _, worth in CURRENCIES:
            rate = (worth * drift).quantize(Decimal("0.0001"))
            yield Rate(currency=currency, date=since, rate=rate, source=f"Budget rate {since.year}")


def price(product: Product, item: Item, currency: str, factor: Decimal, start: date) -> Price:
    """The price of `item` in another price book: listed in tens of its currency."""
    return Price(
        product=product,
        currency=currency,
        list_price=round(item.price * factor, -1),
        cost=None if item.cost is None else round(item.cost * factor),
        floor=round(item.floor * factor),
        from_date=start,
    )
