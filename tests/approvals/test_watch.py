"""Watchers see a deal and are told how it goes on; they have no say in it."""

from collections.abc import Callable

import pytest

from approvals.errors import NotAsked
from approvals.models import Decision, Watch
from approvals.submit import submit
from approvals.watch import unwatch, watch
from base import clock
from base.errors import DomainError, Invalid, NotYours, WrongState
from deals.models import Deal
from deals.share import share
from ledger.models import Effect, Event
from people.models import User
from tests.brandt import narrow_finance, rule, step_of
from tests.cast import Cast

Verdict = Decision.Verdict


def sees(user: User, deal: Deal) -> bool:
    return Deal.objects.visible_to(user).filter(pk=deal.pk).exists()


def told(what: str) -> set[str]:
    mails = Effect.objects.filter(kind="mail", dedupe_key__startswith=f"mail:{what}:")
    return {User.objects.get(pk=mail.facts["to"]).email.partition("@")[0] for mail in mails}


def refused(act: Callable[[], object], error: type[DomainError]) -> str:
    before = (Event.objects.count(), Watch.objects.filter(ended_at=None).count())
    with pytest.raises(error) as refusal:
        act()
    assert (Event.objects.count(), Watch.objects.filter(ended_at=None).count()) == before
    return str(refusal.value)


def test_a_watcher_sees_the_deal_until_the_watch_ends(brandt: Deal, cast: Cast) -> None:
    assert not sees(cast.elena, brandt)
    watch(brandt, by=cast.maya, who=cast.elena)
    assert sees(cast.elena, brandt)
    unwatch(brandt, by=cast.elena, who=cast.elena)
    assert not sees(cast.elena, brandt)
    kinds = Event.objects.filter(kind__contains="watched").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["deal.watched", "deal.unwatched"]


def test_what_was_shared_stays_when_the_watch_ends(brandt: Deal, cast: Cast) -> None:
    share(brandt, with_=cast.elena, role="viewer", by=cast.maya, at=clock.now())
    watch(brandt, by=cast.elena, who=cast.elena)
    unwatch(brandt, by=cast.elena, who=cast.elena)
    assert sees(cast.elena, brandt)


def test_who_watches_keeps_the_sight_when_their_step_goes_to_another(brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    watch(brandt, by=cast.maya, who=cast.tomas)
    rule(step_of(request, "finance"), cast.henrik, Verdict.DECLINE, reason="No.")
    assert sees(cast.tomas, brandt)


def test_a_watcher_decides_nothing(brandt: Deal, cast: Cast) -> None:
    step = step_of(submit(brandt, by=cast.maya), "finance")
    watch(brandt, by=cast.maya, who=cast.dana)
    with pytest.raises(NotAsked):
        rule(step, cast.dana)
    assert not Decision.objects.exists()


def test_watchers_are_told_how_it_ends(brandt: Deal, cast: Cast) -> None:
    watch(brandt, by=cast.ines, who=cast.elena)
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "legal"), cast.tomas)
    narrow_finance(request, cast)
    assert told("granted") == {"maya", "elena"}


def test_watchers_are_told_of_a_decline(brandt: Deal, cast: Cast) -> None:
    watch(brandt, by=cast.ines, who=cast.elena)
    rule(step_of(submit(brandt, by=cast.maya), "finance"), cast.henrik, Verdict.DECLINE, reason="No.")
    assert told("declined") == {"maya", "elena"}


def test_watching_is_for_who_sees_the_deal_and_others_are_added_by_who_works_on_it(
    brandt: Deal, cast: Cast
) -> None:
    refused(lambda: watch(brandt, by=cast.elena, who=cast.elena), NotYours)
    refused(lambda: watch(brandt, by=cast.robin, who=cast.elena), NotYours)
    assert watch(brandt, by=cast.robin, who=cast.robin).user == cast.robin
    assert watch(brandt, by=cast.ines, who=cast.elena).by == cast.ines
    refused(lambda: unwatch(brandt, by=cast.robin, who=cast.elena), NotYours)


def test_a_watch_begins_and_ends_once(brandt: Deal, cast: Cast) -> None:
    refused(lambda: unwatch(brandt, by=cast.maya, who=cast.elena), WrongState)
    watch(brandt, by=cast.maya, who=cast.elena)
    assert "watches D-1284 already" in refused(
        lambda: watch(brandt, by=cast.maya, who=cast.elena), WrongState
    )


def test_who_left_does_not_watch(brandt: Deal, cast: Cast) -> None:
    cast.elena.is_active = False
    refused(lambda: watch(brandt, by=cast.maya, who=cast.elena), Invalid)
