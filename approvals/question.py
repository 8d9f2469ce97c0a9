"""Asking before deciding: the step waits, its clock stands, and the answer lets it go on."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from approvals.acting import acting
from approvals.assign import hours_of, start_clocks, stop_clock, timers
from approvals.decide import not_asked
from approvals.errors import NotAsked
from approvals.models import Question, Request, Step
from approvals.paused import paused_words
from approvals.pools import may_hold, refuse_own_deal
from approvals.sight import no_more_sight
from approvals.standing_in import settle_who_acts
from approvals.told_in_return import about_question, write_to
from base import clock, worktime
from base.errors import Invalid, NotYours, WrongState
from base.format import day_of_month
from base.inside import lower
from base.words import say
from deals.models import Deal
from deals.share import let_look
from ledger.effects import cancel, planned, ring, schedule_all
from ledger.models import Effect
from ledger.record import record
from people.models import User

LONGEST = 2000  # letters
WAIT = 8 * 60  # working minutes until the asked person is written to again
TIMES = 3  # so often; then the step goes on without an answer


@transaction.atomic
def ask_question(step: Step, *, by: User, to: User, text: str) -> Question:
    """Put `step` on hold until `to` answers: its clock stands, nothing of it is due meanwhile.

    Raises OwnDeal, NotAsked, WrongState (not open; paused already, saying who was asked what), Invalid (no
    words, or nobody who could answer)."""
    at = clock.now()
    deal, step = locked(step)
    patron = refuse_asker(step, by=by, at=at)
    refuse_wordless(text, "text")
    if not to.is_active or to.pk == by.pk:
        raise Invalid(say("Choose someone else who works here."), field="to")
    stop_clock(step, at=at)
    step.status = Step.Status.PAUSED
    step.reason = f"{by.name} asked {to.name} and waits for the answer."  # kept, in English
    step.save()
    question = Question.objects.create(step=step, deal=deal, by=by, to=to, text=text.strip(), asked_at=at)
    if not to.sees_all:
        let_look(deal, [to])
    schedule_all([chase_of(question, step, 1, at=at)])
    said: dict[str, Any] = {"step": step.pk, "question": question.pk, "to": to.pk}
    record(deal.stream, "question.asked", by=by, at=at, acting_for=patron, **said)
    write_to(to, "asked", about_question(question, deal), at=at)
    ring()
    return question


@transaction.atomic
def answer_question(question: Question, *, by: User, text: str) -> Question:
    """Answer, and let the step go on with the working minutes it had left.

    Raises NotYours (someone else was asked), WrongState (it has ended), Invalid (no words)."""
    at = clock.now()
    question, step = locked_question(question)
    if question.to_id != by.pk:
        raise NotYours(say("{to} was asked, and that is not you.", to=question.to.name))
    refuse_ended(question)
    refuse_wordless(text, "answer")
    question.answer = text.strip()
    said = resume(question, Question.Status.ANSWERED, step, at=at)
    record(step.deal.stream, "question.answered", by=by, at=at, **said)
    write_to(
        question.by, "question_answered", about_question(question, step.deal, by=by, text=text.strip()), at=at
    )
    ring()
    return question


@transaction.atomic
def take_back(question: Question, *, by: User) -> Question:
    """Do without an answer: the step goes on. Whoever decides there may do it, as who asked may be away.

    Raises NotYours, WrongState (it has ended)."""
    at = clock.now()
    question, step = locked_question(question)
    asked = step.assignments.filter(user=by, ended_at=None).exists()
    if question.by_id != by.pk and not asked:
        raise NotYours(say("{by} asked this and may take it back.", by=question.by.name))
    refuse_ended(question)
    said = resume(question, Question.Status.TAKEN_BACK, step, at=at)
    record(step.deal.stream, "question.taken_back", by=by, at=at, **said)
    ring()
    return question


def locked(step: Step) -> tuple[Deal, Step]:
    """Deal, request and step, locked in that order."""
    deal = Deal.objects.lock(step.deal_id)
    request = Request.objects.lock(step.request_id)
    step = Step.objects.select_for_update(no_key=True).get(pk=step.pk)
    step.request, step.deal, request.deal = request, deal, deal
    return deal, step


def locked_question(question: Question) -> tuple[Question, Step]:
    found = Question.objects.select_related("step").get(pk=question.pk)
    _, step = locked(found.step)
    return Question.objects.select_related("by", "to").get(pk=question.pk), step


def refuse_asker(step: Step, *, by: User, at: datetime) -> User | None:
    """For whom they stand in; None when they are asked themselves."""
    refuse_own_deal(step, by)
    if step.status == Step.Status.PAUSED:
        raise WrongState(paused_words(step))
    if step.status != Step.Status.OPEN:
        raise WrongState(
            say(
                "{level}: {status}. Nothing is asked any more.",
                level=step.level_name,
                status=lower(step.get_status_display()),
            )
        )
    who = acting(step, by, at=at)
    if who is None or not may_hold(who.owner, step, at=at):
        raise NotAsked(not_asked(step))
    return who.patron


def refuse_ended(question: Question) -> None:
    if question.status != Question.Status.OPEN:
        ended = question.ended_at
        raise WrongState(
            say(
                "The question of {by} to {to}: {state}, {day}.",
                by=question.by.name,
                to=question.to.name,
                state=lower(question.get_status_display()),
                day=day_of_month(ended.astimezone(clock.company_zone()) if ended else None),
            )
        )


def refuse_wordless(text: str, field: str) -> None:
    if not text.strip():
        raise Invalid(say("Write it down."), field=field)
    if len(text.strip()) > LONGEST:
        raise Invalid(say("Say it in at most {count} letters.", count=LONGEST), field=field)


def resume(question: Question, status: Question.Status, step: Step, *, at: datetime) -> dict[str, Any]:
    """End the question and start a new run of the clock with what remained. What the event says of it."""
    question.status, question.ended_at = status, at
    question.save()
    cancel(timers(step))
    step.status, step.reason = Step.Status.OPEN, ""
    step.run += 1
    start_clocks([step], at=at)
    step.save()
    settle_who_acts(step, at=at)
    no_more_sight(step.deal, {question.to_id})
    return {"step": step.pk, "question": question.pk, "run": step.run}


def chase_of(question: Question, step: Step, time: int, *, at: datetime) -> Effect:
    """A working day later, in the hours of the function that waits."""
    due = worktime.add(hours_of(step.function)[step.function], at, WAIT)
    once = f"chase:{question.pk}:1:{time}"
    return planned("chase", timers(step), once, due, question=question.pk, time=time)


def chase(effect: Effect, now: datetime) -> None:
    """Nobody has answered yet: write again, and after the last time let the step go on without."""
    found = Question.objects.select_related("step").get(pk=effect.facts["question"])
    question, step = locked_question(found)
    if question.status != Question.Status.OPEN:
        return
    if effect.facts["time"] > TIMES:
        said = resume(question, Question.Status.UNANSWERED, step, at=now)
        record(step.deal.stream, "question.unanswered", by=None, at=now, **said)
        write_to(question.by, "unanswered", about_question(question, step.deal), at=now)
        return
    time = effect.facts["time"]
    schedule_all([chase_of(question, step, time + 1, at=now)])
    record(step.deal.stream, "question.reminded", by=None, at=now, question=question.pk, time=time)
    about = about_question(question, step.deal)
    write_to(question.to, "asked_again", replace(about, key=f"{about.key}:{time}"), at=now)
