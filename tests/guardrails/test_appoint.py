from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.db import transaction

from base.errors import Invalid, NotYours, WrongState
from guardrails.appoint import STREAM, appoint, end
from guardrails.load import load
from guardrails.models import PolicyVersion
from guardrails.publish import publish
from guardrails.review import review
from ledger.models import Event
from people.models import Authority, User
from tests.cast import Cast, person

DAY = date(2026, 3, 2)
LATER = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with time_machine.travel(datetime(2026, 3, 2, 10, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def policy_in_force(cast: Cast, settings: LazySettings) -> PolicyVersion:
    text = (settings.BASE_DIR / "guardrails/demo_policy.toml").read_text()
    return publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)


@pytest.fixture
def ada(cast: Cast, policy_in_force: PolicyVersion) -> User:
    return person("ada", "Ada Novak", "finance", "Finance Manager")


def said() -> int:
    return Event.objects.of(STREAM).count()


def given(user: User) -> list[tuple[str, int, str]]:
    return [(row.function, row.level, row.region) for row in Authority.objects.filter(user=user)]


def test_the_desk_appoints_and_the_ledger_says_so(ada: User, cast: Cast) -> None:
    authority = appoint(ada, "finance", 2, "DACH", DAY, by=cast.ines)
    assert (authority.since, authority.until) == (DAY, None)
    assert Authority.objects.holders("finance", 2, "DACH", DAY) == [ada, cast.henrik]
    event = Event.objects.get(stream="people")
    assert (event.kind, event.actor) == ("appointed", cast.ines)
    assert event.facts == {
        "schema": 1,
        "authority": authority.pk,
        "user": ada.pk,
        "function": "finance",
        "level": 2,
        "region": "dach",
        "since": "2026-03-02",
    }


@pytest.mark.parametrize("who", ["maya", "marcus", "dana", "robin"])
def test_only_the_desk_appoints(ada: User, cast: Cast, who: str) -> None:
    with pytest.raises(NotYours, match="Only the deal desk"):
        appoint(ada, "finance", 1, "", DAY, by=getattr(cast, who))
    assert given(ada) == []
    assert said() == 0


def test_nobody_appoints_themselves(ada: User, cast: Cast) -> None:
    with pytest.raises(NotYours, match="Nobody gives authority to themselves"):
        appoint(cast.ines, "finance", 1, "", DAY, by=cast.ines)
    assert given(cast.ines) == []


@pytest.mark.parametrize(
    ("function", "level", "region", "field"),
    [
        ("finance", 4, "", "level"),
        ("finance", 0, "", "level"),
        ("sales", 1, "", "level"),
        ("finance", 1, "Atlantis", "region"),
    ],
)
def test_what_the_policy_does_not_know_is_refused(
    ada: User, cast: Cast, function: str, level: int, region: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        appoint(ada, function, level, region, DAY, by=cast.ines)
    assert refused.value.field == field
    assert given(ada) == []


def test_who_may_no_longer_sign_in_is_not_appointed(ada: User, cast: Cast) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    with pytest.raises(Invalid, match="Ada Novak may no longer sign in"):
        appoint(ada, "finance", 1, "", DAY, by=cast.ines)


def test_the_same_authority_is_not_given_twice(ada: User, cast: Cast) -> None:
    appoint(ada, "finance", 1, "", DAY, by=cast.ines)
    with pytest.raises(WrongState, match="Ada Novak holds this authority already"):
        appoint(ada, "finance", 1, "", LATER, by=cast.ines)
    assert given(ada) == [("finance", 1, "")]
    assert said() == 1


def test_it_is_given_again_from_the_day_it_ended(ada: User, cast: Cast) -> None:
    end(appoint(ada, "finance", 1, "", DAY, by=cast.ines), LATER, by=cast.ines)
    with pytest.raises(WrongState):
        appoint(ada, "finance", 1, "", date(2026, 3, 31), by=cast.ines)
    appoint(ada, "finance", 1, "", LATER, by=cast.ines)
    assert given(ada) == [("finance", 1, "")] * 2


def test_ended_authority_holds_until_the_day_before(ada: User, cast: Cast) -> None:
    authority = end(appoint(ada, "finance", 2, "", DAY, by=cast.ines), LATER, by=cast.ines)
    assert ada in Authority.objects.holders("finance", 2, "", date(2026, 3, 31))
    assert ada not in Authority.objects.holders("finance", 2, "", LATER)
    event = Event.objects.get(stream="people", sequence=2)
    assert (event.kind, event.facts["authority"], event.facts["until"]) == (
        "authority_ended",
        authority.pk,
        "2026-04-01",
    )


def test_authority_ends_today_at_the_earliest(cast: Cast) -> None:
    authority = Authority.objects.get(user=cast.henrik)
    with pytest.raises(Invalid) as refused:
        end(authority, date(2026, 3, 1), by=cast.ines)
    assert refused.value.field == "until"
    end(authority, DAY, by=cast.ines)
    assert Authority.objects.holders("finance", 2, "", DAY) == []


def test_authority_ends_after_it_began(ada: User, cast: Cast) -> None:
    authority = appoint(ada, "finance", 1, "", LATER, by=cast.ines)
    with pytest.raises(Invalid):
        end(authority, LATER, by=cast.ines)
    assert not Authority.objects.exclude(until=None).exists()


def test_authority_is_ended_once(cast: Cast) -> None:
    authority = Authority.objects.get(user=cast.henrik)
    end(authority, LATER, by=cast.ines)
    with pytest.raises(WrongState, match="ended already"):
        end(authority, DAY, by=cast.ines)
    authority.refresh_from_db()
    assert authority.until == LATER
    assert said() == 1


def test_only_the_desk_ends_authority(cast: Cast) -> None:
    with pytest.raises(NotYours):
        end(Authority.objects.get(user=cast.henrik), DAY, by=cast.dana)
    assert not Authority.objects.exclude(until=None).exists()


@pytest.mark.concurrency
def test_two_at_once_give_it_once(race: Callable[..., list[Any]], ada: User, cast: Cast) -> None:
    def give(since: date) -> Authority:
        with transaction.atomic():
            return appoint(ada, "finance", 1, "", since, by=cast.ines)

    ends = race(lambda: give(DAY), lambda: give(LATER))
    assert sorted(type(one).__name__ for one in ends) == ["Authority", "WrongState"]
    assert given(ada) == [("finance", 1, "")]
    assert said() == 1
