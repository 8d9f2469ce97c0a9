"""Many deadlines anew: exactly those that were on the screen, in the background, one by one."""

from uuid import UUID

from django.db.models import QuerySet

from approvals.bulk import MOST, Order, begin, refuse_visitor
from approvals.deadlines import Move, moves_of, print_of
from approvals.errors import MovesOtherwise
from approvals.intervene import refuse_wordless
from approvals.models import Bulk, Step
from approvals.recompute import OTHERWISE
from base import clock
from base.words import say
from people.models import User


def first_moves(steps: QuerySet[Step]) -> tuple[tuple[Move, ...], int]:
    """What would move, as many as can be done at once, and how many more there are."""
    moves = moves_of(steps, clock.now())
    return moves[:MOST], max(0, len(moves) - MOST)


def begin_recompute(steps: QuerySet[Step], *, by: User, reason: str, seen: str, once: UUID) -> Bulk:
    """Let the background recompute the deadlines of these steps that would move. `seen`: the print of all
    moves that were on the screen. The same `once` again begins nothing. What has changed for a single step by
    the time of its turn is refused there.

    Raises NotYours, Invalid (no reason, nothing moves), MovesOtherwise."""
    refuse_visitor(by)
    if begun := Bulk.objects.filter(once=once).first():
        return begun
    refuse_wordless(reason)
    moves, _ = first_moves(steps)
    if print_of(moves) != seen:
        raise MovesOtherwise(say(OTHERWISE))
    order = Order(Bulk.Verb.RECOMPUTE, reason)
    return begin({move.step.pk: move.print for move in moves}, by=by, order=order, once=once)
