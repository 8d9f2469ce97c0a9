"""Why a step waits: who was asked what, or who paused it and why, and since when."""

from datetime import datetime

from approvals.models import Intervention, Question, Step
from approvals.pools import holder_name
from approvals.when import moment
from base import clock
from base.format import day_of_month
from base.words import say


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
        return say(
            "{holder} waits for an answer: {by} asked {to} on {moment}: “{text}” Decide when it is answered, "
            "or take the question back.",
            holder=holder,
            by=question.by.name,
            to=question.to.name,
            moment=moment(question.asked_at),
            text=question.text,
        )
    pause = last_pause(step)
    if pause is None:
        return say("{holder} waits. Nobody can decide it now.", holder=holder)
    said = say(
        "{holder} is paused: {by} paused it on {moment}: “{reason}”",
        holder=holder,
        by=pause.by.name,
        moment=moment(pause.at),
        reason=pause.reason,
    )
    if pause.until is None:
        until = say("It goes on when the deal desk resumes it.")
    else:
        until = say("It goes on by itself on {moment}.", moment=moment(pause.until))
    return f"{said} {until}"


def until_day(until: datetime | None) -> str:
    """ "12 June"; nothing where no day was named."""
    return day_of_month(until.astimezone(clock.company_zone())) if until else ""
