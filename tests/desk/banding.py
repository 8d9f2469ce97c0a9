"""Two worlds that a person who sees cost as a band must not be able to tell apart, and all they may open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal as D

import time_machine
from django.db import connection

from approvals.close import close
from approvals.models import Mandate, Step
from approvals.offer import offer
from approvals.submit import submit
from base import clock
from deals.changes import ClauseChange, DraftChanges, ExchangeChange
from deals.create import create
from deals.edit import save_draft
from deals.models import Account, Deal, Price
from desk.demo.catalogue import add_catalogue
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from insights.fill import fill
from insights.remember import remember
from ledger.models import Event
from tests.brandt import (
    POLICY,
    PRODUCTS,
    WALK_AWAYS,
    Verdict,
    ask_offer_5,
    brandt_draft,
    narrow_finance,
    rule,
    step_of,
)
from tests.cast import Cast, make_cast
from tests.desk.making import THURSDAY
from tests.desk.offering import HELD, offer_five, terms_at

BAND = ("sales", "legal", "operations")
FIRST_ID = 100_000  # of every row: the same in both worlds
LADDERS = """
[[function]]
key = "sales"
name = "Sales"

[[ladder]]
key = "margin-operations"
metric = "margin"
function = "operations"
rungs = [{ past = 59.5, level = "Delivery Manager" }]

[[ladder]]
key = "cost-of-terms"
metric = "cost_of_terms"
function = "finance"
rungs = [{ past = 2000, level = "Finance Manager" }]
"""


@dataclass(frozen=True, slots=True)
class Costs:
    """What the company knows and a band viewer does not. `units`: what one of each product costs. `margin`
    and `interest`: to where Finance narrows margin and cost of terms on D-1288."""

    units: tuple[int, ...] = (253, 12000, 37620, 980)
    floor: int = 900
    capital_rate: str = "6.5"
    day_cost: str = "980"
    points: tuple[str, str] = ("57.0", "50.0")
    margin: str = "60.5"
    interest: int = 8000


HERE = Costs()
DEARER = replace(
    HERE,
    units=(256, 11900, 38000, 985),
    floor=905,
    margin="60.4",
    interest=8100,
)
OTHER_MONEY = replace(HERE, capital_rate="6.0", day_cost="900", points=("56.5", "49.0"))


@dataclass(frozen=True, slots=True)
class World:
    cast: Cast
    deals: Mapping[str, Deal]

    def step(self, number: str, function: str) -> Step:
        steps = Step.objects.filter(deal=self.deals[number], function=function)
        return steps.order_by("-pk")[0]


def same_ids() -> None:
    """Every sequence starts again; undone with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, sequencename FROM pg_sequences WHERE schemaname = 'public'")
        for schema, name in cursor.fetchall():
            cursor.execute(f'ALTER SEQUENCE "{schema}"."{name}" RESTART WITH {FIRST_ID}')


def policy_text(costs: Costs, view: str) -> str:
    text = POLICY.read_text()
    for function in ("legal", "operations"):
        text = text.replace(f'{function} = "margin"', f'{function} = "{view}"')
    text = text.replace("[shown_to]", f'[shown_to]\nsales = "{view}"')
    text = text.replace("capital_rate = 6.5", f"capital_rate = {costs.capital_rate}")
    text = text.replace("day_cost = 980", f"day_cost = {costs.day_cost}")
    for old, new in zip(HERE.points, costs.points, strict=True):
        text = text.replace(f"past = {old}, level", f"past = {new}, level")
    return text + LADDERS


def make_world(costs: Costs, view: str = "band") -> World:
    """The same people doing the same things, in the hours before THURSDAY, one deal after the other.

    `view`: what sales, legal and operations see of cost."""
    same_ids()
    began = THURSDAY - timedelta(hours=len(STORIES))
    with time_machine.travel(began, tick=False) as clock_:
        cast = make_cast()
        publish(review(load(policy_text(costs, view), by=cast.ines), by=cast.dana), by=cast.ines)
        price(costs)
        account = Account.objects.create(name="Brandt Logistik AG", segment="Enterprise", region="DACH")
        deals = {}
        for number, happens in STORIES.items():
            deals[number] = drafted(number, account, cast)
            happens(deals[number], cast, costs)
            clock_.shift(timedelta(hours=1))
    return World(cast, deals)


