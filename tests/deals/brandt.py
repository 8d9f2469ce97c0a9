"""D-1284, Brandt Logistik AG: the worked example of the documents, as plain terms."""

from dataclasses import replace
from decimal import Decimal as D

from deals.terms import Ask, Line, Terms, World
from guardrails.clause import Clause, Position
from guardrails.measured import Frame
from guardrails.policy import Economics, FunctionRule, Level, Policy

FRAME = Frame("Brandt Logistik AG", "Enterprise", "DACH", "New business", "EUR")
WORLD = World()

POLICY = Policy(
    number=14,
    currency="EUR",
    segments=("Enterprise", "Mid-market"),
    regions=("DACH", "Nordics"),
    families=("platform", "support", "services"),
    deal_types=("New business", "Renewal", "Expansion"),
    functions=(FunctionRule("legal", "Legal", route="climb"),),
    levels=(Level("legal", 1, "Legal Counsel", 960), Level("legal", 2, "General Counsel", 1440)),
    ladders=(),
    clauses=(
        Clause(
            "liability",
            "Limitation of liability",
            "legal",
            (
                Position(
                    "standard",
                    "1.0 × yearly fees",
                    "At most the fees of a year.",
                    0,
                    {"liability_cap": D("1.0")},
                ),
                Position(
                    "fallback-1", "1.5 × fees", "At most 1.5 yearly fees.", 1, {"liability_cap": D("1.5")}
                ),
                Position(
                    "fallback-2", "2.0 × fees", "At most two yearly fees.", 2, {"liability_cap": D("2.0")}
                ),
                Position("uncapped", "Uncapped", "Without limit.", None),
            ),
        ),
        Clause(
            "law",
            "Governing law",
            "legal",
            (
                Position("standard", "Germany", "German law.", 0),
                Position("fallback-1", "Austria", "Austrian law.", 0),
                Position("fallback-2", "England", "English law.", 2),
            ),
        ),
        Clause(
            "exit",
            "Exit for convenience",
            "legal",
            (
                Position("standard", "Not before month 24", "From month 24.", 0, {"exit_month": D(24)}),
                Position("fallback-1", "Month 18", "From month 18.", 2, {"exit_month": D(18)}),
                Position("fallback-2", "Month 12", "From month 12.", None, {"exit_month": D(12)}),
            ),
        ),
    ),
    library=3,
    economics=Economics(standard_days=30, capital_rate=D("6.5"), day_cost=D(980)),
    valid_days=30,
)

#        key           product        name               family      per              recurring
PRODUCTS = {
    "platform": ("Control Platform", "platform", "seat and year", True, 420, "1150", "10", "253"),
    "connector": ("Site connector", "platform", "site and year", True, 3, "48000", "0", "12000"),
    "support": ("Premium support", "support", "year", True, 1, "62700", "0", "37620"),
    "implementation": ("Implementation", "services", "day", False, 90, "1450", "0", "980"),
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
        clauses=clauses or {"liability": "standard", "law": "standard", "exit": "standard"},
        partner_fee=D(4),
    )


TARGET = terms(
    ("16", "10", "0", "0"), payment_days="30", price_rise="3.0", custom_days="12", weeks_to_live="15"
)
WALK_AWAY = terms(
    ("24.5", "18", "10", "15"),
    {"liability": "fallback-1", "law": "fallback-1", "exit": "standard"},
    payment_days="60",
    price_rise="2.0",
    custom_days="20",
    weeks_to_live="13",
)
OFFER_5 = replace(WALK_AWAY, lines=lines("24.5", "23.5", "10", "15"))
BRANDT = Ask(TARGET, WALK_AWAY)
