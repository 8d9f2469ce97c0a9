from datetime import UTC, date, datetime

import time_machine

from base import clock


@time_machine.travel(datetime(2026, 6, 11, 22, 30, tzinfo=UTC), tick=False)
def test_now_is_utc_and_today_is_the_companys_day():
    assert clock.now() == datetime(2026, 6, 11, 22, 30, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    assert clock.today() == date(2026, 6, 12)
