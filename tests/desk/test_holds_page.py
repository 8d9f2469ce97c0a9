"""What holds a grant back, on the deal page and in the queue; placed and released there."""

from typing import Any

import pytest
from django.test import Client

from approvals.hold import hold
from approvals.models import Hold, Mandate, Request
from approvals.submit import submit
from base import clock
from base.format import SPACE
from deals.models import Deal
from deals.share import share
from people.models import User
from tests.brandt import rule, step_of
from tests.cast import Cast
from tests.planning.raising import all_agree, unnamed

ROOM = "/deals/D-1284/"
WHY = "The reference visit is not confirmed."


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


def words(answer: Any) -> str:
    return " ".join(str(answer.content.decode()).replace(SPACE, " ").split())


def see(user: User, address: str = ROOM) -> str:
    client = Client()
    client.force_login(user)
    return words(client.get(address))


def send(user: User, address: str, **data: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(f"{ROOM}{address}", data)


def place(cast: Cast, **data: str) -> Any:
    return send(cast.ines, "hold/", **{f"hold-{key}": value for key, value in data.items()})


def test_the_desk_holds_a_grant_and_everybody_reads_since_when_why_and_who_releases_it(
    request_: Request, cast: Cast
) -> None:
    assert "Hold the grant" in see(cast.ines)
    assert "Hold the grant" not in see(cast.maya)

    sent = place(cast, reason=WHY, release_by=str(cast.dana.pk))

    assert (sent.status_code, sent["Location"]) == (302, ROOM)
    held = Hold.objects.get()
    assert (held.reason, held.by, held.release_by) == (WHY, cast.ines, cast.dana)
    for user in (cast.maya, cast.henrik, cast.ines, cast.dana):
        assert f"by Ines Carvalho because: {WHY} Released by Dana Whitlock." in see(user)


def test_a_hold_is_released_on_the_page_by_who_may(request_: Request, cast: Cast) -> None:
    held = hold(request_, reason=WHY, by=cast.ines)
    all_agree(request_, cast)
    address = f"holds/{held.pk}/release/"
    assert address in see(cast.ines)
    assert address not in see(cast.maya)
    assert address not in see(cast.henrik)

    sent = send(cast.ines, address, **{f"release-{held.pk}-note": "Confirmed."})

    assert (sent.status_code, sent["Location"]) == (302, ROOM)
    assert Mandate.objects.count() == 1
    assert WHY not in see(cast.maya).partition("Latest")[0]
    assert send(cast.ines, address, **{f"release-{held.pk}-note": "Confirmed."}).status_code == 409


def test_a_release_without_a_note_and_a_hold_without_a_reason_are_asked_for_again(
    request_: Request, cast: Cast
) -> None:
    held = hold(request_, reason=WHY, by=cast.ines)
    sent = send(cast.ines, f"holds/{held.pk}/release/")
    assert sent.status_code == 422
    assert "This field is required." in words(sent)
    assert place(cast, reason="").status_code == 422
    refused = place(cast, reason="Wait for Maya.", release_by=str(request_.submitted_by_id))
    assert refused.status_code == 422
    assert "Wait for Maya." in words(refused)
    assert Hold.objects.open().count() == 1


def test_who_joined_the_team_is_not_named(request_: Request, cast: Cast) -> None:
    share(request_.deal, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    sent = place(cast, reason=WHY, release_by=str(cast.arjun.pk))
    assert "Arjun Mehta is on the deal team" in words(sent)
    assert sent.status_code == 422
    assert not Hold.objects.exists()


def test_there_is_nothing_to_hold_without_a_request(brandt: Deal, cast: Cast) -> None:
    assert "Hold the grant" not in see(cast.ines)
    assert place(cast, reason=WHY).status_code == 409


def test_the_hold_of_another_deal_is_not_found_here(request_: Request, cast: Cast) -> None:
    assert send(cast.ines, "holds/999999/release/").status_code == 404


def test_the_queue_says_what_holds_a_request_that_everybody_agreed_to(request_: Request, cast: Cast) -> None:
    hold(request_, reason=WHY, by=cast.ines)
    unnamed(request_.deal, cast.henrik)
    rule(step_of(request_, "finance"), cast.henrik)
    for function, who in (("legal", cast.tomas), ("operations", cast.jiwoo)):
        rule(step_of(request_, function), who)

    page = see(cast.marcus, "/queue/")

    assert "Agreed, held back" in page
    assert f"by Ines Carvalho because: {WHY} Released by the deal desk." in page
    assert "because: Concern 1 is not answered. Released by the answer of the deal desk." in page


def test_the_queue_says_it_of_a_request_that_is_still_being_decided(request_: Request, cast: Cast) -> None:
    hold(request_, reason=WHY, by=cast.ines)
    assert f"because: {WHY}" in see(cast.marcus, "/queue/")
