"""Past deals beside a review: asked, granted, signed, what came after, and why they are close."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.close import close
from approvals.models import Mandate, Step
from approvals.submit import submit
from deals.create import create
from deals.edit import save_draft
from deals.models import Account, Deal
from ledger.follow import catch_up
from people.models import User
from tests.brandt import brandt_draft, grant_brandt, step_of
from tests.cast import Cast

SPACE = "\N{NO-BREAK SPACE}"


def another(cast: Cast, number: str) -> Deal:
    """The same ask once more, of another account."""
    account = Account.objects.create(name=f"Osprey Freight {number}", segment="Enterprise", region="DACH")
    deal = create(
        "Warehouse control", account, by=cast.maya, deal_type="New business", currency="EUR", number=number
    )
    return save_draft(deal, by=cast.maya, version=deal.version, changes=brandt_draft(cast))


@pytest.fixture
def step(granted: Mandate, cast: Cast) -> Step:
    """Waits for Henrik, who has decided on Brandt before."""
    return step_of(submit(another(cast, "D-1300"), by=cast.maya), "finance")


def read(client: Client, step: Step, user: User) -> str:
    client.force_login(user)
    return client.get(reverse("desk:review", args=[step.pk])).content.decode()


def test_a_lost_deal_is_told_with_its_reason(
    client: Client, step: Step, granted: Mandate, cast: Cast
) -> None:
    close(granted.deal, by=cast.maya, reason="Their incumbent")
    catch_up()
    text = read(client, step, cast.henrik)
    assert "Brandt Logistik AG" in text
    assert "Lost: “Their incumbent”" in text
    assert (
        f"Close because: Enterprise, New business, €1.73{SPACE}m, "
        f"21.5{SPACE}%, 60{SPACE}days, 36{SPACE}months"
    ) in text
    assert f'data-label="Asked">21.5{SPACE}%' in text
    assert f'data-label="Granted">20.0{SPACE}%' in text
    assert 'data-label="Signed">–' in text


def test_a_won_deal_is_told_with_what_it_gave_away(
    client: Client, step: Step, granted: Mandate, cast: Cast
) -> None:
    ask = granted.request.revision.ask
    lines = (replace(ask.target.lines[0], discount=D(18)), *ask.target.lines[1:])
    close(granted.deal, by=cast.maya, signed=replace(ask.target, lines=lines))
    catch_up()
    text = read(client, step, cast.henrik)
    assert f'data-label="Signed">13.9{SPACE}%' in text
    assert "Won, €28,980 under its target" in text


def test_a_deal_signed_past_its_limit_says_so(
    client: Client, step: Step, granted: Mandate, cast: Cast
) -> None:
    close(granted.deal, by=cast.maya, signed=granted.request.revision.ask.walk_away)
    catch_up()
    assert "Won, €31,230 past its limit" in read(client, step, cast.henrik)


def test_who_may_not_see_the_deal_is_not_told_of_it(
    client: Client, step: Step, granted: Mandate, cast: Cast
) -> None:
    close(granted.deal, by=cast.maya, reason="Their incumbent")
    catch_up()
    waiting = step_of(step.request, "operations")
    assert "Brandt Logistik AG" in read(client, waiting, cast.jiwoo)  # decided on it
    granted.deal.shared_with_people.filter(user=cast.jiwoo).delete()
    text = read(client, waiting, cast.jiwoo)
    assert "Brandt" not in text
    assert "No precedent" in text


def test_without_any_it_says_so(client: Client, step: Step, cast: Cast) -> None:
    text = read(client, step, cast.henrik)
    assert "No precedent" in text
    assert "that has ended, and that you may see, comes close" in text


def test_two_precedents_cost_no_more_queries_than_one(
    client: Client, step: Step, granted: Mandate, cast: Cast
) -> None:
    counts: list[int] = []
    for number in ("D-1401", "D-1402"):
        ended = grant_brandt(another(cast, number), cast).deal
        close(ended, by=cast.maya, reason="No budget")
        catch_up()
        read(client, step, cast.henrik)
        with CaptureQueriesContext(connection) as queries:
            assert read(client, step, cast.henrik).count("Close because") == len(counts) + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]
