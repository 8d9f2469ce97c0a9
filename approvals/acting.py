"""Who acts: whoever is asked, or while they are away whoever stands in for them. Read when a step is
assigned, and again when it is decided."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet

from approvals.errors import NotAsked, OwnDeal
from approvals.models import Assignment, Step
from approvals.pools import conflicted
from base import clock
from base.format import day_of_month, full_date
from base.words import say
from ledger.batch import once
from people.models import Absence, User
from people.stand_in import Asking, Away, absence_of, chain, stand_in, stand_ins

Roster = tuple[Away, ...]
SOON = timedelta(minutes=1)  # longer than any transaction lasts
STAY = f"SELECT 1 FROM {User._meta.db_table} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"


@dataclass(frozen=True, slots=True)
class Acting:
    """`by` answers what `owner` is asked: their own, or that of somebody for whom they stand in."""

    by: User
    owner: User

    @property
    def patron(self) -> User | None:
        """For whom they act; None when it is their own."""
        return self.owner if self.owner != self.by else None


@dataclass(frozen=True, slots=True)
class Placed:
    """Open work of `user` at a step; `principal`: for whom they stand in."""

    step: Step
    user: User
    principal: User | None = None

    def assignment(self, *, at: datetime) -> Assignment:
        gave_sight = not self.user.sees_all
        return Assignment(
            step=self.step,
            user=self.user,
            principal=self.principal,
            run=self.step.run,
            since=at,
            gave_sight=gave_sight,
        )


def owner_of(row: Assignment) -> User:
    return row.principal or row.user


def open_work(step: Step) -> list[Assignment]:
    """With whose it is and who acts, in the order in which it was given."""
    return [row for row in work(step) if row.ended_at is None]


def work(step: Step) -> list[Assignment]:
    """The same with what has ended: all that anybody was ever asked at this step."""
    return once(work_named(step.pk), lambda: list(works([step.pk])))


def work_named(step: int) -> tuple[str, int]:
    return "work", step


def works(steps: Collection[int]) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(step__in=steps).select_related("user", "principal")
    return rows.order_by("step", "pk")


def roster_of(people: Iterable[User], at: datetime) -> Roster:
    """Every absence in force at `at`, or about to be. Nobody sets or ends one for these `people`, or for whom
    they may be stood in by, until this transaction ends: it would look for their open work without finding
    what is about to be theirs."""
    wanted = {user.pk for user in people}
    return once(("roster", frozenset(wanted), at), lambda: locked_roster(wanted, at))


def locked_roster(wanted: set[int], at: datetime) -> Roster:
    held: set[int] = set()
    while more := wanted - held:
        with connection.cursor() as cursor:
            cursor.execute(STAY, [sorted(more)])
        held |= more
        roster = Absence.objects.not_over(at).filter(starts__lte=at + SOON).roster()
        wanted |= {one.delegate for one in roster if one.user in held and one.delegate}
    return roster if held else ()


def edges(roster: Roster, at: datetime) -> set[datetime]:
    """When one of these absences begins or ends while this transaction may still run: whoever looked for open
    work then did not see what it opens."""
    return {edge for one in roster for edge in (one.starts, one.ends) if at < edge <= at + SOON}


def placed(
    step: Step, people: Sequence[User], roster: Roster, *, at: datetime, rows: Sequence[Assignment] = ()
) -> list[Placed]:
    """Who acts for each of `people` at this step. `rows`: who does so far.

    Whoever a signer added by name keeps what nobody does for them: nobody else was meant."""
    if not any(absence_of(roster, user.pk, step.function, at) for user in people):
        return [Placed(step, user) for user in people]
    asking = Asking(
        function=step.function,
        at=at,
        out=conflicted(step.deal, submitter=step.request.submitted_by_id),
        busy=frozenset(step.decisions.values_list("by", flat=True)),
        so_far={owner_of(row).pk: row.user_id for row in rows},
    )
    acts = stand_ins(roster, [user.pk for user in people], asking)
    for pk in step.seats.filter(decision=None, added_by__isnull=False).values_list("held_by", flat=True):
        acts.setdefault(pk or 0, pk or 0)
    known = {user.pk: user for user in people} | User.objects.in_bulk(acts.values())
    return [
        Placed(step, known[acts[user.pk]], None if acts[user.pk] == user.pk else user)
        for user in people
        if user.pk in acts
    ]


def acting(step: Step, by: User, *, at: datetime) -> Acting | None:
    """In whose place `by` would answer at this instant; None when nothing here is theirs.

    Raises OwnDeal (whoever they act for works on the deal) and NotAsked (they stand in no more, or somebody
    does for them). What has moved and is theirs again is theirs at once, before any sweep."""
    row = (
        step.assignments.filter(Q(user=by) | Q(principal=by), ended_at=None)
        .select_related("user", "principal")
        .order_by(F("principal").asc(nulls_first=True))
        .first()
    )
    if row is None:
        return None
    if row.principal:
        refuse_over(step, row, by, at=at)
    return Acting(by, owner_of(row))


def refuse_over(step: Step, row: Assignment, by: User, *, at: datetime) -> None:
    """Whether `by` acts for the principal of `row` still; or, as the principal, is back."""
    principal, roster = owner_of(row), Absence.objects.holding(at).roster()
    away = absence_of(roster, principal.pk, step.function, at)
    if by == principal:
        if away:
            raise NotAsked(
                say(
                    "You are away until {day}; {user} answers for you.",
                    day=back_words(away, at),
                    user=row.user.name,
                )
            )
        return
    out = conflicted(step.deal, submitter=step.request.submitted_by_id)
    if out.intersection((principal.pk, *chain(roster, principal.pk, step.function, at))):
        raise OwnDeal(say("You would act for somebody of the deal team of {deal}.", deal=step.deal.number))
    if away is None:
        raise NotAsked(say("{principal} is back and answers this.", principal=principal.name))
    if stand_in(roster, principal.pk, step.function, at, out) != by.pk:
        raise NotAsked(say("You do not stand in for {principal} any more.", principal=principal.name))


def back_words(away: Away, at: datetime) -> str:
    """ "4 May": the day on which they are back, by the company's calendar."""
    return day_words(clock.date_of(away.ends), clock.date_of(at))


def day_words(day: date, today: date) -> str:
    """ "3 May", and with its year when that is another one."""
    return day_of_month(day) if day.year == today.year else full_date(day)


def away_words(people: Iterable[User], function: str, at: datetime, but: Collection[int] = ()) -> str:
    """ "Henrik Sørensen is away until 4 May and nobody stands in"; empty when all others but `but` are there.

    Of people who may be asked and for whom nobody is left."""
    roster = Absence.objects.holding(at).roster()
    said = [
        say("{name} is away until {day} and nobody stands in", name=user.name, day=back_words(away, at))
        for user in people
        if user.pk not in but and (away := absence_of(roster, user.pk, function, at))
    ]
    return "; ".join(said)
