"""The decision record of one deal as one document: everything agreed, on which terms, with the hashes that
prove it. docs/verify_record.py checks it without this product."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import chain
from typing import Any

from approvals.grants import narrowed_by, narrowings_of, union
from approvals.limit import settled, spelled
from approvals.mandate import merge_narrowings
from approvals.models import Closing, Condition, Decision, Mandate, Offer, Question, Request, Step
from base import canonical, clock
from deals.models import AccountException, Deal
from guardrails.models import PolicyVersion
from ledger.models import Event
from people.models import User

SCHEMA = 1
Document = dict[str, Any]


def dossier(deal: Deal, *, by: User, at: datetime) -> str:
    """The whole record of `deal` as canonical JSON: policies, revisions, requests, steps, decisions with what
    each was bound to, mandates, offers, how it closed, and every ledger entry with its seal.

    It holds what the lines cost: only for who sees cost. Texts that were hashed are given as stored.
    """
    requests = list(deal.requests.select_related("revision", "version").order_by("submitted_at", "pk"))
    steps = list(Step.objects.filter(deal=deal).order_by("pk"))
    decisions = list(deal.decisions.select_related("step__request__version").order_by("at", "pk"))
    events = list(Event.objects.of(deal.stream))
    tasks = list(
        Condition.objects.tasks().filter(decision__deal=deal).prefetch_related("evidence").order_by("pk")
    )
    places = Places(events, tasks)
    document: Document = {
        "schema": SCHEMA,
        "deal": deal.number,
        "stream": deal.stream,
        "exported_at": at,
        "exported_by": by.pk,
        "policies": [policy_part(one) for one in {request.version: None for request in requests}],
        "revisions": [revision_part(one) for one in deal.revisions.order_by("number")],
        "requests": [request_part(one, grants_in(events)) for one in requests],
        "steps": [step_part(one) for one in steps],
        "decisions": [
            decision_part(one, behind(one.step.request_id, steps, decisions), places) for one in decisions
        ],
        "mandates": [mandate_part(one) for one in deal.mandates.order_by("number")],
        "conditions": [condition_part(one) for one in tasks],
        "questions": [question_part(one) for one in deal.questions.order_by("pk")],
        "exceptions": [exception_part(one) for one in deal.granted_exceptions.order_by("pk")],
        "offers": [offer_part(one) for one in deal.offers.order_by("number")],
        "closing": closing_part(Closing.objects.filter(deal=deal).first()),
        "events": [event_part(one) for one in events],
    }
    document["people"] = people_part(
        {by.pk, deal.owner_id, *ids_of(decisions, events, requests), *owners_of(tasks)}
    )
    return canonical.dumps(document)


class Places:
    """Where in the stream each decision was made, and where each step was opened for which terms."""

    def __init__(self, events: Iterable[Event], tasks: Iterable[Condition] = ()) -> None:
        self.made: dict[int, int] = {}
        self.opened: dict[tuple[int, str], int] = {}
        self.opened_on: dict[tuple[int, str], date] = {}
        self.tasks = list(tasks)
        for event in events:
            facts = event.facts
            if event.kind == "decision.made":
                self.made[facts["decision"]] = event.sequence
            if event.kind == "step.opened":
                self.opened[facts["step"], facts["terms_hash"]] = event.sequence
                self.opened_on[facts["step"], facts["terms_hash"]] = clock.date_of(event.at)

    def before(self, decision: Decision, others: Iterable[Decision]) -> list[Decision]:
        """Those of `others` that had been made as the step of `decision` was opened for its terms."""
        opened = self.opened.get((decision.step_id, decision.seen), 0)
        return [other for other in others if self.made.get(other.pk, opened) < opened]

    def fallen(self, decision: Decision, others: Iterable[Decision]) -> list[Condition]:
        """Tasks of `others` that had lapsed by the day on which the step of `decision` was opened."""
        day, asked = self.opened_on.get((decision.step_id, decision.seen)), {one.pk for one in others}
        return [
            task
            for task in self.tasks
            if day and task.due and task.due < day and task.met_at is None and task.decision_id in asked
        ]


def behind(request: int, steps: Iterable[Step], decisions: Iterable[Decision]) -> list[Decision]:
    """Of all decisions of a deal those that agreed to this request, and those it kept: `grants.agreeing`
    without asking the database for each request."""
    every = list(decisions)
    by_id = {one.pk: one for one in every}
    sources = {(request, step.function) for step in steps if step.request_id == request}
    for step in steps:
        if step.request_id == request and step.kept_from_id:
            sources.add((by_id[step.kept_from_id].step.request_id, step.function))
    return [one for one in every if one.agrees and (one.step.request_id, one.function) in sources]


def basis(decisions: Iterable[Decision], fallen: Iterable[Condition], request: Request) -> Document:
    """The limits, conditions and tasks in force, as the hash of a step covers them."""
    behind = sorted(decisions, key=lambda one: one.level)
    by_id = {one.pk: one for one in behind}
    lapsed = [narrowed_by(by_id[task.decision_id], task.fallback) for task in fallen]
    narrowed = merge_narrowings([*(narrowings_of(one) for one in behind), *lapsed], request.version.policy)
    tasks = sorted({canonical.dumps(task.to_document()) for one in behind for task in one.asked_tasks})
    asked = union(one.term_conditions for one in behind)
    return {
        "limits": {key: spelled(settled(key, one.value)) for key, one in narrowed.items()},
        "conditions": sorted({canonical.dumps(one.to_document()) for one in asked}),
        **({"tasks": tasks} if tasks else {}),
    }


def decision_part(one: Decision, behind: Iterable[Decision], places: Places) -> Document:
    """`bound_to`: what stood on the screen besides the revision, so that `seen` can be computed again."""
    held = places.before(one, behind)
    return {
        "id": one.pk,
        "step": one.step_id,
        "level": one.level,
        "by": one.by_id,
        "acting_for": one.acting_for_id,
        "verdict": one.verdict,
        "reason": one.reason,
        "limits": one.limits,
        "conditions": one.conditions,
        "tasks": one.tasks,
        "proposed": one.proposed,
        "seen": one.seen,
        "overridden": one.overridden,
        "bound_to": bound(one, basis(held, places.fallen(one, held), one.step.request)),
        "at": one.at,
    }


def bound(one: Decision, held: Document) -> Document:
    """What its hash covers besides the terms: with the salt of the deal, unless it is older than that."""
    covered = {"schema": SCHEMA, "terms": one.step.request.terms_hash, **held}
    unsalted = canonical.digest(canonical.dumps(covered)) == one.seen
    return held if unsalted else {**held, "salt": str(one.deal.salt)}


def policy_part(version: PolicyVersion) -> Document:
    return {"number": version.number, "sha256": version.sha256, "text": version.text}


def revision_part(revision: Any) -> Document:
    names = ("number", "document", "sha256", "terms_hash", "measured_target", "measured_walk_away")
    return {**fields(revision, *names), "submitted_by": revision.submitted_by_id, "at": revision.created_at}


def grants_in(events: Iterable[Event]) -> Mapping[tuple[int, str, str], int]:
    """Request, guardrail and function of each exception that was granted → the decision that granted it."""
    granted = [event.facts for event in events if event.kind == "exception.granted"]
    return {(facts["request"], facts["key"], facts["function"]): facts["decision"] for facts in granted}


def request_part(request: Request, grants: Mapping[tuple[int, str, str], int]) -> Document:
    """`exceptions`: what its revision asks beyond never, each with the decision that granted it, or none."""
    names = ("status", "terms_hash", "evaluation_target", "evaluation_walk_away", "submitted_at", "ended_at")
    return {
        "id": request.pk,
        "revision": request.revision.number,
        "policy": request.version.number,
        "submitted_by": request.submitted_by_id,
        **fields(request, *names, "ended_reason"),
        "exceptions": [
            {**one.to_document(), "granted_by": grants.get((request.pk, one.key, one.function))}
            for one in request.revision.exceptions
        ],
    }


def step_part(step: Step) -> Document:
    names = ("function", "level", "level_name", "stage", "status", "terms_hash", "opened_at", "ended_at")
    kept = {"kept_from": step.kept_from_id, "reason": step.reason}
    return {"id": step.pk, "request": step.request_id, **fields(step, *names), **kept}


def mandate_part(mandate: Mandate) -> Document:
    """`limits` and `corner` as they were granted; `versions`: all of them, once a task has lapsed."""
    names = ("number", "status", "limits", "corner", "granted_at", "expires_at", "ended_at")
    versions = [
        {"condition": one.condition_id, **fields(one, "number", "limits", "corner", "at")}
        for one in mandate.versions.order_by("number")
    ]
    granted = {name: versions[0][name] for name in ("limits", "corner")} if versions else {}
    part = {"id": mandate.pk, "request": mandate.request_id, **fields(mandate, *names), **granted}
    return {**part, "versions": versions}


def condition_part(task: Condition) -> Document:
    names = ("text", "due", "otherwise", "met_at", "lapsed_at")
    shown = [
        {"id": one.pk, "by": one.by_id, **fields(one, "text", "name", "size", "sha256", "at")}
        for one in task.evidence.all()
    ]
    people = {"owner": task.owner_id, "met_by": task.met_by_id, "decision": task.decision_id}
    return {"id": task.pk, **people, **fields(task, *names), "evidence": shown}


def question_part(question: Question) -> Document:
    names = ("text", "asked_at", "status", "answer", "ended_at")
    people = {"step": question.step_id, "by": question.by_id, "to": question.to_id}
    return {"id": question.pk, **people, **fields(question, *names)}


def exception_part(one: AccountException) -> Document:
    """What this deal won its account beyond never."""
    names = ("key", "function", "why", "in_return", "precedent", "until", "granted_at", "revoked_at")
    people = {"granted_by": one.granted_by_id, "revoked_by": one.revoked_by_id}
    reason = {"revoked_reason": one.revoked_reason}
    return {"id": one.pk, "value": spelled(one.bound), **fields(one, *names), **people, **reason}


def offer_part(offer: Offer) -> Document:
    names = ("number", "direction", "document", "terms_hash", "answer", "inside", "good_until", "note", "at")
    return {"id": offer.pk, "mandate": offer.mandate_id, "by": offer.by_id, **fields(offer, *names)}


def closing_part(closing: Closing | None) -> Document | None:
    if closing is None:
        return None
    names = ("won", "document", "answer", "inside", "reason", "at")
    return {"mandate": closing.mandate_id, "by": closing.by_id, **fields(closing, *names)}


def event_part(event: Event) -> Document:
    names = ("sequence", "kind", "at", "body", "previous", "hash")
    return {"actor": event.actor_id, "acting_for": event.acting_for_id, **fields(event, *names)}


def fields(row: Any, *names: str) -> Document:
    return {name: getattr(row, name) for name in names}


def ids_of(
    decisions: Iterable[Decision], events: Iterable[Event], requests: Iterable[Request]
) -> Iterable[int]:
    decided = ((one.by_id, one.acting_for_id) for one in decisions)
    acted = ((one.actor_id, one.acting_for_id) for one in events)
    asked = ((one.submitted_by_id,) for one in requests)
    return {pk for pk in chain.from_iterable(chain(decided, acted, asked)) if pk}


def owners_of(tasks: Iterable[Condition]) -> Iterable[int]:
    return {task.owner_id for task in tasks if task.owner_id}


def people_part(ids: Iterable[int]) -> Mapping[str, str]:
    return {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")}
