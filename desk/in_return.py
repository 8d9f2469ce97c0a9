"""What was asked in return, and what was asked before deciding, as pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from approvals.evidence import may_mark
from approvals.limit import LimitKey, Value, name_of
from approvals.models import Condition, ConditionQuerySet, Evidence, Question, Step
from base.format import day
from base.words import say
from deals.models import Deal
from deals.share import may_edit, team_of
from desk.clocks import Now
from desk.cost import hides
from desk.head import Room
from desk.phrases import listed, lower, shown
from guardrails.policy import Policy
from people.models import Function, User
from people.shown import View

SOON = 3  # days before its end from which an open task is marked
Choices = list[tuple[str, list[tuple[int, str]]]]


@dataclass(frozen=True, slots=True)
class Task:
    """One task. `otherwise`: where the limits fall back to, in words. `shown`: how much evidence there is."""

    condition: Condition
    function: str
    word: str
    tone: str
    icon: str
    otherwise: str
    shown: int

    @property
    def open(self) -> bool:
        return self.condition.is_open


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task as one reader finds it. `marks`: they may say it is met; `hands_in`: they may show evidence."""

    task: Task
    deal: Deal
    evidence: tuple[Evidence, ...]
    marks: bool
    hands_in: bool


@dataclass(frozen=True, slots=True)
class AskedOfMe:
    """What waits for one person besides reviews. `tasks`: each with the days that are left."""

    questions: tuple[Question, ...]
    tasks: tuple[tuple[Condition, int], ...]

    def __bool__(self) -> bool:
        return bool(self.questions or self.tasks)

    @property
    def deals(self) -> frozenset[int]:
        """By id."""
        tasks = (one.decision.deal_id for one, _ in self.tasks)
        return frozenset([*(one.deal_id for one in self.questions), *tasks])


def with_all(tasks: ConditionQuerySet) -> ConditionQuerySet:
    related = tasks.tasks().select_related(
        "owner", "met_by", "decision__by", "decision__deal", "decision__step__request__version"
    )
    return related.annotate(shown=Count("evidence")).order_by("due", "pk")


def tasks_of(room: Room) -> tuple[Task, ...]:
    """Those of the mandate in use, and those something in review would rest on. One query."""
    of_deal = Condition.objects.filter(decision__deal=room.deal)
    wanted = Q(mandate=room.mandate) if room.mandate else Q(pk__in=[])
    asked = with_all(of_deal.filter(wanted | Q(pk__in=of_deal.live().values("pk"))))
    return tuple(task_of(one, room.view, room.now) for one in asked)


def task_of(condition: Condition, view: View, now: Now) -> Task:
    policy: Policy = condition.decision.step.request.version.policy
    word, tone, icon = state_of(condition, now)
    return Task(
        condition=condition,
        function=policy.function(condition.decision.function).name,
        word=word,
        tone=tone,
        icon=icon,
        otherwise=otherwise_words(condition, policy, view),
        shown=vars(condition)["shown"],
    )


def state_of(condition: Condition, now: Now) -> tuple[str, str, str]:
    if condition.met_at and condition.met_by:
        met = say("Met, says {name}, {at}", name=condition.met_by.name, at=now.moment(condition.met_at))
        return met, "ok", "check"
    assert condition.due is not None
    left = (condition.due - now.today).days
    if condition.lapsed_at or left < 0:
        return say("Lapsed at the end of {day}", day=day(condition.due)), "bad", "clock-exclamation"
    return say("Open until {day}", day=day(condition.due)), "warn" if left <= SOON else "on", "hourglass"


def otherwise_words(condition: Condition, policy: Policy, view: View) -> str:
    """ "discount 15.0 % and payment 30 days"; a limit whose number is hidden goes by its name."""
    return listed([limit_words(key, value, policy, view) for key, value in condition.fallback.items()])


def limit_words(key: LimitKey, value: Value, policy: Policy, view: View) -> str:
    limit = lower(name_of(key, policy))
    if hides(view, key):
        return say("a limit on {limit}", limit=limit)
    return say("{limit} {value}", limit=limit, value=shown(key, value, policy))


def page_of(condition: Condition, deal: Deal, user: User, view: View, now: Now) -> TaskPage:
    """`condition` from `with_all`."""
    task, open_ = task_of(condition, view, now), deal.status != Deal.Status.LOST
    alive = task.open and open_ and condition.due is not None and condition.due >= now.today
    marks = alive and may_mark(condition, deal, user, at=now.at)
    return TaskPage(
        task=task,
        deal=deal,
        evidence=tuple(condition.evidence.select_related("by")),
        marks=marks,
        hands_in=marks or (alive and (condition.owner_id == user.pk or may_edit(deal, user))),
    )


def asked_of(user: User, now: Now) -> AskedOfMe:
    """Two queries."""
    questions = Question.objects.open().put_to(user).select_related("by", "deal__account", "step")
    tasks = Condition.objects.live().owned_by(user).select_related("decision__deal__account", "decision__by")
    return AskedOfMe(
        questions=tuple(questions),
        tasks=tuple((one, (one.due - now.today).days) for one in tasks.order_by("due", "pk") if one.due),
    )


def questions_of(steps: Iterable[Step]) -> tuple[Question, ...]:
    """What was asked about these steps, first to last. One query."""
    asked = Question.objects.filter(step__in=[step.pk for step in steps])
    return tuple(asked.select_related("by", "to", "step"))


def people_for(deal: Deal, but: User) -> Choices:
    """Whom to ask or to give a task: the people of the deal first, then everyone who works here."""
    near = {deal.owner_id, deal.decision_owner_id, *team_of(deal)}
    every = User.objects.active().exclude(function=Function.AUDITOR).exclude(pk=but.pk).by_name()
    named = [(one.pk, f"{one.name}, {one.job_title}" if one.job_title else one.name) for one in every]
    return [
        (say("People of the deal"), [one for one in named if one[0] in near]),
        (say("Everyone"), [one for one in named if one[0] not in near]),
    ]
