"""What a grant waits for besides signatures: held since when, by whom, why, and who releases it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from approvals.hold import may_release, named_releaser
from approvals.models import Hold, Request
from approvals.pools import conflicted
from base.format import day
from base.words import say
from desk.clocks import Now
from desk.head import Room
from people.models import Function, User


@dataclass(frozen=True, slots=True)
class Held:
    """One hold. `since` is only a day where nobody is named; `mine`: the reader releases it here."""

    pk: int
    since: str
    by: str
    why: str
    who: str
    mine: bool = False
    concern: bool = False

    @property
    def words(self) -> str:
        """ "Held since 14:07 by Ines Carvalho because: The reference visit. Released by Dana Whitlock."."""
        said = {"since": self.since, "why": self.why, "who": self.who}
        if self.by:
            return say("Held since {since} by {name} because: {why} Released by {who}.", name=self.by, **said)
        return say("Held since {since} because: {why} Released by {who}.", **said)


def held_of(room: Room) -> tuple[Held, ...]:
    """What the next grant of this deal waits for, the oldest first."""
    holds = open_holds([room.deal.pk])[room.deal.pk]
    asked = room.open_request
    out = conflicted(room.deal, submitter=asked.submitted_by_id if asked else None)
    return tuple(held(each, room.now, out, room.user) for each in holds)


def held_over(requests: Iterable[Request], now: Now) -> Mapping[int, tuple[Held, ...]]:
    """By request, what each of these waits for. One query."""
    listed = list(requests)
    holds = open_holds([request.deal_id for request in listed])
    return {
        request.pk: tuple(
            held(each, now)
            for each in holds[request.deal_id]
            if request.status == Request.Status.OPEN and each.request_id in (None, request.pk)
        )
        for request in listed
    }


def open_holds(deals: Collection[int]) -> Mapping[int, list[Hold]]:
    found: dict[int, list[Hold]] = defaultdict(list)
    for each in Hold.objects.open().filter(deal__in=deals).select_related("by", "release_by"):
        found[each.deal_id].append(each)
    return found


def held(each: Hold, now: Now, out: Collection[int] = (), user: User | None = None) -> Held:
    named = each.by.name if each.by else ""
    return Held(
        pk=each.pk,
        since=now.moment(each.at) if named else day(each.at.astimezone(now.zone).date()),
        by=named,
        why=each.reason,
        who=released_by(each, out),
        mine=user is not None and not each.cause and may_release(each, user, out),
        concern=bool(each.cause),
    )


def released_by(each: Hold, out: Collection[int]) -> str:
    if each.cause:
        return say("the answer of the deal desk")
    named = named_releaser(each, out)
    return named.name if named else say("the deal desk")


def may_hold(room: Room) -> bool:
    """Whether the reader holds grants back, and there is one to hold."""
    return room.user.function == Function.DESK and room.open_request is not None
