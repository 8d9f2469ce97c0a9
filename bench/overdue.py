"""A company with as many overdue steps as asked for: one deal asked for by its verbs, then multiplied in SQL.

The streams of the ledger are sealed anew for each deal, so that everything verifies.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, models, transaction
from django.db.models import Max

from approvals.models import Assignment, Step
from approvals.submit import submit
from base import canonical, clock
from deals.models import Deal
from deals.models.deal import DealUserObjectPermission
from ledger.models import Effect, Event, Head
from ledger.record import seal
from people.models import Authority
from tests.brandt import make_brandt
from tests.cast import APPOINTED, Cast, make_cast, person

LATE = timedelta(days=30)  # since when the deals wait: every allowance is gone
AHEAD = timedelta(days=20)  # until when those have time that are only reminded
DUE = timedelta(days=20)  # since when the first timer is due; the next a second later
REVIEWERS = 12  # people for each level that is asked
ROWS = 500  # deals of one INSERT of their streams
GAP = 10_000  # ids

Changes = Mapping[str, str]  # column -> SQL of its value in copy number i


@dataclass(frozen=True, slots=True)
class Pattern:
    """The deal that is multiplied, and who shares the work of each person asked about it."""

    deal: Deal
    crowd: Mapping[int, Sequence[int]]

    def shared(self, user: int) -> str:
        ids = self.crowd.get(user, (user,))
        return f"(ARRAY[{', '.join(map(str, ids))}])[1 + i % {len(ids)}]"


def make_company() -> tuple[Cast, Deal]:
    """The named people, the policy, and one deal sent for a mandate `LATE` ago, of which nothing is due."""
    with clock.standing_at(clock.now() - LATE), transaction.atomic():
        cast = make_cast()
        deal = make_brandt(cast)
        submit(deal, by=cast.maya)
    Effect.objects.exclude(key__startswith="step:").delete()
    Effect.objects.update(state=Effect.State.CANCELLED)
    return cast, deal


def make_pattern(deal: Deal) -> Pattern:
    """`deal` to be multiplied, with more people for those it asks."""
    asked = Assignment.objects.filter(step__deal=deal).select_related("user", "step")
    return Pattern(deal, {one.user_id: crowd(one) for one in asked})


def crowd(asked: Assignment) -> list[int]:
    """People beside the one asked, with the same authority."""
    function = asked.step.function
    people = [
        person(f"{function}-{number}", f"Reviewer {number}", function) for number in range(1, REVIEWERS)
    ]
    Authority.objects.bulk_create(
        Authority(user=user, function=function, level=asked.step.level, since=APPOINTED) for user in people
    )
    return [asked.user_id, *(user.pk for user in people)]


@transaction.atomic
def multiply(pattern: Pattern, count: int) -> range:
    """`count` deals like the pattern; ids of the deals. One timer is due for each open step, deal by deal:
    the hand-over, and in every second deal the reminder instead."""
    deal = pattern.deal
    first = copy(deal, count, {"number": f"'C-{newest_deal()}-' || i"})
    to = f"{first} + i"
    revision = copy(deal.revisions.get(), count, {"deal_id": to})
    request = deal.requests.get()
    asked = copy(request, count, {"deal_id": to, "revision_id": f"{revision} + i"})
    steps: dict[int, int] = {}
    for step in request.steps.order_by("pk"):
        steps[step.pk] = copy(
            step, count, {"deal_id": to, "request_id": f"{asked} + i", "due_at": ahead("due_at")}
        )
        copy_work(step, steps[step.pk], pattern, count)
        copy_timers(step, steps[step.pk], count)
    for grant in DealUserObjectPermission.objects.filter(content_object=deal):
        copy(grant, count, {"content_object_id": to, "user_id": pattern.shared(grant.user_id)})
    write_streams(pattern, count, {"deal": first, "request": asked}, steps)
    return range(first + 1, first + count + 1)


def newest_deal() -> int:
    return Deal.objects.aggregate(last=Max("pk"))["last"] or 0


def copy_work(step: Step, first: int, pattern: Pattern, count: int) -> None:
    for seat in step.seats.all():
        copy(seat, count, {"step_id": f"{first} + i"})
    for one in step.assignments.all():
        copy(one, count, {"step_id": f"{first} + i", "user_id": pattern.shared(one.user_id)})


def copy_timers(step: Step, first: int, count: int) -> None:
    new, since = f"({first} + i)::text", clock.now() - DUE
    for effect in Effect.objects.filter(key=f"step:{step.pk}"):
        payload = rf"""regexp_replace(payload, '"step":{step.pk}\y', '"step":' || {new})"""
        changes = {
            "due_at": f"'{since}'::timestamptz + i * interval '1 second'",
            "key": f"'step:' || {new}",
            "dedupe_key": f"replace(dedupe_key, ':{step.pk}:', ':' || {new} || ':')",
            "payload": payload,
            "state": "'pending'",
        }
        if effect.kind == "remind":
            until = canonical.dumps({"until": clock.now() + AHEAD}).strip("{}")
            changes["payload"] = f"""regexp_replace({payload}, '"until":"[^"]*"', '{until}')"""
            changes["state"] = "CASE WHEN i % 2 = 0 THEN 'pending' ELSE 'cancelled' END"
        else:
            changes["state"] = "CASE WHEN i % 2 = 0 THEN 'cancelled' ELSE 'pending' END"
        copy(effect, count, changes)


def ahead(column: str) -> str:
    return f"CASE WHEN i % 2 = 0 THEN '{clock.now() + AHEAD}'::timestamptz ELSE {column} END"


def copy(row: models.Model, count: int, changes: Changes) -> int:
    """`count` copies of a row; copy number i has the id of the answer plus i."""
    meta = row._meta
    last = room(meta.db_table, count)
    said = {"id": f"{last} + i", **changes}
    columns = [str(field.column) for field in meta.concrete_fields]
    values = ", ".join(said.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{meta.db_table}" ({names}) '
            f'SELECT {values} FROM "{meta.db_table}", generate_series(1, {count}) AS i WHERE id = {row.pk}'
        )
    return last


def room(table: str, count: int) -> int:
    """The id behind which `count` ids are ours. Others may write at the same time: they take from the gap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) + %s", [table, GAP])
        last = int(cursor.fetchone()[0])
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last + count])
    return last


def write_streams(pattern: Pattern, count: int, firsts: Mapping[str, int], steps: Mapping[int, int]) -> None:
    """The events of the pattern for each copy, sealed as `record` would."""
    told = list(Event.objects.of(pattern.deal.stream))
    for begin in range(1, count + 1, ROWS):
        chains = [
            list(retold(told, f"deal:{firsts['deal'] + number}", firsts["request"] + number, steps, number))
            for number in range(begin, min(begin + ROWS, count + 1))
        ]
        Head.objects.bulk_create(
            Head(stream=chain[-1].stream, sequence=len(chain), hash=chain[-1].hash) for chain in chains
        )
        Event.objects.bulk_create(event for chain in chains for event in chain)


def retold(
    told: Sequence[Event], stream: str, request: int, steps: Mapping[int, int], number: int
) -> Iterator[Event]:
    previous = ""
    for one in told:
        facts = json.loads(one.body)
        if "request" in facts:
            facts["request"] = request
        if "step" in facts:
            facts["step"] = steps[facts["step"]] + number
        event = Event(
            stream=stream,
            sequence=one.sequence,
            kind=one.kind,
            at=one.at,
            actor_id=one.actor_id,
            body=canonical.dumps(facts),
            previous=previous,
        )
        event.hash = previous = seal(event, event.sequence)
        yield event
