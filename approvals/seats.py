"""The seats of a step: one for all of a pool, or one for each of those who must agree."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from approvals.acting import open_work, owner_of
from approvals.models import Decision, Seat, Step
from approvals.pools import rule_of
from approvals.quorum import Place, Standing, standing
from guardrails.policy import Pool
from ledger.batch import forget, once
from people.models import User

QUORUMS = {"any one": Step.Quorum.ANY_ONE, "everyone": Step.Quorum.EVERYONE}


def asked_of(rule: Pool, people: Sequence[User]) -> Sequence[User]:
    """Whom of the pool to ask: all of them, or the one with the least open work, ties by name."""
    return [least_loaded(people)] if rule.assign == "least loaded" else people


def least_loaded(people: Sequence[User]) -> User:
    open_work = Count("assignments", filter=Q(assignments__ended_at=None))
    loads = User.objects.filter(pk__in=[user.pk for user in people]).annotate(load=open_work)
    load = dict(loads.values_list("pk", "load"))
    return min(people, key=lambda user: (load[user.pk], user.name, user.pk))


def seats_for(step: Step, people: Sequence[User], *, at: datetime) -> list[Seat]:
    """Seats for those asked, not yet written down: those that were answered before stay as they are."""
    rule, kept = rule_of(step, step.level), kept_seats(step)
    step.quorum = QUORUMS.get(str(rule.quorum), Step.Quorum.N_OF_M)
    number = max((seat.number for seat in kept), default=0)
    pool = [seat for seat in kept if seat.added_by_id is None]
    if rule.quorum == "any one":
        step.needed = 1
        held_by = people[0] if rule.assign == "least loaded" else None
        return [Seat(step=step, number=number + 1, held_by=held_by, held_since=at if held_by else None)]
    had = {seat.held_by_id for seat in kept}
    fresh = [user for user in people if user.pk not in had]
    step.needed = rule.needed(len(pool) + len(fresh))
    return [
        Seat(step=step, number=place, held_by=user, held_since=at)
        for place, user in enumerate(fresh, start=number + 1)
    ]


def holders_of(seats: Iterable[Seat]) -> list[User]:
    """Whom these seats are kept for; nobody where the first to answer fills it."""
    return [seat.held_by for seat in seats if seat.held_by]


def kept_seats(step: Step) -> list[Seat]:
    """Those of an earlier opening: what nobody of the pool has answered is given out anew."""
    if step.opened_at is None:
        return []
    step.seats.filter(decision=None, added_by=None).delete()
    forget(seats_named(step.pk))
    return list(step.seats.all())


def hand_seats_over(step: Step, people: Sequence[User], rule: Pool, *, at: datetime) -> None:
    """Whoever takes over answers for all who did not: one seat for them, besides what was answered."""
    asked = {owner_of(row).pk for row in open_work(step)}
    found = seats_of(step)
    first, *rest = (
        seat for seat in found if agrees(seat) is None and (seat.turn == 1 or seat.held_by_id in asked)
    )
    if rest:
        step.seats.filter(pk__in=[seat.pk for seat in rest]).delete()
    first.held_by = people[0] if rule.assign == "least loaded" else None
    first.held_since = at if first.held_by else None
    first.added_by, first.reason = None, ""
    first.save()
    step.needed = 1 + sum(seat.added_by_id is None and agrees(seat) is True for seat in found)
    forget(seats_named(step.pk))


def seats_of(step: Step) -> list[Seat]:
    """With what was answered, by number."""
    return once(seats_named(step.pk), lambda: list(seats([step.pk])))


def answers(step: Step) -> list[Decision]:
    """What was decided at this step: each fills a seat."""
    return [seat.decision for seat in seats_of(step) if agrees(seat) is not None]


def seats_named(step: int) -> tuple[str, int]:
    return "seats", step


def seats(steps: Collection[int]) -> QuerySet[Seat]:
    return Seat.objects.filter(step__in=steps).select_related("decision").order_by("step", "number")


def agrees(seat: Seat) -> bool | None:
    """None while nobody has answered."""
    decision: Decision | None = getattr(seat, "decision", None)
    return None if decision is None else decision.agrees


def standing_of(step: Step) -> Standing:
    """What the seats of a step come to now."""
    places = [Place(agrees(seat), seat.added_by_id is not None, seat.turn) for seat in seats_of(step)]
    return standing(places, step.needed)
