"""What whoever works on an open deal can do next: answer us, talk to the buyer, or wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from django.db.models import Prefetch

from approvals.limit import Limit
from approvals.models import Decision, Mandate, Offer, Request, Step
from base import clock
from base.format import day as written_day
from base.format import day_of_month
from base.words import mark, say, say_many
from deals.models import Deal
from deals.models.deal import DealQuerySet
from desk.awaited import Foreseen, foreseen, told
from desk.clocks import Clock, Now, clock_of, holder, last_due, next_clock, running_of
from desk.granted import limits_said, shown_values
from desk.phrases import listed, lower
from desk.queue import UNREAD
from people.shown import View

State = tuple[str, str, str]  # word, tone, icon
Turn = Literal["yours", "negotiate", "ours"]
TONES = {"ok": "s is-ok", "warn": "s is-warn", "bad": "s is-bad", "on": "s is-accent"}
TURNS: tuple[Turn, ...] = ("yours", "negotiate", "ours")
ALWAYS_FIRST = ("discount", "payment_days")
SOON = 3  # days before the end from which a mandate warns


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a mandate may still be used; `used` is percent of its whole time."""

    last_day: date
    days: int
    used: int

    @property
    def tone(self) -> str:
        return "warn" if self.days <= SOON else ""


@dataclass(frozen=True, slots=True)
class Move:
    """`state`: word, tone and icon of the deal. `page`: the route where the next thing is done. `granted`:
    how far the mandate goes, in words."""

    deal: Deal
    turn: Turn
    state: State
    text: str
    small: str = ""
    word: str = ""
    page: str = "desk:deal"
    clock: Clock | None = None
    validity: Validity | None = None
    mandate: Mandate | None = None
    granted: str = ""
    request: Request | None = None

    @property
    def offers(self) -> list[Offer]:
        """The latest first."""
        read: list[Offer] = vars(self.deal)["offered"]
        return read

    @property
    def promised(self) -> Offer | None:
        """The last offer sent within a mandate; no other one promises anything."""
        sent = (one for one in self.offers if one.inside and one.direction == Offer.Direction.SENT)
        return next(sent, None)

    @property
    def css(self) -> str:
        """Classes of the icon."""
        return TONES.get(self.state[1], "s faint")

    @property
    def wanted(self) -> str:
        wanted = self.deal.wanted_signature
        return say("wanted signature {day}", day=day_of_month(wanted)) if wanted else ""

    @property
    def due(self) -> date | None:
        """The day of what is shown as "by when", in the company's zone."""
        if self.validity:
            return self.validity.last_day
        due_at = self.clock.due_at if self.clock else None
        return clock.date_of(due_at) if due_at else self.deal.wanted_signature

    @property
    def revision(self) -> int | None:
        return self.request.revision.number if self.request else None

    @property
    def value(self) -> Decimal | None:
        """At target, in the company's currency; unknown before the first revision."""
        revision = self.request.revision if self.request else None
        return revision.net("target") * revision.rate if revision else None

    @property
    def amount(self) -> Decimal | None:
        """The same in the deal's own currency."""
        return self.request.revision.net_target if self.request else None


def moves_of(deals: DealQuerySet, view: View, now: Now) -> tuple[Move, ...]:
    """One for each open deal, for a reader who sees `view` of cost. A fixed number of queries."""
    every = list(with_everything(deals))
    found = foreseen([request for deal in every for request in vars(deal)["asked"][:1]], now)
    return tuple(move(deal, view, now, found) for deal in every)


def with_everything(deals: DealQuerySet) -> DealQuerySet:
    decisions = Decision.objects.select_related("by", "acting_for")
    requests = (
        Request.objects.newest_first()
        .select_related("revision")
        .prefetch_related("version", "steps", Prefetch("steps__decisions", decisions))
        .defer(*UNREAD, "evaluation_walk_away")
    )
    unread = ("corner", *(f"request__{name}" for name in UNREAD))
    mandates = Mandate.objects.standing().select_related("request__revision").prefetch_related("version")
    offers = Offer.objects.select_related("mandate").prefetch_related("mandate__version")
    return deals.select_related("account", "owner").prefetch_related(
        Prefetch("requests", requests, to_attr="asked"),
        Prefetch("mandates", mandates.defer(*unread), to_attr="standing"),
        Prefetch("offers", offers.defer("document", "mandate__corner"), to_attr="offered"),
    )


def move(deal: Deal, view: View, now: Now, found: Foreseen) -> Move:
    requests: list[Request] = vars(deal)["asked"]
    last = requests[0] if requests else None
    steps = list(last.steps.all()) if last and last.status == Request.Status.OPEN else []
    mandate = next(iter(vars(deal)["standing"]), None)
    returned = next((step for step in steps if step.status == Step.Status.RETURNED), None)
    if last and returned:
        return answer_us(deal, last, steps, returned, now)
    if mandate and mandate.active_at(now.at):
        return negotiate(mandate, granted_words(mandate, view), last, steps, now)
    if last and last.status == Request.Status.OPEN:
        return follow(deal, last, steps, now, found)
    return write(deal, last, mandate)


def answer_us(deal: Deal, request: Request, steps: list[Step], step: Step, now: Now) -> Move:
    """Someone asked for changes: that clock stands still until the terms are sent again."""
    decision = list(step.decisions.all())[-1]
    return Move(
        deal,
        "yours",
        (say("Changes asked"), "warn", "message-reply"),
        say("{who} asks for changes: “{reason}”", who=decision.who, reason=decision.reason),
        say("{level}; the others go on meanwhile", level=step.level_name)
        if running_of(steps)
        else step.level_name,
        say("Change it"),
        "desk:brief",
        clock=Clock(None, paused=say("With you"), due=say("since {when}", when=now.moment(decision.at))),
        request=request,
    )


