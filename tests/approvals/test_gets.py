"""A get with a condition is more than words: every offer keeps it, and the target does."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from approvals.check import check
from approvals.errors import Incomplete
from approvals.models import Mandate, Request
from approvals.submit import submit
from base import clock
from deals.changes import DraftChanges, ExchangeChange, TermChange
from deals.document import Get
from deals.edit import save_draft
from deals.models import Deal
from tests.brandt import grant_brandt
from tests.cast import Cast

LONG = ExchangeChange(give="Discount", get="Three years", condition=Get("term_months", ">=", D(36)))


def promising(deal: Deal, cast: Cast, *gets: ExchangeChange) -> Deal:
    return save_draft(deal, by=cast.maya, version=deal.version, changes=DraftChanges(exchanges=gets))


def test_an_offer_without_what_was_promised_in_return_is_outside(brandt: Deal, cast: Cast) -> None:
    mandate: Mandate = grant_brandt(promising(brandt, cast, LONG), cast)
    target = mandate.request.revision.ask.target
    longer = replace(target, values={**target.values, "term_months": D(48)})
    shorter = replace(target, values={**target.values, "term_months": D(35)})

    assert check(mandate, target, good_until=clock.today())[1].inside
    assert check(mandate, longer, good_until=clock.today())[1].inside
    answer = check(mandate, shorter, good_until=clock.today())[1]
    assert "if:term_months" in {breach.key for breach in answer.breaches}
    assert answer.functions == ("finance",)


def test_what_a_reviewer_asks_too_is_checked_once(brandt: Deal, cast: Cast) -> None:
    yearly = ExchangeChange(give="45 days", get="Cash", condition=Get("invoices_per_year", "=", D(1)))
    mandate = grant_brandt(promising(brandt, cast, yearly), cast)
    answer = check(mandate, mandate.request.revision.ask.target, good_until=clock.today())[1]
    assert [row.sentence for row in answer.conditions] == ["Invoicing yearly"]


def test_a_target_that_breaks_its_own_get_is_refused(brandt: Deal, cast: Cast) -> None:
    deal = promising(brandt, cast, LONG)
    shorter = DraftChanges(terms=(TermChange("term_months", D(30), D(30)),))
    deal = save_draft(deal, by=cast.maya, version=deal.version, changes=shorter)
    with pytest.raises(Incomplete) as refusal:
        submit(deal, by=cast.maya)
    assert set(refusal.value.fields) == {"exchanges"}
    assert not Request.objects.exists()
