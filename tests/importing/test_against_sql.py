"""What the import stores of every deal of three public data sets, against the same computed in plain SQL.

The SQL (sql/) starts from the rows as text and follows what is written: docs/import.md on how list price,
discount and cost of a line come about, docs/economics.md on amounts, metrics and rounding, and the policy
beside the mapping (tests/mappings/) on levels. It shares no code with the product. Compared per deal, to
the last digit:

| computed in SQL | stored by the import |
|---|---|
| list, net | `list_total`, `net_target` and `net_walk_away` of the revision |
| discount, discount_deepest, discount_12m, margin, total_value | what was measured of both ends |
| families: the discount of each product family alone | the same, by family |
| won_list, won_net: of the twelve months before | the world of the revision |
| finance: the level Finance needs, 0 for nobody | `needs` of what was judged |
| won, signed, segment, region, owner, whether the account is known | the deal itself |

What is unknown must be unknown in both. Then the files of the set that has won, lost and open deals are
imported again, and nothing may change.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from deals.importing.run import run
from deals.importing.start import start
from deals.models import Deal, Import, Judged
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from ledger.models import Event
from ledger.verify import verify
from people.models import User
from tests.cast import Cast
from tests.importing.past import AWS, MAVEN, RESELLERS, Past, contents, in_sql

METRICS = ("discount", "discount_deepest", "discount_12m", "margin", "total_value")
THE_DEAL = ("won", "signed", "segment", "region", "owner", "known_account")
WORLD = ("won_list", "won_net")
COMPARED = ("list", "net", *METRICS, *WORLD, "families", "finance", *THE_DEAL)
OF_THE_IMPORT = {"deals_import", "ledger_event", "ledger_head"}  # that it ran is on record, each time
AGAIN = MAVEN  # the one with deals in every state
Deals = Mapping[str, Mapping[str, Any]]


@pytest.fixture
def desk(cast: Cast, settings: Any, tmp_path: Path) -> User:
    settings.MEDIA_ROOT = tmp_path
    return cast.ines


@pytest.mark.parametrize(
    ("past", "rows", "statuses"),
    [
        (AWS, 9994, {"won": 5009}),
        (MAVEN, 8800, {"won": 4238, "lost": 2473, "open": 2089}),
        (RESELLERS, 57851, {"won": 3616}),
    ],
    ids=[AWS.name, MAVEN.name, RESELLERS.name],
)
@pytest.mark.long
def test_each_past_deal_is_stored_as_sql_computes_it_and_once(
    past: Past, rows: int, statuses: dict[str, int], desk: User, cast: Cast
) -> None:
    computed = in_sql(past)
    settle(past, desk, cast)

    first = bring_in(past, desk)

    assert (first.rows_total, first.deals_new) == (rows, len(computed))
    assert (first.deals_refused, first.rows_refused) == (0, 0)
    assert Counter(Deal.objects.values_list("status", flat=True)) == statuses
    assert differences(computed, stored(past)) == []
    assert verify().faults == ()
    if past != AGAIN:
        return

    before, kinds = contents(), deal_events()
    second = bring_in(past, desk)

    assert (second.deals_new, second.deals_same, second.deals_refused) == (0, len(computed), 0)
    assert {table for table, now in contents().items() if now != before.get(table)} == OF_THE_IMPORT
    assert deal_events() == kinds == {"deal.imported": len(computed)}
    assert verify().faults == ()


def settle(past: Past, desk: User, cast: Cast) -> None:
    """The policy of the set in force, and everyone who owns a deal of it."""
    publish(review(load(past.policy, by=desk), by=cast.dana), by=desk)
    for name in past.owned_by():
        User.objects.create_user(past.address(name), name=name, function="sales")


def bring_in(past: Past, desk: User) -> Import:
    """The whole file imported, the way the command does it."""
    with ExitStack() as stack:
        tables = {name: stack.enter_context(past.path(file).open("rb")) for name, file in past.tables.items()}
        file = stack.enter_context(past.path(past.file).open("rb"))
        started = start(file, past.mapping, by=desk, name=past.file, tables=tables)
    run(started)
    started.refresh_from_db()
    assert started.status == Import.Status.DONE
    return started


def stored(past: Past) -> dict[str, dict[str, Any]]:
    """What the import stored of each deal of the set, under the names that the SQL gives it."""
    landed = Judged.objects.filter(revision__deal__source=past.name).select_related(
        "revision__deal__account", "revision__deal__owner"
    )
    return {judged.revision.deal.external_id: kept(judged) for judged in landed.iterator()}


def kept(judged: Judged) -> dict[str, Any]:
    revision, deal = judged.revision, judged.revision.deal
    measured = revision.measured("walk_away")
    assert revision.measured_target == revision.measured_walk_away
    assert revision.net_target == revision.net_walk_away
    assert revision.margin_target == revision.margin_walk_away == measured.values["margin"]
    assert judged.evaluation_target == judged.evaluation_walk_away
    assert set(judged.needs) <= {"finance"}
    return {
        "list": revision.list_total,
        "net": revision.net_walk_away,
        **{metric: measured.values[metric] for metric in METRICS},
        **{name: getattr(revision.world, name) for name in WORLD},
        "families": {family: values["discount"] for family, values in measured.by_family.items()},
        "finance": judged.needs.get("finance", 0),
        "won": deal.status == Deal.Status.WON,
        "signed": deal.signed_at,
        "segment": deal.segment,
        "region": deal.region,
        "owner": deal.owner.name,
        "known_account": deal.account.name != "Account not recorded",
    }


def differences(computed: Deals, stored: Deals) -> list[str]:
    """Each fact that is not the same in both: how often by name, then the first ones."""
    found = [
        (name, f"{key}: {name} is {computed[key][name]} in SQL, {stored[key][name]} in the import")
        for key in sorted(computed.keys() & stored.keys())
        for name in COMPARED
        if computed[key][name] != stored[key][name]
    ]
    only = [f"{key} is only in one of them" for key in sorted(computed.keys() ^ stored.keys())]
    counts = [f"{name} differs {count} times" for name, count in Counter(name for name, _ in found).items()]
    return [*counts, *only[:20], *(sentence for _, sentence in found[:20])]


def deal_events() -> dict[str, int]:
    """How many events of each kind the streams of deals have."""
    kinds = Event.objects.filter(stream__startswith="deal:").values_list("kind", flat=True)
    return dict(Counter(kinds))