def negotiate(mandate: Mandate, granted: str, last: Request | None, steps: list[Step], now: Now) -> Move:
    deal = mandate.deal
    return Move(
        deal,
        "negotiate",
        (say("Mandate active"), "ok", "shield-check"),
        say("Offer {terms}", terms=lower(granted)),
        " ".join(filter(None, [last_offer(deal), in_review(last, steps, now)])),
        say("Offers"),
        "desk:offers",
        validity=validity(mandate, now),
        mandate=mandate,
        granted=granted,
        request=last or mandate.request,
    )


def granted_words(mandate: Mandate, view: View) -> str:
    room = {limit.key: limit.value for limit in granted_limits(mandate) if limit.value is not None}
    return limits_said(shown_values(room, view), mandate.version.policy) or say("Standard terms")


def granted_limits(mandate: Mandate) -> list[Limit]:
    """What somebody granted past standard, the terms most talked about first."""
    rows = [limit for limit in mandate.limit_rows if limit.source in ("asked", "narrowed")]
    return sorted(rows, key=lambda limit: limit.key not in ALWAYS_FIRST)


def last_offer(deal: Deal) -> str:
    offer: Offer | None = next(iter(vars(deal)["offered"]), None)
    if offer is None:
        return ""
    if offer.inside:
        return say("Offer {number} is inside.", number=offer.number)
    return say("Offer {number} is outside.", number=offer.number)


def in_review(request: Request | None, steps: list[Step], now: Now) -> str:
    last = last_due(steps)
    if not request or not last:
        return ""
    who, number = holder(last, request.version.policy), request.revision.number
    said = mark("{who} answers revision {number} by {when}.")
    if last.due_at and last.due_at < now.at:
        said = mark("{who} should have answered revision {number} by {when}.")
    return say(said, who=who, number=number, when=now.moment(last.due_at))


def follow(deal: Deal, request: Request, steps: list[Step], now: Now, found: Foreseen) -> Move:
    """With us: who has the ball, and when all will have answered."""
    policy = request.version.policy
    running, last = running_of(steps), last_due(steps)
    stuck = [step for step in steps if step.status == Step.Status.UNROUTABLE]
    agreed = [policy.function(step.function).name for step in steps if step.status == Step.Status.AGREED]
    holders = listed([holder(step, policy) for step in running])
    said = [say_many("{who} looks at it", "{who} look at it", len(running), who=holders)] if running else []
    said += [say("nobody to ask for {level}", level=step.level_name) for step in stuck]
    later = [step.level_name for step in steps if step.status == Step.Status.PLANNED]
    said += [say("then {who}", who=listed(later))] if later else []
    said += [say("{who} agreed", who=listed(list(dict.fromkeys(agreed))))] if agreed else []
    text = "; ".join(said) or say("Everyone has agreed; it is held back")
    return Move(
        deal,
        "ours",
        (say("In review"), "on", "progress"),
        text[:1].upper() + text[1:],
        told(request, found, now) if last else "",
        say("Follow"),
        clock=clock_of(last, now) if last else next_clock(stuck, now),
        request=request,
    )


def write(deal: Deal, last: Request | None, mandate: Mandate | None) -> Move:
    """Nothing is in review and nothing may be offered: the brief is where it goes on."""
    if mandate:
        said = say("The mandate ended with {day}: ask again", day=written_day(last_day_of(mandate)))
        return brief(deal, last, (say("Ran out"), "warn", "clock-exclamation"), said, say("Renew"))
    if last and last.status == Request.Status.DECLINED:
        why = say("Declined: “{reason}”", reason=last.ended_reason)
        state = (say("Declined"), "bad", "x")
        return brief(deal, last, state, say("Change it and ask again"), say("Change it"), why)
    if last and last.status == Request.Status.RECALLED:
        said = say("It was withdrawn; ask again when it is ready")
        return brief(deal, last, (say("Withdrawn"), "", "archive"), said, say("Go on"))
    said = say("Finish the brief and ask for a mandate")
    return brief(deal, last, (say("Draft"), "", "pencil"), said, say("Go on"))


def brief(deal: Deal, last: Request | None, state: State, text: str, word: str, small: str = "") -> Move:
    return Move(deal, "yours", state, text, small, word, "desk:brief", request=last)


def validity(mandate: Mandate, now: Now) -> Validity:
    whole, gone = mandate.expires_at - mandate.granted_at, now.at - mandate.granted_at
    last_day = last_day_of(mandate)
    return Validity(last_day, (last_day - clock.date_of(now.at)).days, round(min(gone / whole, 1) * 100))


def last_day_of(mandate: Mandate) -> date:
    """The last day on which it may be used, in the company's zone."""
    return clock.date_of(mandate.expires_at - timedelta(seconds=1))


def in_turn(moves: Iterable[Move]) -> tuple[Move, ...]:
    """What is to be done first, then what may be negotiated, then what is with us."""
    every = tuple(moves)
    return tuple(move for turn in TURNS for move in by_turn(every, turn))


def by_turn(moves: Iterable[Move], turn: Turn) -> tuple[Move, ...]:
    """The one that ends first on top."""
    mine = [each for each in moves if each.turn == turn]
    return tuple(sorted(mine, key=lambda each: (each.validity.days if each.validity else 0, each.deal.pk)))
