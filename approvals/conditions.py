"""Asking for a task in return: what may be asked, and what follows from asking it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from approvals.limit import name_of, risk, show, spelled
from approvals.mandate import allowed_narrowing
from approvals.models import Condition, Decision, Step
from approvals.narrow import effect_of, refuse_new_findings, tightened
from approvals.task import LONGEST, Task, fallback
from approvals.told_in_return import about_task, write_to
from approvals.validity import after
from base import canonical, clock
from base.errors import Invalid
from base.words import say
from deals.share import let_look
from ledger.effects import planned, schedule_all
from ledger.models import Effect
from people.models import User

if TYPE_CHECKING:
    from approvals.decide import Ruling

MORNING_BEFORE = timedelta(hours=39)  # before the day is over: 9 o'clock of the day before


def refuse_tasks(step: Step, ruling: Ruling, *, at: datetime) -> None:
    """Raise Invalid for tasks that cannot be asked, by field: "task:0:owner" is the owner of the first.

    Each has its words, an active owner and a day that is not over. It falls back only to what this function
    could have granted: from its own limit to the target, both included, so the target stays inside."""
    faults = {
        f"task:{place}:{name}": fault
        for place, task in enumerate(ruling.tasks)
        for name, fault in faults_of(task, step, ruling, clock.date_of(at))
    }
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    for task in (one for one in ruling.tasks if one.otherwise):
        lower = tightened(dict(ruling.limits), task.otherwise, step.request.version.policy)
        refuse_new_findings(step, effect_of(step, lower)[1])


def faults_of(task: Task, step: Step, ruling: Ruling, today: date) -> Iterator[tuple[str, str]]:
    if len(task.text.strip()) > LONGEST:
        yield "text", say("Say it in at most {count} letters.", count=LONGEST)
    if task.due < today:
        yield "due", say("The day lies in the past.")
    if not User.objects.active().filter(pk=task.owner).exists():
        yield "owner", say("Choose someone who works here.")
    policy, revision = step.request.version.policy, step.request.revision
    target, walk_away = revision.measured("target"), revision.measured("walk_away")
    for key, value in task.otherwise.items():
        if fault := allowed_narrowing(key, value, step.function, target, walk_away, policy):
            yield "otherwise", fault
        elif key in ruling.limits and risk(key, value, policy) >= risk(key, ruling.limits[key], policy):
            name, shown = name_of(key, policy), show(key, value, policy)
            yield "otherwise", no_tighter(name, shown)


def no_tighter(name: str, value: str) -> str:
    return say(
        "{name} {value} is no tighter than the limit itself. Say where it drops to.", name=name, value=value
    )


def ask_tasks(decision: Decision, step: Step, ruling: Ruling, *, at: datetime) -> None:
    """Keep each task, tell its owner, let them see the deal, and schedule its lapse."""
    if not ruling.tasks:
        return
    owners = User.objects.in_bulk([task.owner for task in ruling.tasks])
    let_look(step.deal, {user for user in owners.values() if not user.sees_all})
    for task in ruling.tasks:
        condition = Condition.objects.create(
            decision=decision,
            kind=Condition.Kind.TASK,
            text=task.text.strip(),
            owner=owners[task.owner],
            due=task.due,
            otherwise=canonical.dumps(drops(task, step, ruling)),
        )
        schedule_all([lapse_of(condition, task.due), *due_soon_of(condition, task.due, at=at)])
        write_to(owners[task.owner], "task", about_task(condition, step.deal, by=decision.by), at=at)


def drops(task: Task, step: Step, ruling: Ruling) -> dict[str, str | None]:
    """Where every limit drops to that this answer grants, as stored."""
    keys = [finding.key for finding in step.request.judged.findings_of(step.function)]
    walk_away = step.request.revision.measured("walk_away")
    found = fallback(task, [*keys, *ruling.limits], walk_away, step.request.version.policy)
    return {key: spelled(value) for key, value in found.items()}


def lapse_of(condition: Condition, due: date) -> Effect:
    """At the end of the day it is due, in the company's zone."""
    once = f"lapse:{condition.pk}:1:1"
    return planned("lapse", timers_of(condition), once, after(due), condition=condition.pk)


def due_soon_of(condition: Condition, due: date, *, at: datetime) -> list[Effect]:
    """In the morning of the day before, unless that is over already."""
    morning = after(due) - MORNING_BEFORE
    once = f"due_soon:{condition.pk}:1:1"
    mail = planned("due_soon", timers_of(condition), once, morning, condition=condition.pk)
    return [mail] if morning > at else []


def timers_of(condition: Condition) -> str:
    return f"condition:{condition.pk}"
