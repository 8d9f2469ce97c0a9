"""What holds of every deal at every moment, whoever did what in whatever order.

Each invariant is a function whose docstring is the sentence it holds; it yields what breaks it, in words.
`broken(deal)` asks all of them; `transitions.py` holds what must be true between two moments.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache

from django.db.models import Q

from approvals.check import check
from approvals.grants import agreeing, values_from
from approvals.limit import risk
from approvals.models import Condition, Decision, Mandate, Question, Request, Step
from approvals.replay import Stored
from approvals.replay import broken as judged_differently
from approvals.sight import still_needed
from base import clock
from deals.models import Deal
from deals.models.deal import TEAM
from ledger.models import Effect, Event
from ledger.verify import verify
from people.models import User
from tests.approvals.machine.state import State

Invariant = Callable[[State], Iterator[str]]
given_once = lru_cache(maxsize=1000)  # slow, and the same for ever: rows compare by their keys
AT_REST = (*Step.FINISHED, Step.Status.PLANNED, Step.Status.RETURNED)
WAITING = (Step.Status.OPEN, Step.Status.PAUSED, Step.Status.UNROUTABLE, Step.Status.RETURNED)


def broken(deal: Deal) -> list[str]:
    """Every invariant that does not hold of `deal` now: its sentence, then what breaks it."""
    state = State.of(deal)
    return [f"{one.__doc__} But {fault}" for one in INVARIANTS for fault in one(state)]


def decisions_name_their_terms(state: State) -> Iterator[str]:
    """A decision names the terms that its step was opened with last (architecture 1)."""
    opened: dict[int, str] = {}
    seen = {one.pk: one.seen for one in state.decisions}
    for event in state.events:
        if event.kind == "step.opened":
            opened[event.facts["step"]] = event.facts["terms_hash"]
        elif event.kind == "decision.made":
            wanted = opened.get(event.facts["step"])
            if {seen[event.facts["decision"]], event.facts["terms_hash"]} != {wanted}:
                yield f"decision {event.facts['decision']} names other terms than those it was asked on."


def nobody_decides_on_their_own_deal(state: State) -> Iterator[str]:
    """Nobody decides on their own deal, whoever they act for (architecture 2, mandate 27)."""
    submitted = {step.pk: state.request_of(step).submitted_by_id for step in state.steps}
    for one in state.decisions:
        ours = {state.deal.owner_id, submitted[one.step_id], *state.team_at(one)}
        if ours & {one.by_id, one.acting_for_id}:
            yield f"{one.by} was on the team and decided."


def one_open_request_and_one_mandate(state: State) -> Iterator[str]:
    """A deal has at most one open request and one mandate that has not ended (architecture 3)."""
    if sum(request.status == Request.Status.OPEN for request in state.requests) > 1:
        yield "two requests are open."
    if sum(one.status == Mandate.Status.ACTIVE for one in state.mandates) > 1:
        yield "two mandates stand."


def a_request_ends_once(state: State) -> Iterator[str]:
    """A request ends once, with all of its steps, and the ledger says so once (architecture 3 and 4)."""
    for request in state.requests:
        ends = [
            event
            for event in state.events
            if event.facts.get("request") == request.pk and event.kind in ENDINGS
        ]
        wanted = [] if request.status == Request.Status.OPEN else [ending(request)]
        if [event.kind for event in ends] != wanted:
            yield f"request {request.pk} is {request.status}, the ledger says {[one.kind for one in ends]}."
        left = [step for step in state.steps_of(request) if step.status not in Step.FINISHED]
        if left and request.status != Request.Status.OPEN:
            yield f"request {request.pk} ended and left {', '.join(map(str, left))}."


def ending(request: Request) -> str:
    granted = request.status == Request.Status.GRANTED
    return "mandate.granted" if granted else f"request.{request.status}"


ENDINGS = ("mandate.granted", "request.declined", "request.recalled", "request.superseded", "request.closed")


def a_step_ends_by_its_seats(state: State) -> Iterator[str]:
    """A seat is filled once; a step agrees by the seats it needs or an override, is declined by a decline."""
    twice = [seat for seat, count in Counter(one.seat_id for one in state.decisions).items() if count > 1]
    yield from (f"seat {seat} was filled twice." for seat in twice)
    for step in state.steps:
        verdicts = [one.verdict for one in state.decisions_of(step)]
        agreed = sum(verdict in Decision.AGREEING for verdict in verdicts)
        overridden = any(one.overridden for one in state.decisions_of(step))
        if step.status == Step.Status.AGREED and agreed < (1 if overridden else step.needed):
            yield f"{step} by {agreed} of the {step.needed} it needs."
        if step.status == Step.Status.DECLINED and Decision.Verdict.DECLINE not in verdicts:
            yield f"{step}, and nobody declined."
        if step.status in (Step.Status.PLANNED, Step.Status.NOT_NEEDED, Step.Status.KEPT) and verdicts:
            yield f"{step}, and somebody decided it."


def what_rests_has_no_clock(state: State) -> Iterator[str]:
    """A step that nobody has to answer has no clock, no timer and no open work (field notes: OCA#1245)."""
    for step in state.steps:
        paused = step.status == Step.Status.PAUSED
        if (paused or step.status in AT_REST) and step.clock_from:
            yield f"the clock of {step} runs."
        if step.status not in AT_REST:
            continue
        if kinds := [one.kind for one in state.pending(step) if one.kind != "mail"]:
            yield f"{step} has timers left: {kinds}."
        if work := state.open_work(step):
            yield f"{step} is still open work of {[str(one.user) for one in work]}."


def what_is_open_is_somebodys(state: State) -> Iterator[str]:
    """An open step is somebody's open work, has a running clock, a deadline and a free seat."""
    for step in state.steps:
        if step.status != Step.Status.OPEN:
            continue
        if not state.open_work(step):
            yield f"{step} is nobody's."
        if not (step.clock_from and step.due_at and step.opened_at and step.terms_hash):
            yield f"{step} has no clock, no deadline or no terms."
        taken = {one.seat_id for one in state.decisions_of(step)}
        if not [seat for seat in state.seats if seat.step_id == step.pk and seat.pk not in taken]:
            yield f"{step} has no free seat."
        run = f"hand_over:{step.pk}:1:{step.run}"
        if not [one for one in state.effects if one.dedupe_key == run]:
            yield f"run {step.run} of {step} has no timer."


def a_paused_step_waits_for_one_thing(state: State) -> Iterator[str]:
    """A step is paused exactly while a question about it is open or the desk has it so; nothing else of it
    is due."""
    for step in state.steps:
        waits = sum(one.step_id == step.pk and one.status == Question.Status.OPEN for one in state.questions)
        stopped = len(state.told("step.paused", step=step.pk)) - len(state.told("step.resumed", step=step.pk))
        if waits > (step.status == Step.Status.PAUSED):
            yield f"{step} with {waits} open questions."
        if step.status == Step.Status.PAUSED and waits + stopped != 1:
            yield f"{step} with {waits} open questions, paused by the desk {stopped} times."
        kinds = {one.kind for one in state.pending(step)} - {"mail", "go_on" if stopped else "chase"}
        if step.status == Step.Status.PAUSED and kinds:
            yield f"{step} has timers left: {sorted(kinds)}."


def nothing_stalls(state: State) -> Iterator[str]:
    """What waits has someone or says why; an empty pool is looked at again (architecture 8)."""
    for request in state.requests:
        steps = state.steps_of(request)
        held = any(one.request_id in (request.pk, None) and one.released_at is None for one in state.holds)
        waits = [step for step in steps if step.status in WAITING]
        if request.status == Request.Status.OPEN and not waits and not held:
            yield f"request {request.pk} waits for nobody: {', '.join(map(str, steps))}."
    for step in state.steps:
        if step.status == Step.Status.UNROUTABLE:
            if not step.reason:
                yield f"{step} does not say why."
            if not [one for one in state.pending(step) if one.kind == "reroute"]:
                yield f"{step} is never looked at again."


def one_event_for_each_change(state: State) -> Iterator[str]:
    """Each change of state has one event, and the stream verifies (architecture 4)."""
    rows: tuple[tuple[str, str, tuple[int, ...]], ...] = (
        ("request.submitted", "request", tuple(one.pk for one in state.requests)),
        ("decision.made", "decision", tuple(one.pk for one in state.decisions)),
        ("mandate.granted", "mandate", tuple(one.pk for one in state.mandates)),
        ("offer.recorded", "offer", tuple(one.pk for one in state.offers)),
        ("deal.closed", "closing", tuple(one.pk for one in state.closings)),
        ("exception.revoked", "exception", tuple(one.pk for one in state.exceptions if one.revoked_at)),
        ("step.kept", "step", having(state, Step.Status.KEPT)),
        ("step.not_needed", "step", having(state, Step.Status.NOT_NEEDED)),
    )
    for kind, key, wanted in rows:
        said = [event.facts[key] for event in state.events if event.kind == kind]
        if sorted(said) != sorted(wanted):
            yield f"{kind} was said of {sorted(said)}, and happened to {sorted(wanted)}."
    yield from map(str, verify(state.deal.stream).faults)


def having(state: State, status: Step.Status) -> tuple[int, ...]:
    return tuple(step.pk for step in state.steps if step.status == status)


def timers_act_once(state: State) -> Iterator[str]:
    """A timer acts at most once per run (architecture 6); a reminder once for each share of the time."""
    said = Counter(
        (timer_of(event), event.facts["step"], (event.facts.get("moved") or event.facts)["run"])
        for event in state.events
        if event.kind in ("step.reminded", "step.overdue", "step.handed_over")
    )
    said.update(
        (event.kind, event.facts["mandate"], 1) for event in state.events if event.kind == "mandate.expired"
    )
    yield from (f"{kind} of {pk}, run {run}: {n} times." for (kind, pk, run), n in said.items() if n > 1)
    if stuck := [one for one in state.effects if one.state == Effect.State.PARKED]:
        yield f"parked: {[(one.kind, one.last_error) for one in stuck]}."


def timer_of(event: Event) -> str:
    return f"{event.kind} {event.facts.get('share', '')}".strip()


def no_limit_is_wider_than_a_grant(state: State) -> Iterator[str]:
    """No limit is wider than the narrowest grant behind it (architecture 5)."""
    for mandate in state.mandates:
        policy = mandate.version.policy
        limits = {limit.key: limit.value for limit in mandate.limit_rows}
        for one in agreeing(mandate.request):
            for key, value in values_from(one.limits).items():
                if risk(key, limits[key], policy) > risk(key, value, policy):
                    yield f"{mandate} allows {key} {limits[key]}, and {one.by} granted {value}."


def the_target_is_inside(state: State) -> Iterator[str]:
    """The target is inside every granted mandate while it lasts (architecture 5, mandate 15)."""
    tasks = {one.mandate_id for one in state.conditions if one.kind == Condition.Kind.TASK}
    for mandate in state.mandates:
        if mandate.pk not in tasks:  # one that lapsed may take back more than the target has
            yield from left_outside(mandate, mandate.limits)


@given_once
def left_outside(mandate: Mandate, limits: str) -> list[str]:
    target, day = mandate.request.revision.ask.target, clock.date_of(mandate.granted_at)
    answer = check(mandate, target, good_until=day)[1]
    words = [breach.sentence for breach in answer.breaches]
    return [] if answer.inside else [f"{mandate} does not hold its target: {words}."]


def judged_again_it_is_the_same(state: State) -> Iterator[str]:
    """The same revision under the same policy has the same findings for ever (architecture 7)."""
    for one in state.requests:
        yield from judged_otherwise(one, one.evaluation_target, one.evaluation_walk_away)


@given_once
def judged_otherwise(one: Request, target: str, walk_away: str) -> list[str]:
    stored = Stored(one.revision, one.version, target, walk_away)
    return [f"request {one.pk}: {fault}." for fault in judged_differently(stored)]


def a_closed_deal_is_at_rest(state: State) -> Iterator[str]:
    """A closed deal has one closing, no open request and no mandate in use (mandate 24)."""
    closed = state.deal.status != Deal.Status.OPEN
    if len(state.closings) != closed:
        yield f"it is {state.deal.status} with {len(state.closings)} closings."
    if closed and any(one.status == Mandate.Status.ACTIVE for one in state.mandates):
        yield "its mandate stands."
    if closed and any(one.status == Request.Status.OPEN for one in state.requests):
        yield "its request is open."


def it_is_seen_by_whom_it_concerns(state: State) -> Iterator[str]:
    """Who has nothing to do with a deal does not see it; who has open work on it does (architecture 11)."""
    deal = state.deal
    asked = {one.user_id for one in state.assignments if one.ended_at is None}
    spoke = {one.by_id for one in state.decisions}
    shared = set(
        User.objects.filter(
            Q(dealuserobjectpermission__content_object=deal)
            & Q(dealuserobjectpermission__permission__codename__in=[TEAM, "view_deal"])
        ).values_list("pk", flat=True)
    )
    led = {deal.team.leader_id} if deal.team else set()
    needed = {pk for rows in still_needed(deal) for row in rows for pk in row.values()}
    concerned = {deal.owner_id, *asked, *spoke, *shared, *led, *needed}
    for user in User.objects.filter(is_active=True).select_related("team"):
        sees = Deal.objects.visible_to(user).filter(pk=deal.pk).exists()
        if user.pk in asked and not sees:
            yield f"{user} is asked and cannot see it."
        if sees and not user.sees_all and user.pk not in concerned:
            yield f"{user} sees it."


INVARIANTS: tuple[Invariant, ...] = (
    decisions_name_their_terms,
    nobody_decides_on_their_own_deal,
    one_open_request_and_one_mandate,
    a_request_ends_once,
    a_step_ends_by_its_seats,
    what_rests_has_no_clock,
    what_is_open_is_somebodys,
    a_paused_step_waits_for_one_thing,
    nothing_stalls,
    one_event_for_each_change,
    timers_act_once,
    no_limit_is_wider_than_a_grant,
    the_target_is_inside,
    judged_again_it_is_the_same,
    a_closed_deal_is_at_rest,
    it_is_seen_by_whom_it_concerns,
)
