"""One step as its reviewer judges it: what needs them, what changed, what it is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from approvals.grants import in_force, last_grants
from approvals.limit import CLAUSE, LimitKey, Value, clause_of, metric_of, name_of, reading
from approvals.mandate import narrowed_corner
from approvals.models import Decision, Request, Step
from approvals.narrowing import judges_of
from base.format import money
from base.words import say
from deals.economics import waterfall
from deals.models import Deal, Revision
from deals.terms import Terms
from desk.acting_for import BACK, for_whom, with_back
from desk.clause_words import ClauseWords, clause_words
from desk.clocks import Clock, Now, clock_of, holder, now_for
from desk.cost import FROM_COST, hides, margin_for, view_at, who_may_for
from desk.inbox import findings_for
from desk.lanes import ICONS, OTHER, said_of
from desk.phrases import listed, lower, shown
from desk.standing import Standing, standings
from guardrails.finding import Finding
from guardrails.ladder import Rung
from guardrails.measured import Measured
from guardrails.policy import Policy
from people.models import User
from people.shown import View


@dataclass(frozen=True, slots=True)
class Judged:
    """One finding to judge. `rungs` empty: a clause, with its `words`, or a number the reader may not see."""

    key: LimitKey
    name: str
    value: str
    sentence: str
    level: str
    rank: int
    never: bool
    rungs: tuple[Rung, ...]
    riskier: str
    was: Decimal | None
    now: Decimal | None
    words: ClauseWords | None


@dataclass(frozen=True, slots=True)
class Changed:
    """One term that moved since this function's last word, worse or better for us."""

    name: str
    was: str
    now: str
    tone: str


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    amount: str
    beside: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """Everything one reviewer sees of one step. `mine`: it waits for them; `was_mine`: it does or did.
    `acting`: for whom, when it is not their own."""

    step: Step
    deal: Deal
    request: Request
    policy: Policy
    view: View
    now: Now
    user: User
    mine: bool
    was_mine: bool
    acting: str = ""

    @property
    def open(self) -> bool:
        return self.mine and self.step.status == Step.Status.OPEN

    @property
    def revision(self) -> Revision:
        return self.request.revision

    @property
    def function(self) -> str:
        """ "Finance", as the policy calls it."""
        return self.policy.function(self.step.function).name

    @property
    def level(self) -> str:
        return holder(self.step, self.policy)

    @property
    def status(self) -> str:
        """ "agreed", after its level."""
        return lower(str(self.step.get_status_display()))

    @property
    def clock(self) -> Clock:
        return clock_of(self.step, self.now)

    @property
    def icon(self) -> str:
        return ICONS.get(self.step.function, OTHER)

    @property
    def walk_away(self) -> Measured:
        return self.revision.measured("walk_away")

    @property
    def target(self) -> Measured:
        return self.revision.measured("target")


def seat_of(step: Step, user: User) -> Seat:
    """The step as `user` finds it now, judged by its own policy and shown by the one in force."""
    policy, now = step.request.version.policy, now_for(user)
    work = with_back(step.assignments.filter(user=user), now.at)
    asked = list(work.values_list("ended_at", "principal__name", BACK))
    mine = next((row for row in asked if row[0] is None), None)
    return Seat(
        step=step,
        deal=step.deal,
        request=step.request,
        policy=policy,
        view=view_at(user, now.at),
        now=now,
        user=user,
        mine=mine is not None,
        was_mine=bool(asked),
        acting=for_whom(mine[1], mine[2], now.at) if mine else "",
    )


def headline(seat: Seat) -> str:
    """ "discount 22.5 % and payment 60 days": what this step is asked for, the highest level first; what only
    follows from prices last."""
    found = [each for each in findings_for(seat.step) if not hides(seat.view, each.key)]
    found.sort(key=lambda each: each.key.partition("/")[0] in FROM_COST)
    return listed([asked_words(each, seat.policy) for each in found[:2]])


def asked_words(finding: Finding, policy: Policy) -> str:
    limit, value = lower(name_of(finding.key, policy)), shown(finding.key, value_of(finding), policy)
    return say("{limit} {value}", limit=limit, value=value)


def value_of(finding: Finding) -> Value | None:
    return finding.position if finding.clause else finding.value


def judged_of(seat: Seat) -> tuple[Judged, ...]:
    """Every finding this step was routed for, the highest level first."""
    granted = last_limits(seat)
    return tuple(judged(finding, granted, seat) for finding in findings_for(seat.step))


def judged(finding: Finding, granted: Mapping[LimitKey, Value], seat: Seat) -> Judged:
    policy, hidden = seat.policy, hides(seat.view, finding.key)
    metric, was = metric_of(finding.key), granted.get(finding.key)
    ladder = policy.ladder(finding.ladder) if finding.ladder and not hidden else None
    return Judged(
        key=finding.key,
        name=name_of(finding.key, policy),
        value="" if hidden else shown(finding.key, value_of(finding), policy),
        sentence=who_may_for(seat.view, finding, policy),
        level=policy.level_name(finding.function, finding.level),
        rank=finding.level,
        never=finding.never,
        rungs=ladder.rungs if ladder and finding.value is not None else (),
        riskier=metric.riskier if metric else "higher",
        was=was if isinstance(was, Decimal) else None,
        now=finding.value,
        words=clause_words(finding, seat.revision, policy),
    )


