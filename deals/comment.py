"""Commenting on a deal: saying something, wording it anew, taking it back. Not one of the terms, so nothing
reopens; and nothing goes: every wording stays, with who wrote it and when."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from unicodedata import normalize
from uuid import UUID

from django.db import transaction

from base import canonical, clock
from base.errors import Invalid, NotYours, WrongState
from base.words import say
from deals.errors import DealClosed
from deals.mention import mentioned
from deals.models import Comment, Deal, Mention, Wording
from ledger.effects import ring
from ledger.record import record
from notices.message import Message
from notices.notify import notify
from people.models import Function, User

LONGEST = 4000  # characters


@transaction.atomic
def comment(deal: Deal, *, by: User, text: str, sent: UUID, answers: Comment | None = None) -> Comment:
    """Say something on `deal`, and tell everyone it names. The same form, sent again, says nothing again.

    Raises NotYours, WrongState (closed), Invalid (nothing, too much, a name that cannot be)."""
    at = clock.now()
    deal = Deal.objects.lock(deal.pk)
    refuse_reader(deal, by)
    if again := deal.comments.filter(by=by, sent=sent).first():
        return again
    refuse_closed(deal)
    text = said(text)
    named = mentioned(text, deal)
    made = Comment.objects.create(
        deal=deal, number=deal.comments.count() + 1, by=by, answers=answers, sent=sent, at=at
    )
    wording = word(made, text, named, at=at, number=1)
    record(deal.stream, "comment.made", by=by, at=at, **facts(wording, named))
    tell(made, named, at=at)
    return made


@transaction.atomic
def edit_comment(made: Comment, *, by: User, text: str, over: int) -> Comment:
    """Word it anew; whom it names now and did not before is told. `over`: the wording its author had in view.

    Raises NotYours, WrongState (closed, taken back), Invalid (also: it was worded anew meanwhile)."""
    at = clock.now()
    deal = Deal.objects.lock(made.deal_id)
    refuse_reader(deal, by)
    refuse_other(made, by)
    refuse_closed(deal)
    last = refuse_taken_back(made)
    text = said(text)
    if text == last.text:
        return made
    if last.number != over:
        raise Invalid(
            say(
                "You have worded it anew since this page was opened. Look at how it reads now and send it "
                "again."
            ),
            field="text",
        )
    named = mentioned(text, deal)
    told = set(Mention.objects.filter(wording__comment=made).values_list("user", flat=True))
    wording = word(made, text, named, at=at, number=last.number + 1)
    record(deal.stream, "comment.edited", by=by, at=at, **facts(wording, named))
    tell(made, [user for user in named if user.pk not in told], at=at)
    return made


@transaction.atomic
def take_back(made: Comment, *, by: User) -> Comment:
    """Its words are shown to the deal desk and auditors alone from now on; who took it back and when, to all.
    Also on a closed deal. By its author or the deal desk. Raises NotYours, WrongState (taken already)."""
    at = clock.now()
    deal = Deal.objects.lock(made.deal_id)
    refuse_reader(deal, by)
    if made.by_id != by.pk and by.function != Function.DESK:
        raise NotYours(say("Only {name} and the deal desk take {made} back.", name=made.by.name, made=made))
    last = refuse_taken_back(made)
    wording = Wording.objects.create(comment=made, number=last.number + 1, taken_back=True, by=by, at=at)
    record(deal.stream, "comment.taken_back", by=by, at=at, comment=made.pk, wording=wording.pk)
    return made


def may_comment(deal: Deal, user: User) -> bool:
    """Whoever sees the deal, save auditors: they read. One query."""
    return user.function != Function.AUDITOR and Deal.objects.visible_to(user).filter(pk=deal.pk).exists()


def refuse_reader(deal: Deal, by: User) -> None:
    if not may_comment(deal, by):
        raise NotYours(
            say(
                "Who works on {deal} or is asked about it comments; you can read what they say.",
                deal=deal.number,
            )
        )


def refuse_other(made: Comment, by: User) -> None:
    if made.by_id != by.pk:
        raise NotYours(say("Only {name} changes the words of {made}.", name=made.by.name, made=made))


def refuse_closed(deal: Deal) -> None:
    if not deal.is_open:
        raise DealClosed(
            say("{deal} is closed: what was said stays, and nothing is added to it.", deal=deal.number)
        )


def refuse_taken_back(made: Comment) -> Wording:
    """The wording in force. Raises WrongState where there is none any more."""
    last: Wording = made.wordings.select_related("by").latest("number")
    if last.taken_back:
        raise WrongState(say("{name} has taken {made} back already.", name=last.by.name, made=made))
    return last


def said(text: str) -> str:
    """As it is kept: composed characters, plain line ends, no blank ends. Raises Invalid."""
    kept = normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not kept:
        raise Invalid(say("Write something first."), field="text")
    if len(kept) > LONGEST:
        raise Invalid(
            say(
                "A comment has at most {most} characters, this one {count}. Shorten it or attach a file.",
                most=LONGEST,
                count=len(kept),
            ),
            field="text",
        )
    return kept


def word(made: Comment, text: str, named: Mapping[User, str], *, at: datetime, number: int) -> Wording:
    """By its author: nobody else words a comment."""
    wording = Wording.objects.create(comment=made, number=number, text=text, by=made.by, at=at)
    Mention.objects.bulk_create(
        Mention(wording=wording, user=user, written=written) for user, written in named.items()
    )
    return wording


def facts(wording: Wording, named: Iterable[User]) -> dict[str, Any]:
    """What the ledger keeps: ids, and a salted print of the words, never the words."""
    deal = wording.comment.deal
    words = canonical.dumps({"salt": str(deal.salt), "text": wording.text})
    users = sorted(user.pk for user in named)
    return {
        "comment": wording.comment_id,
        "wording": wording.pk,
        "print": canonical.digest(words),
        "named": users,
    }


def tell(made: Comment, named: Iterable[User], *, at: datetime) -> None:
    """Each of them but the author, in words that are kept. Those of the comment stay in the deal room, for
    who may see it."""
    deal = made.deal
    told = [
        Message(
            kind="mentioned",
            user=user,
            stream=deal.stream,
            subject=f"You are mentioned: {deal.account.name}, {deal.number}",
            text=f"{made.by.name} named you in comment {made.number} on “{deal.title}”.",
            path=f"/deals/{deal.number}/comments/{made.number}/",
            key=f"mentioned:{made.pk}:{user.pk}",
        )
        for user in named
        if user != made.by
    ]
    notify(told, at=at)
    if told:
        ring()
