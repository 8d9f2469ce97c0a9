"""What is kept is written for nobody's locale; what is shown is written for the reader's."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models.functions import Cast as InSql
from django.test import Client

from base.format import ISOLATE
from base.locales import speaking
from deals.models import Deal
from ledger.models import Event
from people.models import User
from tests.brandt import ask_offer_5, grant_brandt, make_brandt
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


def kept_with(sign: str) -> list[str]:
    """Every column of words, of every table, that holds this sign somewhere."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if model is Session or not isinstance(
                field, models.CharField | models.TextField | models.JSONField
            ):
                continue
            words = InSql(field.name, models.TextField())
            if model._base_manager.alias(all_of_it=words).filter(all_of_it__contains=sign).exists():
                found.append(f"{model._meta.label}.{field.name}")
    return found


def test_no_locale_is_kept_whoever_acts(cast: Cast) -> None:
    """In this locale every number is between two signs that appear nowhere else."""
    with speaking("ar"):
        deal: Deal = make_brandt(cast)
        grant_brandt(deal, cast)
        ask_offer_5(deal, cast)
    assert Event.objects.count() > 10
    assert kept_with(ISOLATE) == []


def read(client: Client, user: User, locale: str, path: str) -> str:
    user.locale = locale
    user.save()
    client.force_login(user)
    page = client.get(path).content.decode()
    return re.sub(r"\s+", " ", page.replace("\u00a0", " "))


@pytest.mark.parametrize(
    ("locale", "worth", "limit"),
    [("en", "€1,924,560", "20.0 %"), ("de", "1.924.560 €", "20,0 %"), ("en-US", "€1,924,560", "20.0%")],
)
def test_the_deal_room_is_written_in_the_readers_locale(
    client: Client, cast: Cast, locale: str, worth: str, limit: str
) -> None:
    deal: Deal = make_brandt(cast)
    grant_brandt(deal, cast)
    page = read(client, cast.maya, locale, f"/deals/{deal.number}/")
    assert worth in page
    assert limit in page


@pytest.mark.parametrize("locale", ["ar", "de", "de-CH", "en-IN", "fr"])
def test_what_the_offer_form_shows_it_also_reads(client: Client, cast: Cast, locale: str) -> None:
    deal: Deal = make_brandt(cast)
    grant_brandt(deal, cast)
    cast.maya.locale = locale
    cast.maya.save()
    client.force_login(cast.maya)
    path = f"/deals/{deal.number}/offers/"
    form: Any = client.get(path).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    checked = client.post(f"{path}check/", typed)
    assert checked.status_code == 200
    assert "aria-invalid" not in checked.content.decode()
