"""The world a draft is asked in, with the exceptions it asks for and those its account has."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from base import clock
from deals.draft import world_of
from deals.economics import measure
from deals.exception import AskedException, ExceptionAsk, Lasts
from deals.models import AccountException, Deal, DraftException
from deals.terms import Ask, World
from guardrails.beyond import CLAUSE, Beyond
from guardrails.evaluation import evaluate
from guardrails.finding import Finding
from guardrails.metric import METRICS
from guardrails.policy import Policy


def world_for(deal: Deal, ask: Ask, policy: Policy, at: datetime) -> tuple[World, tuple[AskedException, ...]]:
    """What is known of the rest of the world, and what is asked beyond never: only where the walk-away really
    lies past it, and the account has no exception in force that goes so far."""
    day = clock.date_of(at)
    world = replace(world_of(deal, at), beyond=tuple(standing_of(deal, day)))
    rows = {(row.key, row.function): row for row in deal.exceptions.all() if asks_on(row, day)}
    if not rows:
        return world, ()
    judged = evaluate(measure(ask.walk_away, policy, world), policy)
    asked = tuple(
        frozen(rows[one.key, one.function], one) for one in judged.never if (one.key, one.function) in rows
    )
    return replace(world, beyond=(*world.beyond, *(one.beyond for one in asked))), asked


def standing_of(deal: Deal, day: date) -> Iterator[Beyond]:
    """The exceptions of its account that are in force on `day`, the longest first."""
    rows = AccountException.objects.in_force(day).filter(account=deal.account_id)
    for row in rows.order_by("-until", "pk"):
        yield Beyond(row.key, row.function, bound_of(row), row.pk, row.until)


def hold_exceptions(deal: Deal) -> None:
    """Keep the exceptions of its account as they are until the transaction ends: nobody revokes one between
    reading it and freezing what it allows. The caller holds the deal lock."""
    rows = AccountException.objects.filter(account=deal.account_id, revoked_at=None).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def bound_of(row: AccountException) -> Decimal | str:
    """On the step of its metric, so that it is always spelled the same."""
    return row.position if row.value is None else METRICS[row.key.partition("/")[0]].quantise(row.value)


def asks_on(row: DraftException, day: date) -> bool:
    """One that would end in the past asks for nothing."""
    return row.until is None or row.until >= day


def frozen(row: DraftException, finding: Finding) -> AskedException:
    metric = METRICS.get(row.key.partition("/")[0])
    typed = None if row.value is None or metric is None else metric.quantise(row.value)
    asked = finding.position if row.key.startswith(CLAUSE) else typed if typed is not None else finding.value
    if asked is None:
        raise ValueError(f"{finding.key!r} says never of nothing")
    ask = ask_of_row(row)
    return AskedException(
        ask.key, ask.function, asked, ask.why, ask.in_return, ask.precedent, ask.lasts, ask.until
    )


def ask_of_row(row: DraftException) -> ExceptionAsk:
    """What is stored, as it was written."""
    lasts: Lasts = "account" if row.lasts == DraftException.Lasts.ACCOUNT else "deal"
    return ExceptionAsk(
        row.key, row.function, row.why, row.in_return, row.value, row.precedent, lasts, row.until
    )
