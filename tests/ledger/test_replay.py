from datetime import timedelta
from typing import Any

import pytest

from base import clock
from base.errors import NotYours, WrongState
from ledger.models import Effect, Event
from ledger.replay import replay_kind, replay_one
from tests.cast import Cast


@pytest.fixture
def parked(db: None) -> list[Effect]:
    """Two mails and a reminder that were given up on, an hour after they were due."""
    due = clock.now() - timedelta(hours=1)
    known: dict[str, Any] = {"planned_for": due, "due_at": due, "created_at": due, "attempts": 8}
    return [
        Effect.objects.create(
            kind=kind, key=key, dedupe_key=key, state="parked", last_error="refused", **known
        )
        for kind, key in (("mail", "deal:1"), ("mail", "deal:2"), ("remind", "step:3"))
    ]


def states() -> list[tuple[str, int]]:
    return list(Effect.objects.order_by("pk").values_list("state", "attempts"))


def test_one_is_due_now_with_all_its_tries_and_the_record_says_who(parked: list[Effect], cast: Cast) -> None:
    now = clock.now()
    replay_one(parked[1].pk, by=cast.ines, at=now)
    assert states() == [("parked", 8), ("pending", 0), ("parked", 8)]
    assert Effect.objects.get(pk=parked[1].pk).due_at == now
    event = Event.objects.get(stream="operations")
    assert (event.kind, event.actor, event.facts["effect"], event.facts["count"]) == (
        "effects.replayed",
        cast.ines,
        parked[1].pk,
        1,
    )


def test_all_of_a_kind_leave_other_kinds_alone(parked: list[Effect], cast: Cast) -> None:
    assert replay_kind("mail", by=cast.ines, at=clock.now()) == 2
    assert states() == [("pending", 0), ("pending", 0), ("parked", 8)]
    assert Event.objects.get(stream="operations").facts["count"] == 2


def test_what_is_not_parked_is_refused(parked: list[Effect], cast: Cast) -> None:
    replay_kind("mail", by=cast.ines, at=clock.now())
    before = states()
    for refused in (
        lambda: replay_one(parked[0].pk, by=cast.ines, at=clock.now()),
        lambda: replay_one(0, by=cast.ines, at=clock.now()),
        lambda: replay_kind("mail", by=cast.ines, at=clock.now()),
    ):
        with pytest.raises(WrongState):
            refused()
    assert (states(), Event.objects.filter(stream="operations").count()) == (before, 1)


@pytest.mark.parametrize("who", ["maya", "henrik", "marcus", "robin"])
def test_only_the_desk_and_administrators_replay(parked: list[Effect], cast: Cast, who: str) -> None:
    user = getattr(cast, who)
    for refused in (
        lambda: replay_one(parked[0].pk, by=user, at=clock.now()),
        lambda: replay_kind("mail", by=user, at=clock.now()),
    ):
        with pytest.raises(NotYours):
            refused()
    assert {state for state, _ in states()} == {"parked"}
    user.is_staff = True
    assert replay_kind("remind", by=user, at=clock.now()) == 1
