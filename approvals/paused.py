"""Why a step waits: who was asked what, or who paused it and why, and since when."""

from datetime import datetime

from approvals.models import Intervention, Question, Step
from approvals.pools import holder_name
from base import clock


def open_question(step: Step) -> Question | None:
    """The question that a paused step waits for."""
    return step.questions.open().select_related("by", "to").first()


def last_pause(step: Step) -> Intervention | None:
    """By which the desk paused a step that waits for no answer."""
    pauses = step.interventions.filter(kind=Intervention.Kind.PAUSE)
    return pauses.select_related("by").order_by("-at", "-pk").first()


def paused_words(step: Step) -> str:
    """For whoever tries to decide meanwhile: the level that holds it now waits."""
    holder = holder_name(step)
    if question := open_question(step):
        asked = f"{question.by.name} asked {question.to.name} on {moment(question.asked_at)}"
        return (
            f"{holder} waits for an answer: {asked}: “{question.text}” Decide when it is answered, "
            "or take the question back."
        )
    pause = last_pause(step)
    if pause is None:
        return f"{holder} waits. Nobody can decide it now."
    ends = f"by itself on {moment(pause.until)}" if pause.until else "when the deal desk resumes it"
    return (
        f"{holder} is paused: {pause.by.name} paused it on {moment(pause.at)}: “{pause.reason}” "
        f"It goes on {ends}."
    )


def until_words(until: datetime | None) -> str:
    """ " until 12 June"; nothing where no day was named."""
    return f" until {until.astimezone(clock.company_zone()):%-d %B}" if until else ""


def moment(at: datetime) -> str:
    """ "09 June at 14:05", by the company's clock."""
    return f"{at.astimezone(clock.company_zone()):%d %B at %H:%M}"
