import time
from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.management import call_command

from approvals.close import close
from approvals.models import Closing, Mandate
from base import clock
from deals.draft import ask_of
from deals.models import Deal
from deals.terms import Terms
from guardrails.models import PolicyVersion
from insights.fill import fill
from insights.models import Leak
from ledger.follow import catch_up
from ledger.models import Event, Follower
from tests.brandt import TARGETS
from tests.cast import Cast

TARGET, WALK_AWAY, LIMIT = D("1924560"), D("1728450"), D("1759680.01")


def signed(mandate: Mandate, *discounts: str, **values: D) -> Terms:
    """What was asked, at these discounts, else those of the target."""
    target = mandate.request.revision.ask.target
    pairs = zip(target.lines, discounts or TARGETS, strict=True)
    lines = tuple(replace(line, discount=D(off)) for line, off in pairs)
    return replace(target, lines=lines, values={**target.values, **values})


def win(mandate: Mandate, cast: Cast, terms: Terms) -> Any:
    """The row of the deal, in the company's currency."""
    close(mandate.deal, by=cast.maya, signed=terms)
    catch_up()
    return Leak.objects.in_company_currency().get(deal=mandate.deal)


def test_a_deal_signed_at_its_walk_away_is_past_what_finance_narrowed(granted: Mandate, cast: Cast) -> None:
    leak = win(granted, cast, granted.request.revision.ask.walk_away)
    assert (leak.target, leak.walk_away, leak.limit, leak.signed) == (TARGET, WALK_AWAY, LIMIT, WALK_AWAY)
    assert (leak.list_total, leak.inside, leak.as_asked) == (D("2199600"), False, True)
    assert (leak.given, leak.leaked, leak.room) == (D("196110"), D("196110"), TARGET - LIMIT)
    assert (leak.past, leak.above) == (D("31230.01"), 0)
    assert (leak.mandate, leak.seller, leak.team) == (granted, cast.maya, cast.maya.team)
    assert (leak.segment, leak.region, leak.currency, leak.rate) == ("Enterprise", "DACH", "EUR", 1)
    assert leak.signed_on == clock.today()


def test_signed_at_target_gives_nothing_away_and_is_compared_all_the_same(
    granted: Mandate, cast: Cast
) -> None:
    leak = win(granted, cast, signed(granted, *TARGETS))
    assert (leak.signed, leak.given, leak.past, leak.inside) == (TARGET, 0, 0, True)
    assert list(Leak.objects.compared()) == [leak]


def test_a_deal_outside_for_another_term_is_not_past_the_limit_in_money(granted: Mandate, cast: Cast) -> None:
    leak = win(granted, cast, signed(granted, "18", "10", "0", "0", payment_days=D(90)))
    assert (leak.inside, leak.past) == (False, 0)
    assert leak.given > 0


def test_a_deal_signed_above_target_leaks_nothing(granted: Mandate, cast: Cast) -> None:
    leak = win(granted, cast, signed(granted, "15", "10", "0", "0"))
    assert (leak.leaked, leak.above) == (0, leak.signed - TARGET)
    assert leak.given == -leak.above < 0


def test_more_seats_are_compared_at_the_asked_discounts(granted: Mandate, cast: Cast) -> None:
    terms = signed(granted, *TARGETS)
    more = (replace(terms.lines[0], quantity=D(600)), *terms.lines[1:])
    leak = win(granted, cast, replace(terms, lines=more))
    assert leak.signed > TARGET
    assert (leak.given, leak.as_asked) == (0, False)


def test_a_deal_won_without_a_mandate_is_there_but_not_compared(brandt: Deal, cast: Cast) -> None:
    policy = PolicyVersion.objects.in_force(clock.now()).policy
    close(brandt, by=cast.maya, signed=ask_of(brandt, policy, clock.now()).walk_away)
    catch_up()
    leak = Leak.objects.get()
    assert (leak.signed, leak.mandate, leak.inside) == (WALK_AWAY, None, False)
    assert (leak.target, leak.walk_away, leak.limit) == (None, None, None)
    assert not Leak.objects.compared().exists()


def test_a_lost_deal_leaves_no_row(granted: Mandate, cast: Cast) -> None:
    close(granted.deal, by=cast.maya, reason="Their incumbent")
    catch_up()
    assert not Leak.objects.exists()


def test_the_same_closing_again_changes_nothing(granted: Mandate, cast: Cast) -> None:
    win(granted, cast, signed(granted))
    before = list(Leak.objects.values())
    fill(Event.objects.get(kind="deal.closed"))
    assert list(Leak.objects.values()) == before


@pytest.mark.parametrize(("currency", "rate"), [("EUR", "1"), ("USD", "0.9")])
def test_the_rate_is_pinned_by_the_ask_and_of_the_signature_in_another_currency(
    granted: Mandate, cast: Cast, currency: str, rate: str
) -> None:
    terms = signed(granted, "20", "10", "0", "0")
    terms = replace(terms, rate=D("0.9"), frame=replace(terms.frame, currency=currency))
    leak = win(granted, cast, terms)
    assert (leak.currency, leak.rate) == (currency, D(rate))
    assert leak.given == (leak.target - leak.signed) * D(rate)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_everything_can_be_built_anew_from_the_record(granted: Mandate, cast: Cast) -> None:
    close(granted.deal, by=cast.maya, signed=signed(granted))
    wait_for_leaks()
    row = Leak.objects.values().get()
    Leak.objects.all().delete()
    catch_up()
    assert not Leak.objects.exists()
    call_command("follow", "--again", "leakage", verbosity=0)
    again = Leak.objects.values().get()
    assert {**again, "id": row["id"]} == row
    assert Follower.objects.get(name="leakage").last_error == ""
    assert Closing.objects.count() == 1


def wait_for_leaks(seconds: float = 30) -> None:
    """Transactions in other databases of the server hold followers back."""
    ends = time.monotonic() + seconds
    while not Leak.objects.exists() and time.monotonic() < ends:
        catch_up()
        time.sleep(0.02)
