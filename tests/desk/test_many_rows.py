"""Every page of a deal asks the database as often for ten of each thing on it as for one."""

from collections.abc import Iterable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import Mandate, Request
from approvals.submit import submit
from base import clock
from deals.comment import comment
from deals.share import share
from people.models import User
from tests.brandt import grant_brandt, make_brandt
from tests.cast import Cast, person
from tests.desk.offering import offer_inside
from tests.planning.raising import named

pytestmark = [pytest.mark.django_db, pytest.mark.http]
ROOM = "/deals/D-1284/"
TABS = (
    *("", "brief/", "offers/", "economics/", "approvals/", "comments/", "concerns/", "files/", "people/"),
    *("exceptions/", "decisions/", "record/"),
)
BEFORE = ("concerns/", "record/", "comments/", "people/", "approvals/", "")


def counts(user: User, addresses: Iterable[str]) -> dict[str, int]:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    found = {}
    for address in addresses:
        client.get(address)  # what is asked only once a process is not the page's
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, address
        found[address] = len(asked)
    return found


def more_of_all(mandate: Mandate, cast: Cast, number: int) -> None:
    deal = mandate.deal
    offer_inside(mandate, cast)
    comment(deal, by=cast.maya, text=f"Word {number}.", sent=uuid4())
    share(deal, with_=person(f"guest{number}"), role="viewer", by=cast.maya, at=clock.now())


def test_tabs_of_a_granted_deal_take_the_same_queries_for_ten_of_all(cast: Cast) -> None:
    mandate = grant_brandt(make_brandt(cast), cast)
    addresses = [ROOM + tab for tab in TABS]
    more_of_all(mandate, cast, 1)
    one = counts(cast.maya, addresses)
    for number in range(2, 11):
        more_of_all(mandate, cast, number)
    assert counts(cast.maya, addresses) == one


def test_tabs_of_a_deal_in_review_take_the_same_queries_for_ten_concerns(cast: Cast) -> None:
    request: Request = submit(make_brandt(cast), by=cast.maya)
    addresses = [ROOM + tab for tab in BEFORE]
    named(request.deal, cast.maya, "Worry 1: they cannot pay this on time.")
    one = counts(cast.ines, addresses)
    for number in range(2, 11):
        named(request.deal, cast.maya, f"Worry {number}: they cannot pay this on time.")
    assert counts(cast.ines, addresses) == one
