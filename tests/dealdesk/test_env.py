import pytest

from dealdesk import env


def test_a_socket_is_spelled_in_both_ways():
    url = "unix:///run/desk/valkey.sock?db=2"
    assert env.redis_url("REDIS_URL", url, offset=1) == "unix:///run/desk/valkey.sock?db=3"
    assert env.broker_url("REDIS_URL", url) == "redis+socket:///run/desk/valkey.sock?virtual_host=2"


def test_a_server_is_spelled_the_same_for_both():
    url = "rediss://:secret@cache.example.com:6380/4"
    assert env.redis_url("REDIS_URL", url, offset=1) == "rediss://:secret@cache.example.com:6380/5"
    assert env.broker_url("REDIS_URL", url) == url


def test_a_database_address_is_taken_apart():
    found = env.database("DATABASE_URL", "postgresql://desk:p%40ss@db.example.com:5433/deals?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == (
        "desk",
        "p@ss",
        "db.example.com",
        "5433",
    )
    assert found["NAME"] == "deals"
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_a_database_on_a_socket_has_the_folder_as_host():
    assert env.database("DATABASE_URL", "postgresql://desk@/deals?host=/tmp/a%20b")["HOST"] == "/tmp/a b"


@pytest.mark.parametrize(
    ("call", "value", "sentence"),
    [
        (lambda: env.text("DESK_TEST"), "", "set DESK_TEST (docs/operating.md says to what)."),
        (
            lambda: env.number("DESK_TEST", 1, most=9),
            "10",
            "set DESK_TEST to a whole number from 0 to 9; it is '10'.",
        ),
        (
            lambda: env.number("DESK_TEST", 1),
            "x",
            "set DESK_TEST to a whole number from 0 to 2147483647; it is 'x'.",
        ),
        (
            lambda: env.flag("DESK_TEST", True),
            "yes",
            "set DESK_TEST to one of 1, 0, true, false; it is 'yes'.",
        ),
        (lambda: env.choice("DESK_TEST", ("a", "b"), "a"), "c", "set DESK_TEST to one of a, b; it is 'c'."),
        (
            lambda: env.database("DESK_TEST", env.text("DESK_TEST")),
            "mysql://x/y",
            "set DESK_TEST to postgresql://",
        ),
        (lambda: env.redis_url("DESK_TEST", env.text("DESK_TEST")), "http://x", "set DESK_TEST to redis://"),
    ],
)
def test_a_senseless_value_stops_the_start_with_one_line(call, value, sentence, monkeypatch):
    monkeypatch.setenv("DESK_TEST", value)
    with pytest.raises(SystemExit) as refusal:
        call()
    assert str(refusal.value).startswith(f"Deal Desk cannot start: {sentence}")
    assert "\n" not in str(refusal.value)
