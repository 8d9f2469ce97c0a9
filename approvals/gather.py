"""One message where one person would get several: what one act asks of them, what a sweep reminds them of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from approvals.links import PATH, link_name
from approvals.models import Step
from approvals.pools import holder_name
from approvals.tell import WORDS, due_words, message, named
from base import canonical
from notices.join import locked, not_begun, say_instead, write_again
from notices.message import Line, Message
from notices.models import Notice
from notices.notify import notify
from people.models import User

LONGEST_KEY = 120


def asking(pairs: Iterable[tuple[Step, User]], instead_of: Mapping[User, Collection[str]]) -> list[Message]:
    """One message to each person asked, for `notify`, however many of these steps of a deal are theirs.
    `instead_of`: the names of those who are away and for whom they stand in."""
    theirs: dict[User, list[Step]] = defaultdict(list)
    for step, user in pairs:
        theirs[user].append(step)
    return [standing_in(ask(user, steps), instead_of.get(user, ())) for user, steps in theirs.items()]


def standing_in(message: Message, names: Collection[str]) -> Message:
    if not names:
        return message
    away = "who is away" if len(names) == 1 else "who are away"
    return replace(message, text=f"You stand in for {' and '.join(names)}, {away}. {message.text}")


def ask(user: User, steps: Sequence[Step]) -> Message:
    """Its key carries every step with its run: the same asking is the same message. Who is asked one thing
    answers by its link; several are decided together, on the review page."""
    key, deal = asked_key(steps), steps[0].deal
    if len(steps) == 1:
        one = message("review", user, deal, key=key, step=steps[0])
        return replace(one, link=PATH, sealed=link_name(steps[0], user))
    return Message(
        kind="review",
        user=user,
        stream=deal.stream,
        subject=f"{named(deal)} needs {len(steps)} decisions of yours",
        text=f"{deal.owner.name} asks for “{deal.title}”. One page holds all that you are asked:",
        lines=tuple(Line(f"as {holder_name(step)}, by {due_words(step, user)}", "") for step in steps),
        path=f"/reviews/{steps[0].pk}/",
        key=f"review:{key}:{user.pk}",
    )


def asked_key(steps: Sequence[Step]) -> str:
    spelled = "+".join(f"step:{step.pk}:{step.run}" for step in steps)
    return spelled if len(spelled) <= LONGEST_KEY else canonical.digest(spelled)


def remind_all(waiting: Iterable[tuple[Step, User]], *, at: datetime) -> None:
    """Say that these steps still wait, in the one message that each person gets of the sweep at `at`.

    The timers of a sweep are handled before what they write, which is due at its instant. When another sweep
    has taken that up in between, what comes after goes into a message of its own: each reminder is sent once.
    """
    theirs: dict[User, list[Step]] = defaultdict(list)
    for step, user in waiting:
        theirs[user].append(step)
    told = locked([swept_key(user, at) for user in theirs])
    open_yet = {notice.key: notice for notice in not_begun(told.values())}
    fresh = []
    for user, steps in theirs.items():
        key = swept_key(user, at)
        if key in open_yet:
            lines = [*lines_of(open_yet[key]), *(line_for(step, user) for step in steps)]
            say_instead(open_yet[key], reminders(user, lines, key=key))
        else:
            own = f"{key}:{steps[0].pk}:{steps[0].run}"
            fresh.append(reminder(user, steps, key=own if key in told else key))
    if open_yet:
        write_again(open_yet.values())
    notify(fresh, at=at)


def swept_key(user: User, at: datetime) -> str:
    return f"remind:{at:%Y%m%dT%H%M%S%f}:{user.pk}"


def reminder(user: User, steps: Sequence[Step], *, key: str) -> Message:
    if len(steps) == 1:
        return first_reminder(steps[0], user, line_for(steps[0], user), key=key)
    return reminders(user, [line_for(step, user) for step in steps], key=key)


def line_for(step: Step, user: User) -> Line:
    return Line(f"{named(step.deal)}: {text_of(step, user)}", f"/reviews/{step.pk}/")


def text_of(step: Step, user: User) -> str:
    return WORDS["remind"][1].format(level=holder_name(step), due=due_words(step, user))


def first_reminder(step: Step, user: User, line: Line, *, key: str) -> Message:
    """It keeps its line, so that another can join."""
    subject = WORDS["remind"][0].format(deal=named(step.deal))
    text, stream = text_of(step, user), step.deal.stream
    return Message("remind", user, stream, subject, text, line.path, key, lines=(line,))


def reminders(user: User, lines: Sequence[Line], *, key: str) -> Message:
    """Several at once belong to no thread: they may be of several deals."""
    subject = f"{len(lines)} decisions still wait for you"
    return Message("remind", user, "", subject, "", "/reviews/", key, lines=tuple(lines))


def lines_of(notice: Notice) -> list[Line]:
    return [Line(line["text"], line["path"]) for line in notice.lines]
