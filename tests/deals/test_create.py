import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from base.errors import Invalid, NotYours
from deals.create import create
from deals.models import Deal
from ledger.models import Event
from tests.cast import Cast
from tests.deals.makers import make_account, make_deal

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@time_machine.travel(NOON, tick=False)
def test_a_new_deal_belongs_to_who_creates_it_and_takes_the_accounts_frame(cast: Cast) -> None:
    account = make_account()
    deal = create("  Warehouse control ", account, by=cast.maya, deal_type="New business", currency="EUR")
    deal.refresh_from_db()
    assert (deal.title, deal.owner, deal.team, deal.account) == (
        "Warehouse control", cast.maya, cast.maya.team, account,
    )  # fmt: skip
    assert (deal.segment, deal.region, deal.currency) == ("Enterprise", "DACH", "EUR")
    assert (deal.status, deal.version, deal.created_at, deal.updated_at) == ("open", 1, NOON, NOON)
    event = Event.objects.get(stream=deal.stream)
    assert (event.kind, event.actor, event.at) == ("deal.created", cast.maya, NOON)
    assert json.loads(event.body) == {"schema": 1, "account": account.pk}


def test_numbers_count_up_and_leave_out_those_that_are_taken(cast: Cast) -> None:
    account = make_account()

    def new(number: str = "") -> Deal:
        return create("One", account, by=cast.maya, deal_type="Renewal", currency="EUR", number=number)

    first = int(new().number.removeprefix("D-"))
    assert first >= 1285
    assert new("D-1284").number == "D-1284"
    make_deal(cast.maya, number=f"D-{first + 1}")
    assert new().number == f"D-{first + 2}"


def test_a_deal_needs_a_title(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        create(" ", make_account(), by=cast.maya, deal_type="Renewal", currency="EUR")
    assert refused.value.fields == {"title": "Give the deal a title."}
    assert (Deal.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.concurrency
def test_two_people_who_create_at_once_get_two_numbers(cast_for_races: Cast, race: Any) -> None:
    account = make_account()

    def new() -> Deal:
        return create("One", account, by=cast_for_races.maya, deal_type="Renewal", currency="EUR")

    assert len({deal.number for deal in race(new, new, new)}) == 3


def test_only_sellers_and_the_desk_start_deals(cast: Cast) -> None:
    with pytest.raises(NotYours):
        create("Theirs", make_account(), by=cast.henrik, deal_type="New business", currency="EUR")
    assert not Deal.objects.exists()
    assert (
        create("Ours", make_account(), by=cast.ines, deal_type="New business", currency="EUR").owner
        == cast.ines
    )
