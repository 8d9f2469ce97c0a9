"""Checking writes nothing; recording keeps the answer for ever; closing is never blocked."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
import time_machine
from django.db import DatabaseError, transaction

from approvals.answer import Answer
from approvals.check import check, mandate_of
from approvals.close import close
from approvals.errors import NoMandate
from approvals.models import Closing, Mandate, Offer, Request, Step
from approvals.offer import offer
from approvals.submit import submit
from base import clock
from base.errors import Invalid, NotYours, WrongState
from deals.corner import pull_back
from deals.models import Deal
from deals.terms import Terms
from ledger.models import Effect, Event
from tests.brandt import ask_offer_5
from tests.cast import Cast


@pytest.fixture
def corner(granted: Mandate) -> Terms:
    """The furthest terms the mandate allows."""
    revision = granted.request.revision
    limits = {"discount": D("20.0"), "payment_days": D(45)}
    return pull_back(revision.ask, limits, granted.version.policy, revision.world)


def today() -> date:
    return clock.today()


def broken(answer: Answer) -> set[str]:
    return {breach.key for breach in answer.breaches}


def test_an_offer_at_the_corner_is_inside(granted: Mandate, corner: Terms) -> None:
    measured, answer = check(granted, corner, good_until=today())
    assert answer.inside
    assert (measured.values["discount"], measured.values["margin"]) == (D("20.0"), D("58.9"))


def test_an_offer_is_measured_at_the_rate_and_the_cost_of_the_day_it_was_asked(
    granted: Mandate, corner: Terms
) -> None:
    cheaper = tuple(replace(line, cost=D(1), floor=D(0)) for line in corner.lines)
    later = replace(corner, rate=D("1.5"), lines=cheaper)
    measured, answer = check(granted, later, good_until=today())
    assert (measured, answer) == check(granted, corner, good_until=today())
    other = replace(cheaper[0], key="line-9")
    added = check(granted, replace(later, lines=(*cheaper, other)), good_until=today())[0]
    assert added.values["margin"] == D("73.1")


def test_checking_writes_nothing(granted: Mandate, corner: Terms) -> None:
    before = (Event.objects.count(), Effect.objects.count(), Offer.objects.count())
    check(granted, corner, good_until=today())
    assert (Event.objects.count(), Effect.objects.count(), Offer.objects.count()) == before


@pytest.mark.parametrize(
    ("key", "value"),
    [("payment_days", 46), ("custom_days", 21), ("weeks_to_live", 12), ("free_months", 1)],
)
def test_one_step_past_a_limit_is_outside(granted: Mandate, corner: Terms, key: str, value: int) -> None:
    terms = replace(corner, values={**corner.values, key: D(value)})
    assert key in broken(check(granted, terms, good_until=today())[1])


def test_a_condition_that_is_not_met_is_a_breach_of_who_asked_for_it(granted: Mandate, corner: Terms) -> None:
    terms = replace(corner, values={**corner.values, "invoices_per_year": D(4)})
    answer = check(granted, terms, good_until=today())[1]
    assert not answer.inside
    assert answer.functions == ("finance",)


def test_a_clause_past_what_legal_granted_belongs_to_legal(granted: Mandate, corner: Terms) -> None:
    terms = replace(corner, clauses={**corner.clauses, "liability": "fallback-2"})
    answer = check(granted, terms, good_until=today())[1]
    assert broken(answer) == {"clause:liability"}
    assert answer.functions == ("legal",)


def test_an_offer_good_for_longer_than_the_mandate_is_outside(granted: Mandate, corner: Terms) -> None:
    last = clock.date_of(granted.expires_at) - timedelta(days=1)
    assert check(granted, corner, good_until=last)[1].inside
    assert not check(granted, corner, good_until=last + timedelta(days=1))[1].inside


def test_another_currency_is_another_frame(granted: Mandate, corner: Terms) -> None:
    terms = replace(corner, frame=replace(corner.frame, currency="USD"))
    assert not check(granted, terms, good_until=today())[1].inside


def test_the_recorded_answer_is_the_one_of_its_day(granted: Mandate, corner: Terms, cast: Cast) -> None:
    made = offer(granted.deal, by=cast.maya, terms=corner, good_until=today(), note="By mail")
    assert (made.number, made.inside, made.net.quantize(D(1))) == (1, True, D(1759680))
    stored = Answer.from_document(json.loads(made.answer))
    assert stored == check(granted, corner, good_until=today())[1]
    with pytest.raises(DatabaseError), transaction.atomic():
        Offer.objects.filter(pk=made.pk).update(inside=False)


def test_an_offer_outside_is_recorded_and_flagged(granted: Mandate, cast: Cast) -> None:
    ask_offer_5(granted.deal, cast)
    terms = replace(granted.request.revision.ask.walk_away)
    made = offer(granted.deal, by=cast.maya, terms=terms, good_until=today(), direction="asked")
    assert not made.inside
    assert made.direction == Offer.Direction.ASKED


def test_without_a_mandate_there_is_nothing_to_offer_from(brandt: Deal, cast: Cast) -> None:
    with pytest.raises(NoMandate):
        mandate_of(brandt, at=clock.now())


def test_a_mandate_that_has_run_out_is_of_no_use(granted: Mandate, corner: Terms, cast: Cast) -> None:
    with time_machine.travel(granted.expires_at, tick=False), pytest.raises(NoMandate):
        offer(granted.deal, by=cast.maya, terms=corner, good_until=today())
    assert not Offer.objects.exists()


def test_only_the_team_offers_and_not_into_the_past(granted: Mandate, corner: Terms, cast: Cast) -> None:
    with pytest.raises(NotYours):
        offer(granted.deal, by=cast.henrik, terms=corner, good_until=today())
    with pytest.raises(Invalid):
        offer(granted.deal, by=cast.maya, terms=corner, good_until=today() - timedelta(days=1))
    assert not Offer.objects.exists()


def test_only_the_team_closes(granted: Mandate, corner: Terms, cast: Cast) -> None:
    for stranger in (cast.marcus, cast.henrik):
        with pytest.raises(NotYours):
            close(granted.deal, by=stranger, signed=corner)
    assert not Closing.objects.exists()


def test_a_closed_deal_makes_no_offers(granted: Mandate, corner: Terms, cast: Cast) -> None:
    close(granted.deal, by=cast.maya)
    with pytest.raises(WrongState, match="D-1284 is closed"):
        offer(granted.deal, by=cast.maya, terms=corner, good_until=today())
    assert not Offer.objects.exists()


def test_signing_after_the_mandate_has_run_out_is_recorded_as_outside(
    granted: Mandate, corner: Terms, cast: Cast
) -> None:
    last = clock.date_of(granted.expires_at) - timedelta(days=1)
    with time_machine.travel(granted.expires_at + timedelta(days=3), tick=False):
        assert broken(check(granted, corner, good_until=last + timedelta(days=1))[1]) == {"good_until"}
        closing = close(granted.deal, by=cast.maya, signed=corner, signed_on=last + timedelta(days=1))
    assert (closing.inside, closing.mandate) == (False, granted)


def test_terms_without_a_length_have_no_price(granted: Mandate, corner: Terms, cast: Cast) -> None:
    endless = replace(corner, values={**corner.values, "term_months": None})
    with pytest.raises(ValueError, match="no contract length"):
        offer(granted.deal, by=cast.maya, terms=endless, good_until=today())
    assert not close(granted.deal, by=cast.maya, signed=endless).inside


def test_winning_inside_the_mandate_ends_it_and_everything_open(
    granted: Mandate, corner: Terms, cast: Cast
) -> None:
    request = submit(ask_offer_5(granted.deal, cast), by=cast.maya)

    closing = close(granted.deal, by=cast.maya, signed=corner, signed_on=today())

    granted.refresh_from_db()
    request.refresh_from_db()
    granted.deal.refresh_from_db()
    assert closing.inside
    assert granted.status == Mandate.Status.ENDED
    assert request.status == Request.Status.CLOSED
    assert granted.deal.status == Deal.Status.WON
    assert not Step.objects.live().exists()
    assert not Effect.objects.filter(kind__in=["remind", "hand_over", "expire"], state="pending").exists()


def test_signing_outside_is_never_blocked_and_flagged_for_ever(granted: Mandate, cast: Cast) -> None:
    closing = close(granted.deal, by=cast.maya, signed=granted.request.revision.ask.walk_away)
    assert closing.inside is False
    with pytest.raises(DatabaseError), transaction.atomic():
        Closing.objects.filter(pk=closing.pk).update(inside=True)


def test_signing_without_any_mandate_is_flagged(brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    closing = close(brandt, by=cast.maya, signed=request.revision.ask.target)
    assert (closing.inside, closing.mandate) == (False, None)


def test_a_lost_deal_has_no_signed_terms_and_cannot_be_closed_twice(granted: Mandate, cast: Cast) -> None:
    closing = close(granted.deal, by=cast.maya, reason="Went with a rival.")
    assert (closing.won, closing.inside) == (False, None)
    with pytest.raises(WrongState):
        close(granted.deal, by=cast.maya)
    with pytest.raises(WrongState):
        submit(granted.deal, by=cast.maya)
