"""The whole demo: as many deals as it says, as uneven as life, the same every time."""

import json
import resource
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from io import StringIO
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F, Q

from approvals.models import Closing, Decision, Mandate, Offer, Request, Step
from base import clock
from dealdesk.place import APP
from deals.document import terms_from
from deals.economics import list_and_net
from deals.models import Account, Deal, Judged, Revision
from desk.demo.accounts import OTHERS
from desk.demo.sales import sales
from desk.demo.world import PAST, make_world, open_requests_beside
from ledger.models import Effect, Event
from ledger.verify import verify
from notices.models import Notice
from people.models import User
from tests.desk.saying import unsaid

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 11, 10, 30, tzinfo=UTC)  # a Thursday
SOME = 30  # past deals


def off(document: str) -> D:
    """Everything off list, in percent."""
    both = list_and_net(terms_from(json.loads(document)))
    assert both is not None
    return ((both[0] - both[1]) * 100 / both[0]).quantize(D("0.1"))


def it_has_what_it_says() -> None:
    counts = {each.__name__: each._default_manager.count() for each in (User, Account)}
    assert counts == {"User": 40, "Account": 60}
    ended = Deal.objects.exclude(status=Deal.Status.OPEN)
    assert ended.count() == PAST + 2  # and the two named ones
    assert (ended.exclude(source="").count(), Judged.objects.count()) == (528, 528)
    assert Request.objects.open().count() == open_requests_beside(PAST) == 45
    assert verify().faults == ()


def every_state_is_there() -> None:
    states = set(Step.objects.filter(request__status="open").values_list("status", flat=True))
    assert states == {"planned", "open", "paused", "returned", "agreed", "kept", "unroutable", "not_needed"}
    assert set(Request.objects.values_list("status", flat=True)) == {each.value for each in Request.Status}
    assert set(Mandate.objects.values_list("status", flat=True)) == {"active", "superseded", "ended"}
    standing = Mandate.objects.standing()
    assert standing.filter(expires_at__lte=NOON).exists()
    assert standing.filter(expires_at__gt=NOON, expires_at__lt=NOON + timedelta(days=4)).exists()
    waiting = Step.objects.filter(status=Step.Status.OPEN)
    assert sum(clock.date_of(step.due_at) == NOON.date() for step in waiting if step.due_at) >= 5
    assert waiting.filter(held_level__gt=F("level")).exists()
    verdicts = Counter(Decision.objects.values_list("verdict", flat=True))
    assert set(verdicts) == {each.value for each in Decision.Verdict}


def some_went_otherwise() -> None:
    overridden = Decision.objects.filter(overridden=True)
    assert sorted(overridden.values_list("by__name", "verdict")) == [
        ("Ines Carvalho", "agree"),
        ("Ines Carvalho", "decline"),
    ]
    assert not overridden.filter(reason="").exists()
    assert Closing.objects.filter(won=True, mandate=None).count() == 1
    assert Closing.objects.filter(won=True, inside=False).exclude(mandate=None).count() >= 2


def no_step_waits_for_nobody() -> None:
    live = Step.objects.filter(status=Step.Status.OPEN)
    assert not live.exclude(assignments__ended_at=None, assignments__isnull=False).exists()
    assert not live.filter(due_at=None).exists()
    assert not Step.objects.filter(status=Step.Status.UNROUTABLE, reason="").exists()
    assert not Step.objects.unfinished().exclude(request__status="open").exists()
    late = Effect.objects.filter(state=Effect.State.PENDING, due_at__lte=NOON).exclude(kind="reroute")
    assert not late.exists()
    assert not Effect.objects.filter(kind="mail", state=Effect.State.PENDING).exists()


def nobody_is_told_of_the_past() -> None:
    ended = Deal.objects.exclude(status=Deal.Status.OPEN)
    told = set(Notice.objects.values_list("stream", flat=True))
    assert len(told & {deal.stream for deal in ended}) == 2  # the named ones
    assert not told & {deal.stream for deal in ended.exclude(source="")}
    assert 0 < Notice.objects.filter(read_at=None).count() < 50
    assert not Effect.objects.filter(kind__in=["mail", "chat", "digest"], state="pending").exists()


def every_kind_of_event_is_a_sentence_with_a_link() -> None:
    told = Event.objects.filter(stream__startswith="deal:").order_by("kind", "pk").distinct("kind")
    assert told.count() >= 17
    for event in told:
        deal = Deal.objects.get(pk=event.stream.partition(":")[2])
        assert list(unsaid(deal, [event])) == []


