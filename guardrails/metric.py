"""Every number a policy may judge, declared once: name, unit, step, riskier direction, sentence, formula."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from base import format as written

RHYTHM = {1: "yearly", 2: "half-yearly", 4: "quarterly", 12: "monthly"}

Direction = Literal["higher", "lower"]
Kind = Literal["typed", "derived", "set"]
Unit = Literal["%", "days", "weeks", "months", "month", "invoices", "money", "× fees", "position"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A number measured from terms.

    `kind`: typed by a person, derived from the lines, or set by the position of a clause.
    `per_family`: can be measured for the lines of one product family alone.
    `narrowable`: a function may grant less of it than was asked.
    `derived_limit`: its limit is measured at the corner.
    """

    key: str
    name: str
    unit: Unit
    step: Decimal
    riskier: Direction
    kind: Kind
    sentence: str
    formula: str
    shown: str
    per_family: bool = False
    narrowable: bool = True
    derived_limit: bool = False

    @property
    def sign(self) -> int:
        """+1 when higher is riskier, −1 when lower is."""
        return 1 if self.riskier == "higher" else -1

    def quantise(self, value: Decimal) -> Decimal:
        """`value` on the metric's step, rounded towards riskier; never −0."""
        rounding = ROUND_CEILING if self.riskier == "higher" else ROUND_FLOOR
        return value.quantize(self.step, rounding=rounding) + 0

    def riskier_than(self, a: Decimal, b: Decimal) -> bool:
        """Whether `a` lies strictly past `b` in the riskier direction."""
        return a * self.sign > b * self.sign

    def safer(self, a: Decimal, b: Decimal) -> Decimal:
        """The one of the two that lies further from risk."""
        return b if self.riskier_than(a, b) else a

    def show(self, value: Decimal | None, currency: str = "EUR") -> str:
        """The value as people read it, with its unit: "22.5 %", "60 days", "yearly". None is "unknown"."""
        if value is None:
            return "unknown"
        value = self.quantise(value)
        match self.unit:
            case "%":
                return written.percent(value)
            case "month" | "position":
                return f"{self.unit}{written.SPACE}{written.number(value)}"
            case "invoices":
                return RHYTHM.get(int(value), f"{written.number(value)}{written.SPACE}times a year")
        return self._counted(value, currency)

    def show_gap(self, gap: Decimal, currency: str = "EUR") -> str:
        """A distance between two values, never negative: "1.5 points", "15 days", "€1,200"."""
        gap = abs(gap)
        if self.unit == "%":
            return written.points(gap)
        return self._counted(gap, currency)

    def _counted(self, value: Decimal, currency: str) -> str:
        if self.unit == "money":
            return written.money(value, currency)
        if self.unit == "× fees":
            return f"{written.times(value)}{written.SPACE}fees"
        return written.count(value, self.unit.removesuffix("s"))


TENTH = Decimal("0.1")
ONE = Decimal("1")

# fmt: off
_DECLARED = (
    Metric(
        "discount", "Discount", "%", TENTH, "higher", "derived",
        "What the buyer pays less than list, over all lines and the whole term.",
        "1 − net price ÷ list price",
        "Brief, mandate, offers, queue",
        per_family=True,
    ),
    Metric(
        "discount_deepest", "Deepest line", "%", TENTH, "higher", "derived",
        "The largest discount of any single line.",
        "highest 1 − net ÷ list of a line",
        "Brief, review",
        per_family=True,
    ),
    Metric(
        "discount_12m", "Cumulative discount", "%", TENTH, "higher", "derived",
        "Discount of all deals of the account signed in the 12 months before the ask, with this one.",
        "1 − Σ net ÷ Σ list",
        "Review, account",
        derived_limit=True,
    ),
    Metric(
        "margin", "Margin", "%", TENTH, "lower", "derived",
        "What is left of the net price after all that this deal costs us; "
        "not the gross profit of the price list.",
        "(net − partner fee − cost of terms − not billed − cost to serve) ÷ net",
        "Everywhere; as a band to those who may not see cost",
        derived_limit=True,
    ),
    Metric(
        "below_floor", "Below floor", "money", ONE, "higher", "derived",
        "How far the lines sold under their floor price lie under it, in all.",
        "Σ (floor − net price) × quantity of the lines under their floor",
        "Brief, review",
        derived_limit=True,
    ),
    Metric(
        "payment_days", "Payment", "days", ONE, "higher", "typed",
        "Days from invoice to money due.",
        "as agreed",
        "Brief, mandate, offers",
    ),
    Metric(
        "cost_of_terms", "Cost of terms", "money", ONE, "higher", "derived",
        "Interest we carry while the buyer does not pay yet.",
        "net × rate × (days − standard days) ÷ 365",
        "Waterfall",
        derived_limit=True,
    ),
    Metric(
        "invoices_per_year", "Invoicing", "invoices", ONE, "higher", "typed",
        "How many invoices the buyer gets a year; one is yearly in advance.",
        "as agreed",
        "Brief, mandate, offers",
    ),
    Metric(
        "term_months", "Contract length", "months", ONE, "lower", "typed",
        "Months from start to the first day the buyer may leave.",
        "as agreed",
        "Brief",
    ),
    Metric(
        "free_months", "Free months", "months", ONE, "higher", "typed",
        "Months at the start that the buyer does not pay.",
        "as agreed",
        "Brief, offers",
    ),
    Metric(
        "price_rise", "Price rise", "%", TENTH, "lower", "typed",
        "How much the yearly price grows each year.",
        "as agreed",
        "Brief, mandate",
    ),
    Metric(
        "total_value", "Total value", "money", ONE, "lower", "derived",
        "What the buyer pays over the whole term, price rises included, not the headline price.",
        "Σ net price of each year × (1 + price rise) ^ years passed",
        "Insights, review",
        derived_limit=True,
    ),
    Metric(
        "liability_cap", "Liability cap", "× fees", TENTH, "higher", "set",
        "The most we owe for damage, in yearly fees.",
        "set by the position of the clause",
        "Brief, mandate, clauses",
        narrowable=False,
    ),
    Metric(
        "exit_month", "Earliest exit", "month", ONE, "lower", "set",
        "The first month in which the buyer may end the contract without a cause.",
        "set by the position of the clause",
        "Brief, clauses",
        narrowable=False,
    ),
    Metric(
        "clause_level", "Furthest clause", "position", ONE, "higher", "derived",
        "How far from standard the furthest clause lies; 0 is standard, 1 its first fallback.",
        "highest place of a clause's position",
        "Review",
        narrowable=False,
    ),
    Metric(
        "custom_days", "Customisation", "days", ONE, "higher", "typed",
        "Days of work for this buyer that we do not bill.",
        "as planned by Operations",
        "Brief, mandate, capacity",
    ),
    Metric(
        "weeks_to_live", "Go-live", "weeks", ONE, "lower", "typed",
        "Weeks from signature until the first site works.",
        "date of first use − date of signature",
        "Brief, mandate, capacity, plan",
    ),
)
# fmt: on

METRICS: dict[str, Metric] = {metric.key: metric for metric in _DECLARED}
