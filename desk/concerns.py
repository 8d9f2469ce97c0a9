"""The concerns of a deal as one reader sees them. Of one without a name there is only the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from base.format import day
from base.words import mark, say
from desk.clocks import Now
from desk.head import Room
from people.models import User
from planning.answer import may_answer
from planning.models import Concern, Word

NOBODY = mark("Its raiser")
LOOKS = {
    # kind: (what was done, icon, its class)
    Word.Kind.ADDED: (mark("added"), "plus", "faint"),
    Word.Kind.ANSWER: (mark("answered"), "message-reply", "is-ok"),
    Word.Kind.WITHDRAWN: (mark("withdrew it"), "archive", "faint"),
}
CHIPS = {
    # what settled it: (word, tone, icon)
    None: (mark("Not answered yet"), "warn", "hourglass"),
    Word.Kind.ANSWER: (mark("Answered"), "ok", "check"),
    Word.Kind.WITHDRAWN: (mark("Withdrawn"), "", "archive"),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing said of it since."""

    who: str
    did: str
    when: str
    text: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Told:
    """One concern. `answerable`: the reader may answer it; `mine`: the reader raised it, by name."""

    number: int
    text: str
    raised: str
    chip: tuple[str, str, str]
    words: tuple[Spoken, ...]
    answerable: bool = False
    mine: bool = False
    settled: bool = False
    withdrawn: bool = False


def told_of(room: Room) -> tuple[Told, ...]:
    """The last raised first. A fixed number of queries."""
    concerns = list(room.deal.concerns.with_words())
    desk = may_answer(room.deal, room.user)
    return tuple(told(concern, room.now, room.user, desk=desk) for concern in concerns)


def told(concern: Concern, now: Now, user: User | None = None, *, desk: bool = False) -> Told:
    """`user` None: whoever holds the receipt."""
    words = list(concern.words.all())
    settled = settled_by(words)
    word, tone, icon = CHIPS[settled]
    return Told(
        number=concern.number,
        text=concern.text,
        raised=raised_words(concern, now),
        chip=(say(word), tone, icon),
        words=tuple(spoken(one, now) for one in words),
        answerable=desk and settled is None,
        mine=user is not None and concern.by == user,
        settled=settled is not None,
        withdrawn=settled == Word.Kind.WITHDRAWN,
    )


def raised_words(concern: Concern, now: Now) -> str:
    if concern.by:
        return say("Raised by {name}, {moment}", name=concern.by.name, moment=now.moment(concern.at))
    return say("Raised without a name, {day}", day=only_day(concern.at, now))


def settled_by(words: Iterable[Word]) -> Word.Kind | None:
    return next((Word.Kind(word.kind) for word in words if word.kind in Word.SETTLING), None)


def spoken(word: Word, now: Now) -> Spoken:
    did, icon, tone = LOOKS[Word.Kind(word.kind)]
    when = now.moment(word.at) if word.by else only_day(word.at, now)
    return Spoken(word.by.name if word.by else say(NOBODY), say(did), when, word.text, icon, tone)


def only_day(at: datetime, now: Now) -> str:
    return day(at.astimezone(now.zone).date())
