"""A reminder now: the deal desk writes to whoever is asked. The button says "Remind"."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from approvals.intervene import asked_of, facts_of, locked, refuse_outsider, refuse_state
from approvals.models import Intervention, Step
from approvals.tell import message
from approvals.when import moment
from base import clock
from base.errors import WrongState
from base.format import hour
from base.words import say
from ledger.effects import ring
from ledger.record import record
from notices.notify import notify
from people.models import User

AGAIN = timedelta(hours=4)
NUDGE = Intervention.Kind.NUDGE


@transaction.atomic
def nudge(step: Step, *, by: User, note: str = "") -> tuple[Intervention, ...]:
    """Write to each person who is asked to answer `step`, with `note` if there is one; to nobody twice within
    four hours.

    Raises NotYours (not of the desk), OwnDeal, WrongState (not open, or each of them was reminded just now).
    After a refusal nothing has changed."""
    at = clock.now()
    step = locked(step)
    people = refuse_nudge(step, by=by, at=at)
    words = note.strip()
    said = []
    for user in people:
        one = Intervention.objects.create(step=step, kind=NUDGE, by=by, to=user, reason=words, at=at)
        told = message("nudge", user, step.deal, key=f"intervention:{one.pk}", step=step)
        if words:
            told = replace(told, text=f"{told.text}\n\n{by.name}: “{words}”")
        notify([told], at=at)
        record(step.deal.stream, "step.nudged", by=by, at=at, user=user.pk, **facts_of(one))
        said.append(one)
    ring()
    return tuple(said)


def refuse_nudge(step: Step, *, by: User, at: datetime) -> list[User]:
    """Who is written to, if nothing stands against it. Changes nothing."""
    refuse_outsider(step, by)
    refuse_state(step, Step.Status.OPEN)
    lately = Intervention.objects.filter(step=step, kind=NUDGE, at__gt=at - AGAIN).select_related("by", "to")
    had = {one.to_id: one for one in lately}
    people = asked_of(step)
    if rest := [user for user in people if user.pk not in had]:
        return rest
    if not people:
        raise WrongState(say("Nobody is asked just now, so there is nobody to remind."))
    last = had[people[-1].pk]
    raise WrongState(lately_words(last, people[-1]))


def lately_words(last: Intervention, reminded: User) -> str:
    return say(
        "{by} reminded {name} on {moment}. They can be reminded again from {hour} on.",
        by=last.by.name,
        name=reminded.name,
        moment=moment(last.at),
        hour=hour((last.at + AGAIN).astimezone(clock.company_zone())),
    )
