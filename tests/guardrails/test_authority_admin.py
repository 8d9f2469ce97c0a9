from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from deals.models import Account
from guardrails.appoint import STREAM
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from ledger.models import Event
from people.models import Authority
from tests.cast import Cast

pytestmark = pytest.mark.http

PAGE = "/admin/people/authority/"


@pytest.fixture
def client(cast: Cast, settings: LazySettings) -> Any:
    with time_machine.travel(datetime(2026, 3, 2, 10, 0, tzinfo=UTC), tick=False):
        text = (settings.BASE_DIR / "guardrails/demo_policy.toml").read_text()
        publish(review(load(text, by=cast.ines), by=cast.dana), by=cast.ines)
        cast.ines.is_staff = cast.ines.is_superuser = True
        cast.ines.save()
        client = Client()
        client.force_login(cast.ines)
        yield client


def kinds() -> list[str]:
    return [event.kind for event in Event.objects.of(STREAM)]


def test_authority_is_given_and_recorded(client: Client, cast: Cast) -> None:
    form = {"user": cast.priya.pk, "level": "finance:2", "region": "DACH", "since": "2026-03-02"}
    assert client.post(f"{PAGE}add/", form).status_code == 302
    assert cast.priya in Authority.objects.holders("finance", 2, "DACH", date(2026, 3, 2))
    assert kinds() == ["appointed"]


def test_what_the_policy_does_not_know_is_refused(client: Client, cast: Cast) -> None:
    usual = {"user": cast.priya.pk, "level": "finance:2", "region": "DACH", "since": "2026-03-02"}
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"level": "finance:9"}, "level"),
        ({"level": ""}, "level"),
        ({"region": "Nordic"}, "region"),
        ({"user": cast.ines.pk}, "user"),
        ({"user": cast.henrik.pk, "region": ""}, "user"),
    )
    for change, field in refused:
        answer = client.post(f"{PAGE}add/", usual | change)
        form = answer.context["adminform"].form
        assert (answer.status_code, list(form.errors)) == (200, [field]), change
        assert form["since"].value() == "2026-03-02"
    assert Authority.objects.filter(user=cast.priya).count() == 1
    assert kinds() == []


def test_authority_is_given_by_the_names_of_the_policy(client: Client, cast: Cast) -> None:
    page = client.get(f"{PAGE}add/").content.decode()
    assert '<option value="finance:2">Finance Director</option>' in page
    assert '<option value="DACH">DACH</option>' in page and '<option value="">Everywhere</option>' not in page
    assert 'value="2026-03-02"' in page
    assert "Finance Director" in client.get(PAGE).content.decode()


def test_an_end_in_the_past_is_refused_at_its_field(client: Client, cast: Cast) -> None:
    held = Authority.objects.get(user=cast.henrik)
    answer = client.post(f"{PAGE}{held.pk}/change/", {"until": "2026-03-01"})
    assert answer.context["adminform"].form.errors["until"] == [
        "Authority can end today at the earliest, and after the day it began."
    ]
    assert kinds() == []


def test_authority_is_ended_and_nothing_else_of_it_changes(client: Client, cast: Cast) -> None:
    held = Authority.objects.get(user=cast.henrik)
    form = {"until": "2026-04-01", "level": 3, "user": cast.maya.pk}
    assert client.post(f"{PAGE}{held.pk}/change/", form).status_code == 302
    held.refresh_from_db()
    assert (held.user, held.level, held.until) == (cast.henrik, 2, date(2026, 4, 1))
    assert kinds() == ["authority_ended"]


def test_saving_without_an_end_changes_nothing(client: Client, cast: Cast) -> None:
    held = Authority.objects.get(user=cast.henrik)
    client.post(f"{PAGE}{held.pk}/change/", {"until": ""})
    assert kinds() == []


def test_authority_is_never_deleted(client: Client, cast: Cast) -> None:
    held = Authority.objects.get(user=cast.henrik)
    assert client.post(f"{PAGE}{held.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Authority.objects.filter(pk=held.pk).exists()


def test_the_list_opens(client: Client) -> None:
    assert client.get(PAGE).status_code == 200
    assert client.get(f"{PAGE}add/").status_code == 200


def test_a_new_account_is_in_a_segment_and_region_of_the_policy(client: Client) -> None:
    form = {"name": "Tessera Bank AG", "segment": "Enterprise", "region": "Nordic"}
    answer = client.post("/admin/deals/account/add/", form)
    assert (answer.status_code, list(answer.context["adminform"].form.errors)) == (200, ["region"])
    assert not Account.objects.exists()
    assert client.post("/admin/deals/account/add/", {**form, "region": "Nordics"}).status_code == 302
    assert Account.objects.get().region == "Nordics"
