"""One asking as the link in its message opens it: the terms, who else must agree, what an answer comes to."""

from dataclasses import dataclass

from approvals.answer_link import refuse_link
from approvals.errors import LinkExpired, LinkUsed, Stale
from approvals.grant import expiry_of, kept_until
from approvals.limit import LimitKey, Value, name_of, reading
from approvals.mandate import limits
from approvals.models import AnswerLink, Decision, Hold, Step
from base import clock
from base.errors import NotYours, WrongState
from base.format import day
from base.words import say
from desk.cost import hides, who_may_for
from desk.decided import ended
from desk.inbox import authority_of, findings_for, then
from desk.judging import Seat, said
from desk.lanes import verdict_words
from desk.phrases import listed, shown
from desk.room import INSTANT
from guardrails.finding import Finding
from people.models import User


@dataclass(frozen=True, slots=True)
class AskedTerm:
    """One term that needs this level. Values are empty where this reader may not see them."""

    name: str
    standard: str
    target: str
    walk_away: str
    sentence: str
    level: str
    rank: int


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows from agreeing, from asking for changes, from declining, and from no answer."""

    agree: str
    changes: str
    decline: str
    silence: str


def asked_terms(seat: Seat) -> tuple[AskedTerm, ...]:
    """What this step was routed for, the highest level first, from standard to the walk-away."""
    revision, policy = seat.revision, seat.policy
    rows = limits(revision.ask, seat.request.judged, {}, {}, policy, revision.world)
    standard = {row.key: row.standard for row in rows}
    return tuple(asked_term(found, standard.get(found.key), seat) for found in findings_for(seat.step))


def asked_term(found: Finding, standard: Value | None, seat: Seat) -> AskedTerm:
    policy = seat.policy
    return AskedTerm(
        name=name_of(found.key, policy),
        standard="" if standard is None else value_for(found.key, standard, seat),
        target=value_for(found.key, reading(found.key, seat.target), seat),
        walk_away=value_for(found.key, reading(found.key, seat.walk_away), seat),
        sentence=who_may_for(seat.view, found, policy),
        level=policy.level_name(found.function, found.level),
        rank=found.level,
    )


def value_for(key: LimitKey, value: Value | None, seat: Seat) -> str:
    return "" if hides(seat.view, key) else shown(key, value, seat.policy)


def consequences_of(seat: Seat) -> Consequences:
    step, seller = seat.step, seat.deal.owner.name
    return Consequences(
        agree=on_agreeing(seat),
        changes=say("The ball goes back to {seller}, and your clock stops.", seller=seller),
        decline=say("Revision {number} ends for everybody who is asked.", number=seat.revision.number),
        silence=then(step, seat.policy, authority_of([step.function], seat.now)),
    )


def on_agreeing(seat: Seat) -> str:
    """Who else must agree before there is a mandate; else that this is the last word, and until when."""
    step, request = seat.step, seat.request
    others = [each for each in request.steps.exclude(pk=step.pk) if each.status not in Step.SATISFIED]
    if step.seats.filter(decision=None).count() > 1:
        return say("Others are asked as {level} too; the mandate waits for them.", level=seat.level)
    if others:
        names = dict.fromkeys(seat.policy.level_name(each.function, each.held_level) for each in others)
        return say("The mandate waits for {names}.", names=listed(list(names)))
    if hold := Hold.objects.over(request).first():
        return say("Nobody else is asked; the grant is held back: {reason}", reason=hold.reason)
    last = clock.date_of(expiry_of(request, kept_until(request)) - INSTANT)
    return say("Nobody else is asked: the mandate is granted with it, good until {day}.", day=day(last))


@dataclass(frozen=True, slots=True)
class Dead:
    """Why a link decides nothing now. `said`: what its reader has answered; `gone`: where it went instead, if
    that was nobody's decision; `since`: what others have said meanwhile, where that changed the terms."""

    refusal: NotYours | WrongState
    said: str = ""
    gone: tuple[str, ...] = ()
    since: tuple[str, ...] = ()

    @property
    def used(self) -> bool:
        return isinstance(self.refusal, LinkUsed)

    @property
    def stale(self) -> bool:
        return isinstance(self.refusal, Stale)

    @property
    def title(self) -> str:
        if self.stale:
            return say("The terms have changed since you were asked")
        return say(self.refusal.title)

    @property
    def what_now(self) -> str:
        own = isinstance(self.refusal, LinkUsed | LinkExpired | Stale)
        return say(self.refusal.what_now) if own else say("Nothing was decided by opening this link.")


def refusal_of(link: AnswerLink, user: User) -> NotYours | WrongState | None:
    """What stands against using it now; None when nothing does. Writes nothing."""
    try:
        refuse_link(link, by=user, at=clock.now())
    except (NotYours, WrongState) as refusal:
        return refusal
    return None


def dead_of(link: AnswerLink, refusal: NotYours | WrongState, seat: Seat) -> Dead:
    """The refusal, with what happened at this step since the link was made."""
    decisions = Decision.objects.filter(step__request=seat.request).select_related("by").order_by("at", "pk")
    own = [one for one in decisions if (one.step_id, one.by_id) == (link.step_id, link.user_id)]
    since = [one for one in decisions if one.at > link.made_at]
    return Dead(
        refusal=refusal,
        said=said_at(own[-1], seat) if own else "",
        gone=() if own else (*ended(seat), *handed_on(seat)),
        since=tuple(said(one, seat) for one in since) if isinstance(refusal, Stale) else (),
    )


def said_at(decision: Decision, seat: Seat) -> str:
    words = verdict_words(decision, seat.policy, seat.view)
    return say("{said}, {when}", said=words, when=seat.now.moment(decision.at))


def handed_on(seat: Seat) -> tuple[str, ...]:
    """Until when it was asked of the reader, if it is asked of somebody else now."""
    if seat.step.status != Step.Status.OPEN or seat.mine:
        return ()
    last = seat.step.assignments.filter(user=seat.user).order_by("-ended_at").first()
    if last is None:
        return ()
    until = seat.now.moment(last.ended_at)
    return (say("It was yours until {until}; {level} has it now.", until=until, level=seat.level),)
