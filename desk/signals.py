"""What is said of a request in a word beside its clock: nobody answered, held, a concern, a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q

from approvals.models import Hold, Question, Request
from base.words import mark, say
from desk.clocks import NOBODY, Now
from desk.waiting import Waiting
from planning.models import Concern, Word

SOON = timedelta(hours=2)
# key: (word, tone, icon), the most urgent first
SIGNALS: Mapping[str, tuple[str, str, str]] = {
    "nobody": (NOBODY, "bad", "user-question"),
    "unanswered": (mark("Nobody answered"), "bad", "bell"),
    "overdue": (mark("Overdue"), "bad", "alert-triangle"),
    "near": (mark("Due within 2 hours"), "warn", "clock-exclamation"),
    "concern": (mark("Concern open"), "warn", "flag"),
    "held": (mark("Held"), "warn", "hand-stop"),
    "exception": (mark("Exception asked for"), "warn", "scale"),
    "question": (mark("Question open"), "info", "help"),
}
BY_THE_CLOCK = ("nobody", "unanswered", "overdue", "near")  # a row says these elsewhere


class AsksBeyondNever(Func):
    """Whether the document of a revision asks for an exception."""

    template = "(%(expressions)s::jsonb -> 'terms' -> 'exceptions') IS NOT NULL"
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class Signal:
    key: str
    word: str
    tone: str
    icon: str


def conditions(now: Now) -> dict[str, Any]:
    """By the key of the signal, what is true of a request `with_waiting` that has it."""
    said = Word.objects.filter(concern=OuterRef("pk"), kind__in=Word.SETTLING)
    concerns = Concern.objects.filter(deal=OuterRef("deal")).exclude(Exists(said))
    holds = Hold.objects.open().filter(
        Q(request=OuterRef("pk")) | Q(request=None, deal=OuterRef("deal")),
    )
    questions = Question.objects.open().filter(step__request=OuterRef("pk"))
    running = Q(status=Request.Status.OPEN)
    return {
        "nobody": Q(stuck=True),
        "unanswered": Q(late=True),
        "overdue": Q(due__lt=now.at),
        "near": Q(due__gte=now.at, due__lt=now.at + SOON),
        "concern": Q(Exists(concerns)),
        "held": running & Q(Exists(holds)),
        "exception": Q(AsksBeyondNever(F("revision__document"))),
        "question": Q(Exists(questions)),
    }


def with_signals(requests: Waiting, now: Now) -> Waiting:
    """Each with `has_…` for every signal that its row does not say elsewhere."""
    found = conditions(now)
    known = {f"has_{key}": found[key] for key in SIGNALS if key not in BY_THE_CLOCK}
    annotated: Waiting = requests.annotate(**known)
    return annotated


def signals_of(request: Request) -> Sequence[Signal]:
    """Of a request `with_signals`, the most urgent first. An open concern holds: that is not said twice."""
    read = vars(request)
    keys = [key for key in SIGNALS if read.get(f"has_{key}")]
    if "concern" in keys and "held" in keys:
        keys.remove("held")
    return tuple(Signal(key, say(word), tone, icon) for key in keys for word, tone, icon in [SIGNALS[key]])
