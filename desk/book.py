"""What the events of a deal name. They hold ids only, so all of it is read in bulk:
as many queries for one entry as for all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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


def book_of(room: Room, events: Sequence[Event]) -> Book:
    """Of one deal. A fixed number of queries."""
    return books_of([room.deal], events, room.view)[room.deal.pk]


def books_of(deals: Sequence[Deal], events: Sequence[Event], view: View) -> dict[int, Book]:
    """Of each of these deals by its id. As many queries for all of them as for one."""
    if not deals:
        return {}
    facts = [event.facts for event in events]
    whole = Book(
        deal=deals[0],
        view=view,
        people={user.pk: user for user in User.objects.filter(pk__in=people_in(events, facts))},
        groups={group.pk: group for group in Group.objects.filter(pk__in=group_ids(facts))},
        **rows_of(deals),
        **named_in(facts),
    )
    return {deal.pk: replace(whole, deal=deal) for deal in deals}


def rows_of(deals: Sequence[Deal]) -> dict[str, Any]:
    """All that was ever asked, decided and offered on these deals."""
    of, of_steps = {"deal__in": deals}, {"step__deal__in": deals}
    requests = Request.objects.select_related("revision", "version", "submitted_by")
    mandates = Mandate.objects.select_related("version", "request__revision").prefetch_related("conditions")
    decisions = Decision.objects.select_related("by", "acting_for", "step__request__revision")
    return {
        "steps": {step.pk: step for step in Step.objects.filter(**of)},
        "decisions": {one.pk: one for one in decisions.filter(**of)},
        "requests": {request.pk: request for request in requests.filter(**of)},
        "mandates": {mandate.pk: mandate for mandate in mandates.filter(**of)},
        "offers": {offer.pk: offer for offer in Offer.objects.filter(**of)},
        "closings": {closing.pk: closing for closing in Closing.objects.filter(**of)},
        "interventions": {one.pk: one for one in Intervention.objects.filter(**of_steps)},
        "holds": {one.pk: one for one in Hold.objects.filter(**of).select_related("release_by")},
        "concerns": {one.pk: one for one in Concern.objects.filter(**of).with_words()},
        "exceptions": {one.pk: one for one in AccountException.objects.filter(**of)},
    }


def named_in(facts: Sequence[Facts]) -> dict[str, Any]:
    tasks, questions = Condition.objects.select_related("owner"), Question.objects.select_related("by", "to")
    return {
        "tasks": {one.pk: one for one in tasks.filter(pk__in=ids_in(facts, "condition"))},
        "questions": {one.pk: one for one in questions.filter(pk__in=ids_in(facts, "question"))},
        "files": {one.pk: one for one in Attachment.objects.filter(pk__in=ids_in(facts, "attachment"))},
        "comments": {one.pk: one for one in Comment.objects.filter(pk__in=ids_in(facts, "comment"))},
    }


def people_in(events: Iterable[Event], facts: Sequence[Facts]) -> set[int]:
    named = {fact[key] for fact in facts for key in ("user", "principal") if key in fact}
    named |= {pk for fact in facts for pk in fact.get("moved", {}).get("managers", ())}
    named |= {pk for fact in facts for pk in fact.get("named", ())}
    return named | {pk for event in events for pk in (event.actor_id, event.acting_for_id) if pk}


def ids_in(facts: Iterable[Facts], name: str) -> list[int]:
    """Asked for in any case, so that one entry takes as many queries as all."""
    return [fact[name] for fact in facts if name in fact] or [0]


def group_ids(facts: Iterable[Facts]) -> list[int]:
    return [fact["group"] for fact in facts if "group" in fact] or [0]  # asked for in any case
