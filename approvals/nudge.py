"""A reminder now: the deal desk, or who looks after the deal, writes to whoever is asked. The button says
"Remind"."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from approvals.intervene import asked_of, facts_of, locked, refuse_outsider, refuse_state
from approvals.looking_after import refuse_unless_looking_after
from approvals.models import Intervention, Step
from approvals.pools import holder_name
from approvals.tell import due_words, message
from approvals.when import moment
from base import clock
from base.errors import WrongState
from base.format import hour
from base.words import say
from ledger.effects import ring
from ledger.record import record
from notices.message import Message
from notices.notify import notify
from people.models import Function, User

AGAIN = timedelta(hours=4)
NUDGE = Intervention.Kind.NUDGE


@transaction.atomic
def nudge(step: Step, *, by: User, note: str = "") -> tuple[Intervention, ...]:
    """Write to each person who is asked to answer `step`, with `note` if there is one; to nobody twice within
    four hours.

    Raises NotYours (neither of the desk nor looking after the deal), OwnDeal, WrongState (not open, or each
    of them was reminded just now).
    After a refusal nothing has changed."""
    at = clock.now()
    step = locked(step)
    people = refuse_nudge(step, by=by, at=at)
    words = note.strip()
    said = []
    for user in people:
        one = Intervention.objects.create(step=step, kind=NUDGE, by=by, to=user, reason=words, at=at)
        notify([told(one, words)], at=at)
        record(step.deal.stream, "step.nudged", by=by, at=at, user=user.pk, **facts_of(one))
        said.append(one)
    ring()
    return tuple(said)


def told(one: Intervention, words: str) -> Message:
    """In words that are kept: until when there is time, or since when there is none, and who reminds."""
    step, user = one.step, one.to
    assert user is not None
    plain = message("nudge", user, step.deal, key=f"intervention:{one.pk}", step=step)
    who = "the deal desk" if one.by.function == Function.DESK else one.by.name
    level, due = holder_name(step), due_words(step, user)
    text = f"{level} has until {due} to answer, and {who} reminds you."
    if step.due_at and step.due_at < one.at:
        text = f"{level} should have answered by {due}, and still may; {who} reminds you."
    return replace(plain, text=f"{text}\n\n{one.by.name}: “{words}”" if words else text)


def refuse_nudge(step: Step, *, by: User, at: datetime) -> list[User]:
    """Who is written to, if nothing stands against it. Changes nothing."""
    if by.function == Function.DESK:
        refuse_outsider(step, by)
    else:
        refuse_unless_looking_after(step.deal, by)
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
