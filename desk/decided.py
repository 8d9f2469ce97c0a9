"""What a decision binds, as its maker reads it; and what has moved, for whoever sends too late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from approvals.models import Decision, Mandate, Request, Step
from base import clock
from base.errors import WrongState
from base.format import day
from base.words import say
from desk.judging import Changed, Seat, moved, said
from desk.lanes import verdict_words
from desk.phrases import listed
from desk.room import INSTANT


@dataclass(frozen=True, slots=True)
class Moved:
    """Why nothing was sent. `own`: the reader has decided it already; `said`: what has been said of it since;
    `changes`: from the terms that were on the screen to those that wait now."""

    refusal: WrongState
    own: bool
    said: tuple[str, ...]
    changes: tuple[Changed, ...]
    seen: int
    now: int

    @property
    def anew(self) -> bool:
        """Whether another revision took the place of the one on the screen."""
        return self.seen != self.now


def confirmation(seats: Sequence[Seat], made: Sequence[Decision]) -> SafeString:
    """Who said what, of which terms, and until when that holds for whom; with the way back to read it."""
    first, several = seats[0], len(seats) > 1
    words = [own_words(decision, seat, several) for seat, decision in zip(seats, made, strict=True)]
    told = say(
        "{account}: {said}, for revision {number}.",
        account=first.deal.account.name,
        said=listed(words),
        number=first.revision.number,
    )
    address = reverse("desk:review", args=[first.step.pk])
    link = format_html('<a class="link" href="{}">{}</a>', address, say("Read it again"))
    return format_html("{} {} {}", told, follows(made[-1], first), link)


def own_words(decision: Decision, seat: Seat, several: bool) -> str:
    words = verdict_words(decision, seat.policy, seat.view)
    if decision.acting_for:
        words = say("{verdict} for {name}", verdict=words, name=decision.acting_for.name)
    if several:
        return say("as {level} you {verdict}", level=seat.level, verdict=words)
    return say("you {verdict}", verdict=words)


def follows(decision: Decision, seat: Seat) -> str:
    """What comes of it now: a mandate, a wait for others, or the ball elsewhere. A decision is final."""
    seller = seat.deal.owner.name
    if decision.verdict == Decision.Verdict.CHANGES:
        return say("The ball is with {name}.", name=seller)
    if decision.verdict == Decision.Verdict.DECLINE:
        return say("It ends revision {number} for everybody who was asked.", number=seat.revision.number)
    mandate = Mandate.objects.filter(request=seat.request).first()
    if mandate:
        return say("{name} has the mandate, until {day}.", name=seller, day=last_day(mandate.expires_at))
    until = last_day(decision.expires_at) if decision.expires_at else ""
    names = listed(waited_for(seat))
    if until and names:
        return say(
            "It is final and holds until {day}; the mandate waits for {names}.", day=until, names=names
        )
    if until:
        return say("It is final and holds until {day}.", day=until)
    return (
        say("It is final and holds; the mandate waits for {names}.", names=names)
        if names
        else say("It is final and holds.")
    )


def last_day(expires: datetime) -> str:
    return day(clock.date_of(expires - INSTANT))


def waited_for(seat: Seat, *own: Step) -> list[str]:
    """The levels that the request still waits for, each once, but for `own`."""
    steps = seat.request.steps.exclude(pk__in=[step.pk for step in own])
    waiting = [step for step in steps if step.status not in Step.SATISFIED]
    return list(dict.fromkeys(seat.policy.level_name(step.function, step.held_level) for step in waiting))


def whoever_looks(seat: Seat) -> str:
    """Who else has to look at limits that are given here: nobody new ever, and perhaps nobody at all."""
    names = waited_for(seat, seat.step)
    if seat.step.seats.filter(decision=None).count() > 1:
        return say("Others are asked as {level} too; the mandate waits for them.", level=seat.level)
    if not names:
        return say("Nobody else has to look.")
    return say("Nobody new has to look; the mandate waits for {names}.", names=listed(names))


def decided_here(seat: Seat) -> tuple[str, ...]:
    """What was answered at this very step."""
    decisions = seat.step.decisions.select_related("by", "acting_for").order_by("at", "pk")
    return tuple(said(decision, seat) for decision in decisions)


def moved_on(refusal: WrongState, seen: Seat, now: Seat) -> Moved:
    """From what was on the screen to what waits there now, or where it ended."""
    anew = now.request.pk != seen.request.pk
    decisions = Decision.objects.filter(step__request=seen.request).select_related("by", "acting_for")
    told = [said(decision, seen) for decision in decisions.order_by("at", "pk")]
    return Moved(
        refusal=refusal,
        own=seen.step.decisions.filter(by=seen.user).exists(),
        said=(*told, *ended(seen)),
        changes=tuple(moved(seen.revision, {}, now)) if anew else (),
        seen=seen.revision.number,
        now=now.revision.number,
    )


def ended(seat: Seat) -> tuple[str, ...]:
    """How the request ended, if it did, when it was nobody's decision."""
    request = seat.request
    if request.status == Request.Status.SUPERSEDED:
        return (
            say(
                "{name} asked anew, {moment}.",
                name=seat.deal.owner.name,
                moment=seat.now.moment(request.ended_at),
            ),
        )
    if request.status in (Request.Status.RECALLED, Request.Status.CLOSED):
        return (
            say(
                "{state}, {moment}.",
                state=request.get_status_display(),
                moment=seat.now.moment(request.ended_at),
            ),
        )
    return ()
