"""D-1284, Brandt Logistik AG: the worked example of the documents, as plain terms."""

from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path

from deals.terms import Ask, Line, Terms, World
from guardrails.measured import Frame
from guardrails.toml import load

FRAME = Frame("Brandt Logistik AG", "Enterprise", "DACH", "New business", "EUR")
WORLD = World()

DEMO_POLICY = Path(__file__).parents[2] / "guardrails" / "demo_policy.toml"
POLICY = load(DEMO_POLICY.read_text())

CLAUSES = ("liability", "data", "law", "exit")

#        key           product        name               family      per              recurring
PRODUCTS = {
    "platform": ("Control Platform", "Platform", "seat and year", True, 420, "1150", "10", "253"),
    "connector": ("Site connector", "Connectors", "site and year", True, 3, "48000", "0", "12000"),
    "support": ("Premium support", "Support", "year", True, 1, "62700", "0", "37620"),
    "implementation": ("Implementation", "Services", "day", False, 90, "1450", "0", "980"),
}


def lines(*discounts: str) -> tuple[Line, ...]:
    return tuple(
        Line(
            key, key, name, family, per, recurring, D(quantity), D(price), D(tier), D(cost), D(0), D(discount)
        )
        for (key, (name, family, per, recurring, quantity, price, tier, cost)), discount in zip(
            PRODUCTS.items(), discounts, strict=True
        )
    )


def terms(discounts: tuple[str, ...], clauses: dict[str, str | None] | None = None, **values: str) -> Terms:
    usual = {"invoices_per_year": "1", "term_months": "36", "free_months": "0", **values}
    return Terms(
        frame=FRAME,
        rate=D(1),
        lines=lines(*discounts),
        values={key: D(value) for key, value in usual.items()},
        clauses=clauses or dict.fromkeys(CLAUSES, "standard"),
        partner_fee=D(4),
    )


TARGET = terms(
    ("16", "10", "0", "0"), payment_days="30", price_rise="3.0", custom_days="12", weeks_to_live="15"
)
WALK_AWAY = terms(
    ("24.5", "18", "10", "15"),
    {**dict.fromkeys(CLAUSES, "standard"), "liability": "fallback-1", "law": "fallback-1"},
    payment_days="60",
    price_rise="2.0",
    custom_days="20",
    weeks_to_live="13",
)
OFFER_5 = replace(WALK_AWAY, lines=lines("24.5", "23.5", "10", "15"))
BRANDT = Ask(TARGET, WALK_AWAY)
