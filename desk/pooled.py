"""The seats of one step: who must agree, how many of them, and who has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from approvals.acting import owner_of
from approvals.models import Decision, Step
from approvals.models import Seat as Row
from approvals.pools import rule_now
from approvals.seats import agrees
from base.words import say, say_many
from desk.acting_for import both
from desk.holding import behind_words, held_rows, open_work_of
from desk.judging import Seat
from desk.lanes import verdict_words
from desk.words import VERDICTS
from guardrails.pool import Pool
from people.models import User

WAITS = ("hourglass", "faint")


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the step, and what became of their seat. `why`: of one whom a signer added."""

    name: str
    words: str
    icon: str
    tone: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Pooled:
    """`head`: how many of how many. `may_take`, `may_return`, `may_add`: what this reader may do about it.
    `behind`: who had it before, and what it opened in."""

    head: str
    members: tuple[Member, ...]
    may_take: bool
    may_return: bool
    may_add: bool
    behind: tuple[str, ...] = ()


def pooled_of(seat: Seat) -> Pooled:
    """Two queries."""
    step = seat.step
    related = step.seats.select_related("decision__by", "decision__acting_for", "held_by", "added_by")
    seats = list(related.order_by("turn", "number"))
    rows = list(held_rows().filter(step=step))
    acts = {owner_of(work): work.user for work in open_work_of(rows)}
    mine = {owner for owner, user in acts.items() if user == seat.user}
    rule, pool = rule_now(step), [each for each in seats if each.added_by_id is None]
    taken = next((each for each in pool if each.held_by in mine and agrees(each) is None), None)
    open_to_all = step.quorum == Step.Quorum.ANY_ONE and rule.assign == "claim"
    return Pooled(
        head=head_words(step, pool, rule),
        members=tuple(member for each in seats for member in members_of(each, acts, seat)),
        may_take=seat.open and len(acts) > 1 and any(each.held_by_id is None for each in waiting(pool)),
        may_return=seat.open and taken is not None and open_to_all,
        may_add=seat.open,
        behind=tuple(behind_words(step, rows, seat.policy, seat.now)) if seat.open else (),
    )


def waiting(seats: Sequence[Row]) -> list[Row]:
    return [each for each in seats if agrees(each) is None]


def head_words(step: Step, pool: Sequence[Row], rule: Pool) -> str:
    """ "1 of 2 has agreed, 3 are asked", "Any one of them answers"."""
    if step.quorum == Step.Quorum.ANY_ONE:
        open_to_all = rule.assign == "claim"
        return say("Any one of them answers") if open_to_all else say("One of them was given it")
    return say_many(
        "{count} of {needed} has agreed, {asked} are asked",
        "{count} of {needed} have agreed, {asked} are asked",
        sum(agrees(each) is True for each in pool),
        needed=step.needed,
        asked=len(pool),
    )


def members_of(row: Row, acts: Mapping[User, User], seat: Seat) -> list[Member]:
    """The person of a seat; everyone who may fill it, where the first to answer does. `acts`: who answers for
    whom, most of them for themselves."""
    decision: Decision | None = getattr(row, "decision", None)
    why = (
        say("{name} asked them: “{reason}”", name=row.added_by.name, reason=row.reason)
        if row.added_by
        else ""
    )
    if decision:
        verdict = verdict_words(decision, seat.policy, seat.view)
        words = say("{said}, {when}", said=verdict, when=seat.now.moment(decision.at))
        return [Member(decision.who, words, *VERDICTS[Decision.Verdict(decision.verdict)], why)]
    if row.held_by:
        return [Member(named(row.held_by, acts), held_words(row, row.held_by in acts, seat), *WAITS, why)]
    return [Member(named(owner, acts), say("may answer"), *WAITS) for owner in acts]


def named(owner: User, acts: Mapping[User, User]) -> str:
    user = acts.get(owner, owner)
    return both(user, None if user == owner else owner)


def held_words(row: Row, asked: bool, seat: Seat) -> str:
    if not asked and row.turn > 1 and seat.open:
        return say("is asked when they have agreed")
    if not asked:
        live = seat.step.status == Step.Status.OPEN
        return say("is away, and nobody stands in") if live else say("was not needed any more")
    if row.added_by is None and seat.step.quorum == Step.Quorum.ANY_ONE:
        return say("answers it, since {when}", when=seat.now.moment(row.held_since))
    return say("has not answered yet")
