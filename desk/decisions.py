"""The decision record of a deal: every decision with the terms that were on the screen, and what was kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from approvals.dossier import Places, basis, behind
from approvals.limit import CLAUSE, name_of, read, reading
from approvals.models import Closing, Condition, Decision, Mandate, Request, Step
from base.format import day, money
from base.words import mark, say, say_many
from deals.models import Deal
from desk.cost import hides
from desk.excepted import Excepted, Exceptions
from desk.head import Room
from desk.in_return import state_of
from desk.lanes import verdict_words, with_lanes
from desk.phrases import listed, lower, shown
from desk.room import Granted, granted_of
from desk.words import VERDICTS
from guardrails.metric import METRICS
from guardrails.policy import Policy
from ledger.models import Event

ENDED = {
    Request.Status.OPEN: (mark("In review"), "info", "progress"),
    Request.Status.GRANTED: (mark("Granted"), "ok", "shield-check"),
    Request.Status.DECLINED: (mark("Declined"), "bad", "x"),
}
# won, inside the mandate: in a sentence
CLOSED: Mapping[tuple[bool, bool | None], str] = {
    (True, None): mark("{name} closed the deal as won."),
    (True, True): mark("{name} closed the deal as won, inside the mandate."),
    (True, False): mark("{name} closed the deal as won, outside it."),
    (False, None): mark("{name} closed the deal as lost."),
    (False, True): mark("{name} closed the deal as lost, inside the mandate."),
    (False, False): mark("{name} closed the deal as lost, outside it."),
}


@dataclass(frozen=True, slots=True)
class Term:
    """One term as it stood on the screen, at both ends."""

    name: str
    target: str
    walk_away: str


@dataclass(frozen=True, slots=True)
class Made:
    """One decision. `bound`: what had been granted on top of the revision as it was put on the screen.
    `tasks`: what became of those it asked in return."""

    decision: Decision
    who: str
    acting_for: str
    level: str
    said: str
    bound: str
    tasks: tuple[str, ...]
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Left:
    """A step that nobody decided anew: kept, not needed or not answered, and why."""

    name: str
    words: str
    why: str
    icon: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One revision that was asked for, with all that was decided on it."""

    request: Request
    chip: tuple[str, str, str]
    net: tuple[str, str]
    terms: tuple[Term, ...]
    made: tuple[Made, ...]
    left: tuple[Left, ...]
    excepted: tuple[Excepted, ...]
    granted: str

    @property
    def number(self) -> int:
        return self.request.revision.number

    @property
    def terms_hash(self) -> str:
        return self.request.terms_hash


@dataclass(frozen=True, slots=True)
class Decisions:
    """`closing`: how the deal ended, in a sentence."""

    sheets: tuple[Sheet, ...]
    count: int
    closing: str


def decisions_of(room: Room) -> Decisions:
    """The newest revision first. A fixed number of queries, whatever happened on the deal."""
    deal = room.deal
    requests = list(with_lanes(Request.objects.filter(deal=deal)).newest_first())
    said = deal.decisions.select_related("by", "acting_for", "step__request__version").order_by("at", "pk")
    kinds = ["decision.made", "step.opened", "exception.granted"]
    events = list(Event.objects.of(deal.stream).filter(kind__in=kinds))
    asking = [one.pk for one in said if one.asked_tasks]
    tasks = Condition.objects.tasks().filter(decision__in=asking).select_related("met_by").order_by("pk")
    exceptions = Exceptions(events, said, deal.granted_exceptions.select_related("revoked_by"))
    mandates = deal.mandates.select_related("version").prefetch_related("conditions")
    granted = {one.request_id: one for one in mandates}
    book = Book(room, list(said), Places(events, tasks), granted, exceptions)
    sheets = tuple(book.sheet(request) for request in requests)
    return Decisions(sheets, sum(len(sheet.made) for sheet in sheets), closed(deal))


@dataclass(frozen=True, slots=True)
class Book:
    """All that the sheets of one deal are written from."""

    room: Room
    decisions: Sequence[Decision]
    places: Places
    mandates: Mapping[int, Mandate]
    exceptions: Exceptions

    def sheet(self, request: Request) -> Sheet:
        steps, policy = list(request.steps.all()), request.version.policy
        own = [one for one in self.decisions if one.step.request_id == request.pk]
        others = behind(request.pk, steps, self.decisions)
        revision, currency = request.revision, self.room.deal.currency
        ends = (revision.net_target, revision.net_walk_away)
        mandate = self.mandates.get(request.pk)
        return Sheet(
            request=request,
            chip=chip_of(request),
            net=tuple("" if net is None else money(net, currency) for net in ends),  # type: ignore[arg-type]
            terms=tuple(terms_on_screen(request, self.room)),
            made=tuple(self.made(one, others, policy) for one in own),
            left=tuple(left_words(step, policy, self.room) for step in steps if undecided(step)),
            excepted=self.exceptions.of(request, self.room),
            granted=granted_words(granted_of(mandate, self.room.view)) if mandate else "",
        )

    def made(self, decision: Decision, others: Iterable[Decision], policy: Policy) -> Made:
        icon, tone = VERDICTS[Decision.Verdict(decision.verdict)]
        before = self.places.before(decision, others)
        held = basis(before, self.places.fallen(decision, before), decision.step.request)
        return Made(
            decision=decision,
            who=decision.by.name,
            acting_for=decision.acting_for.name if decision.acting_for else "",
            level=policy.level_name(decision.function, decision.level),
            said=verdict_words(decision, policy, self.room.view),
            bound=bound_words(held["limits"], policy, self.room),
            tasks=tuple(self.seen_to(task) for task in self.places.tasks if task.decision_id == decision.pk),
            icon=icon,
            tone=tone,
        )

    def seen_to(self, task: Condition) -> str:
        """What became of a task asked in return."""
        return f"{task.text}: {lower(state_of(task, self.room.now)[0])}."


