"""The steps of one request that wait for the same person, as one screen puts them side by side."""

from dataclasses import dataclass

from approvals.models import Decision, Step
from desk.judging import Changed, Judged, Seat, changes_of, headline, judged_of, seat_of, standard_words


@dataclass(frozen=True, slots=True)
class Part:
    """One step as it is judged. `last`: this function's last word before, and what moved since."""

    seat: Seat
    headline: str
    judged: tuple[Judged, ...]
    standard: str
    last: Decision | None
    changes: tuple[Changed, ...]


def part_of(seat: Seat) -> Part:
    last, changes = changes_of(seat)
    return Part(seat, headline(seat), judged_of(seat), standard_words(seat), last, changes)


def seats_beside(seat: Seat) -> tuple[Seat, ...]:
    """The seat with every other of the same request that waits for the same person, as they fall due; alone
    when it does not wait for them, or nothing else does."""
    if not seat.open:
        return (seat,)
    waiting = Step.objects.assigned_to(seat.user).filter(request=seat.request)
    return tuple(seat if step.pk == seat.step.pk else beside(step, seat) for step in waiting)


def beside(step: Step, seat: Seat) -> Seat:
    """Another step of the same request, with what is at hand of it."""
    step.request, step.deal = seat.request, seat.deal
    return seat_of(step, seat.user)
