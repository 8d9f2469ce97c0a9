"""Brandt Logistik under a policy that says never past 30 % of discount, and who may grant exceptions."""

from datetime import date, timedelta

from approvals.models import Request
from approvals.submit import submit
from base import clock
from deals.ask_exception import ask_exception
from deals.changes import DraftChanges
from deals.create import create
from deals.edit import save_draft
from deals.exception import ExceptionAsk
from deals.models import AccountException, Deal
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from tests.brandt import POLICY, brandt_draft, brandt_lines, rule
from tests.cast import Cast

NEVER = '  { past = 30.0, level = "CFO" },\n]'
RULE = '\n[[exception]]\nfunction = "executive"\nlevel = "Chief Executive"\nguardrails = ["discount"]\n'
DEEP = ("40", "30", "10", "15")
ASK = ExceptionAsk("discount", "finance", "They leave us for the incumbent else.", "A five-year term.")


def publish_never(cast: Cast, rule: str = RULE, number: int = 90) -> None:
    """The demo's policy, whose discounts past 30 % nobody may grant."""
    text = POLICY.read_text().replace(NEVER, NEVER.replace('"CFO"', '"never"'), 1)
    text = text.replace("number = 14", f"number = {number}", 1)
    publish(review(load(text + rule, by=cast.ines), by=cast.dana), by=cast.ines)


def ask_deep(deal: Deal, cast: Cast, walk_aways: tuple[str, ...] = DEEP) -> Deal:
    """The draft with a walk-away that is never granted."""
    deal.refresh_from_db()
    return save_draft(
        deal, by=cast.maya, version=deal.version, changes=DraftChanges(lines=brandt_lines(walk_aways))
    )


def for_account(until: date | None = None) -> ExceptionAsk:
    until = until or clock.today() + timedelta(days=90)
    return ExceptionAsk("discount", "finance", ASK.why, ASK.in_return, lasts="account", until=until)


def grant_all(request: Request) -> Request:
    """Everybody who is asked agrees, the Chief Executive last."""
    for function in ("operations", "legal", "finance", "executive"):
        for step in request.steps.filter(function=function, status__in=("planned", "open")):
            rule(step, step.assignments.get(ended_at=None).user)
    request.refresh_from_db()
    return request


def grant_account_exception(deal: Deal, cast: Cast, until: date | None = None) -> AccountException:
    """Asked for on `deal`, for every deal of its account, and granted."""
    ask_exception(ask_deep(deal, cast), by=cast.maya, exception=for_account(until))
    grant_all(submit(deal, by=cast.maya))
    return AccountException.objects.get(deal=deal)


def another_deal(deal: Deal, cast: Cast, number: str = "D-1300") -> Deal:
    """The next one of the same account, as deep."""
    other = create(
        "Two more sites",
        deal.account,
        by=cast.maya,
        deal_type="New business",
        currency="EUR",
        number=number,
    )
    other = save_draft(other, by=cast.maya, version=other.version, changes=brandt_draft(cast))
    return ask_deep(other, cast)
