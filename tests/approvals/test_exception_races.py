import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from approvals.errors import NeverGranted
from approvals.models import Request
from approvals.revoke_exception import revoke_exception
from approvals.submit import submit
from base.errors import WrongState
from deals.models import AccountException, Deal
from ledger.models import Event
from ledger.verify import verify
from tests.cast import Cast
from tests.excepting import another_deal, grant_account_exception, publish_never

pytestmark = pytest.mark.concurrency
Race = Callable[..., list[Any]]


@pytest.fixture
def exception(brandt: Deal, cast: Cast) -> AccountException:
    publish_never(cast)
    return grant_account_exception(brandt, cast)


def test_revoking_while_a_deal_is_sent_comes_before_or_after_it(
    race: Race, cast: Cast, exception: AccountException
) -> None:
    deal = another_deal(exception.deal, cast)

    sent, revoked = race(
        lambda: submit(deal, by=cast.maya),
        lambda: revoke_exception(exception, by=cast.ines, reason="No more."),
    )

    assert isinstance(revoked, AccountException)
    if isinstance(sent, Request):
        assert [one.standing for one in sent.revision.world.beyond] == [exception.pk]
    else:
        assert isinstance(sent, NeverGranted)
        assert not deal.revisions.exists()
    with pytest.raises(NeverGranted):
        submit(another_deal(exception.deal, cast, "D-1301"), by=cast.maya)
    assert verify(exception.deal.stream).faults == ()


def test_revoking_waits_for_a_deal_that_is_being_sent(
    race: Race, cast: Cast, exception: AccountException
) -> None:
    deal, frozen = another_deal(exception.deal, cast), threading.Event()

    def send() -> float:
        with transaction.atomic():
            submit(deal, by=cast.maya)
            frozen.set()
            time.sleep(0.5)
            return time.monotonic()

    def take_back() -> float:
        frozen.wait(10)
        revoke_exception(exception, by=cast.ines, reason="No more.")
        return time.monotonic()

    sent, revoked = race(send, take_back)
    assert sent < revoked


def test_two_who_revoke_it_at_once_revoke_it_once(
    race: Race, cast: Cast, exception: AccountException
) -> None:
    ends = race(
        lambda: revoke_exception(exception, by=cast.ines, reason="No more."),
        lambda: revoke_exception(exception, by=cast.ines, reason="No more."),
    )
    assert sorted(type(end).__name__ for end in ends) == ["AccountException", "WrongState"]
    assert [type(end) for end in ends if isinstance(end, Exception)] == [WrongState]
    assert Event.objects.filter(kind="exception.revoked").count() == 1
