"""The steps of one request that wait for the same person, as one screen puts them side by side."""

from dataclasses import dataclass

from approvals.models import Decision, Step
from desk.judging import Changed, Judged, Seat, changes_of, headline, judged_of, seat_of, standard_words
from desk.lanes import verdict_words


@dataclass(frozen=True, slots=True)
class Part:
    """One step as it is judged. `last`: this function's last word before, `said` in words, and what moved
    since."""

    seat: Seat
    headline: str
    judged: tuple[Judged, ...]
    standard: str
    last: Decision | None
    said: str
    changes: tuple[Changed, ...]

    @property
    def marked(self) -> bool:
        """Whether what was granted before is drawn."""
        return any(one.rungs and one.was is not None for one in self.judged)


def part_of(seat: Seat) -> Part:
    last, changes = changes_of(seat)
    said = verdict_words(last, seat.policy, seat.view) if last else ""
    return Part(seat, headline(seat), judged_of(seat), standard_words(seat), last, said, changes)


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
