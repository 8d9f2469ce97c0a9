"""The deals that ended and are nearest to what is asked now; docs/insights.md has an example done by hand.

How far two deals of one segment lie apart is a sum, taken in SQL over a candidate set that does not grow with
the table: at most WINDOW deals worth more and WINDOW worth less for each door through which the reader sees
deals, found by an index, and the latest GRANTS that were given to the reader alone or with a group.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from deals.models import DealGroupObjectPermission, DealUserObjectPermission, Revision
from insights.models import Precedent
from insights.remember import doublings
from people.models import Team, User

# what counts as a distance of 1
POINTS = 5  # of discount
DAYS = 60  # of payment
MONTHS = 24  # of contract length; a net price twice as high counts 1 too
# what counts in parts of 1
OTHER_TYPE = 0.5
UNKNOWN = 0.5  # payment or length that one of the two does not have
FAR = 2.0  # what lies further off is no precedent

MOST = 5
SPARE = 25  # candidates that are asked for once more whether this reader may see them
WINDOW = 250
GRANTS = 1000

ROW = "p.id, p.deal_id, p.doublings, p.discount, p.payment_days, p.term_months, p.deal_type, p.ended_at"
SIDE = f"""
    (SELECT {ROW} FROM {Precedent._meta.db_table} p
    WHERE {{door}} p.segment = %(segment)s AND p.doublings {{range}}
    ORDER BY p.doublings {{order}} LIMIT {WINDOW})
"""
UP = {"range": "BETWEEN %(size)s AND %(size)s + %(far)s", "order": "ASC"}
DOWN = {"range": ">= %(size)s - %(far)s AND p.doublings < %(size)s", "order": "DESC"}
LED = f"SELECT DISTINCT {{column}} FROM {Team._meta.db_table} WHERE leader_id = %(user)s"
SHARED = f"""
    SELECT {ROW} FROM ({{grants}} ORDER BY one.id DESC LIMIT {GRANTS}) given
    JOIN {Precedent._meta.db_table} p ON p.deal_id = given.content_object_id
    WHERE p.segment = %(segment)s AND p.doublings BETWEEN %(size)s - %(far)s AND %(size)s + %(far)s
"""
TO_ONE = f"""
    SELECT one.id, one.content_object_id FROM {DealUserObjectPermission._meta.db_table} one
    WHERE one.user_id = %(user)s
"""
TO_GROUPS = f"""
    SELECT one.id, one.content_object_id FROM {DealGroupObjectPermission._meta.db_table} one
    JOIN {User.groups.through._meta.db_table} member ON member.group_id = one.group_id
    WHERE member.user_id = %(user)s
"""
DISTANCE = f"""
    abs(doublings - %(size)s)
    + abs(discount - %(discount)s) / {POINTS}
    + coalesce(abs(payment_days - %(days)s::numeric) / {DAYS}, {UNKNOWN})
    + coalesce(abs(term_months - %(months)s::numeric) / {MONTHS}, {UNKNOWN})
    + CASE WHEN deal_type = %(deal_type)s THEN 0 ELSE {OTHER_TYPE} END
"""


@dataclass(frozen=True, slots=True)
class Near:
    """One precedent, and how far it is from what is asked: 0 is the same, FAR the furthest that is told."""

    precedent: Precedent
    distance: float


def nearest(revision: Revision, *, reader: User) -> tuple[Near, ...]:
    """At most MOST deals that ended and that `reader` may see, the nearest to the walk-away of `revision`
    first, of two as near the later. Its own deal is none of them. Two queries, one when there is none."""
    found = distances(revision, reader)
    if not found:
        return ()
    told = Precedent.objects.told().visible_to(reader).in_bulk(list(found))
    return tuple(Near(told[pk], distance) for pk, distance in found.items() if pk in told)[:MOST]


def distances(revision: Revision, reader: User) -> dict[int, float]:
    """Id → distance of the nearest, by plain SQL."""
    net, asked = revision.net_walk_away, revision.measured("walk_away")
    if not net or net < 0 or asked.values["discount"] is None:
        return {}
    facts: dict[str, int | float | str | Decimal | None] = {
        "deal": revision.deal_id,
        "user": reader.pk,
        "segment": asked.frame.segment,
        "deal_type": asked.frame.deal_type,
        "size": doublings(net * revision.rate),
        "far": FAR,
        "discount": asked.values["discount"],
        "days": asked.values["payment_days"],
        "months": asked.values["term_months"],
    }
    with connection.cursor() as cursor:
        cursor.execute(question(reader), facts)
        return {pk: float(distance) for pk, distance in cursor.fetchall()}


def question(reader: User) -> str:
    """The nearest of the candidates behind every door that stands open to `reader`."""
    candidates = " UNION ".join([both_sides()] if reader.sees_all else doors())
    return f"""
        SELECT id, distance FROM (
            SELECT id, ended_at, {DISTANCE} AS distance FROM ({candidates}) near
            WHERE deal_id <> %(deal)s
        ) measured
        WHERE distance <= %(far)s
        ORDER BY distance, ended_at DESC, id DESC LIMIT {SPARE}
    """


def doors() -> list[str]:
    """Own deals, those of led teams and regions, those given: as Deal.objects.visible_to opens them."""
    led = [
        f"SELECT near.* FROM ({LED.format(column=column)}) led, LATERAL ({both_sides(door)}) near"
        for column, door in (("id", "p.team_id = led.id AND"), ("region", "p.region = led.region AND"))
    ]
    given = [SHARED.format(grants=grants) for grants in (TO_ONE, TO_GROUPS)]
    return [both_sides("p.seller_id = %(user)s AND"), *led, *given]


def both_sides(door: str = "") -> str:
    """Those worth more and those worth less, the nearest in value of each: two ranges of one index."""
    return f"SELECT * FROM ({SIDE.format(door=door, **UP)} UNION ALL {SIDE.format(door=door, **DOWN)}) sides"
