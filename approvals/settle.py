"""What verdicts do to their steps and their request, with the other seats of each step."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from approvals.acting import open_work
from approvals.advance import advance
from approvals.assign import ask_after, end, release, stop_clock
from approvals.escalation import ask_anew
from approvals.finish import finish
from approvals.grants import in_force
from approvals.models import Decision, Request, Step
from approvals.quorum import Standing
from approvals.seats import standing_of
from approvals.tell import tell, tell_watchers

Made = tuple[Step, Decision]
Outcome = Standing | Literal["changes"]


def settle(request: Request, made: Sequence[Made], *, at: datetime) -> None:
    """Close each step as far as its seats have come, then move the request on, once: to its end when one of
    the steps was declined, else as far as it goes by itself. The caller holds the locks."""
    found: dict[Outcome, list[Made]] = {}
    for step, decision in made:
        outcome = outcome_of(step, decision)
        found.setdefault(outcome, []).append((step, decision))
        close(step, decision, outcome, at=at)
    if declined := found.get("declined"):
        first = declined[0][1]
        finish(request, Request.Status.DECLINED, at=at, by=first.by, reason=first.reason)
        announce("declined", first, at=at)
        return
    for step, _ in found.get("after", []):
        ask_after(step, in_force(request, request.version.policy), at=at)
    if changes := found.get("changes"):
        announce("changes", changes[0][1], at=at)
    if found.get("agreed"):
        advance(request, at=at)


def outcome_of(step: Step, decision: Decision) -> Outcome:
    """Asking for changes hands the step back whatever the others said."""
    return "changes" if decision.verdict == Decision.Verdict.CHANGES else standing_of(step)


def close(step: Step, decision: Decision, outcome: Outcome, *, at: datetime) -> None:
    """What one verdict does to its own step. Who was added after it is asked once all verdicts are in."""
    if outcome == "changes":
        hand_back(step, at=at)
    elif outcome == "declined":
        end(step, Step.Status.DECLINED, at=at)
    elif outcome == "agreed":
        end(step, Step.Status.AGREED, at=at)
    elif outcome == "open":
        release(step, at=at, only=decision.acting_for or decision.by)
        if not open_work(step):  # the others are away, and nobody stands in
            ask_anew(step, now=at)


def announce(what: str, decision: Decision, *, at: datetime) -> None:
    """Tell its seller, and all who watch the deal."""
    deal, key = decision.deal, f"decision:{decision.pk}"
    tell(what, deal.owner, deal, at=at, key=key, step=decision.step)
    tell_watchers(what, deal, at=at, key=key, step=decision.step)


def hand_back(step: Step, *, at: datetime) -> None:
    """The ball is with the seller: this clock stops while the other functions go on."""
    stop_clock(step, at=at)
    step.status = Step.Status.RETURNED
    step.save()
    release(step, at=at)
