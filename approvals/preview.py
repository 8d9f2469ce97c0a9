"""What would happen if this were sent now: shown while the brief is written, by the engine of submit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from approvals.judge import Judgement, judge
from approvals.routing import Plan
from base import worktime
from deals.draft import ask_of, problems
from deals.excepted import world_for
from deals.exception import AskedException
from deals.models import Deal
from deals.remeasure import remeasure_for
from deals.terms import Ask, World
from guardrails.headroom import Remeasure
from guardrails.models import PolicyVersion
from people.models import FunctionCalendar, User


@dataclass(frozen=True, slots=True)
class Preview:
    """`problems`: field → sentence, what must be mended first. `answer_by`: None when nobody is asked.
    `remeasure`: what headroom is sought with. `exceptions`: what is asked beyond never. `hours`: when each
    function works."""

    version: PolicyVersion
    ask: Ask
    world: World
    judgement: Judgement
    remeasure: Remeasure
    problems: Mapping[str, str]
    answers: Mapping[str, datetime]
    answer_by: datetime | None
    hours: Mapping[str, worktime.Calendar]
    at: datetime
    exceptions: tuple[AskedException, ...] = ()

    @property
    def standard(self) -> bool:
        """Nobody has to be asked: sending it grants the mandate there and then."""
        return not self.judgement.judged.findings


def preview(deal: Deal, *, by: User, at: datetime) -> Preview:
    """Judge the draft of `deal` as it stands. Raises Invalid when it cannot be measured at all."""
    version = PolicyVersion.objects.in_force(at)
    policy = version.policy
    ask = ask_of(deal, policy, at)
    world, exceptions = world_for(deal, ask, policy, at)
    judgement = judge(deal, ask, world, policy=policy, submitter=by.pk, at=at)
    hours = calendars()
    answers = expected(judgement.plan, hours, at)
    return Preview(
        version=version,
        ask=ask,
        world=world,
        judgement=judgement,
        remeasure=remeasure_for(ask, policy, world),
        exceptions=exceptions,
        problems=problems(deal, policy, at) or judgement.crossed,
        answers=answers,
        answer_by=max(answers.values(), default=None),
        hours=hours,
        at=at,
    )


def calendars() -> dict[str, worktime.Calendar]:
    """Working hours by function."""
    return {row.function: row.calendar() for row in FunctionCalendar.objects.all()}


def expected(plan: Plan, hours: Mapping[str, worktime.Calendar], at: datetime) -> dict[str, datetime]:
    """When each function's last answer is due if everyone uses the whole allowance: functions side by side,
    the levels of a climb one after the other, executives after all others."""
    answers: dict[str, datetime] = {}
    for stage in sorted({step.stage for step in plan.steps}):
        began = max(answers.values(), default=at)
        for step in sorted((one for one in plan.steps if one.stage == stage), key=lambda one: one.order):
            start = answers.get(step.function, began)
            answers[step.function] = worktime.add(hours[step.function], start, step.allowance)
    return answers
