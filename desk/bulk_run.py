"""How far a bulk has come, and what was refused and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from approvals.bulk import Outcome, slices
from approvals.models import Bulk, BulkRow, Decision
from base import clock
from base.errors import NotYours
from base.format import day_of_month, hours
from base.words import mark, say
from desk.forms.intervene import Verb
from ledger.models import Effect
from people.models import User

HEAD = (mark("Deal"), mark("Account"), mark("Asked as"), mark("Why it was refused"))
OVERRIDES = {
    Decision.Verdict.AGREE: mark("Override: agree as asked"),
    Decision.Verdict.CHANGES: mark("Override: ask for changes"),
    Decision.Verdict.DECLINE: mark("Override: decline"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the bar, in percent of all."""

    words: str
    fill: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Run:
    """`fault`: what the last try ended with. `stuck`: nobody goes on by themselves."""

    bulk: Bulk
    words: str
    done: int
    refused: int
    waiting: int
    parts: tuple[Part, ...]
    rows: tuple[BulkRow, ...]
    fault: str
    stuck: bool

    @property
    def total(self) -> int:
        return self.done + self.refused + self.waiting


def bulk_for(user: User, number: int) -> Bulk:
    """Raises NotYours, Http404. The desk works with it, auditors look."""
    if not user.sees_all:
        raise NotYours(say("What is done to many steps at once is the deal desk's."))
    return get_object_or_404(Bulk.objects.select_related("by", "to"), pk=number)


def run_of(bulk: Bulk) -> Run:
    """A fixed number of queries."""
    counted = {outcome.value: Count("pk", filter=Q(outcome=outcome)) for outcome in Outcome}
    said = BulkRow.objects.filter(bulk=bulk).aggregate(**counted)
    last = slices(bulk).last()
    return Run(
        bulk=bulk,
        words=words_of(bulk),
        done=said["done"],
        refused=said["refused"],
        waiting=said["waiting"],
        parts=parts_of(said["done"], said["refused"], max(sum(said.values()), 1)),
        rows=tuple(refused_rows(bulk)),
        fault=last.last_error if last and not bulk.ended_at else "",
        stuck=not bulk.ended_at and (last is None or last.state != Effect.State.PENDING),
    )


def refused_rows(bulk: Bulk) -> QuerySet[BulkRow]:
    refused = BulkRow.objects.filter(bulk=bulk, outcome=Outcome.REFUSED)
    return refused.select_related("step__deal__account").order_by("pk")


def refused_cells(bulk: Bulk) -> Iterator[tuple[str, ...]]:
    """As the file has them, under HEAD."""
    for row in refused_rows(bulk):
        deal = row.step.deal
        yield deal.number, deal.account.name, row.step.level_name, row.why


def words_of(bulk: Bulk) -> str:
    """ "Reassign to Dana Whitlock", "8 h more to answer", "Override: agree as asked"."""
    if bulk.to:
        return say("Reassign to {name}", name=bulk.to.name)
    if bulk.verb == Verb.EXTEND:
        return say("{time} more to answer", time=hours(bulk.minutes))
    if bulk.verb == Verb.PAUSE:
        last = day_of_month(clock.date_of(bulk.until)) if bulk.until else ""
        return say("Pause until {day}", day=last) if last else say("Pause")
    if bulk.verb in (Verb.RESUME, Verb.NUDGE):
        return str(Verb(bulk.verb).label)
    if bulk.verb == Verb.RECOMPUTE:
        return say("Deadlines by the working hours of now")
    return say(OVERRIDES[Decision.Verdict(bulk.verdict)])


def parts_of(done: int, refused: int, total: int) -> tuple[Part, ...]:
    parts, x = [], Decimal(0)
    said = ((done, mark("{count} done"), "go"), (refused, mark("{count} refused"), "go bad"))
    for count, words, fill in said:
        width = Decimal(100 * count) / total
        parts.append(Part(say(words, count=count), fill, f"{x:.2f}%", f"{width:.2f}%"))
        x += width
    return tuple(parts)
