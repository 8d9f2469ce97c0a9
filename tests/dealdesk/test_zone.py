from datetime import UTC, datetime

import time_machine
from django.test import Client

from approvals.submit import submit
from deals.models import Deal
from tests.brandt import make_brandt
from tests.cast import Cast

MORNING = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)


def test_times_are_written_in_the_readers_own_zone(client: Client, cast: Cast) -> None:
    with time_machine.travel(MORNING, tick=False):
        deal: Deal = make_brandt(cast)
        submit(deal, by=cast.maya)
        cast.maya.timezone = "America/New_York"
        cast.maya.save()
        pages = []
        for user in (cast.maya, cast.marcus):
            client.force_login(user)
            pages.append(client.get(f"/deals/{deal.number}/").content.decode())
    assert "Sent today 04:00" in pages[0]
    assert "Sent today 10:00" in pages[1]
