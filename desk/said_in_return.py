"""Questions and tasks asked in return, in the words of the ledger."""

from collections.abc import Callable, Mapping

from approvals.models import Question
from base.format import day
from desk.book import Book, Facts
from desk.said import Said


def asked(facts: Facts, book: Book) -> Said:
    question = book.questions[facts["question"]]
    return about(question, book, f"asked {question.to.name}.", question.text, "help", "is-warn")


def answered(facts: Facts, book: Book) -> Said:
    question = book.questions[facts["question"]]
    return about(question, book, f"answered {question.by.name}.", question.answer, "message-reply", "is-ok")


def question_said(words: str, icon: str) -> Callable[[Facts, Book], Said]:
    def said(facts: Facts, book: Book) -> Said:
        question = book.questions[facts["question"]]
        named = words.format(by=question.by.name, to=question.to.name)
        return about(question, book, named, question.text, icon, "faint")

    return said


def about(question: Question, book: Book, words: str, quoted: str, icon: str, tone: str) -> Said:
    level = book.steps[question.step_id].level_name
    return Said(words, f"{level}: “{quoted}”", icon, tone, page="approvals", link="Approvals")


def task_said(words: str, icon: str, tone: str) -> Callable[[Facts, Book], Said]:
    def said(facts: Facts, book: Book) -> Said:
        task = book.tasks[facts["condition"]]
        who = f"{task.owner.name}, by {day(task.due)}" if task.owner and task.due else ""
        dropped = " The limits of the mandate fell back." if "version" in facts else ""
        return Said(words, f"{task.text} ({who}).{dropped}", icon, tone, page="approvals", link="Approvals")

    return said


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    "question.asked": asked,
    "question.answered": answered,
    "question.taken_back": question_said("took back the question to {to}.", "arrow-back-up"),
    "question.reminded": question_said("reminded {to}: {by} waits for an answer.", "clock"),
    "question.unanswered": question_said("went on without the answer of {to}.", "clock-exclamation"),
    "condition.evidenced": task_said("handed in evidence.", "paperclip", "faint"),
    "condition.reminded": task_said("reminded its owner: a condition is due tomorrow.", "clock", "faint"),
    "condition.met": task_said("marked a condition met.", "check", "is-ok"),
    "condition.lapsed": task_said(
        "let a condition lapse: nobody marked it met.", "clock-exclamation", "is-bad"
    ),
}
