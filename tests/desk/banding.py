"""Two worlds that a person who sees cost as a band must not be able to tell apart, and all they may open."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import time_machine
from django.db import connection

from approvals.lapse import lapse
from approvals.models import Step
from base import clock
from deals.changes import ExchangeChange
from deals.create import create
from deals.edit import save_draft
from deals.models import Account, Deal, Price
from desk.demo.catalogue import add_catalogue
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from ledger.models import Effect
from people.models import Authority
from tests.approvals.desk_verbs import let_override
from tests.brandt import POLICY, PRODUCTS, brandt_draft
from tests.cast import APPOINTED, Cast, make_cast
from tests.desk.costing import HERE, Costs
from tests.desk.happening import STORIES
from tests.desk.making import THURSDAY

BAND = ("sales", "legal", "operations", "desk")
FIRST_ID = 100_000  # of every row: the same in both worlds
EVENING_BEFORE = timedelta(hours=17)  # what is due that day is over before THURSDAY begins
LADDERS = """
[[function]]
key = "sales"
name = "Sales"

[[function]]
key = "desk"
name = "Deal desk"

[[exception]]
function = "legal"
level = "Legal Counsel"
guardrails = ["margin-operations"]

[[ladder]]
key = "margin-operations"
metric = "margin"
function = "operations"
rungs = [{ past = 59.5, level = "Delivery Manager" }, { past = 55.0, level = "never" }]

[[ladder]]
key = "cost-of-terms"
metric = "cost_of_terms"
function = "finance"
rungs = [{ past = 2000, level = "Finance Manager" }]
"""


@dataclass(frozen=True, slots=True)
class World:
    """`briefs`: by the number of a deal, every field of its brief as it is opened."""

    cast: Cast
    deals: Mapping[str, Deal]
    briefs: dict[str, Mapping[str, Any]] = field(default_factory=dict)

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
    text = text.replace("[shown_to]", f'[shown_to]\nsales = "{view}"\ndesk = "{view}"') + LADDERS
    text = text.replace("capital_rate = 6.5", f"capital_rate = {costs.capital_rate}")
    text = text.replace("day_cost = 980", f"day_cost = {costs.day_cost}")
    for old, new in zip(HERE.points, costs.points, strict=True):
        text = text.replace(f"past = {old}, level", f"past = {new}, level")
    return text


def make_world(costs: Costs, view: str = "band") -> World:
    """The same people doing the same things, in the hours before THURSDAY, one deal after the other.

    `view`: what sales, legal and operations see of cost."""
    same_ids()
    began = THURSDAY - EVENING_BEFORE
    with time_machine.travel(began, tick=False) as clock_:
        cast = make_cast()
        Authority.objects.create(user=cast.jiwoo, function="legal", level=1, since=APPOINTED)
        cast = replace(cast, ines=let_override(cast.ines))
        publish(review(load(policy_text(costs, view), by=cast.ines), by=cast.dana), by=cast.ines)
        price(costs)
        account = Account.objects.create(name="Brandt Logistik AG", segment="Enterprise", region="DACH")
        deals = {}
        for number, happens in STORIES.items():
            deals[number] = drafted(number, account, cast)
            happens(deals[number], cast, costs)
            clock_.shift(timedelta(hours=1))
            for effect in Effect.objects.filter(kind="lapse", due_at__lte=clock.now()):
                lapse(effect, clock.now())
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
