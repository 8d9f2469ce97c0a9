"""Imports as the desk sees them: earlier ones, and how far one has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil

from django.core.paginator import Page, Paginator
from django.shortcuts import get_object_or_404

from base.errors import NotYours
from base.format import glued
from base.format import number as written
from base.words import mark, say, say_many
from deals.importing.job import given_up, pace, pending
from deals.importing.run import BATCH
from deals.models import Import
from ledger.models import Effect
from people.models import Function, User

A_PAGE = 25
MINUTE, HOUR = 60, 3600
SILENCE = timedelta(minutes=2)
Status = Import.Status
LOOKS = {
    Status.CHECKED: ("", "list-details"),
    Status.RUNNING: ("on", "progress"),
    Status.STOPPED: ("warn", "player-pause"),
    Status.DONE: ("ok", "circle-check"),
    Status.FAILED: ("bad", "alert-triangle"),
}
STEPS = (mark("Check"), mark("Running"), mark("Done"))


@dataclass(frozen=True, slots=True)
class Listed:
    """One import in the list; tone and icon of its state."""

    import_: Import
    tone: str
    icon: str

    @property
    def word(self) -> str:
        done = self.import_.dry_run and self.import_.status == Status.DONE
        return say("Checked only") if done else self.import_.get_status_display()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the bar: percent of all, and what it is."""

    words: str
    fill: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running or stopped import has come. `left` is in seconds; None: not known."""

    landing: bool
    done: int
    total: int
    parts: tuple[Part, ...]
    rate: Decimal | None
    left: str
    batch: int
    batches: int
    waits: str
    fault: str
    stuck: bool

    @property
    def so_far(self) -> str:
        """ "1,200 of 3,400 deals"."""
        whole = mark("{done} of {total} deals") if self.landing else mark("{done} of {total} rows")
        return say(whole, done=written(self.done), total=written(self.total))

    @property
    def share(self) -> Decimal:
        return Decimal(100 * self.done) / max(self.total, 1)


def refuse_strangers(user: User) -> None:
    """Raises NotYours. The desk imports, auditors look."""
    if not user.sees_all:
        raise NotYours(say("Past deals are imported by the deal desk."))


def may_import(user: User) -> bool:
    return user.function == Function.DESK


def imports_page(page: str | None) -> Page[Import]:
    """The latest first. Two queries."""
    listed = Import.objects.select_related("by", "version").defer(
        "mapping", "version__text", "header", "tables"
    )
    return Paginator(listed, A_PAGE).get_page(page)


def listed(imports: Page[Import]) -> tuple[Listed, ...]:
    return tuple(Listed(each, *LOOKS[Status(each.status)]) for each in imports.object_list)


def import_for(user: User, pk: int) -> Import:
    """The import, for who may look. Raises NotYours before it says whether there is one."""
    refuse_strangers(user)
    return get_object_or_404(Import.objects.select_related("by", "version"), pk=pk)


def step_of(import_: Import) -> str:
    """Which of STEPS it stands at."""
    if import_.status == Status.CHECKED:
        return "Check"
    return "Done" if import_.status == Status.DONE else "Running"


def progress_of(import_: Import, now: datetime) -> Progress:
    """Of rows read until all are staged, of deals landed from then on. At most two queries."""
    effect = pending(import_) if import_.status == Status.RUNNING else None
    lost = given_up(import_) if import_.status == Status.RUNNING and effect is None else None
    landing = import_.staged
    done, total = (
        (import_.deals_seen, import_.deals_total) if landing else (import_.rows_read, import_.rows_total)
    )
    rate = rate_of(import_, effect) if effect else None
    return Progress(
        landing=landing,
        done=done,
        total=total,
        parts=parts_of(import_, total),
        rate=rate,
        left=spoken(ceil((total - done) / rate)) if rate else "",
        batch=min(done // BATCH + 1, max(ceil(total / BATCH), 1)),
        batches=max(ceil(total / BATCH), 1),
        waits=waits(effect, now),
        fault=fault_of(effect or lost),
        stuck=effect is None and silent(import_, now),
    )


def rate_of(import_: Import, effect: Effect) -> Decimal | None:
    """Units a second in this slice; in its first moments, in the one before."""
    facts = effect.facts
    seconds = (import_.beat_at - effect.created_at).total_seconds() if import_.beat_at else 0
    found = (
        pace(facts, import_, effect.created_at, import_.beat_at) if import_.beat_at and seconds > 1 else None
    )
    said = found or facts["pace"]
    return Decimal(said) if said and Decimal(said) else None


def silent(import_: Import, now: datetime) -> bool:
    """Running, but nothing was heard of it for longer than a batch takes, wherever it runs."""
    heard = import_.beat_at or import_.started_at
    return import_.status == Status.RUNNING and (heard is None or now - heard > SILENCE)


def fault_of(effect: Effect | None) -> str:
    return effect.last_error if effect else ""


def waits(effect: Effect | None, now: datetime) -> str:
    """Why nothing moves right now, when a slice is only due later."""
    if effect is None or effect.due_at <= now:
        return ""
    left = spoken(ceil((effect.due_at - now).total_seconds()))
    return say("goes on in {left}", left=left)


def parts_of(import_: Import, total: int) -> tuple[Part, ...]:
    """The bar: rows while they are read; then deals by what became of them."""
    if not import_.staged:
        counts = [(import_.rows_read, mark("{n} rows read"), "l2")]
    else:
        counts = [
            (import_.deals_new, mark("{n} would be new") if import_.dry_run else mark("{n} new"), "go"),
            (import_.deals_same, mark("{n} the same"), "go neu"),
            (import_.deals_refused, mark("{n} refused"), "go bad"),
        ]
    parts, x = [], Decimal(0)
    for count, words, fill in counts:
        width = Decimal(100 * count) / max(total, 1)
        parts.append(Part(say(words, n=written(count)), fill, f"{x:.2f}%", f"{width:.2f}%"))
        x += width
    return tuple(parts)


def spoken(seconds: int) -> str:
    """ "13 s", "4 min 05 s", "1 h 12 min"."""
    if seconds < MINUTE:
        return together(say("{n} s", n=seconds))
    if seconds < HOUR:
        return together(say("{n} min", n=seconds // MINUTE), say("{n} s", n=f"{seconds % MINUTE:02d}"))
    minutes = seconds % HOUR // MINUTE
    return together(say("{n} h", n=seconds // HOUR), say("{n} min", n=f"{minutes:02d}"))


def together(*parts: str) -> str:
    """Each number stays with its unit."""
    return " ".join(glued(part) for part in parts)


def size_of(import_: Import) -> str:
    """ "1,200 deals from 3,400 rows, 4 min 05 s."."""
    deals = say_many("{n} deal", "{n} deals", import_.deals_seen, n=written(import_.deals_seen))
    rows = say_many("{n} row", "{n} rows", import_.rows_read, n=written(import_.rows_read))
    if time := took(import_):
        return say("{deals} from {rows}, {time}.", deals=deals, rows=rows, time=time)
    return say("{deals} from {rows}.", deals=deals, rows=rows)


def took(import_: Import) -> str:
    """From its start to its end, pauses too; "" while it is not over."""
    if not import_.started_at or not import_.finished_at:
        return ""
    return spoken(max(round((import_.finished_at - import_.started_at).total_seconds()), 1))
