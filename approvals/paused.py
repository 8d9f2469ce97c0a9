"""Why a step waits: who was asked what, and since when."""

from approvals.models import Question, Step
from base import clock


def open_question(step: Step) -> Question | None:
    """The question that a paused step waits for."""
    return step.questions.open().select_related("by", "to").first()


def paused_words(step: Step) -> str:
    """For whoever tries to decide meanwhile."""
    question = open_question(step)
    if question is None:
        return f"{step.level_name} waits. Nobody can decide it now."
    since = question.asked_at.astimezone(clock.company_zone())
    return (
        f"{step.level_name} waits for an answer: {question.by.name} asked {question.to.name} on "
        f"{since:%d %B at %H:%M}: “{question.text}” Decide when it is answered, or take the question back."
    )
