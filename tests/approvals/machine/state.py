"""All that is known of one deal at one moment, read once for all invariants; and every table, hashed."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.apps import apps
from django.db import connection, models

from approvals.models import (
    Assignment,
    Closing,
    Condition,
    Decision,
    Hold,
    Mandate,
    Offer,
    Question,
    Request,
    Seat,
    Step,
)
from deals.models import AccountException, Deal
from ledger.models import Effect, Event


@dataclass(frozen=True, slots=True)
class State:
    deal: Deal
    requests: tuple[Request, ...]
    steps: tuple[Step, ...]
    seats: tuple[Seat, ...]
    assignments: tuple[Assignment, ...]
    decisions: tuple[Decision, ...]
    questions: tuple[Question, ...]
    holds: tuple[Hold, ...]
    mandates: tuple[Mandate, ...]
    conditions: tuple[Condition, ...]
    offers: tuple[Offer, ...]
    closings: tuple[Closing, ...]
    exceptions: tuple[AccountException, ...]
    events: tuple[Event, ...]
    effects: tuple[Effect, ...]

    @classmethod
    def of(cls, deal: Deal) -> Self:
        """As the database says now; rows in the order of their keys, events in their own."""
        deal = Deal.objects.get(pk=deal.pk)
        steps = tuple(Step.objects.filter(deal=deal).order_by("pk"))
        mandates = Mandate.objects.filter(deal=deal).select_related("version", "request__revision")
        keys = [f"step:{step.pk}" for step in steps] + [f"mandate:{one.pk}" for one in mandates]
        return cls(
            deal=deal,
            requests=tuple(
                Request.objects.filter(deal=deal).select_related("version", "revision").order_by("pk")
            ),
            steps=steps,
            seats=tuple(Seat.objects.filter(step__deal=deal).order_by("pk")),
            assignments=tuple(Assignment.objects.filter(step__deal=deal).order_by("pk")),
            decisions=tuple(Decision.objects.filter(deal=deal).order_by("pk")),
            questions=tuple(Question.objects.filter(deal=deal).order_by("pk")),
            holds=tuple(Hold.objects.filter(deal=deal).order_by("pk")),
            mandates=tuple(mandates.order_by("pk")),
            conditions=tuple(Condition.objects.filter(mandate__deal=deal).order_by("pk")),
            offers=tuple(Offer.objects.filter(deal=deal).order_by("pk")),
            closings=tuple(Closing.objects.filter(deal=deal)),
            exceptions=tuple(AccountException.objects.filter(deal=deal).order_by("pk")),
            events=tuple(Event.objects.of(deal.stream)),
            effects=tuple(Effect.objects.filter(key__in=keys).order_by("pk")),
        )

    def steps_of(self, request: Request) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.request_id == request.pk)

    def decisions_of(self, step: Step) -> tuple[Decision, ...]:
        return tuple(one for one in self.decisions if one.step_id == step.pk)

    def request_of(self, step: Step) -> Request:
        return next(request for request in self.requests if request.pk == step.request_id)

    def team_at(self, decision: Decision) -> set[int]:
        """Who worked on the deal as it was decided, read from the ledger alone."""
        team: set[int] = set()
        for event in self.events:
            if event.kind == "decision.made" and event.facts["decision"] == decision.pk:
                break
            if event.kind in ("deal.shared", "deal.unshared"):
                team.discard(event.facts["user"])
            if event.kind == "deal.shared" and event.facts["role"] == "team":
                team.add(event.facts["user"])
        return team

    def open_work(self, step: Step) -> tuple[Assignment, ...]:
        return tuple(one for one in self.assignments if one.step_id == step.pk and one.ended_at is None)

    def pending(self, step: Step) -> tuple[Effect, ...]:
        """What is still due for a step."""
        waits = (Effect.State.PENDING, Effect.State.PARKED)
        return tuple(one for one in self.effects if one.key == f"step:{step.pk}" and one.state in waits)

    def told(self, kind: str, **facts: Any) -> tuple[Event, ...]:
        """Events of one kind whose bodies say this."""
        return tuple(
            one
            for one in self.events
            if one.kind == kind and all(one.facts.get(key) == value for key, value in facts.items())
        )


def row(one: models.Model) -> dict[str, Any]:
    """A row as stored."""
    return {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}


def digest() -> tuple[str, ...]:
    """Every table of every app, each as one sum of hashes: two that are alike hold the same rows."""
    with connection.cursor() as cursor:
        cursor.execute(ask_for_digest())
        return tuple(sorted(f"{table}: {rows} rows, {sealed}" for table, rows, sealed in cursor.fetchall()))


@cache
def ask_for_digest() -> str:
    tables = sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})
    return " UNION ALL ".join(
        f"SELECT '{table}', count(*), sum(hashtextextended(one::text, 0)) FROM \"{table}\" AS one"
        for table in tables
        if table not in UNSEEN
    )


# who is signed in, when a sweep ran, who has read what: no part of what a verb may change
UNSEEN = ("django_session", "ledger_sweep", "pgtrigger_trigger", "approvals_opening")
