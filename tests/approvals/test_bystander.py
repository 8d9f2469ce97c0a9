"""Two deals in the same state, and everything happens to one: the other stays as it is, row by row."""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal as D
from functools import partial
from typing import Any

from approvals.add_approver import add_approver
from approvals.claim import claim, unclaim
from approvals.close import close
from approvals.dossier import dossier
from approvals.evidence import Shown, hand_in
from approvals.extend import extend
from approvals.hold import hold, hold_deal, release
from approvals.mark_met import mark_met
from approvals.models import Condition, Hold, Question, Request, Step, Watch
from approvals.offer import offer
from approvals.question import answer_question, ask_question
from approvals.reassign import reassign
from approvals.recall import recall
from approvals.revoke_exception import revoke_exception
from approvals.submit import submit
from approvals.task import Task
from approvals.watch import unwatch, watch
from base import clock
from deals.edit import save_draft
from deals.models import AccountException, Deal, DealUserObjectPermission
from ledger.effects import deliver
from ledger.models import Effect
from people.models import User
from tests.approvals.desk_verbs import WHY
from tests.approvals.machine.asks import DRAFTS
from tests.approvals.machine.scenes import Scene, exception
from tests.approvals.machine.state import State, row
from tests.approvals.test_bulk import more_like
from tests.brandt import Verdict, ask_offer_5, rule, step_of
from tests.cast import Cast

Act = Callable[[], object]


def lived(deal: Deal, cast: Cast) -> Deal:
    """Granted with a task in return, watched, offered, held twice; asked again, and a question is open."""
    request = submit(deal, by=cast.maya)
    for function, user in (("operations", cast.jiwoo), ("legal", cast.tomas)):
        rule(step_of(request, function), user)
    task = Task("A bank guarantee", cast.arjun.pk, clock.today() + timedelta(days=3))
    rule(
        step_of(request, "finance"), cast.henrik, Verdict.UP_TO, limits={"discount": D("20.0")}, tasks=(task,)
    )
    watch(deal, by=cast.ines, who=cast.grace)
    offer(deal, by=cast.maya, terms=request.revision.ask.target, good_until=clock.today())
    exception(Scene(deal, cast))
    again = submit(ask_offer_5(deal, cast), by=cast.maya)
    hold(again, reason="The insurer.", by=cast.ines, release_by=cast.grace)
    hold_deal(deal, reason="It is prepared first.", cause=f"kickoff:{deal.pk}", at=clock.now())
    ask_question(
        step_of(again, "finance"), by=cast.henrik, to=cast.arjun, text="Who pays for the third site?"
    )
    return Deal.objects.get(pk=deal.pk)


def rows_of(deal: Deal) -> dict[str, Any]:
    """Everything that is known of it."""
    state = State.of(deal)
    kept = {one.name: getattr(state, one.name) for one in fields(state) if one.name != "deal"}
    kept |= {"watches": Watch.objects.filter(deal=deal), "deal": [state.deal]}
    kept |= {"seen by": DealUserObjectPermission.objects.filter(content_object=deal).order_by("pk")}
    kept |= {"tasks": Condition.objects.filter(decision__deal=deal).order_by("pk")}
    kept |= {"due": Effect.objects.filter(key__in=[f"condition:{one.pk}" for one in kept["tasks"]])}
    return {name: [row(one) for one in ones] for name, ones in kept.items()}


def happenings(deal: Deal, cast: Cast) -> Iterator[tuple[str, Act]]:
    request = Request.objects.open().get(deal=deal)
    step, task = step_of(request, "finance"), Condition.objects.tasks().get(decision__deal=deal)
    insurer, kickoff = (Hold.objects.get(deal=deal, cause=cause) for cause in ("", f"kickoff:{deal.pk}"))
    question = Question.objects.get(deal=deal)
    yield "answered", lambda: answer_question(question, by=cast.arjun, text="We do.")
    yield "taken", lambda: claim(step, by=cast.henrik)
    yield "given back", lambda: unclaim(step, by=cast.henrik)
    yield "added", lambda: add_approver(step, by=cast.henrik, who=cast.mei, place="after", reason=WHY)
    yield "extended", lambda: extend(step, by=cast.ines, minutes=60, reason=WHY)
    yield "reassigned", lambda: reassign(step, by=cast.ines, to=cast.dana, reason=WHY)
    for kind in ("remind", "hand_over"):
        yield kind, partial(falls_due, step, kind)
    yield "shown", lambda: hand_in(task, by=cast.arjun, shown=Shown("Here."))
    yield "met", lambda: mark_met(task, by=cast.henrik)
    yield "released", lambda: release(insurer, by=cast.grace, note="Signed.")
    yield "let go", lambda: release(kickoff, by=None, note="Prepared.", cause=kickoff.cause)
    yield "decided", lambda: rule(step, whoever(step))
    yield "decided after", lambda: rule(step, whoever(step))
    allowed = AccountException.objects.get(deal=deal)
    yield "revoked", lambda: revoke_exception(allowed, by=cast.ines, reason=WHY)
    yield "unwatched", lambda: unwatch(deal, by=cast.ines, who=cast.grace)
    yield "asked", lambda: submit(changed(deal, cast, "discounts for the CFO"), by=cast.maya)
    yield "withdrawn", lambda: recall(deal, by=cast.maya)
    yield "asked anew", lambda: submit(changed(deal, cast, "discounts for the Chief Executive"), by=cast.maya)
    yield "closed", lambda: close(deal, by=cast.maya, reason="They wait a year.")


def falls_due(step: Step, kind: str) -> None:
    timer = Effect.objects.filter(key=f"step:{step.pk}", kind=kind, state="pending").earliest("due_at")
    with clock.standing_at(timer.due_at):
        deliver(timer.pk, timer.due_at)


def whoever(step: Step) -> User:
    """One of those who are asked."""
    return step.assignments.filter(ended_at=None).earliest("pk").user


def changed(deal: Deal, cast: Cast, words: str) -> Deal:
    deal = Deal.objects.get(pk=deal.pk)
    return save_draft(deal, by=cast.maya, version=deal.version, changes=DRAFTS[words])


def test_what_happens_to_one_deal_happens_to_no_other(brandt: Deal, cast: Cast) -> None:
    deal, other = lived(brandt, cast), lived(more_like(brandt, cast, "D-2001"), cast)
    before = rows_of(other)
    for words, act in happenings(deal, cast):
        own = rows_of(deal)
        act()
        assert rows_of(deal) != own, words
        assert rows_of(other) == before, words
    record = json.loads(dossier(deal, by=cast.robin, at=clock.now()))
    told = {
        name: {one["id"] for one in record[name]}
        for name in ("steps", "decisions", "conditions", "questions")
    }
    assert told == {
        "steps": {one.pk for one in Step.objects.filter(deal=deal)},
        "decisions": {one.pk for one in deal.decisions.all()},
        "conditions": {one.pk for one in Condition.objects.tasks().filter(decision__deal=deal)},
        "questions": {one.pk for one in deal.questions.all()},
    }
    assert record["closing"]["reason"] == "They wait a year."