def last_limits(seat: Seat) -> Mapping[LimitKey, Value]:
    """How far this function's last word on the deal went, before this request."""
    last = last_grants(seat.deal, seat.policy).get(seat.step.function)
    if last is None or not last.agreed:
        return {}
    said_here = Decision.objects.filter(pk=last.decision or 0, step__request=seat.request).exists()
    return {} if said_here else last.limits


def standard_words(seat: Seat) -> str:
    """What this function's ladders looked at and found standard."""
    names = [
        lower(name_of(each.key, seat.policy))
        for each in seat.request.judged.standard
        if each.function == seat.step.function
    ]
    return ", ".join(names)


def changes_of(seat: Seat) -> tuple[Decision | None, tuple[Changed, ...]]:
    """This function's last word on an earlier revision, and every term that moved past or since it."""
    last = (
        Decision.objects.filter(deal=seat.deal, function=seat.step.function)
        .exclude(step__request=seat.request)
        .select_related("by", "acting_for", "step__request__revision", "step__request__version")
        .order_by("-at", "-pk")
        .first()
    )
    if last is None:
        return None, ()
    before = last.step.request.revision
    return last, tuple(moved(before, last_limits(seat), seat))


def moved(before: Revision, granted: Mapping[LimitKey, Value], seat: Seat) -> list[Changed]:
    """Walk-away against what was granted then, or asked then where nothing was granted."""
    then, now = before.measured("walk_away"), seat.walk_away
    keys = [*now.values, *(f"{CLAUSE}{key}" for key in now.clauses)]
    rows = []
    for key in (one for one in keys if judges_of(one, now, seat.policy)):
        was, is_ = granted.get(key, reading(key, then)), reading(key, now)
        if was != is_ and not hides(seat.view, key):
            rows.append(changed(key, was, is_, seat.policy))
    return rows


def changed(key: LimitKey, was: Value | None, now: Value | None, policy: Policy) -> Changed:
    return Changed(
        name=name_of(key, policy),
        was=shown(key, was, policy),
        now=shown(key, now, policy),
        tone="bad" if riskier(key, now, was, policy) else "ok",
    )


def riskier(key: LimitKey, now: Value | None, was: Value | None, policy: Policy) -> bool:
    metric, clause = metric_of(key), clause_of(key, policy)
    if metric and isinstance(now, Decimal) and isinstance(was, Decimal):
        return metric.riskier_than(now, was)
    if clause and isinstance(now, str) and isinstance(was, str):
        return clause.place(now) > clause.place(was)
    return True


def others_of(seats: Sequence[Seat]) -> tuple[Standing, ...]:
    """Where the functions stand that these seats of one request are not of."""
    seat, own = seats[0], {seat.step.function for seat in seats}
    steps = list(seat.request.steps.all())
    asked = {step.function for step in steps} - own
    return standings(steps, [rule for rule in seat.policy.functions if rule.key in asked], seat.policy)


def said_before(seat: Seat) -> tuple[str, ...]:
    """What others have answered to this request, in their order."""
    decisions = Decision.objects.filter(step__request=seat.request).select_related("by", "acting_for")
    return tuple(said(decision, seat) for decision in decisions.order_by("at", "pk"))


def said(decision: Decision, seat: Seat) -> str:
    return said_of(decision, seat.policy, seat.view, seat.now)


def narrowable(seat: Seat) -> tuple[LimitKey, ...]:
    """Limit keys this function may pull back: its own, where target and walk-away differ."""
    policy, walk_away, target = seat.policy, seat.walk_away, seat.target
    keys = [*walk_away.values, *(clause.limit_key for clause in policy.clauses)]
    found = []
    for key in keys:
        metric = metric_of(key)
        own = seat.step.function in judges_of(key, walk_away, policy)
        if own and (metric is None or metric.narrowable) and not hides(seat.view, key):
            if reading(key, walk_away) not in (None, reading(key, target)):
                found.append(key)
    return tuple(found)


def effect_words(seat: Seat, measured: Measured, terms: Terms) -> str:
    """ "Net €1,759,680, margin 58.9 %.": what the limits typed so far come to."""
    flow = waterfall(terms, seat.policy)
    share = margin_for(seat.view, measured.values.get("margin"))
    if flow.net is None:
        return say("Margin {share}.", share=share) if share else ""
    net = money(flow.net, seat.deal.currency)
    return say("Net {net}, margin {share}.", net=net, share=share) if share else say("Net {net}.", net=net)


def corner_with(seat: Seat, limits: Mapping[LimitKey, Value]) -> Terms:
    """The walk-away with these limits joined to those already in force."""
    held = {key: one.value for key, one in in_force(seat.request, seat.policy).narrowings.items()}
    return narrowed_corner(seat.revision.ask, {**held, **limits}, seat.policy, seat.revision.world)[0]
