"""An open queue asks again: it is told in a word that nothing changed, and else what did."""

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

QUEUE = "/queue/"
SAME = 4  # the session, the person, the policy, and what happened


@pytest.fixture
def asked(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


@pytest.fixture
def again(client):
    """again(user, mark): what the open page of that person gets, as (status, mark)."""

    def again_(user, mark="", address=QUEUE):
        client.force_login(user)
        headers = {"HX-Request": "true", "HX-Trigger": "live", "If-None-Match": f'"{mark}"'}
        answer = client.get(address, headers=headers)
        return answer.status_code, answer.headers.get("ETag", "").strip('W/"')

    return again_


@pytest.fixture
def still():
    with time_machine.travel("2026-06-11T09:30:00Z", tick=False) as time:
        yield time


def test_nothing_new_is_said_in_four_queries(still, asked, cast: Cast, again, client) -> None:
    status, mark = again(cast.ines)
    assert (status, len(mark)) == (200, 64)
    client.force_login(cast.ines)
    headers = {"HX-Request": "true", "HX-Trigger": "live", "If-None-Match": f'"{mark}"'}
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(QUEUE, headers=headers)
    assert (answer.status_code, answer.content, len(queries)) == (304, b"", SAME)


def test_what_happens_to_a_deal_and_each_minute_are_new(still, asked, cast: Cast, again) -> None:
    _, first = again(cast.ines)
    hold(asked, by=cast.ines, reason="The reference visit.")
    status, second = again(cast.ines, first)
    assert (status, second != first) == (200, True)
    still.shift(timedelta(minutes=1))
    status, third = again(cast.ines, second)
    assert (status, third != second) == (200, True)
    assert again(cast.ines, third)[0] == 304


def test_what_happens_to_a_deal_tells_nothing_to_whoever_may_not_see_it(
    still, asked, cast: Cast, again
) -> None:
    _, mark = again(cast.elena)
    hold(asked, by=cast.ines, reason="The reference visit.")
    assert again(cast.elena, mark)[0] == 304
    assert again(cast.ines, mark)[0] == 200
    assert again(cast.elena, mark, f"{QUEUE}?state=all")[0] == 200


def test_the_answer_holds_each_part_that_changes_and_leaves_the_address_alone(
    asked, cast: Cast, client
) -> None:
    client.force_login(cast.ines)
    answer = client.get(QUEUE, headers={"HX-Request": "true", "HX-Trigger": "live"})
    assert "HX-Push-Url" not in answer.headers
    page = answer.content.decode()
    for part in ('id="lead"', 'id="today"', 'id="n-all"', 'id="live"', f'id="r-{asked.pk}"'):
        assert page.count(part) == 1
    assert "<nav" not in page.replace('<nav class="pages"', "")
