"""Questions and tasks asked in return, in the words of the ledger."""

from collections.abc import Callable, Mapping

from approvals.models import Question
from base.format import day
from base.words import mark, say
from desk.book import Book, Facts
from desk.said import Said


def asked(facts: Facts, book: Book) -> Said:
    question = book.questions[facts["question"]]
    words = say("asked {name}.", name=question.to.name)
    return about(question, book, words, question.text, "help", "is-warn")


def answered(facts: Facts, book: Book) -> Said:
    question = book.questions[facts["question"]]
    words = say("answered {name}.", name=question.by.name)
    return about(question, book, words, question.answer, "message-reply", "is-ok")


def question_said(words: str, icon: str) -> Callable[[Facts, Book], Said]:
    def said(facts: Facts, book: Book) -> Said:
        question = book.questions[facts["question"]]
        named = say(words, by=question.by.name, to=question.to.name)
        return about(question, book, named, question.text, icon, "faint")

    return said


def about(question: Question, book: Book, words: str, quoted: str, icon: str, tone: str) -> Said:
    level = book.steps[question.step_id].level_name
    return Said(words, f"{level}: “{quoted}”", icon, tone, page="approvals", link=say("Approvals"))


def task_said(words: str, icon: str, tone: str) -> Callable[[Facts, Book], Said]:
    def said(facts: Facts, book: Book) -> Said:
        task = book.tasks[facts["condition"]]
        who = ""
        if task.owner and task.due:
            who = say("{name}, by {day}", name=task.owner.name, day=day(task.due))
        small = f"{task.text} ({who})."
        if "version" in facts:
            fell = say("The limits of the mandate fell back.")
            small = f"{small} {fell}"
        return Said(say(words), small, icon, tone, page="approvals", link=say("Approvals"))

    return said


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "question.asked": asked,
    "question.answered": answered,
    "question.taken_back": question_said(mark("took back the question to {to}."), "arrow-back-up"),
    "question.reminded": question_said(mark("reminded {to}: {by} waits for an answer."), "clock"),
    "question.unanswered": question_said(mark("went on without the answer of {to}."), "clock-exclamation"),
    "condition.evidenced": task_said(mark("handed in evidence."), "paperclip", "faint"),
    "condition.reminded": task_said(
        mark("reminded its owner: a condition is due tomorrow."), "clock", "faint"
    ),
    "condition.met": task_said(mark("marked a condition met."), "check", "is-ok"),
    "condition.lapsed": task_said(
        mark("let a condition lapse: nobody marked it met."), "clock-exclamation", "is-bad"
    ),
}
