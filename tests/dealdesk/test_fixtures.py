"""The test tools themselves: a race is a race, every table is emptied, mail and browser are real."""

import threading
import urllib.request

import pytest
from django.core.mail import send_mail
from django.db import connection


@pytest.mark.concurrency
def test_a_race_runs_at_the_same_moment_on_connections_of_its_own(race):
    meeting = threading.Barrier(2, timeout=10)

    def contender() -> int:
        meeting.wait()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    def loser() -> None:
        raise ValueError("too late")

    first, second = race(contender, contender)
    assert first != second
    one, error = race(lambda: 1, loser)
    assert one == 1
    assert repr(error) == "ValueError('too late')"


def test_mail_goes_through_a_real_server(smtp):
    assert send_mail("Due today", "Step 4 waits.", "desk@example.com", ["ann@example.com"]) == 1
    (mail,) = smtp.mails
    assert (mail["Subject"], mail["To"], mail.get_content()) == (
        "Due today",
        "ann@example.com",
        "Step 4 waits.\n",
    )


def test_the_browser_gets_pages_from_this_tests_database(page, live):
    answer = page.goto("/healthz")
    assert (answer.status, page.inner_text("body").strip()) == (200, "ok")
    assert urllib.request.urlopen(f"{live}/readyz").status == 200
