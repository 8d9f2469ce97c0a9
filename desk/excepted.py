"""What revisions asked beyond never, and what became of it, as the decision record says it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from approvals.models import Decision, Request
from base.words import mark, say
from deals.exception import AskedException
from deals.models import AccountException
from desk.clocks import Now
from desk.exceptions import Asked, asked_words
from desk.head import Room
from ledger.models import Event

Place = tuple[int, str, str]  # the request, the limit key, the function


@dataclass(frozen=True, slots=True)
class Excepted:
    """One exception that a revision asked for. `outcome`: who granted it and when, or why nobody did."""

    asked: Asked
    outcome: str
    icon: str
    tone: str

    @property
    def given(self) -> str:
        """ "In return: a five-year term. It sets no precedent. This deal alone." """
        in_return = self.asked.in_return.rstrip(".") or say("nothing")
        if self.asked.precedent:
            sentence = mark("In return: {in_return}. It sets a precedent. {lasts}.")
        else:
            sentence = mark("In return: {in_return}. It sets no precedent. {lasts}.")
        return say(sentence, in_return=in_return, lasts=self.asked.lasts)


class Exceptions:
    """Which exceptions of a deal were granted, and what became of those of its account."""

    def __init__(
        self, events: Iterable[Event], decisions: Iterable[Decision], standing: Iterable[AccountException]
    ) -> None:
        granted = [event.facts for event in events if event.kind == "exception.granted"]
        self.granted: Mapping[Place, Mapping[str, int | None]] = {
            (facts["request"], facts["key"], facts["function"]): facts for facts in granted
        }
        self.decisions = {one.pk: one for one in decisions}
        self.standing = {one.pk: one for one in standing}

    def of(self, request: Request, room: Room) -> tuple[Excepted, ...]:
        policy = request.version.policy
        return tuple(
            Excepted(asked_words(one, policy, room.view), *self.outcome(one, request, room.now))
            for one in request.revision.exceptions
        )

    def outcome(self, one: AskedException, request: Request, now: Now) -> tuple[str, str, str]:
        """In words, with icon and tone."""
        facts = self.granted.get((request.pk, one.key, one.function))
        if facts is None:
            return not_granted(request)
        decision = self.decisions[facts["decision"] or 0]
        level = request.version.policy.level_name(decision.function, decision.level)
        at = now.moment(decision.at)
        words = say("Granted by {who}, {level}, {at}.", who=decision.who, level=level, at=at)
        row = self.standing.get(facts["exception"] or 0)
        if row and row.revoked_at and row.revoked_by:
            revoked = say(
                "{granted} Revoked by {who}, {at}: “{reason}”",
                granted=words,
                who=row.revoked_by.name,
                at=now.moment(row.revoked_at),
                reason=row.revoked_reason,
            )
            return revoked, "ban", "is-bad"
        return words, "shield-check", "is-ok"


def not_granted(request: Request) -> tuple[str, str, str]:
    if request.status == Request.Status.OPEN:
        return say("Not decided yet."), "hourglass", "faint"
    if request.status == Request.Status.GRANTED:
        return say("Not needed: what was granted stays before the guardrail."), "minus", "faint"
    return say("Not granted."), "x", "is-bad"
