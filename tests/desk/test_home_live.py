"""An open home page, and the counts beside the navigation, ask again: told in a word that nothing changed."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.hold import hold
from approvals.models import Request
from approvals.submit import submit
from deals.models import Deal
from tests.cast import Cast

HOME, COUNTS = "/", "/counts/"
SAME = 4  # the session, the person, the policy, and what happened


@pytest.fixture
def still():
    with time_machine.travel("2026-06-11T09:30:00Z", tick=False) as time:
        yield time


@pytest.fixture
def asked(still, brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


@pytest.fixture
def again(client):
    """again(user, mark): what the open page of that person gets."""

    def again_(user, mark="", address=HOME):
        client.force_login(user)
        headers = {"HX-Request": "true", "HX-Trigger": "live", "If-None-Match": f'"{mark}"'}
        return client.get(address, headers=headers)

    return again_


def mark(answer) -> str:
    return str(answer.headers["ETag"]).strip('W/"')


@pytest.mark.parametrize("key", ["maya", "henrik", "ines", "robin"])
def test_nothing_new_at_home_is_said_in_four_queries(asked, cast: Cast, again, client, key) -> None:
    first = again(getattr(cast, key))
    assert f'data-mark="{mark(first)}"' in first.content.decode()
    headers = {"HX-Request": "true", "HX-Trigger": "live", "If-None-Match": f'"{mark(first)}"'}
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(HOME, headers=headers)
    assert (answer.status_code, answer.content, len(queries)) == (304, b"", SAME)


def test_what_happens_to_a_deal_and_each_minute_are_new_at_home(still, asked, cast: Cast, again) -> None:
    first = mark(again(cast.maya))
    hold(asked, by=cast.ines, reason="The reference visit.")
    changed = again(cast.maya, first)
    assert (changed.status_code, mark(changed) != first) == (200, True)
    still.shift(timedelta(minutes=1))
    assert again(cast.maya, mark(changed)).status_code == 200


def test_home_tells_nothing_of_deals_one_may_not_see(asked, cast: Cast, again) -> None:
    first = mark(again(cast.elena))
    hold(asked, by=cast.ines, reason="The reference visit.")
    assert again(cast.elena, first).status_code == 304


def test_without_the_script_home_is_a_page_whatever_the_browser_kept(asked, cast: Cast, client) -> None:
    client.force_login(cast.maya)
    answer = client.get(HOME, headers={"If-None-Match": '"x"'})
    assert (answer.status_code, answer.headers.get("ETag")) == (200, None)
    assert 'id="live-said" role="status"' in answer.content.decode()


def test_counts_beside_the_navigation_are_new_when_one_changes(asked, cast: Cast, again) -> None:
    first = again(cast.henrik, address=COUNTS)
    assert 'id="nav-reviews" data-live hx-swap-oob="true">1</span>' in first.content.decode()
    assert 'id="nav-deals" data-live hx-swap-oob="true" hidden>0</span>' in first.content.decode()
    same = again(cast.henrik, mark(first), COUNTS)
    assert (same.status_code, same.content) == (304, b"")
    asked.steps.get(function="finance").assignments.filter(user=cast.henrik).update(
        ended_at=asked.submitted_at
    )
    changed = again(cast.henrik, mark(first), COUNTS)
    assert (changed.status_code, mark(changed) != mark(first)) == (200, True)
    assert 'id="nav-reviews" data-live hx-swap-oob="true" hidden>0</span>' in changed.content.decode()