def discounts_bunch() -> None:
    signed = Deal.objects.won().exclude(signed="").values_list("signed", flat=True)
    found = Counter(map(off, signed))
    usual = sum(found.values()) / 330  # were they spread evenly from 0 to 33 %
    for spike in ("10.0", "15.0", "20.0", "12.4", "19.9"):
        assert found[D(spike)] > 4 * usual, spike
    for beside in ("12.6", "20.1"):
        assert found[D(beside)] < found[D(beside) - D("0.2")]


def deals_differ() -> None:
    ended = Deal.objects.exclude(source="")
    by_month = Counter(clock.date_of(deal.closed_at).month for deal in ended if deal.closed_at)
    assert min(by_month[month] for month in (3, 6, 9, 12)) > max(by_month[month] for month in (1, 4, 7, 8))
    priced = Revision.objects.values_list("net_walk_away", "rate")
    sizes = sorted(net * rate for net, rate in priced if net is not None)
    assert sizes[len(sizes) * 9 // 10] > 5 * sizes[len(sizes) // 10]
    assert len(set(Deal.objects.values_list("currency", flat=True))) == 5
    share = Deal.objects.won().count() / Deal.objects.exclude(status="open").count()
    assert 0.5 < share < 0.7
    assert Closing.objects.filter(won=False).exclude(reason="").count() > 25
    assert Closing.objects.filter(inside=False).count() >= 3
    again = Deal.objects.filter(status="won", requests__status="declined")
    assert again.filter(requests__status="granted").exists()


def habits_can_be_found() -> None:
    def asked_more(who: str) -> D:
        """Points between what was asked for and what was signed, on average."""
        won = Closing.objects.filter(won=True, deal__owner__email=f"{who}@helio.example")
        gaps = []
        for closing in won.exclude(deal__revisions=None):
            asked = closing.deal.revisions.order_by("number")[0].measured("walk_away").values["discount"]
            gaps.append((asked or D(0)) - off(closing.document))
        return sum(gaps, D(0)) / len(gaps)

    assert asked_more("elena") > 2 * asked_more("maya")
    assert asked_more("sofia") < asked_more("elena")
    hers = Q(owner__email="jonas@helio.example")
    under = [off(text) for text in Deal.objects.won().filter(hers).values_list("signed", flat=True)]
    assert sum(str(each)[-1] in "49" for each in under) > len(under) / 2


@pytest.mark.long
def test_the_whole_world_is_as_uneven_as_life_and_whole() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    with time_machine.travel(NOON, tick=False):
        make_world()
        print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_utime - before:.1f} s of CPU for the whole demo")
        it_has_what_it_says()
        every_state_is_there()
        some_went_otherwise()
        no_step_waits_for_nobody()
        nobody_is_told_of_the_past()
        every_kind_of_event_is_a_sentence_with_a_link()
        discounts_bunch()
        deals_differ()
        habits_can_be_found()


def digest() -> list[tuple[Any, ...]]:
    """What happened, without what is drawn anew each time: salts, and the hashes over them."""
    deals = Deal.objects.order_by("number").values_list(
        "number", "title", "owner__email", "status", "signed_at"
    )
    revisions = Revision.objects.order_by("deal__number", "number").values_list("net_walk_away", "created_at")
    said = Decision.objects.order_by("pk").values_list("by__email", "verdict", "reason", "at")
    offers = Offer.objects.order_by("deal__number", "number").values_list("net", "at", "inside")
    return [*deals, *revisions, *said, *offers]


def test_the_same_seed_and_day_give_the_same_world() -> None:
    worlds = []
    for seed in (7, 7):
        with time_machine.travel(NOON, tick=False), transaction.atomic():
            make_world(past=SOME, seed=seed)
            worlds.append(digest())
            transaction.set_rollback(True)
    assert worlds[0] == worlds[1]
    assert len(worlds[0]) > SOME


def test_another_seed_gives_other_sales() -> None:
    days = (date(2026, 1, 1), date(2026, 5, 31))
    drawn = [list(sales(Random(seed), OTHERS, *days, SOME)) for seed in (7, 7, 8)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_it_says_what_it_makes_and_needs_no_more_rights_than_the_product_has() -> None:
    out = StringIO()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {APP}")
    with time_machine.travel(NOON, tick=False):
        call_command("demo", past=3, stdout=out)
    assert out.getvalue() == (
        "Making the demo world: 3 past deals, 19 open requests, about 5 s.\nHelio GmbH is ready.\n"
    )
