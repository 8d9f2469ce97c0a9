"""Asking for the mandate: freeze what is asked, judge it, route it, all in one transaction."""

from datetime import datetime

from django.db import transaction

from approvals.advance import advance
from approvals.carry import Kept
from approvals.errors import Incomplete, NeverGranted, SameAsk
from approvals.finish import finish
from approvals.gets import gets_of
from approvals.judge import Judgement, judge
from approvals.limit import told
from approvals.mandate import allowed_condition
from approvals.models import Decision, Request, Step
from approvals.routing import Plan, PlannedStep
from base import canonical, clock
from base.errors import WrongState
from base.lists import listed
from base.words import mark, say
from deals.draft import problems, with_draft
from deals.freeze import freeze
from deals.models import Deal, Revision
from deals.share import refuse_stranger
from guardrails.evaluation import Finding, grantors, to_document
from guardrails.models import PolicyVersion
from ledger.effects import ring
from ledger.record import record
from people.models import User


@transaction.atomic
def submit(deal: Deal, *, by: User) -> Request:
    """Freeze the draft as a revision and open one request for it; an open one ends superseded.

    With no finding at all the mandate is granted there and then. Raises NotYours, WrongState (deal closed),
    SameAsk, Incomplete (with the fields), NeverGranted (naming what nobody may grant)."""
    at = clock.now()
    deal = Deal.objects.lock(deal.pk)
    refuse_stranger(deal, by)
    if deal.status != Deal.Status.OPEN:
        raise WrongState(say("{deal} is closed. A closed deal asks for nothing.", deal=deal.number))
    version = PolicyVersion.objects.in_force(at)
    if missing := problems(with_draft(deal), version.policy, at):
        raise Incomplete(say("The brief is not complete yet."), fields=dict(missing))
    revision = freeze(deal, by=by, at=at, version=version)
    refuse_repeat(deal, revision)
    judgement = judge(deal, revision.ask, revision.world, policy=version.policy, submitter=by.pk, at=at)
    refuse_never(judgement)
    refuse_crossed(judgement)
    refuse_gets(revision, judgement)
    for older in Request.objects.open().filter(deal=deal):
        finish(older, Request.Status.SUPERSEDED, at=at, by=by)
    request = open_request(deal, revision, version, judgement, by=by, at=at)
    advance(request, at=at, pools=judgement.pools)
    ring()
    return request


def refuse_repeat(deal: Deal, revision: Revision) -> None:
    """The same terms as an open or just declined request are refused: nothing about them is new."""
    last = Request.objects.filter(deal=deal).newest_first().first()
    same = last and last.terms_hash == revision.terms_hash
    if same and last and last.status in (Request.Status.OPEN, Request.Status.DECLINED):
        words = mark("Revision {number} asks exactly this and is declined. Change a term to ask again.")
        if last.status == Request.Status.OPEN:
            words = mark("Revision {number} asks exactly this and is in review. Change a term to ask again.")
        raise SameAsk(say(words, number=last.revision.number))


def refuse_never(judgement: Judgement) -> None:
    if never := judgement.judged.never:
        sentences = {
            one.key: f"{told(one, judgement.policy)} {way_out(one, judgement)}".rstrip() for one in never
        }
        raise NeverGranted(" ".join(sentences.values()), fields=sentences)


def way_out(never: Finding, judgement: Judgement) -> str:
    """Who may grant an exception from it, if the policy lets anybody."""
    policy = judgement.policy
    rules = grantors(never, judgement.walk_away, policy) if policy.exceptions else ()
    levels = listed([policy.level_name(rule.function, rule.level) for rule in rules])
    return say("{levels} may grant an exception: ask for one in the brief.", levels=levels) if levels else ""


def refuse_crossed(judgement: Judgement) -> None:
    if crossed := judgement.crossed:
        raise Incomplete(say("The walk-away must be at least as risky as the target."), fields=crossed)


def refuse_gets(revision: Revision, judgement: Judgement) -> None:
    """The target keeps what the gets promise, else it would lie outside its own mandate."""
    policy = judgement.policy
    broken = [
        say("{get}, says a get; the target itself does not keep it.", get=get.sentence(policy))
        for get in gets_of(revision, policy)
        if allowed_condition(get, judgement.target, policy)
    ]
    if broken:
        raise Incomplete(" ".join(broken), fields={"exchanges": " ".join(broken)})


def open_request(
    deal: Deal, revision: Revision, version: PolicyVersion, judgement: Judgement, *, by: User, at: datetime
) -> Request:
    request = Request.objects.create(
        deal=deal,
        revision=revision,
        version=version,
        terms_hash=revision.terms_hash,
        evaluation_target=canonical.dumps(to_document(judgement.judged_target)),
        evaluation_walk_away=canonical.dumps(to_document(judgement.judged)),
        route=canonical.dumps(route_document(judgement.plan)),
        submitted_by=by,
        submitted_at=at,
    )
    record(
        deal.stream,
        "request.submitted",
        by=by,
        at=at,
        request=request.pk,
        revision=revision.number,
        terms_hash=revision.terms_hash,
        policy=version.number,
        document=revision.sha256,
        judged=canonical.digest(request.evaluation_walk_away),
    )
    Step.objects.bulk_create(plan_step(request, planned, judgement) for planned in judgement.plan.steps)
    for function, how in judgement.kept.items():
        keep_step(request, function, how, at=at)
    return request


def route_document(plan: Plan) -> list[dict[str, object]]:
    """Who was resolved for each step, kept on the request whatever becomes of people and policy."""
    return [
        {"function": step.function, "level": step.level, "stage": step.stage, "pool": list(step.pool)}
        for step in plan.steps
    ]


def plan_step(request: Request, planned: PlannedStep, judgement: Judgement) -> Step:
    return Step(
        request=request,
        deal=request.deal,
        function=planned.function,
        level=planned.level,
        held_level=planned.level,
        level_name=judgement.policy.level_name(planned.function, planned.level),
        stage=planned.stage,
        order=planned.order,
        needed=planned.needed,
        findings=canonical.dumps(list(planned.findings)),
        allowance=planned.allowance,
        remaining=planned.allowance,
    )


def keep_step(request: Request, function: str, how: Kept, *, at: datetime) -> None:
    """A function whose grant still holds does not sign again: the step is born kept, naming the decision."""
    decisions = Decision.objects.select_related("step__request__revision")
    decision = decisions.get(pk=how.decision or 0)
    step = Step.objects.create(
        request=request,
        deal=request.deal,
        function=function,
        level=decision.level,
        held_level=decision.level,
        level_name=request.version.policy.level_name(function, decision.level),
        status=Step.Status.KEPT,
        findings=canonical.dumps(sorted(finding.key for finding in request.judged.findings_of(function))),
        allowance=0,
        remaining=0,
        ended_at=at,
        kept_from=decision,
        reason=f"Kept from revision {decision.step.request.revision.number}.",
    )
    record(request.deal.stream, "step.kept", by=None, at=at, step=step.pk, decision=decision.pk)
