"""D-1284, Brandt Logistik, the deal of every picture: written, sent and granted as its people would do it."""

from datetime import timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest

from approvals.decide import Ruling, decide
from approvals.limit import Condition
from approvals.models import Decision, Mandate, Request, Step
from approvals.submit import submit
from base import clock
from deals.changes import ClauseChange, DraftChanges, LineChange, TermChange
from deals.create import create
from deals.edit import save_draft
from deals.models import Account, Deal
from desk.demo.catalogue import add_catalogue
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from people.models import User
from tests.cast import Cast

Verdict = Decision.Verdict
POLICY = Path("guardrails/demo_policy.toml")
PRODUCTS = ("control-platform", "site-connector", "premium-support", "implementation")
QUANTITIES = (420, 3, 1, 90)
TARGETS = ("16", "10", "0", "0")
WALK_AWAYS = ("24.5", "18", "10", "15")
OFFER_5 = ("24.5", "23.5", "10", "15")
TERMS = {
    "payment_days": ("30", "60"),
    "invoices_per_year": ("1", "1"),
    "term_months": ("36", "36"),
    "free_months": ("0", "0"),
    "price_rise": ("3.0", "2.0"),
    "custom_days": ("12", "20"),
    "weeks_to_live": ("15", "13"),
}
CLAUSES = {
    "liability": ("standard", "fallback-1"),
    "data": ("standard", "standard"),
    "law": ("standard", "fallback-1"),
    "exit": ("standard", "standard"),
}


def publish_policy(cast: Cast) -> PolicyVersion:
    return publish(review(load(POLICY.read_text(), by=cast.ines), by=cast.dana), by=cast.ines)


def brandt_lines(walk_aways: tuple[str, ...] = WALK_AWAYS) -> tuple[LineChange, ...]:
    rows = zip(PRODUCTS, QUANTITIES, TARGETS, walk_aways, strict=True)
    return tuple(
        LineChange(product, D(quantity), D(target), D(walk_away), key=f"line-{place}")
        for place, (product, quantity, target, walk_away) in enumerate(rows, start=1)
    )


def brandt_draft(cast: Cast) -> DraftChanges:
    return DraftChanges(
        objective="Three sites live before peak season, as the reference for automated warehouses in DACH.",
        partner_fee=D(4),
        decision_owner=cast.marcus.pk,
        wanted_signature=clock.today() + timedelta(days=25),
        lines=brandt_lines(),
        terms=tuple(TermChange(key, D(target), D(walk)) for key, (target, walk) in TERMS.items()),
        clauses=tuple(ClauseChange(key, target, walk) for key, (target, walk) in CLAUSES.items()),
    )


def make_brandt(cast: Cast) -> Deal:
    """The policy in force, the catalogue, and Maya's draft, ready to be sent."""
    publish_policy(cast)
    add_catalogue()
    account = Account.objects.create(name="Brandt Logistik AG", segment="Enterprise", region="DACH")
    deal = create(
        "Warehouse control, 3 sites",
        account,
        by=cast.maya,
        deal_type="New business",
        currency="EUR",
        number="D-1284",
    )
    return save_draft(deal, by=cast.maya, version=deal.version, changes=brandt_draft(cast))


def step_of(request: Request, function: str) -> Step:
    return request.steps.get(function=function)


def rule(step: Step, by: User, verdict: Verdict = Verdict.AGREE, **said: object) -> Decision:
    """`by` decides on the terms the step has now."""
    step.refresh_from_db()
    ruling = Ruling(verdict=verdict, **said)  # type: ignore[arg-type]
    return decide(step, by=by, ruling=ruling, seen=step.terms_hash)


def narrow_finance(request: Request, cast: Cast) -> Decision:
    """Henrik's answer of the pictures: up to 20.0 % and 45 days, if invoiced yearly."""
    return rule(
        step_of(request, "finance"),
        cast.henrik,
        Verdict.UP_TO,
        limits={"discount": D("20.0"), "payment_days": D(45)},
        conditions=(Condition("invoices_per_year", "=", D(1), "finance"),),
    )


def grant_brandt(deal: Deal, cast: Cast) -> Mandate:
    """Send it, and let Operations, Legal and Finance answer as in the pictures."""
    request = submit(deal, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "legal"), cast.tomas)
    narrow_finance(request, cast)
    return Mandate.objects.get(request=request)


@pytest.fixture
def brandt(cast: Cast) -> Deal:
    return make_brandt(cast)


@pytest.fixture
def granted(brandt: Deal, cast: Cast) -> Mandate:
    return grant_brandt(brandt, cast)


def ask_offer_5(deal: Deal, cast: Cast) -> Deal:
    """Revision 4 of the pictures: 22.5 % and 60 days at walk-away."""
    deal.refresh_from_db()
    changes = DraftChanges(lines=brandt_lines(OFFER_5))
    return save_draft(deal, by=cast.maya, version=deal.version, changes=changes)