def chip_of(request: Request) -> tuple[str, str, str]:
    if request.status not in ENDED:
        return (request.get_status_display(), "", "archive")
    word, tone, icon = ENDED[Request.Status(request.status)]
    return (say(word), tone, icon)


def terms_on_screen(request: Request, room: Room) -> Iterable[Term]:
    """Every term that was measured or chosen, without the numbers that are kept from this reader."""
    policy, revision = request.version.policy, request.revision
    ends = (revision.measured("target"), revision.measured("walk_away"))
    keys = [*METRICS, *(f"{CLAUSE}{clause.key}" for clause in policy.clauses)]
    for key in keys:
        values = [reading(key, end) for end in ends]
        known = key.startswith(CLAUSE) or any(value is not None for value in values)
        if known and not hides(room.view, key):
            yield Term(name_of(key, policy), *(shown(key, value, policy) for value in values))


def bound_words(limits: Mapping[str, str], policy: Policy, room: Room) -> str:
    """ "Discount 20.0 % and payment 45 days were granted already.": nothing when the revision stood alone."""
    parts = [
        f"{name_of(key, policy)} {shown(key, read(key, value), policy)}"
        for key, value in limits.items()
        if not hides(room.view, key)
    ]
    if not parts:
        return ""
    said = listed([parts[0], *(lower(part) for part in parts[1:])])
    return say_many(
        "{limits} was narrowed already.", "{limits} were narrowed already.", len(parts), limits=said
    )


def undecided(step: Step) -> bool:
    return step.status in (Step.Status.KEPT, Step.Status.NOT_NEEDED, Step.Status.CANCELLED)


def left_words(step: Step, policy: Policy, room: Room) -> Left:
    if step.kept_from:
        one = step.kept_from
        verdict, at = verdict_words(one, policy, room.view), room.now.moment(one.at)
        words = say("{who} {verdict}, {moment}.", who=one.who, verdict=verdict, moment=at)
        why = say("Its limits are not touched.")
        return Left(step.level_name, f"{step.reason} {words}", why, "lock", one.seen)
    if step.status == Step.Status.NOT_NEEDED:
        return Left(step.level_name, say("Not needed."), step.reason, "minus")
    return Left(step.level_name, say("Not answered when the request ended."), step.reason, "minus")


def granted_words(granted: Granted) -> str:
    """ "Mandate 1: discount 20.0 %, payment 45 days; valid until 28 June"."""
    limits = [
        f"{lower(name_of(limit.key, granted.policy))} {shown(limit.key, limit.value, granted.policy)}"
        for limit in granted.beyond_standard
        if not hides(granted.view, limit.key)
    ]
    return say(
        "Mandate {number}: {limits}; valid until {day}.",
        number=granted.mandate.number,
        limits=", ".join(limits) or say("everything as standard"),
        day=day(granted.last_day),
    )


def closed(deal: Deal) -> str:
    closing = Closing.objects.filter(deal=deal).select_related("by").first()
    if closing is None:
        return ""
    return say(CLOSED[closing.won, closing.inside], name=closing.by.name)


def paper_of(decisions: Decisions, room: Room, at: datetime) -> dict[str, object]:
    """The same for the printed page: texts only."""
    moment, hashes = room.now.moment, room.view == "cost"
    return {
        "title": say("Decision record of {number}", number=room.deal.number),
        "deal": f"{room.deal.account.name}, {room.deal.title}",
        "facts": say_many(
            "{name}, seller. {count} decision. Printed {moment}.",
            "{name}, seller. {count} decisions. Printed {moment}.",
            decisions.count,
            name=room.deal.owner.name,
            moment=moment(at),
        ),
        "closing": decisions.closing,
        "sheets": [
            {
                "head": say("Revision {number}: {state}", number=sheet.number, state=lower(sheet.chip[0])),
                "sent": say(
                    "Sent {moment} by {name}, judged under policy {policy}.",
                    moment=moment(sheet.request.submitted_at),
                    name=sheet.request.submitted_by.name,
                    policy=sheet.request.version.name,
                ),
                "hash": sheet.terms_hash if hashes else "",
                "terms": [[term.name, term.target, term.walk_away] for term in sheet.terms],
                "net": list(sheet.net),
                "made": [made_on_paper(one, moment(one.decision.at), hashes) for one in sheet.made],
                "left": [f"{one.name}. {one.words} {one.why}" for one in sheet.left],
                "excepted": [excepted_on_paper(one) for one in sheet.excepted],
                "granted": sheet.granted,
            }
            for sheet in decisions.sheets
        ],
    }


def made_on_paper(made: Made, when: str, hashes: bool) -> dict[str, str]:
    who = say("{name} for {patron}", name=made.who, patron=made.acting_for) if made.acting_for else made.who
    return {
        "who": f"{who}, {made.level}",
        "said": made.said,
        "when": when,
        "reason": made.decision.reason,
        "bound": made.bound,
        "seen": made.decision.seen if hashes else "",
    }


def excepted_on_paper(one: Excepted) -> dict[str, str]:
    return {
        "head": say("Exception asked: {name}, up to {far}.", name=one.asked.name, far=one.asked.far),
        "why": one.asked.why,
        "rest": f"{one.given} {one.outcome}",
    }
