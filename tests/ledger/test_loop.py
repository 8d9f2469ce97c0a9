"""`manage.py sweep --loop` outlives its database."""

import pytest
from django.db import InterfaceError, OperationalError

from ledger.management.commands import sweep as command


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_does_not_answer_is_asked_again_later(monkeypatch, caplog, error):
    def down(now):
        raise error("the server is starting up\n")

    monkeypatch.setattr(command, "sweep", down)
    assert command.busy() is False
    assert "no sweep, the database does not answer: the server is starting up" in caplog.text


@pytest.mark.parametrize(("tried", "more", "busy"), [(0, True, False), (3, False, False), (3, True, True)])
def test_the_next_sweep_begins_at_once_while_there_is_more_to_do(monkeypatch, tried, more, busy):
    monkeypatch.setattr(command, "sweep", lambda now: tried)
    monkeypatch.setattr(command, "waiting", lambda now: more)
    assert command.busy() is busy
