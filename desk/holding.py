"""Who holds an open step since when, and who held it before: on every card that shows one."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from approvals.models import Assignment, Step
from base.words import mark, say
from desk.acting_for import both
from desk.clocks import Now, moved_from
from desk.phrases import listed
from guardrails.policy import Policy
from people.models import User

NAMED = 3  # people by name


def held_rows() -> QuerySet[Assignment]:
    """Who has it, and who let the time run out, in the order in which it came to them."""
    rows = Assignment.objects.filter(Q(ended_at=None) | Q(late_as__isnull=False))
    return rows.select_related("user", "principal").order_by("pk")


def open_work_of(rows: Iterable[Assignment]) -> list[Assignment]:
    return [row for row in rows if row.ended_at is None]


def since_words(step: Step, rows: Iterable[Assignment], now: Now) -> str:
    """ " since yesterday 14:00" of a step that was handed over; empty of one that is where it began."""
    held = open_work_of(rows)
    if not step.passed or not held:
        return ""
    return f" {say('since {since}', since=now.moment(min(row.since for row in held)))}"


def behind_words(step: Step, rows: Iterable[Assignment], policy: Policy, now: Now) -> list[str]:
    """Sentences, without their full stop: who held it before, whether the desk has it, what it opened in."""
    said = [*before_words(step, rows, policy, now)]
    if step.with_desk_since:
        since = now.moment(step.with_desk_since)
        words = mark("With the deal desk too since {since} ({names}): nobody answered in time")
        said.append(say(words, since=since, names=desk_people()))
    if step.quarter_end:
        said.append(step.quarter_end.words)
    return said


def desk_people() -> str:
    """Whom to turn to: "Ines Carvalho", three names at most. One query."""
    names = list(User.objects.desk().by_name().values_list("name", flat=True))
    return listed(names if len(names) <= NAMED else [*names[:2], say("{n} more", n=len(names) - 2)])


def before_words(step: Step, rows: Iterable[Assignment], policy: Policy, now: Now) -> Iterable[str]:
    """ "Before: Henrik Sørensen as Finance Director, until yesterday 14:00", in their order."""
    late: dict[tuple[datetime | None, int], list[str]] = {}
    for row in rows:
        if row.late_as is not None:
            late.setdefault((row.ended_at, row.late_as), []).append(both(row.user, row.principal))
    if not late and (level := moved_from(step)):
        yield say("{level} did not answer in time", level=level)  # handed over before it was kept who had it
    if late:
        held = [
            say(
                "{names} as {level}, until {moment}",
                names=listed(sorted(names)),
                level=policy.level_name(step.function, rank),
                moment=now.moment(at),
            )
            for (at, rank), names in sorted(late.items(), key=lambda each: each[0][0] or now.at)
        ]
        yield say("Before: {holders}", holders="; ".join(held))
