"""What the operations page shows: whether what is due gets done, and what waits for a person."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.core.paginator import Page, Paginator

from base.errors import NotYours
from base.format import number
from base.words import mark, say, say_many
from desk.bars import percent
from ledger import health, load
from ledger.follow import behind
from ledger.heartbeat import SILENT
from ledger.models import Effect, Follower, Heartbeat
from ledger.replay import operates
from people.models import User

A_PAGE = 10
RETRIES = 15  # shown; all are counted
WARN, BAD = 30, 120  # seconds: two sweeps missed; /readyz says no
MINUTE, HOUR = 60, 3600
UNITS = (
    (24 * HOUR, mark("{n}\u00a0d")),
    (HOUR, mark("{n}\u00a0h")),
    (MINUTE, mark("{n}\u00a0min")),
    (1, mark("{n}\u00a0s")),
)
HEIGHT = 96  # of the drawing, in pixels
KINDS = {  # as the page calls them; others by their key
    "mail": mark("Mail"),
    "chat": mark("Chat message"),
    "digest": mark("Daily digest"),
    "remind": mark("Reminder"),
    "hand_over": mark("Hand-over"),
    "expire": mark("End of a mandate"),
    "lapse": mark("End of a task in return"),
    "due_soon": mark("Task in return is due soon"),
    "chase": mark("Reminder of a question"),
    "reroute": mark("Second look for people"),
    "import": mark("Import"),
    "bulk": mark("Change of many steps"),
    "go_on": mark("End of a pause"),
    "exception_soon": mark("Exception ends soon"),
    "exception_over": mark("End of an exception"),
    "absence": mark("Beginning or end of an absence"),
    "stand_in": mark("Look for who stands in"),
}


READERS = {  # by what they build; others by their name
    "leakage": mark("Leakage"),
    "precedents": mark("Past deals beside a review"),
    "answers": mark("Time to answer"),
    "appointed": mark("Steps for whoever was given authority"),
}
MOST_BEHIND = 1000  # counted


@dataclass(frozen=True, slots=True)
class Age:
    """Seconds since something, in words, and how bad that is. `words` is "" for never."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One minute of the drawing, in percent of its width and pixels of its height."""

    at: datetime
    count: int
    x: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Rate:
    bars: tuple[Bar, ...]
    total: int
    most: int

    @property
    def some(self) -> tuple[Bar, ...]:
        """The minutes in which something was done, the last first."""
        return tuple(bar for bar in reversed(self.bars) if bar.count)


@dataclass(frozen=True, slots=True)
class Kind:
    words: str
    count: load.Kind


@dataclass(frozen=True, slots=True)
class Row:
    effect: Effect
    words: str


@dataclass(frozen=True, slots=True)
class Process:
    beat: Heartbeat
    silent: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """One that builds reports from the record, by what it builds; `behind`: what it has yet to read."""

    row: Follower
    words: str
    behind: str


@dataclass(frozen=True, slots=True)
class Operations:
    oldest: Age | None
    swept: Age | None
    rate: Rate
    kinds: tuple[Kind, ...]
    retries: tuple[Row, ...]
    retried: int
    page: Page[Effect]
    parked: tuple[Row, ...]
    processes: tuple[Process, ...]
    followers: tuple[Reader, ...]

    @property
    def due(self) -> int:
        return sum(kind.count.due for kind in self.kinds)

    @property
    def later(self) -> int:
        return sum(kind.count.later for kind in self.kinds)

    @property
    def replayable(self) -> tuple[Kind, ...]:
        return tuple(kind for kind in self.kinds if kind.count.parked)

    @property
    def working(self) -> int:
        """Workers that are heard."""
        return sum(p.beat.role == Heartbeat.Role.WORKER and not p.silent for p in self.processes)

    @property
    def beating(self) -> int:
        """Schedulers that are heard."""
        return sum(p.beat.role == Heartbeat.Role.BEAT and not p.silent for p in self.processes)


def operations_for(user: User, now: datetime, page: str | None) -> Operations:
    """A fixed number of queries, none of which reads what is done but the last hour's. Raises NotYours."""
    refuse_others(user)
    failed = load.failed()
    shown = Paginator(load.parked(), A_PAGE).get_page(page)
    return Operations(
        oldest=age(health.oldest_due(now), now),
        swept=age(health.last_sweep(), now),
        rate=rate_of(load.done_by_minute(now)),
        kinds=tuple(Kind(words_of(kind.name), kind) for kind in load.by_kind(now)),
        retries=tuple(map(row_of, failed[:RETRIES])),
        retried=failed.count(),
        page=shown,
        parked=tuple(map(row_of, shown.object_list)),
        processes=tuple(
            Process(one, silent=now - one.at > SILENT) for one in Heartbeat.objects.order_by("role", "name")
        ),
        followers=tuple(
            map(reader_of, Follower.objects.filter(name__in=settings.FOLLOWERS).order_by("name"))
        ),
    )


def reader_of(row: Follower) -> Reader:
    """One query."""
    words, count = READERS.get(row.name), behind(row, MOST_BEHIND + 1)
    if count > MOST_BEHIND:
        return Reader(row, say(words or row.name), say("more than {n} entries behind", n=number(MOST_BEHIND)))
    late = say_many("{n} entry behind", "{n} entries behind", count, n=number(count))
    return Reader(row, say(words or row.name), late if count else say("up to date"))


def refuse_others(user: User) -> None:
    if not operates(user):
        raise NotYours(say("How the product runs is looked after by the deal desk and by administrators."))


def age(since: datetime | None, now: datetime) -> Age | None:
    """None for what never was."""
    if since is None:
        return None
    seconds = max(int((now - since).total_seconds()), 0)
    tone = "bad" if seconds > BAD else "warn" if seconds > WARN else "ok"
    return Age(span(seconds), tone)


def span(seconds: int) -> str:
    """ "45 s", "2 min", "3 h", "5 d": the greatest unit that fits, rounded down."""
    size, unit = next(pair for pair in UNITS if seconds >= pair[0] or pair[0] == 1)
    return say(unit, n=number(seconds // size))


def rate_of(minutes: tuple[tuple[datetime, int], ...]) -> Rate:
    most = max(count for _, count in minutes)
    bars = tuple(bar_of(place, at, count, most) for place, (at, count) in enumerate(minutes))
    return Rate(bars, sum(count for _, count in minutes), most)


def bar_of(place: int, at: datetime, count: int, most: int) -> Bar:
    """At least two pixels for a minute in which anything was done."""
    height = max(count * HEIGHT // most, 2) if count else 0
    return Bar(at, count, percent(Decimal(place) / load.HOUR), HEIGHT - height, height)


def row_of(effect: Effect) -> Row:
    return Row(effect, words_of(effect.kind))


def words_of(kind: str) -> str:
    return say(KINDS[kind]) if kind in KINDS else kind.replace("_", " ").capitalize()
