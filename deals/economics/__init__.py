"""What a set of terms is worth: the waterfall from list price to margin, the bridge from headline price to
total value, and every metric of a policy. Pure.

docs/economics.md states each formula and how it is rounded. In short: a line is rounded to the cent (half up)
at each price level and for its cost; deal amounts derived from net are rounded to the cent once; metrics are
taken from those amounts, divided once, and quantised towards riskier.
"""

from deals.economics.amounts import LineAmounts, list_and_net
from deals.economics.bridge import Bridge, bridge
from deals.economics.measures import measure, position_of
from deals.economics.steps import Step, Waterfall, waterfall

__all__ = [
    "Bridge",
    "LineAmounts",
    "Step",
    "Waterfall",
    "bridge",
    "list_and_net",
    "measure",
    "position_of",
    "waterfall",
]
