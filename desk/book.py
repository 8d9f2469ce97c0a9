"""What the events of a deal name. They hold ids only, so all of it is read in bulk:
as many queries for one entry as for all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group

from approvals.models import (
    Closing,
    Condition,
    Decision,
    Hold,
    Intervention,
    Mandate,
    Offer,
    Question,
    Request,
    Step,
)
from deals.models import AccountException, Attachment, Comment, Deal
from desk.head import Room
from guardrails.policy import Policy
from ledger.models import Event
from people.models import User
from people.shown import View
from planning.models import Concern

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Book:
    """Everything the events of one deal may name, by id."""

    deal: Deal
    view: View
    steps: Mapping[int, Step]
    decisions: Mapping[int, Decision]
    requests: Mapping[int, Request]
    mandates: Mapping[int, Mandate]
    offers: Mapping[int, Offer]
    closings: Mapping[int, Closing]
    interventions: Mapping[int, Intervention]
    holds: Mapping[int, Hold]
    concerns: Mapping[int, Concern]
    exceptions: Mapping[int, AccountException]
    tasks: Mapping[int, Condition]
    questions: Mapping[int, Question]
    files: Mapping[int, Attachment]
    comments: Mapping[int, Comment]
    people: Mapping[int, User]
    groups: Mapping[int, Group]

    def policy(self, step: Step) -> Policy:
        return self.requests[step.request_id].version.policy

    def revision(self, request: int) -> int:
        return self.requests[request].revision.number


def book_of(room: Room, events: list[Event]) -> Book:
    deal = room.deal
    facts = [event.facts for event in events]
    named = {fact[key] for fact in facts for key in ("user", "principal") if key in fact}
    named |= {pk for fact in facts for pk in fact.get("moved", {}).get("managers", ())}
    named |= {pk for fact in facts for pk in fact.get("named", ())}
    acted = {pk for event in events for pk in (event.actor_id, event.acting_for_id) if pk}
    requests = deal.requests.select_related("revision", "version", "submitted_by")
    mandates = deal.mandates.select_related("version", "request__revision").prefetch_related("conditions")
    decisions = deal.decisions.select_related("by", "acting_for", "step__request__revision")
    tasks, questions = Condition.objects.select_related("owner"), Question.objects.select_related("by", "to")
    return Book(
        deal=deal,
        view=room.view,
        steps={step.pk: step for step in Step.objects.filter(deal=deal)},
        decisions={one.pk: one for one in decisions},
        requests={request.pk: request for request in requests},
        mandates={mandate.pk: mandate for mandate in mandates},
        offers={offer.pk: offer for offer in room.offers},
        closings={closing.pk: closing for closing in Closing.objects.filter(deal=deal)},
        interventions={one.pk: one for one in Intervention.objects.filter(step__deal=deal)},
        holds={one.pk: one for one in deal.holds.select_related("release_by")},
        concerns={one.pk: one for one in deal.concerns.with_words()},
        exceptions={one.pk: one for one in deal.granted_exceptions.all()},
        tasks={one.pk: one for one in tasks.filter(pk__in=ids_in(facts, "condition"))},
        questions={one.pk: one for one in questions.filter(pk__in=ids_in(facts, "question"))},
        files={one.pk: one for one in deal.attachments.filter(pk__in=ids_in(facts, "attachment"))},
        comments={one.pk: one for one in deal.comments.filter(pk__in=ids_in(facts, "comment"))},
        people={user.pk: user for user in User.objects.filter(pk__in=named | acted)},
        groups={group.pk: group for group in Group.objects.filter(pk__in=group_ids(facts))},
    )


def ids_in(facts: Iterable[Facts], name: str) -> list[int]:
    """Asked for in any case, so that one entry takes as many queries as all."""
    return [fact[name] for fact in facts if name in fact] or [0]


def group_ids(facts: Iterable[Facts]) -> list[int]:
    return [fact["group"] for fact in facts if "group" in fact] or [0]  # asked for in any case
