"""Who may stand in for somebody, and what of their open work that would move."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from approvals.models import Assignment, Step
from base import clock
from deals.share import teams_of
from guardrails.models import PolicyVersion
from people.accounts import UserQuerySet
from people.models import Absence, Authority, Function, User
from people.stand_in import chain


@dataclass(frozen=True, slots=True)
class Open:
    """Open work of one person, or of one function of theirs. `overdue`: of them. `alone`: asked of nobody
    else."""

    rows: tuple[Assignment, ...]
    overdue: int
    alone: int

    @property
    def steps(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Moving:
    """What of it goes to `actor`, who acts at last: the delegate, or who stands in for them in turn. `kept`:
    what cannot, for they work on the deal or are asked already. `late`: as what they let some of it pass, and
    how many; a level each, the most first."""

    actor: User
    steps: int
    overdue: int
    kept: int
    late: tuple[tuple[str, int], ...]


def delegates(person: User) -> UserQuerySet:
    """Who may stand in for them, by name; `decides` tells who decides for a function that they decide for."""
    known = Authority.objects.in_force(clock.today())
    alike = known.filter(user=OuterRef("pk"), function__in=known.filter(user=person).values("function"))
    others = User.objects.active().exclude(pk=person.pk).exclude(function=Function.AUDITOR)
    return others.annotate(decides=Exists(alike)).by_name()


def decides_nothing_of(delegate: User, person: User, function: str) -> bool:
    """That `person` decides something, of `function` alone where it is named, and `delegate` none of that.
    One query."""
    held = Authority.objects.in_force(clock.today()).filter(user__in=[person, delegate])
    if function:
        held = held.filter(function=function)
    found = set(held.values_list("user", "function"))
    theirs = {each for user, each in found if user == person.pk}
    return bool(theirs) and not any((delegate.pk, each) in found for each in theirs)


def colleagues(person: User) -> tuple[str, ...] | None:
    """Names of those who decide at a level at which they decide, wherever: the others of their pools. None
    for somebody who decides nothing. One query."""
    known = Authority.objects.in_force(clock.today())
    same = known.filter(user=person, function=OuterRef("function"), level=OuterRef("level"))
    pools = known.filter(Exists(same), user__is_active=True).order_by("user__name", "user")
    names = dict(pools.values_list("user", "user__name"))
    return tuple(name for user, name in names.items() if user != person.pk) if names else None


def open_of(person: User, at: datetime, function: str = "") -> Open:
    """What is asked of them now, and of whoever stands in for them already. One query."""
    others = Assignment.objects.filter(step=OuterRef("step"), ended_at=None).exclude(pk=OuterRef("pk"))
    owned = Q(user=person, principal=None) | Q(principal=person)
    found = Assignment.objects.filter(owned, ended_at=None, step__status=Step.Status.OPEN)
    if function:
        found = found.filter(step__function=function)
    related = found.select_related("step__deal", "step__request").defer("step__request__route")
    rows = tuple(related.annotate(shared=Exists(others)).order_by("pk"))
    return Open(rows, overdue_of([row.step for row in rows], at), sum(not row.shared for row in rows))


def overdue_of(steps: Iterable[Step], at: datetime) -> int:
    return sum(step.due_at is not None and step.due_at < at for step in steps)


def moving(absence: Absence, work: Open, at: datetime) -> Moving | None:
    """As it stands: `work` is that of who is away. None where nobody stands in. Five queries at most."""
    actor = actor_of(absence, max(at, absence.starts))
    if actor is None:
        return None
    teams = teams_of({row.step.deal_id for row in work.rows})
    asked = list(Assignment.objects.filter(step__in=[row.step_id for row in work.rows], user=actor))
    busy = {one.step_id for one in asked if one.ended_at is None and one.principal_id != absence.user_id}
    goes = [row.step for row in work.rows if row.step_id not in busy and free(actor, row.step, teams)]
    return Moving(
        actor=actor,
        steps=len(goes),
        overdue=overdue_of(goes, at),
        kept=work.steps - len(goes),
        late=late_as(asked, goes),
    )


def late_as(asked: Iterable[Assignment], steps: Iterable[Step]) -> tuple[tuple[str, int], ...]:
    """Level and how many of `steps` they let pass as that, the most first. One query where there is any."""
    of = {step.pk: step for step in steps}
    late = {(of[one.step_id], one.late_as) for one in asked if one.late_as is not None and one.step_id in of}
    if not late:
        return ()
    versions = PolicyVersion.objects.in_bulk({step.request.version_id for step, _ in late})
    names = Counter(
        versions[step.request.version_id].policy.level_name(step.function, rank) for step, rank in late
    )
    return tuple(sorted(names.items(), key=lambda each: (-each[1], each[0])))


def actor_of(absence: Absence, at: datetime) -> User | None:
    """Who acts at last at `at`, when one absence leads to the next. Two queries at most."""
    roster = Absence.objects.not_over(at).roster()
    links = chain(roster, absence.user_id, absence.function, at)
    if not links or links[-1] == absence.delegate_id:
        return absence.delegate
    return User.objects.get(pk=links[-1])


def free(actor: User, step: Step, teams: Mapping[int, frozenset[int]]) -> bool:
    """That they have no part in the deal."""
    part = (step.deal.owner_id, step.request.submitted_by_id, *teams.get(step.deal_id, ()))
    return actor.pk not in part
