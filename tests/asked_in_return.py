"""A question and a task with its evidence, for whoever opens their pages."""

from datetime import timedelta
from pathlib import Path

from approvals.models import Condition, Evidence, Mandate, Question, Step
from base import clock
from tests.cast import Cast


def question_on(step: Step, cast: Cast) -> Question:
    return Question.objects.create(
        step=step, deal=step.deal, by=cast.henrik, to=cast.maya, text="Why?", asked_at=clock.now()
    )


def evidence_for(mandate: Mandate, cast: Cast, media: Path) -> Evidence:
    (media / "guarantee").write_bytes(b"%PDF-")
    task = Condition.objects.create(
        mandate=mandate,
        decision=mandate.request.steps.get(function="finance").decisions.get(),
        kind=Condition.Kind.TASK,
        text="A bank guarantee",
        owner=cast.maya,
        due=clock.today() + timedelta(days=5),
        otherwise="{}",
    )
    kept = Evidence(condition=task, name="guarantee.pdf", path="guarantee", size=5, sha256="0" * 64)
    kept.by, kept.at = cast.maya, clock.now()
    kept.save()
    return kept
