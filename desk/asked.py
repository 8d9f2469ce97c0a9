"""Every request of a deal, the newest first: its lanes, and who decided what on which terms."""

from collections.abc import Mapping
from dataclasses import dataclass

from approvals.models import Decision, Opening, Question, Request, Step
from desk.awaited import expected
from desk.cost import sentence_for
from desk.head import Room
from desk.intervene import Done, done_to, open_to
from desk.lanes import Lane, lanes_of, verdict_words, with_lanes
from desk.opened import Reader, opened_words, readers_of
from desk.words import VERDICTS
from guardrails.finding import Finding

Openings = Mapping[tuple[int, int], Opening]


@dataclass(frozen=True, slots=True)
class Decided:
    """`opened`: since when they had it before them; empty where that is not known."""

    decision: Decision
    level_name: str
    said: str
    icon: str
    tone: str
    opened: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `findings`: why it was asked, in sentences. `decided`: in the order they were made.

    `done`: what the desk did to its steps. `steps`: those it may act on now, each with its level.
    `questions`: what was asked before deciding. `readers`: who was asked and has not answered."""

    request: Request
    lanes: tuple[Lane, ...]
    expected: str
    decided: tuple[Decided, ...]
    findings: tuple[str, ...]
    done: tuple[Done, ...]
    steps: tuple[tuple[Step, str], ...]
    questions: tuple[Question, ...]
    readers: tuple[Reader, ...]

    @property
    def open(self) -> bool:
        return self.request.status == Request.Status.OPEN


def asked_of(room: Room) -> tuple[Asked, ...]:
    """In a fixed number of queries, however many there are."""
    requests = with_lanes(Request.objects.filter(deal=room.deal)).newest_first()
    done = done_to(Step.objects.filter(deal=room.deal))
    questions = tuple(room.deal.questions.select_related("by", "to", "step"))
    opened = openings_of(room)
    return tuple(asked(request, room, done, questions, opened) for request in requests)


def openings_of(room: Room) -> Openings:
    """By step and person, as they were opened. One query."""
    rows = Opening.objects.filter(step__deal=room.deal).select_related("user").order_by("at", "pk")
    return {(one.step_id, one.user_id): one for one in rows}


def asked(
    request: Request,
    room: Room,
    done: tuple[Done, ...],
    questions: tuple[Question, ...],
    opened: Openings,
) -> Asked:
    decisions = [decision for step in request.steps.all() for decision in step.decisions.all()]
    return Asked(
        request=request,
        lanes=lanes_of(request, room.view, room.now),
        expected=expected(request, room),
        decided=tuple(
            decided(one, request, room, opened) for one in sorted(decisions, key=lambda one: one.at)
        ),
        findings=tuple(found(one, request, room) for one in request.judged.findings),
        done=tuple(one for one in done if one.intervention.step.request_id == request.pk),
        steps=open_to(room.user, request),
        questions=tuple(one for one in questions if one.step.request_id == request.pk),
        readers=readers_of(request, opened, room.now),
    )


def decided(decision: Decision, request: Request, room: Room, opened: Openings) -> Decided:
    policy = request.version.policy
    icon, tone = VERDICTS[Decision.Verdict(decision.verdict)]
    first = opened.get((decision.step_id, decision.by_id))
    return Decided(
        decision=decision,
        level_name=policy.level_name(decision.function, decision.level),
        said=verdict_words(decision, policy, room.view),
        icon=icon,
        tone=tone,
        opened=opened_words(first.at, room.now) if first else "",
    )


def found(finding: Finding, request: Request, room: Room) -> str:
    return sentence_for(room.view, finding, request.version.policy)
