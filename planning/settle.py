"""What answering and withdrawing a concern have in common: it is settled once, and nothing is held by it."""

from datetime import datetime
from typing import Any

from approvals.hold import release
from approvals.models import Hold
from base import canonical
from base.errors import WrongState
from base.words import mark, say
from people.models import User
from planning.models import Concern, Word

SETTLED = {
    Word.Kind.ANSWER: mark("{concern} is answered already."),
    Word.Kind.WITHDRAWN: mark("{concern} is withdrawn already."),
}


def refuse_settled(concern: Concern) -> None:
    """Raises WrongState. The caller holds the deal lock."""
    if done := concern.words.filter(kind__in=Word.SETTLING).first():
        raise WrongState(say(SETTLED[Word.Kind(done.kind)], concern=concern))


def put(concern: Concern, kind: Word.Kind, text: str, *, by: User | None, at: datetime) -> Word:
    """Write it under the concern. The caller holds the deal lock, and records it."""
    return Word.objects.create(concern=concern, kind=kind, text=text.strip(), by=by, at=at)


def facts_of(word: Word) -> dict[str, Any]:
    """What the record keeps of it: ids, and a hash of the text."""
    return {"concern": word.concern_id, "word": word.pk, "text": canonical.digest(word.text)}


def let_go(concern: Concern, note: str, *, by: User | None, at: datetime) -> None:
    """Release what it holds, if the deal has not ended that; the last hold released grants the mandate."""
    if held := Hold.objects.open().filter(cause=concern.cause).first():
        release(held, by=by, note=note, cause=concern.cause, at=at)