def price(costs: Costs) -> None:
    add_catalogue()
    for product, cost in zip(PRODUCTS, costs.units, strict=True):
        Price.objects.filter(product__key=product).update(cost=cost)
    Price.objects.filter(product__key="control-platform").update(floor=costs.floor)


def drafted(number: str, account: Account, cast: Cast) -> Deal:
    deal = create(
        "Warehouse control", account, by=cast.maya, deal_type="New business", currency="EUR", number=number
    )
    changes = replace(
        brandt_draft(cast), exchanges=(ExchangeChange("Payment in 60 days", D(9000), "A reference"),)
    )
    return save_draft(deal, by=cast.maya, version=deal.version, changes=changes)


def granted(deal: Deal, cast: Cast) -> Mandate:
    request = submit(deal, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "legal"), cast.tomas)
    narrow_finance(request, cast)
    return Mandate.objects.get(request=request)


def offered_and_asked_again(deal: Deal, cast: Cast, costs: Costs) -> None:
    mandate = granted(deal, cast)
    inside = terms_at(
        mandate, ("20", "14", "5", "8"), payment_days="40", custom_days="16", weeks_to_live="14"
    )
    offer(deal, by=cast.maya, terms=inside, good_until=clock.today() + HELD)
    offer_five(mandate, cast)
    submit(ask_offer_5(deal, cast), by=cast.maya)


def in_review(deal: Deal, cast: Cast, costs: Costs) -> None:
    submit(deal, by=cast.maya)


def declined(deal: Deal, cast: Cast, costs: Costs) -> None:
    request = submit(deal, by=cast.maya)
    rule(step_of(request, "finance"), cast.henrik, Verdict.DECLINE, reason="Not like this.")


def sent_back(deal: Deal, cast: Cast, costs: Costs) -> None:
    request = submit(deal, by=cast.maya)
    proposed = {"discount": D("18.0"), "margin": D(costs.margin)}
    finance = step_of(request, "finance")
    rule(finance, cast.henrik, Verdict.CHANGES, reason="Not like this.", proposed=proposed)


def never(deal: Deal, cast: Cast, costs: Costs) -> None:
    save_draft(
        deal,
        by=cast.maya,
        version=deal.version,
        changes=DraftChanges(clauses=(ClauseChange("liability", "standard", "uncapped"),)),
    )


def margin_narrowed(deal: Deal, cast: Cast, costs: Costs) -> None:
    """Finance gives a margin, so an offer inside every other limit is outside by that one alone."""
    request = submit(deal, by=cast.maya)
    limits = {"margin": D(costs.margin), "cost_of_terms": D(costs.interest), "below_floor": D(35000)}
    rule(step_of(request, "finance"), cast.henrik, Verdict.UP_TO, limits=limits)
    rule(step_of(request, "legal"), cast.tomas)
    rule(step_of(request, "operations"), cast.jiwoo)
    mandate = Mandate.objects.get(request=request)
    for discounts in (("23", "17", "5", "5"), ("16", "10", "0", "0")):
        terms = terms_at(mandate, discounts, payment_days="45")
        offer(deal, by=cast.maya, terms=terms, good_until=clock.today() + HELD)


def won_outside(deal: Deal, cast: Cast, costs: Costs) -> None:
    mandate = granted(deal, cast)
    made = offer_five(mandate, cast)
    signed = terms_at(mandate, WALK_AWAYS)
    close(deal, by=cast.maya, signed=signed, reason=f"As asked in offer {made.number}.")
    event = Event.objects.of(deal.stream).get(kind="deal.closed")
    fill(event)
    remember(event)


STORIES: Mapping[str, Callable[[Deal, Cast, Costs], None]] = {
    "D-1284": offered_and_asked_again,
    "D-1285": in_review,
    "D-1286": declined,
    "D-1287": never,
    "D-1288": margin_narrowed,
    "D-1289": won_outside,
    "D-1290": sent_back,
}
