from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from approvals.close import close
from approvals.models import Mandate
from approvals.recall import recall
from approvals.submit import submit
from base import clock
from deals.draft import ask_of
from deals.importing.run import run
from deals.models import Deal
from guardrails.models import PolicyVersion
from insights.models import Precedent
from insights.remember import KEPT, doublings, remember
from ledger.follow import catch_up
from ledger.models import Event
from tests.brandt import Verdict, ask_offer_5, publish_policy, rule, step_of
from tests.cast import Cast
from tests.importing.files import begin, row


@pytest.fixture
def imported(cast: Cast, settings: Any, tmp_path: Path) -> None:
    """One deal of each outcome, 10 % off, and one without a price."""
    settings.MEDIA_ROOT = tmp_path
    publish_policy(cast)
    rows = [row(stage, stage=stage) for stage in ("Won", "Lost", "Open")]
    run(begin([*rows, row("Unpriced", price="", net="", cost="")], cast.ines))


def kept() -> Precedent:
    catch_up()
    return Precedent.objects.get()


def test_a_won_deal_is_kept_as_asked_granted_and_signed(granted: Mandate, cast: Cast) -> None:
    close(granted.deal, by=cast.maya, signed=granted.request.revision.ask.target)
    row = kept()
    assert (row.deal, row.revision, row.won) == (granted.deal, granted.request.revision, True)
    assert (row.discount, row.payment_days, row.term_months) == (D("21.5"), 60, 36)
    assert (row.answer, row.granted_discount, row.granted_net) == ("granted", 20, D("1759680.01"))
    assert (row.signed_discount, row.signed_net) == (D("12.6"), D("1924560"))
    assert (row.seller, row.team, row.region) == (cast.maya, cast.maya.team, "DACH")
    assert (row.segment, row.deal_type) == ("Enterprise", "New business")
    assert row.doublings == doublings(D("1728450"))
    assert row.ended_at == granted.deal.closing.at


def test_a_lost_deal_signs_nothing(granted: Mandate, cast: Cast) -> None:
    close(granted.deal, by=cast.maya, reason="Their incumbent")
    row = kept()
    assert (row.won, row.signed_discount, row.signed_net) == (False, None, None)
    assert (row.answer, row.granted_discount) == ("granted", 20)


@pytest.mark.parametrize("answer", ["declined", "recalled", "closed"])
def test_without_a_mandate_it_is_kept_with_the_last_answer(brandt: Deal, cast: Cast, answer: str) -> None:
    request = submit(brandt, by=cast.maya)
    if answer == "declined":
        rule(step_of(request, "finance"), cast.henrik, Verdict.DECLINE, reason="Not like this.")
    if answer == "recalled":
        recall(brandt, by=cast.maya)
    close(brandt, by=cast.maya, reason="No budget")
    row = kept()
    assert (row.answer, row.granted_discount, row.granted_net) == (answer, None, None)


def test_it_is_kept_by_the_mandate_it_was_closed_with(granted: Mandate, cast: Cast) -> None:
    submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    close(granted.deal, by=cast.maya, reason="No budget")
    row = kept()
    assert (row.revision, row.answer, row.discount) == (granted.request.revision, "granted", D("21.5"))


def test_a_deal_that_asked_for_nothing_is_no_precedent(brandt: Deal, cast: Cast) -> None:
    policy = PolicyVersion.objects.in_force(clock.now()).policy
    close(brandt, by=cast.maya, signed=ask_of(brandt, policy, clock.now()).walk_away)
    catch_up()
    assert not Precedent.objects.exists()


def test_the_same_event_again_changes_nothing(granted: Mandate, cast: Cast) -> None:
    close(granted.deal, by=cast.maya, reason="No budget")
    before = Precedent.objects.filter(pk=kept().pk).values().get()
    remember(Event.objects.get(kind="deal.closed"))
    assert Precedent.objects.values().get() == before


def test_imported_deals_are_kept_once_they_ended(imported: None, cast: Cast) -> None:
    catch_up()
    rows = {row.deal.external_id: row for row in Precedent.objects.select_related("deal")}
    assert set(rows) == {"Won", "Lost"}
    won, lost = rows["Won"], rows["Lost"]
    assert (won.discount, won.payment_days, won.term_months) == (10, 30, None)
    assert (won.signed_discount, won.signed_net, won.won) == (10, 1800, True)
    assert (won.answer, won.granted_discount, won.granted_net) == ("", None, None)
    assert (lost.signed_discount, lost.signed_net, lost.won) == (None, None, False)
    assert won.doublings == doublings(D(1800))
    assert won.ended_at == won.deal.closed_at


def test_one_query_and_one_statement_for_each_imported_deal(
    imported: None, django_assert_num_queries: Any
) -> None:
    event = Event.objects.filter(kind="deal.imported").order_by("pk")[0]
    with django_assert_num_queries(2):
        remember(event)


def test_a_row_is_rewritten_whole() -> None:
    """Every column but its own number and its deal: what is forgotten here would stay as it was."""
    assert set(KEPT) == {field.name for field in Precedent._meta.fields} - {"id", "deal"}
