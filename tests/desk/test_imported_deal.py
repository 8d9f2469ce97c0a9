"""The room of a deal that was imported: every page of it, whatever came of the deal."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal as D

import pytest
from django.test import Client

from base import clock
from base.format import SPACE
from deals.importing.land import land
from deals.importing.past import Outcome, PastDeal
from deals.models import Deal
from deals.terms import Ask, Line, Terms
from guardrails.measured import Frame
from people.models import User
from tests.brandt import publish_policy
from tests.cast import Cast

PAGES = ("", "offers/", "economics/", "approvals/", "record/")
Read = Callable[..., str]


@pytest.fixture
def read(client: Client) -> Read:
    """read(user, deal, "record/"): that page of the room, with plain spaces."""

    def read_(user: User, deal: Deal, page: str = "") -> str:
        client.force_login(user)
        answer = client.get(f"/deals/{deal.number}/{page}")
        assert answer.status_code == 200
        return answer.content.decode().replace(SPACE, " ")

    return read_


def past(cast: Cast, outcome: Outcome = "won", discount: str | None = "25") -> Deal:
    """2 pieces of €1,000 that cost 600, so much off; None: nobody recorded the price."""
    line = Line(
        key="panel",
        product="panel",
        name="Panel",
        family="Platform",
        per="piece",
        recurring=False,
        quantity=D(2),
        list_price=D(1000),
        tier=D(0),
        cost=D(600),
        floor=None,
        discount=D(discount or 0),
    )
    values = {"payment_days": D(30), "custom_days": D(0), "free_months": D(0)}
    frame = Frame("", "Enterprise", "DACH", "New business", "EUR")
    terms = Terms(frame, D(1), (line,), values, {}, D(0), priced=discount is not None)
    told = PastDeal(
        source="old-crm",
        key="A 1",
        title="Panels",
        account="Müller & Söhne",
        ask=Ask(terms, terms),
        owner=cast.maya.pk,
        outcome=outcome,
        closed=date(2025, 3, 31) if outcome != "open" else None,
    )
    landed = land([told], version=publish_policy(cast), by=cast.ines, at=clock.now())
    return Deal.objects.get(pk=landed.new["old-crm", "A 1"])


@pytest.mark.parametrize("outcome", ["won", "lost", "open"])
@pytest.mark.parametrize("discount", ["25", "-5", None])
def test_every_page_of_its_room_is_there(
    cast: Cast, read: Read, outcome: Outcome, discount: str | None
) -> None:
    deal = past(cast, outcome, discount)
    for page in PAGES:
        for reader in (cast.maya, cast.ines, cast.robin):
            assert "Müller &amp; Söhne" in read(reader, deal, page)


def test_the_overview_says_what_was_recorded_and_what_the_policy_says(cast: Cast, read: Read) -> None:
    text = read(cast.ines, past(cast))

    assert "Imported from old-crm · Maya Okafor, seller" in text
    assert "Imported from old-crm, there A 1. Nobody was asked." in text
    for name, value in (("List price", "€2,000"), ("Net price", "€1,500"), ("Discount", "25.0 %")):
        assert f"<dt>{name}</dt><dd>{value}</dd>" in text
    assert "<dt>Margin</dt><dd>20.0 %</dd>" in text
    assert "What policy v14 says of it" in text
    assert "Discount 25.0 %: Finance Director may allow 20.0 % to 30.0 %." in text


def test_without_a_price_it_says_so_and_shows_no_figure(cast: Cast, read: Read) -> None:
    text = read(cast.ines, past(cast, "lost", None))

    assert "Price not recorded" in text
    assert "<dt>Net price</dt>" not in text
    assert "€0" not in text


def test_who_sees_no_margin_finds_none(cast: Cast, read: Read) -> None:
    deal = past(cast)
    assert "<dt>Margin</dt>" in read(cast.maya, deal)


def test_the_record_says_who_imported_it_and_from_where(cast: Cast, read: Read) -> None:
    text = read(cast.ines, past(cast), "record/")

    assert "imported the deal from old-crm." in text
    assert "As it happened: nobody was asked. Judged under policy v14." in text


def test_its_approvals_say_that_nobody_was_asked(cast: Cast, read: Read) -> None:
    text = read(cast.ines, past(cast), "approvals/")

    assert "Nobody was asked" in text
    assert "Nobody was asked yet" not in text


def test_an_open_one_can_still_be_asked_for(cast: Cast, read: Read) -> None:
    deal = past(cast, "open")

    assert "Nobody was asked yet" in read(cast.maya, deal, "approvals/")
    assert "Open the brief" in read(cast.maya, deal)
