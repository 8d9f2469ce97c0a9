"""The page of quarter ends: which are on, to come and over, for whom, and who switched them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from approvals.models import Step
from base import clock
from base.format import day
from base.words import mark, say
from desk.phrases import listed
from guardrails.load import STREAM
from guardrails.models import PolicyVersion, QuarterEnd
from guardrails.policy import Policy
from ledger.models import Event
from people.models import Function, User

LATEST = 10  # events
STATES = {
    "on": (mark("On"), "warn"),
    "ahead": (mark("To come"), "info"),
    "off": (mark("Switched off"), ""),
    "over": (mark("Over"), ""),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One quarter end. `members`: level → names. `steps`: how many opened in it."""

    quarter_end: QuarterEnd
    state: str
    first: str
    last: str
    functions: str
    members: tuple[tuple[str, str], ...]
    steps: int

    @property
    def word(self) -> str:
        return say(STATES[self.state][0])

    @property
    def tone(self) -> str:
        return STATES[self.state][1]

    @property
    def ends_it(self) -> bool:
        """Whether there is something to switch off."""
        return self.state in ("on", "ahead")


@dataclass(frozen=True, slots=True)
class Switched:
    """One entry of the record in words, with the row of the page that it is about."""

    who: str
    words: str
    at: datetime
    quarter_end: int


def rows_of(at: datetime, user: User) -> tuple[Row, ...]:
    """All of them, the latest first; with the steps that opened in them for who sees every deal. Six queries,
    however many there are."""
    policy = PolicyVersion.objects.in_force(at).policy
    found = QuarterEnd.objects.select_related("set_by", "ended_by")
    steps = Step.objects.filter(quarter_end__isnull=False) if user.sees_all else Step.objects.none()
    opened = dict(steps.values_list("quarter_end").annotate(Count("pk")))
    return tuple(
        row(one, policy, opened.get(one.pk, 0), at)
        for one in found.prefetch_related("functions", "members__user")
    )


def row(one: QuarterEnd, policy: Policy, steps: int, at: datetime) -> Row:
    last = one.ends - timedelta(seconds=1)
    return Row(
        quarter_end=one,
        state=state_of(one, at),
        first=day(clock.date_of(one.starts)),
        last=day(clock.date_of(last)),
        functions=listed([each.get_function_display() for each in one.functions.all()]),
        members=tuple(members_of(one, policy)),
        steps=steps,
    )


def state_of(one: QuarterEnd, at: datetime) -> str:
    if one.ended_at:
        return "off"
    if one.ends <= at:
        return "over"
    return "on" if one.starts <= at else "ahead"


def members_of(one: QuarterEnd, policy: Policy) -> Iterable[tuple[str, str]]:
    """Level → its people, as the policy in force calls it; by number, where it has that level no more."""
    found: dict[tuple[str, int], list[str]] = {}
    for member in one.members.all():
        found.setdefault((member.function, member.level), []).append(member.user.name)
    names = {(level.function, level.rank): level.name for level in policy.levels}
    for (function, rank), people in found.items():
        gone = say("{function} level {rank}", function=Function(function).label, rank=rank)
        yield names.get((function, rank), gone), ", ".join(people)


def switched(rows: Sequence[Row]) -> tuple[Switched, ...]:
    """Who switched what, the latest first."""
    known = {each.quarter_end.pk: each for each in rows}
    events = Event.objects.of(STREAM).filter(kind__startswith="quarter_end").select_related("actor")
    return tuple(
        Switched(
            who=event.actor.name if event.actor else say("The system"),
            words=sentence(event, known[event.facts["quarter_end"]]),
            at=event.at,
            quarter_end=event.facts["quarter_end"],
        )
        for event in events.reverse()[:LATEST]
    )


def sentence(event: Event, about: Row) -> str:
    name = about.quarter_end.name
    if event.kind == "quarter_end_off":
        return say("switched “{name}” off.", name=name)
    return say(
        "switched “{name}” on for {functions}, {first} to {last}.",
        name=name, functions=about.functions, first=about.first, last=about.last,
    )  # fmt: skip
