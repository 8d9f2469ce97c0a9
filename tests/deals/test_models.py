from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from base.errors import Busy
from deals.models import Deal, DraftLine, Price, Product, Revision
from tests.cast import Cast
from tests.deals.makers import BEGAN, make_catalogue, make_deal


def broken(breach: Any) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        breach()
    return str(refused.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def make_revision(deal: Deal, number: int = 1) -> Revision:
    return Revision.objects.create(
        deal=deal,
        number=number,
        document="{}",
        sha256="0" * 64,
        terms_hash="0" * 64,
        measured_target="{}",
        measured_walk_away="{}",
        list_total=1,
        net_target=1,
        net_walk_away=1,
        currency="EUR",
        rate=1,
        submitted_by=deal.owner,
        created_at=BEGAN,
    )


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "lost"}, "deals_deal_closed_has_time"),
        ({"closed_at": BEGAN}, "deals_deal_closed_has_time"),
        ({"status": "won", "closed_at": BEGAN}, "deals_deal_won_has_date"),
        ({"signed": "{}"}, "deals_deal_won_has_date"),
        ({"signed_at": date(2026, 5, 1)}, "deals_deal_won_has_date"),
        ({"status": "gone", "closed_at": BEGAN}, "deals_deal_"),
        ({"currency": "eur"}, "deals_deal_currency"),
        ({"partner_fee": 101}, "deals_deal_partner_fee"),
        ({"version": 0}, "deals_deal_version_from_one"),
    ],
)
def test_the_database_refuses_a_deal_that_cannot_be(
    cast: Cast, fields: dict[str, Any], constraint: str
) -> None:
    assert constraint in broken(lambda: make_deal(cast.maya, **fields))


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"quantity": 0}, "deals_line_quantity_positive"),
        ({"target": -101}, "deals_line_percent"),
        ({"walk_away": 101}, "deals_line_percent"),
        ({"target": 11}, "deals_line_walk_away_not_safer"),
    ],
)
def test_the_database_refuses_a_line_that_cannot_be(
    cast: Cast, fields: dict[str, Any], constraint: str
) -> None:
    make_catalogue()
    line = {
        "position": 0,
        "key": "a",
        "quantity": 1,
        "list_price": 1,
        "target": 10,
        "walk_away": 10,
        **fields,
    }
    deal, product = make_deal(cast.maya), Product.objects.get(key="support")
    assert broken(lambda: DraftLine.objects.create(deal=deal, product=product, **line)) == constraint


def test_a_product_has_one_price_a_day_and_currency(cast: Cast) -> None:
    make_catalogue()
    price = Price.objects.first()
    assert price is not None
    price.pk = None
    assert broken(price.save) == "deals_price_once_a_day"


@pytest.mark.django_db
def test_a_revision_is_never_changed_or_deleted(cast: Cast) -> None:
    revision = make_revision(make_deal(cast.maya))
    for breach in (
        lambda: Revision.objects.filter(pk=revision.pk).update(document="{}"),
        revision.delete,
        lambda: Revision.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(InternalError, match="Cannot"), transaction.atomic():
            breach()
    assert Revision.objects.get().document == "{}"


def test_revisions_of_a_deal_have_their_own_numbers(cast: Cast) -> None:
    deal = make_deal(cast.maya)
    make_revision(deal)
    assert broken(lambda: make_revision(deal)) == "deals_revision_number_once"


def test_a_locked_deal_still_lets_others_point_at_it(cast: Cast, django_assert_num_queries: Any) -> None:
    deal = make_deal(cast.maya)
    with django_assert_num_queries(1) as captured:
        assert Deal.objects.lock(deal.pk) == deal
    assert captured.captured_queries[0]["sql"].endswith('FOR NO KEY UPDATE OF "deals_deal"')


@pytest.mark.concurrency
def test_a_locked_deal_is_busy_for_the_next_who_wants_it(
    cast_for_races: Cast, race: Any, settings: Any
) -> None:
    deal = make_deal(cast_for_races.maya)

    def hold() -> Deal:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            locked = Deal.objects.lock(deal.pk)
            cursor.execute("SELECT pg_sleep(1)")
            return locked

    ends = race(hold, hold)
    assert sorted(type(end).__name__ for end in ends) == [Busy.__name__, Deal.__name__]


def test_a_draft_reads_like_a_colleague_would_say_it(cast: Cast) -> None:
    deal = make_deal(cast.maya, number="D-1284")
    assert (str(deal), str(deal.account), deal.stream) == (
        "D-1284 Warehouse control", "Brandt Logistik AG", f"deal:{deal.pk}",
    )  # fmt: skip
