"""One mail where one person would get several: what one act asks of them, what one sweep reminds them of."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from approvals.models import Step
from approvals.pools import holder_name
from approvals.tell import WORDS, due_words, mail, named
from base import canonical
from ledger.effects import planned, schedule_all
from ledger.models import Effect
from people.models import User

Line = tuple[str, str, str, str]  # the deal, as whom, until when, the page


def asking(pairs: Iterable[tuple[Step, User]], *, at: datetime) -> list[Effect]:
    """One mail to each person asked, for `schedule_all`, however many of these steps of a deal are theirs."""
    theirs: dict[User, list[Step]] = defaultdict(list)
    for step, user in pairs:
        theirs[user].append(step)
    return [ask(user, steps, at=at) for user, steps in theirs.items()]


def ask(user: User, steps: Sequence[Step], *, at: datetime) -> Effect:
    """Its key carries every step with its run: the same asking is the same mail."""
    key, deal = "+".join(f"step:{step.pk}:{step.run}" for step in steps), steps[0].deal
    if len(steps) == 1:
        return mail("review", user, deal, at=at, key=key, step=steps[0])
    rows = "\n".join(f"- as {holder_name(step)}, by {due_words(step)}" for step in steps)
    return planned(
        "mail",
        f"mail:{deal.pk}",
        f"mail:review:{key}:{user.pk}",
        at,
        to=user.pk,
        subject=f"{named(deal)} needs {len(steps)} decisions of yours",
        text=f"You are asked\n{rows}\nOne page holds them all.",
        path=f"/reviews/{steps[0].pk}/",
    )


def remind_of(step: Step, user: User, *, at: datetime) -> None:
    """Half of the time for `step` is gone: say so in the one mail that `user` gets of the sweep at `at`.

    The timers of a sweep are handled before the mail, which is due at its instant. When another sweep has
    taken that up in between, what comes after goes into a mail of its own: every reminder is sent once."""
    once = f"mail:remind:{at:%Y%m%dT%H%M%S%f}:{user.pk}"
    line: Line = (named(step.deal), holder_name(step), due_words(step), f"/reviews/{step.pk}/")
    untouched = Effect.objects.filter(dedupe_key=once, state=Effect.State.PENDING, attempts=0)
    if waiting := untouched.select_for_update(no_key=True).first():
        told = reminder(user, [*waiting.facts["lines"], line])
        Effect.objects.filter(pk=waiting.pk).update(payload=canonical.dumps(told))
        return
    key = f"{once}:{step.pk}:{step.run}" if Effect.objects.filter(dedupe_key=once).exists() else once
    schedule_all([planned("mail", f"mail:person:{user.pk}", key, at, **reminder(user, [line]))])


def reminder(user: User, lines: Sequence[Sequence[str]]) -> dict[str, Any]:
    """What the mail says of these lines; it keeps them, so that another can join."""
    subject, text = WORDS["remind"]
    said = [text.format(level=level, due=due) for _, level, due, _ in lines]
    deals, path = [deal for deal, *_ in lines], lines[0][-1]
    if len(lines) > 1:
        said = [f"{deal}: {words}" for deal, words in zip(deals, said, strict=True)]
        deals, path = [f"{len(lines)} answers"], "/reviews/"
    return {
        "to": user.pk,
        "subject": subject.format(deal=deals[0]),
        "text": "\n".join(said),
        "path": path,
        "lines": [list(line) for line in lines],
    }
