"""What those may do who look after a deal without deciding on it: who decides on it for the sellers, and who
leads the team of its seller. They remind, and they call the deal desk."""

from uuid import UUID

from django.db import transaction

from approvals.intervene import locked, refuse_state, refuse_wordless
from approvals.models import Step
from approvals.pools import holder_name
from approvals.tell import named
from base import clock
from base.errors import NotYours
from base.words import say
from deals.comment import comment
from deals.models import Comment, Deal
from ledger.effects import ring
from notices.message import Message
from notices.notify import notify
from people.models import Function, Team, User

CALLED = (Step.Status.OPEN, Step.Status.PAUSED, Step.Status.UNROUTABLE)


def looks_after(deal: Deal, user: User) -> bool:
    """Whether `user` is its decision owner or leads the team of its seller; nobody looks after their own. One
    query at most."""
    if not user.is_active or user.pk == deal.owner_id or user.function in (Function.DESK, Function.AUDITOR):
        return False
    if user.pk == deal.decision_owner_id:
        return True
    teams = [team for team in (deal.team_id, deal.owner.team_id) if team is not None]
    return Team.objects.led_by(user).filter(pk__in=teams).exists()


def refuse_unless_looking_after(deal: Deal, by: User) -> None:
    """Raises NotYours."""
    if not looks_after(deal, by):
        raise NotYours(
            say(
                "The deal desk, the decision owner of {deal} and who leads its team do this.",
                deal=deal.number,
            )
        )


@transaction.atomic
def call_desk(step: Step, *, by: User, reason: str, sent: UUID) -> Comment:
    """Ask the deal desk to step in: a comment on the deal says why, and everyone of the desk is told. The
    same form, sent again, says nothing again.

    Raises NotYours, WrongState (nobody is asked any more), Invalid (no reason, too long a one)."""
    at = clock.now()
    step = locked(step)
    refuse_unless_looking_after(step.deal, by)
    refuse_state(step, *CALLED)
    refuse_wordless(reason)
    text = f"To the deal desk, about {holder_name(step)}: {reason.strip()}"
    made = comment(step.deal, by=by, text=text, sent=sent)
    notify([call(made, step, user, reason.strip()) for user in desk_of(by)], at=at)
    ring()
    return made


def desk_of(by: User) -> list[User]:
    return list(User.objects.desk().exclude(pk=by.pk).by_name())


def call(made: Comment, step: Step, user: User, reason: str) -> Message:
    """In words that are kept."""
    level = holder_name(step)
    return Message(
        kind="called",
        user=user,
        stream=step.deal.stream,
        subject=f"Please step in: {named(step.deal)}",
        text=f"{made.by.name} asks the deal desk to step in where {level} is asked.\n\n“{reason}”",
        path=f"/reviews/{step.pk}/intervene/",
        key=f"called:{made.pk}:{user.pk}",
    )
