"""Every number a policy may judge, declared once: name, unit, step, riskier direction, sentence, formula."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from base import format as written
from base.words import mark, say

RHYTHM = {1: mark("yearly"), 2: mark("half-yearly"), 4: mark("quarterly"), 12: mark("monthly")}
PLACES = {"month": mark("month\u00a0{n}"), "position": mark("position\u00a0{n}")}

Direction = Literal["higher", "lower"]
Kind = Literal["typed", "derived", "set"]
Unit = Literal["%", "days", "weeks", "months", "month", "invoices", "money", "× fees", "position"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A number measured from terms. Its words are kept in English; `said` is its name as a person reads it.

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
    def said(self) -> str:
        """The name in the language of whoever reads."""
        return say(self.name)

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
            return say("unknown")
        value = self.quantise(value)
        match self.unit:
            case "%":
                return written.percent(value)
            case "month" | "position":
                return say(PLACES[self.unit], n=written.number(value))
            case "invoices":
                rhythm = RHYTHM.get(int(value))
                return say(rhythm) if rhythm else say("{n}\u00a0times a year", n=written.number(value))
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
            return say("{times}\u00a0fees", times=written.times(value))
        return written.count(value, self.unit.removesuffix("s"))


TENTH = Decimal("0.1")
ONE = Decimal("1")

# fmt: off
_DECLARED = (
    Metric(
        "discount", mark("Discount"), "%", TENTH, "higher", "derived",
        mark("What the buyer pays less than list, over all lines and the whole term."),
        mark("1 − net price ÷ list price"),
        mark("Brief, mandate, offers, queue"),
        per_family=True,
    ),
    Metric(
        "discount_deepest", mark("Deepest line"), "%", TENTH, "higher", "derived",
        mark("The largest discount of any single line."),
        mark("highest 1 − net ÷ list of a line"),
        mark("Brief, review"),
        per_family=True,
    ),
    Metric(
        "discount_12m", mark("Cumulative discount"), "%", TENTH, "higher", "derived",
        mark("Discount of all deals of the account signed in the 12 months before the ask, with this one."),
        mark("1 − Σ net ÷ Σ list"),
        mark("Review, account"),
        derived_limit=True,
    ),
    Metric(
        "margin", mark("Margin"), "%", TENTH, "lower", "derived",
        mark("What is left of the net price after all that this deal costs us; "
        "not the gross profit of the price list."),
        mark("(net − partner fee − cost of terms − not billed − cost to serve) ÷ net"),
        mark("Everywhere; as a band to those who may not see cost"),
        derived_limit=True,
    ),
    Metric(
        "below_floor", mark("Below floor"), "money", ONE, "higher", "derived",
        mark("How far the lines sold under their floor price lie under it, in all."),
        mark("Σ (floor − net price) × quantity of the lines under their floor"),
        mark("Brief, review"),
        derived_limit=True,
    ),
    Metric(
        "payment_days", mark("Payment"), "days", ONE, "higher", "typed",
        mark("Days from invoice to money due."),
        mark("as agreed"),
        mark("Brief, mandate, offers"),
    ),
    Metric(
        "cost_of_terms", mark("Cost of terms"), "money", ONE, "higher", "derived",
        mark("Interest we carry while the buyer does not pay yet."),
        mark("net × rate × (days − standard days) ÷ 365"),
        mark("Waterfall"),
        derived_limit=True,
    ),
    Metric(
        "invoices_per_year", mark("Invoicing"), "invoices", ONE, "higher", "typed",
        mark("How many invoices the buyer gets a year; one is yearly in advance."),
        mark("as agreed"),
        mark("Brief, mandate, offers"),
    ),
    Metric(
        "term_months", mark("Contract length"), "months", ONE, "lower", "typed",
        mark("Months from start to the first day the buyer may leave."),
        mark("as agreed"),
        mark("Brief"),
    ),
    Metric(
        "free_months", mark("Free months"), "months", ONE, "higher", "typed",
        mark("Months at the start that the buyer does not pay."),
        mark("as agreed"),
        mark("Brief, offers"),
    ),
    Metric(
        "price_rise", mark("Price rise"), "%", TENTH, "lower", "typed",
        mark("How much the yearly price grows each year."),
        mark("as agreed"),
        mark("Brief, mandate"),
    ),
    Metric(
        "total_value", mark("Total value"), "money", ONE, "lower", "derived",
        mark("What the buyer pays over the whole term, price rises included, not the headline price."),
        mark("Σ net price of each year × (1 + price rise) ^ years passed"),
        mark("Insights, review"),
        derived_limit=True,
    ),
    Metric(
        "liability_cap", mark("Liability cap"), "× fees", TENTH, "higher", "set",
        mark("The most we owe for damage, in yearly fees."),
        mark("set by the position of the clause"),
        mark("Brief, mandate, clauses"),
        narrowable=False,
    ),
    Metric(
        "exit_month", mark("Earliest exit"), "month", ONE, "lower", "set",
        mark("The first month in which the buyer may end the contract without a cause."),
        mark("set by the position of the clause"),
        mark("Brief, clauses"),
        narrowable=False,
    ),
    Metric(
        "clause_level", mark("Furthest clause"), "position", ONE, "higher", "derived",
        mark("How far from standard the furthest clause lies; 0 is standard, 1 its first fallback."),
        mark("highest place of a clause's position"),
        mark("Review"),
        narrowable=False,
    ),
    Metric(
        "custom_days", mark("Customisation"), "days", ONE, "higher", "typed",
        mark("Days of work for this buyer that we do not bill."),
        mark("as planned by Operations"),
        mark("Brief, mandate, capacity"),
    ),
    Metric(
        "weeks_to_live", mark("Go-live"), "weeks", ONE, "lower", "typed",
        mark("Weeks from signature until the first site works."),
        mark("date of first use − date of signature"),
        mark("Brief, mandate, capacity, plan"),
    ),
)
# fmt: on

METRICS: dict[str, Metric] = {metric.key: metric for metric in _DECLARED}
