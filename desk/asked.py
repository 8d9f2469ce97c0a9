"""Every request of a deal, the newest first: its lanes, and who decided what on which terms."""

from dataclasses import dataclass

from approvals.models import Decision, Question, Request, Step
from desk.cost import sentence_for
from desk.head import Room
from desk.intervene import Done, done_to, open_to
from desk.lanes import Lane, lanes_of, verdict_words, with_lanes
from desk.overview import expected
from desk.words import VERDICTS
from guardrails.finding import Finding


@dataclass(frozen=True, slots=True)
class Decided:
    decision: Decision
    level_name: str
    said: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `findings`: why it was asked, in sentences. `decided`: in the order they were made.

    `done`: what the desk did to its steps. `steps`: those it may act on now, each with its level.
    `questions`: what was asked before deciding."""

    request: Request
    lanes: tuple[Lane, ...]
    expected: str
    decided: tuple[Decided, ...]
    findings: tuple[str, ...]
    done: tuple[Done, ...]
    steps: tuple[tuple[Step, str], ...]
    questions: tuple[Question, ...]

    @property
    def open(self) -> bool:
        return self.request.status == Request.Status.OPEN


def asked_of(room: Room) -> tuple[Asked, ...]:
    """In a fixed number of queries, however many there are."""
    requests = with_lanes(Request.objects.filter(deal=room.deal)).newest_first()
    done = done_to(Step.objects.filter(deal=room.deal))
    questions = tuple(room.deal.questions.select_related("by", "to", "step"))
    return tuple(asked(request, room, done, questions) for request in requests)


def asked(request: Request, room: Room, done: tuple[Done, ...], questions: tuple[Question, ...]) -> Asked:
    decisions = [decision for step in request.steps.all() for decision in step.decisions.all()]
    return Asked(
        request=request,
        lanes=lanes_of(request, room.view, room.now),
        expected=expected(request, room),
        decided=tuple(decided(one, request, room) for one in sorted(decisions, key=lambda one: one.at)),
        findings=tuple(found(one, room) for one in request.judged.findings),
        done=tuple(one for one in done if one.intervention.step.request_id == request.pk),
        steps=open_to(room.user, request),
        questions=tuple(one for one in questions if one.step.request_id == request.pk),
    )


def decided(decision: Decision, request: Request, room: Room) -> Decided:
    policy = request.version.policy
    icon, tone = VERDICTS[Decision.Verdict(decision.verdict)]
    return Decided(
        decision=decision,
        level_name=policy.level_name(decision.function, decision.level),
        said=verdict_words(decision, policy, room.view),
        icon=icon,
        tone=tone,
    )


def found(finding: Finding, room: Room) -> str:
    return sentence_for(room.view, finding)
