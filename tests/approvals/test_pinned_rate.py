"""A deal in dollars is judged, offered and signed at the rate it was asked at, whatever the dollar does."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest

from approvals.check import check
from approvals.close import close
from approvals.models import Mandate, Request
from approvals.offer import offer
from base import clock
from deals.changes import DraftChanges
from deals.document import terms_from
from deals.draft import ask_of, world_of
from deals.edit import save_draft
from deals.models import Deal
from deals.rate_rules import RateRow
from deals.rates import set_rate
from tests.brandt import grant_brandt
from tests.cast import Cast


@pytest.fixture
def granted_in_dollars(brandt: Deal, cast: Cast) -> Mandate:
    """Asked at 0.9; tomorrow a dollar is worth 0.6."""
    today = clock.today()
    set_rate(RateRow("USD", today, D("0.9"), "ECB"), by=cast.ines, sure=True)
    deal = save_draft(brandt, by=cast.maya, version=brandt.version, changes=DraftChanges(currency="USD"))
    mandate = grant_brandt(deal, cast)
    set_rate(RateRow("USD", today + timedelta(days=1), D("0.6"), "ECB"), by=cast.ines, sure=True)
    return mandate


def test_request_and_mandate_keep_the_rate_their_revision_pinned(granted_in_dollars: Mandate) -> None:
    revision = Request.objects.get(pk=granted_in_dollars.request_id).revision
    assert (revision.currency, revision.rate, revision.rate_source) == ("USD", D("0.9"), "ECB")
    assert revision.rate_date == clock.today()
    corner = terms_from(json.loads(granted_in_dollars.corner))
    assert (corner.rate, revision.ask.target.rate) == (D("0.9"), D("0.9"))


def test_an_offer_is_measured_and_kept_at_the_rate_of_its_mandate(
    granted_in_dollars: Mandate, cast: Cast
) -> None:
    mandate, today = granted_in_dollars, clock.today()
    then = mandate.request.revision.ask.target
    now = replace(then, rate=D("0.6"))
    assert check(mandate, now, good_until=today) == check(mandate, then, good_until=today)

    made = offer(mandate.deal, by=cast.maya, terms=now, good_until=today)

    assert terms_from(json.loads(made.document)) == then


def test_signed_terms_count_at_the_rate_of_the_mandate(granted_in_dollars: Mandate, cast: Cast) -> None:
    mandate = granted_in_dollars
    at = clock.now() + timedelta(days=1)
    with clock.standing_at(at):
        signed = ask_of(mandate.deal, mandate.version.policy, at).target
        assert signed.rate == D("0.6")
        closing = close(mandate.deal, by=cast.maya, signed=signed)

    assert (closing.inside, closing.mandate) == (True, mandate)
    assert terms_from(json.loads(Deal.objects.get(pk=mandate.deal_id).signed)).rate == D("0.9")
    other = Deal.objects.get(pk=mandate.deal_id)
    other.pk = None
    world = world_of(other, at)
    revision = mandate.request.revision
    assert revision.net_target is not None
    assert world.won_net == (revision.net_target * D("0.9")).quantize(D("0.01"))


def test_what_an_offer_backs_is_backed_though_the_dollar_moved(
    granted_in_dollars: Mandate, cast: Cast
) -> None:
    mandate = granted_in_dollars
    target = mandate.request.revision.ask.target
    later = mandate.expires_at + timedelta(days=1)
    last_day = clock.date_of(mandate.expires_at - timedelta(seconds=1))
    offer(mandate.deal, by=cast.maya, terms=target, good_until=last_day)
    moved = replace(target, rate=D("0.6"))
    with clock.standing_at(later):
        closing = close(mandate.deal, by=cast.maya, signed=moved, signed_on=last_day)
    assert closing.inside
