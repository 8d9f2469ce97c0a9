import json
from datetime import UTC, date, datetime
from decimal import Decimal as D
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction

from base import canonical
from base.errors import Invalid
from deals.changes import DraftChanges, ExchangeChange, PriorityChange, TermChange
from deals.document import Get, expiry_from, gets_from, terms_hash
from deals.draft import ask_of, world_of
from deals.economics import measure
from deals.edit import save_draft
from deals.freeze import freeze
from deals.models import Deal, Revision
from deals.terms import World
from guardrails.models import PolicyVersion
from tests.cast import Cast
from tests.deals.brandt import TARGET
from tests.deals.makers import brandt_changes, dollars, make_catalogue, make_deal, make_policy, make_won

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def version(cast: Cast) -> PolicyVersion:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
        return make_policy(cast)


@pytest.fixture
def brandt(cast: Cast, version: PolicyVersion) -> Deal:
    make_catalogue()
    with time_machine.travel(NOON, tick=False):
        return save_draft(make_deal(cast.maya), by=cast.maya, version=1, changes=brandt_changes())


def frozen(deal: Deal, version: PolicyVersion, **changes: object) -> Revision:
    with time_machine.travel(NOON, tick=False), transaction.atomic():
        deal = Deal.objects.get(pk=deal.pk)
        if changes:
            draft = DraftChanges(**changes)  # type: ignore[arg-type]
            deal = save_draft(deal, by=deal.owner, version=deal.version, changes=draft)
        return freeze(deal, by=deal.owner, at=NOON, version=version)


def test_a_revision_holds_both_ends_and_what_they_are_worth(
    brandt: Deal, version: PolicyVersion, cast: Cast
) -> None:
    revision = Revision.objects.get(pk=frozen(brandt, version).pk)
    assert (revision.number, revision.submitted_by, revision.created_at) == (1, cast.maya, NOON)
    assert (revision.list_total, revision.net_target, revision.net_walk_away) == (
        D("2199600.00"), D("1924560.00"), D("1728450.00"),
    )  # fmt: skip
    assert (revision.margin_target, revision.margin_walk_away) == (D("62.7"), D("58.0"))
    assert (revision.currency, revision.rate) == ("EUR", 1)
    ask = ask_of(brandt, version.policy, NOON)
    assert (revision.ask, revision.world) == (ask, World())
    assert revision.measured("target") == measure(ask.target, version.policy, World())
    assert revision.measured("walk_away") == measure(ask.walk_away, version.policy, World())
    assert str(revision) == "Revision 1"


def test_its_hashes_are_those_of_its_text(brandt: Deal, version: PolicyVersion) -> None:
    revision = frozen(brandt, version)
    assert canonical.digest(revision.document) == revision.sha256
    assert canonical.dumps(json.loads(revision.document)) == revision.document
    assert terms_hash(json.loads(revision.document)) == revision.terms_hash


def test_nobody_finds_a_cost_by_trying_which_one_gives_the_hash(brandt: Deal, version: PolicyVersion) -> None:
    first = frozen(brandt, version)
    everything_else = json.loads(first.document)
    del everything_else["terms"]["salt"]

    Deal.objects.update(salt=uuid4())
    brandt.refresh_from_db()

    assert terms_hash(everything_else) != first.terms_hash
    assert frozen(brandt, version).terms_hash != first.terms_hash


def test_revisions_count_up_and_the_same_terms_have_the_same_hash(
    brandt: Deal, version: PolicyVersion
) -> None:
    one, two = frozen(brandt, version), frozen(brandt, version)
    assert (one.number, two.number) == (1, 2)
    assert (one.terms_hash, one.sha256) == (two.terms_hash, two.sha256)


def test_words_around_the_terms_change_the_document_and_not_the_terms_hash(
    brandt: Deal, version: PolicyVersion
) -> None:
    one = frozen(brandt, version)
    for changes in (
        {"title": "Another title"},
        {"objective": "Another objective", "non_negotiables": "No pilot"},
        {"priorities": (PriorityChange("Live before peak"),)},
        {"exchanges": (ExchangeChange("Discount", D(1), "Reference visit", D(25000)),)},
        {"wanted_signature": date(2026, 6, 30)},
    ):
        two = frozen(brandt, version, **changes)
        assert two.terms_hash == one.terms_hash and two.sha256 != one.sha256


def test_what_a_decision_rests_on_changes_the_terms_hash(
    brandt: Deal, version: PolicyVersion, cast: Cast
) -> None:
    hashes = [frozen(brandt, version).terms_hash]
    yearly = Get("invoices_per_year", "=", D(1))
    for changes in (
        {"wanted_expiry": date(2026, 6, 28)},
        {"exchanges": (ExchangeChange("Payment", None, "Yearly invoice", None, yearly),)},
        {"terms": (TermChange("payment_days", D(30), D(59)),)},
        {"partner_fee": D("4.01")},
    ):
        hashes.append(frozen(brandt, version, **changes).terms_hash)
    make_won(cast.elena, TARGET, date(2026, 5, 1))
    last = frozen(brandt, version)
    assert len({*hashes, last.terms_hash}) == 6
    assert last.world == World(D("2199600.00"), D("1924560.00")) == world_of(brandt, NOON)
    document = json.loads(last.document)
    assert (gets_from(document), expiry_from(document)) == ((yearly,), date(2026, 6, 28))


def test_a_won_deal_without_signed_terms_counts_as_it_was_last_asked(
    brandt: Deal, version: PolicyVersion, cast: Cast
) -> None:
    frozen(brandt, version)
    Deal.objects.filter(pk=brandt.pk).update(status="won", closed_at=NOON, signed_at=date(2026, 5, 4))
    assert world_of(make_deal(cast.maya), NOON) == World(D("2199600.00"), D("1728450.00"))


def test_the_rate_is_pinned(brandt: Deal, version: PolicyVersion) -> None:
    Deal.objects.filter(pk=brandt.pk).update(currency="USD")
    dollars(date(2026, 5, 1), "0.9")
    revision = frozen(brandt, version)
    dollars(date(2026, 5, 2), "0.5")
    revision = Revision.objects.get(pk=revision.pk)
    assert (revision.currency, revision.rate, revision.ask.walk_away.rate) == ("USD", D("0.9"), D("0.9"))
    assert (revision.rate_date, revision.rate_source) == (date(2026, 5, 1), "ECB")
    assert frozen(brandt, version).terms_hash != revision.terms_hash


def test_the_companys_own_currency_has_no_rate_to_name(brandt: Deal, version: PolicyVersion) -> None:
    dollars(date(2026, 5, 1), "0.9")
    revision = frozen(brandt, version)
    assert (revision.rate, revision.rate_date, revision.rate_source) == (1, None, "")


def test_later_changes_of_the_catalogue_do_not_reach_a_revision(brandt: Deal, version: PolicyVersion) -> None:
    ask = frozen(brandt, version).ask
    line = brandt.lines.get(key="support")
    line.product.name, line.product.family = "Renamed", "Services"
    line.product.save()
    assert Revision.objects.get().ask == ask


def test_what_cannot_be_priced_is_not_frozen(brandt: Deal, version: PolicyVersion) -> None:
    with pytest.raises(Invalid) as refused:
        frozen(brandt, version, terms=(TermChange("term_months", None, None),))
    assert refused.value.field == "terms.term_months"
    assert Revision.objects.count() == 0
