"""What came of the effects of one part of a run: done once, done twice, lost."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from approvals.models import Assignment, Step
from deals.models import Deal
from ledger.models import Effect, Event
from ledger.verify import verify
from notices.mail import message_id
from tests.approvals.machine.invariants import broken

TIMERS = {"remind": "step.reminded", "hand_over": "step.handed_over"}
MAILS, CHAT = ("mail", "digest"), "chat"
MESSAGES = (*MAILS, CHAT)
Act = tuple[str, int, int]  # the kind of the timer, the step, the run


@dataclass(frozen=True, slots=True)
class Part:
    """One fault: how often it was injected, how many messages may have been on their way then, and which
    effects it met: those with ids from `first` up to `last`."""

    fault: str
    injected: int
    flights: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Row:
    """`twice`: timers that acted twice. `again`: messages that came again. `parked`: kept and named, not
    lost. `lost`: neither done nor parked, or done without a trace."""

    fault: str
    injected: int
    due: int
    once: int
    again: int
    flights: int
    twice: int
    parked: int
    lost: int

    @property
    def holds(self) -> bool:
        return not (self.twice or self.lost) and self.again <= self.flights


def row(part: Part, arrived: Mapping[str, int], *, at: datetime) -> Row:
    """Count what of this part was due by `at`; what was cancelled is not."""
    effects = Effect.objects.filter(pk__gt=part.first, pk__lte=part.last, planned_for__lte=at)
    due = list(effects.exclude(state=Effect.State.CANCELLED))
    times = times_done(due, arrived)
    messages = [times[one.pk] for one in due if one.kind in MESSAGES]
    parked = [one for one in due if one.state == Effect.State.PARKED]
    lost = [one for one in due if one not in parked and (one.state != Effect.State.DONE or not times[one.pk])]
    for one in lost[:5]:
        print(f"lost: {one.state} {one.dedupe_key} {one.payload}, {one.last_error}")
    return Row(
        fault=part.fault,
        injected=part.injected,
        due=len(due),
        once=sum(one.state == Effect.State.DONE and times[one.pk] >= 1 for one in due),
        again=sum(count - 1 for count in messages if count > 1),
        flights=part.flights,
        twice=sum(times[one.pk] > 1 for one in due if one.kind not in MESSAGES),
        parked=len(parked),
        lost=len(lost),
    )


def times_done(due: Sequence[Effect], arrived: Mapping[str, int]) -> dict[int, int]:
    """How often each was done: by what the mail server received, or by what the ledger says of a timer."""
    acts, done = acts_of_timers(), Counter(act_of(one) for one in due if one.state == Effect.State.DONE)
    times = {}
    for one in due:
        if one.kind in MESSAGES:
            name = one.dedupe_key if one.kind == CHAT else message_id(one.facts["notice"])
            times[one.pk] = arrived.get(name, 0)
        elif one.kind in TIMERS:
            times[one.pk] = acts[act_of(one)] - max(0, done[act_of(one)] - 1)
        else:
            times[one.pk] = int(one.state == Effect.State.DONE)
    return times


def act_of(effect: Effect) -> Act:
    facts = effect.facts
    return effect.kind, facts.get("step", 0), facts.get("run", 0)


def acts_of_timers() -> Counter[Act]:
    """What the ledger says that timers did. A hand-over begins the next run; an overdue step stays in its."""
    acts: Counter[Act] = Counter()
    kinds = [*TIMERS.values(), "step.overdue"]
    for event in Event.objects.filter(kind__in=kinds).iterator():
        facts = event.facts
        if event.kind == "step.reminded":
            acts["remind", facts["step"], facts["run"]] += 1
        elif event.kind == "step.overdue":
            acts["hand_over", facts["step"], facts["run"]] += 1
        else:
            acts["hand_over", facts["step"], facts["moved"]["run"] - 1] += 1
    return acts


def faults_of_state(deals: Sequence[int]) -> list[str]:
    """What does not hold of the whole: every stream, every open step, and all invariants of these deals."""
    found = [str(fault) for fault in verify().faults]
    work = Assignment.objects.filter(step=OuterRef("pk"), ended_at=None)
    nobodys = Step.objects.filter(status=Step.Status.OPEN).exclude(Exists(work))
    found += [f"step {step.pk} is open and nobody's" for step in nobodys]
    unsaid = Step.objects.filter(status=Step.Status.UNROUTABLE, reason="")
    found += [f"step {step.pk} waits and does not say why" for step in unsaid]
    for deal in Deal.objects.filter(pk__in=deals):
        found += [f"{deal.number}: {sentence}" for sentence in broken(deal)]
    return found
