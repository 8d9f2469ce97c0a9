from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from base import clock
from ledger.models import Effect

CSP = {
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


def effect(*, seconds_ago: int) -> Effect:
    due = clock.now() - timedelta(seconds=seconds_ago)
    facts = {"kind": "mail", "key": "deal:1", "dedupe_key": "mail:1"}
    return Effect.objects.create(**facts, due_at=due, planned_for=due, created_at=due)


def test_every_page_carries_the_headers_that_keep_foreign_code_out(client, db):
    page = client.get(reverse("account_login"), headers={"Accept-Encoding": "gzip"})
    assert (page.status_code, page["Content-Encoding"]) == (200, "gzip")
    assert set(page["Content-Security-Policy"].split("; ")) == CSP
    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"
    assert "camera=()" in page["Permissions-Policy"]


def test_what_is_uploaded_lies_where_nothing_is_served_from(settings):
    media = Path(settings.MEDIA_ROOT)
    served = [settings.STATIC_ROOT, *settings.STATICFILES_DIRS]
    assert not [place for place in served if media.is_relative_to(place) or Path(place).is_relative_to(media)]


def test_a_stranger_is_sent_to_sign_in_and_back(client, db):
    page = client.get("/admin/people/user/")
    assert (page.status_code, page["Location"]) == (302, "/accounts/login/?next=/admin/people/user/")


def test_what_a_stranger_sends_goes_on_from_its_page_not_from_where_it_was_sent(client, db):
    written_on = {"Referer": "http://testserver/deals/D-1284/offers/"}
    page = client.post("/deals/D-1284/offers/check/", headers=written_on)
    assert (page.status_code, page["Location"]) == (302, "/accounts/login/?next=/deals/D-1284/offers/")


def test_what_a_stranger_sends_from_nowhere_goes_on_at_home(client, db):
    page = client.post("/deals/D-1284/offers/check/")
    assert (page.status_code, page["Location"]) == (302, "/accounts/login/?next=/")


def test_nobody_signs_up_by_themselves(client, db, django_user_model):
    client.post(
        "/accounts/signup/", {"email": "a@b.example", "password1": "Xk29-pqlm", "password2": "Xk29-pqlm"}
    )
    assert django_user_model.objects.count() == 0


def test_health_needs_no_sign_in_and_no_database(client):
    page = client.get("/healthz")
    assert (page.status_code, page.content) == (200, b"ok\n")


def test_ready_with_nothing_overdue(client, db):
    page = client.get("/readyz")
    assert page.status_code == 200
    assert page.json() == {
        "ready": True,
        "database": "ok",
        "oldest_due_effect_seconds": 0,
        "last_sweep_seconds": None,
        "parked_effects": 0,
        "followers_standing_still": 0,
    }


@pytest.mark.parametrize(("age", "status"), [(119, 200), (125, 503)])
def test_not_ready_when_something_is_due_for_over_two_minutes(client, db, age, status):
    effect(seconds_ago=age)
    page = client.get("/readyz")
    assert page.status_code == status
    assert age <= page.json()["oldest_due_effect_seconds"] <= age + 2


@pytest.mark.django_db(transaction=True)
def test_not_ready_when_the_database_does_not_answer(client, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    page = client.get("/readyz")
    assert (page.status_code, page.json()) == (503, {"ready": False, "database": "no answer"})
