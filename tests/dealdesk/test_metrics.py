from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from base import clock
from deals.models import Deal
from ledger.heartbeat import beat
from ledger.models import Effect, Heartbeat, Sweep
from tests.brandt import make_brandt
from tests.cast import Cast

TOKEN = "a-token-of-this-test"
ASKED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def samples(client: Client) -> dict[tuple[Any, ...], float]:
    answer = client.get("/metrics", headers=ASKED)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_without_a_token_set_there_is_nothing(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer a-token-of-this-tes", f"Basic {TOKEN}", TOKEN, "Bearer é"]
)
def test_only_who_has_the_token_is_told(given: str, client: Client, token: None, cast: Cast) -> None:
    client.force_login(cast.ines)
    answer = client.get("/metrics", headers={"Authorization": given})
    assert (answer.status_code, answer.content) == (401, b"Unauthorized\n")


def test_what_is_due_is_counted_by_kind(client: Client, token: None, db: None) -> None:
    now = clock.now()
    for n, (kind, ago, state) in enumerate(
        (("mail", 50, "pending"), ("mail", -9, "pending"), ("bulk", 9, "parked"))
    ):
        due = now - timedelta(seconds=ago)
        known = {"planned_for": due, "due_at": due, "created_at": due, "payload": "{}"}
        Effect.objects.create(kind=kind, key="deal:1", dedupe_key=str(n), state=state, **known)
    Sweep.objects.create(at=now - timedelta(seconds=20))
    beat(Heartbeat.Role.WORKER, "celery@one", began=now, at=now)
    found = samples(client)
    counted = {name[1:]: value for name, value in found.items() if name[0] == "dealdesk_effects" and value}
    assert counted == {("due", "mail"): 1, ("later", "mail"): 1, ("bulk", "parked"): 1}
    assert 50 <= found["dealdesk_oldest_due_effect_seconds",] <= 55
    assert 20 <= found["dealdesk_last_sweep_seconds",] <= 25
    assert (found["dealdesk_processes", "worker"], found["dealdesk_processes", "beat"]) == (1, 0)
    assert found["dealdesk_database_up",] == 1


def test_requests_are_counted_by_page_but_not_where_nobody_is_named(
    client: Client, token: None, cast: Cast
) -> None:
    deal: Deal = make_brandt(cast)
    client.force_login(cast.maya)
    before = samples(client)
    for path in (
        f"/deals/{deal.number}/",
        f"/deals/{deal.number}/concerns/",
        "/concerns/",
        "/nothing/",
        "/healthz",
    ):
        client.get(path)
    grown = {
        key: value - before.get(key, 0) for key, value in samples(client).items() if key[0] != "dealdesk_last"
    }
    counted = {
        key[1:]: value for key, value in grown.items() if key[0] == "dealdesk_requests_total" and value
    }
    assert counted == {("200", "GET", "desk:deal"): 1, ("404", "GET", "none"): 1}
    assert grown["dealdesk_request_seconds_count", "desk:deal"] == 1


@pytest.mark.django_db(transaction=True)
def test_without_a_database_it_says_so_and_counts_on(client: Client, token: None, monkeypatch: Any) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    found = samples(client)
    assert found["dealdesk_database_up",] == 0
    assert not any(name[0] == "dealdesk_effects" for name in found)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_monitors_ask_by_any_name_and_without_tls(
    path: str, client: Client, db: None, token: None, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["desk.example.com"]
    assert client.get(path, headers={"Host": "10.0.0.7:8000", **ASKED}).status_code == 200
    assert client.post(path, headers=ASKED).status_code == 405
