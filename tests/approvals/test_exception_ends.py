"""The end of an exception of an account: who is told, when, and what nobody is told of any more."""

from datetime import timedelta

import pytest

from approvals.close import close
from approvals.exception_ends import over, soon
from approvals.models import Mandate
from approvals.revoke_exception import revoke_exception
from approvals.validity import after
from base import clock
from deals.models import AccountException, Deal
from ledger.effects import deliver
from ledger.models import Effect, Event
from notices.models import Notice
from tests.cast import Cast
from tests.excepting import another_deal, grant_account_exception, publish_never

WEEK = timedelta(days=7)


@pytest.fixture
def exception(brandt: Deal, cast: Cast) -> AccountException:
    publish_never(cast)
    return grant_account_exception(brandt, cast)


def timers() -> dict[str, Effect]:
    return {one.kind: one for one in Effect.objects.filter(kind__startswith="exception_")}


def told(kind: str) -> list[tuple[str, str]]:
    """Who is told, and of which deal."""
    said = Notice.objects.filter(kind=kind).order_by("user__name")
    return [(one.user.name, one.stream) for one in said.select_related("user")]


def test_it_is_told_a_week_before_and_the_moment_it_is_over(exception: AccountException, cast: Cast) -> None:
    end, due = after(exception.until), timers()
    assert {kind: one.due_at for kind, one in due.items()} == {
        "exception_soon": end - WEEK,
        "exception_over": end,
    }
    for one in due.values():
        with clock.standing_at(one.due_at):
            deliver(one.pk, one.due_at)
    owner = [("Maya Okafor", exception.deal.stream)]
    assert (told("exception_soon"), told("exception_over")) == (owner, owner)
    said = Event.objects.filter(kind__in=["exception.ends_soon", "exception.ran_out"]).order_by("id")
    assert [one.kind for one in said] == ["exception.ends_soon", "exception.ran_out"]
    assert {one.facts["exception"] for one in said} == {exception.pk}


def test_each_seller_of_the_account_is_told_once_of_a_deal_that_is_open(
    exception: AccountException, brandt: Deal, cast: Cast
) -> None:
    hers, his = another_deal(brandt, cast), another_deal(brandt, cast, "D-1301")
    his.owner = cast.elena
    his.save()
    close(brandt, by=cast.maya)
    soon(timers()["exception_soon"], clock.now())
    assert told("exception_soon") == [("Elena Petrova", his.stream), ("Maya Okafor", hers.stream)]


def test_what_is_revoked_or_early_is_told_to_nobody(exception: AccountException, cast: Cast) -> None:
    over(timers()["exception_over"], after(exception.until) - timedelta(seconds=1))
    revoke_exception(exception, by=cast.ines, reason="The incumbent left.")
    assert {one.state for one in timers().values()} == {Effect.State.CANCELLED}
    for late, act in (("exception_soon", soon), ("exception_over", over)):
        act(timers()[late], after(exception.until))
        assert told(late) == []
    assert not Event.objects.filter(kind__in=["exception.ends_soon", "exception.ran_out"]).exists()


def test_one_that_ends_within_the_week_is_told_only_when_it_is_over(brandt: Deal, cast: Cast) -> None:
    publish_never(cast)
    grant_account_exception(brandt, cast, until=clock.today() + timedelta(days=3))
    assert set(timers()) == {"exception_over"}
    assert Mandate.objects.exists()
