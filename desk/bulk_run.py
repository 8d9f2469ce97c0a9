"""How far a bulk has come, and what was refused and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from approvals.bulk import Outcome, slices
from approvals.models import Bulk, BulkRow
from approvals.paused import until_words
from base.errors import NotYours
from base.format import hours
from desk.forms.intervene import VERDICTS, Verb
from ledger.models import Effect
from people.models import User

HEAD = ("Deal", "Account", "Asked as", "Why it was refused")
VERDICT = dict(VERDICTS)


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
        raise NotYours("What is done to many steps at once is the deal desk's.")
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
        return f"Reassign to {bulk.to.name}"
    if bulk.verb == Verb.EXTEND:
        return f"{hours(bulk.minutes)} more to answer"
    if bulk.verb == Verb.PAUSE:
        return f"Pause{until_words(bulk.until)}"
    if bulk.verb in (Verb.RESUME, Verb.NUDGE):
        return Verb(bulk.verb).label
    if bulk.verb == Verb.RECOMPUTE:
        return "Deadlines by the working hours of now"
    return f"Override: {VERDICT[bulk.verdict].lower()}"


def parts_of(done: int, refused: int, total: int) -> tuple[Part, ...]:
    parts, x = [], Decimal(0)
    for count, words, fill in ((done, "done", "go"), (refused, "refused", "go bad")):
        width = Decimal(100 * count) / total
        parts.append(Part(f"{count} {words}", fill, f"{x:.2f}%", f"{width:.2f}%"))
        x += width
    return tuple(parts)
