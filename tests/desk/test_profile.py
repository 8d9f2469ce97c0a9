import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.utils.html import strip_tags

from base import clock
from dealdesk import seen
from ledger.models import Event
from people.devices import device
from people.models import User
from people.zones import found, offered
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.http]
PAGE = "/profile/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
PASSWORD = "quiet-harbour-9"


@pytest.fixture
def maya(client: Client, cast: Cast) -> Client:
    client.force_login(cast.maya)
    return client


def shown(user: User) -> dict[str, str]:
    """What the page sends along of what it showed."""
    own = {"name": user.name, "timezone": user.timezone, "locale": user.locale, "theme": user.theme}
    return {f"initial-{name}": value for name, value in own.items()} | own


def words(answer: Any) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def facts(user: User) -> tuple[str, str, str, str]:
    user.refresh_from_db()
    return (user.name, user.timezone, user.locale, user.theme)


def test_a_person_changes_their_name_zone_locale_and_theme(maya: Client, cast: Cast) -> None:
    sent = {"name": " Maya  O. ", "timezone": "America/New_York", "locale": "de", "theme": "dark"}
    answer = maya.post(PAGE, shown(cast.maya) | sent)
    assert answer.headers["Location"] == PAGE
    assert facts(cast.maya) == ("Maya O.", "America/New_York", "de", "dark")


def test_the_record_says_what_changed_and_keeps_no_name(maya: Client, cast: Cast) -> None:
    maya.post(PAGE, shown(cast.maya) | {"name": "Maya Ruiz", "locale": "sv"})
    told = Event.objects.of("people").get(kind="profile_set")
    assert told.actor == cast.maya
    assert '"fields":["locale","name"]' in told.body
    assert '"locale":"sv"' in told.body
    assert "Ruiz" not in told.body


def test_what_stays_the_same_is_not_recorded(maya: Client, cast: Cast) -> None:
    maya.post(PAGE, shown(cast.maya))
    assert not Event.objects.of("people").exists()


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_may_be_written_by_its_city(maya: Client, cast: Cast, typed: str, zone: str) -> None:
    User.objects.update(timezone="Asia/Tokyo")
    cast.maya.refresh_from_db()
    maya.post(PAGE, shown(cast.maya) | {"timezone": typed})
    assert facts(cast.maya)[1] == zone


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "  ", "Write your name: it stands beside everything you decide."),
        ("timezone", "", "Choose a time zone: deadlines are shown by its clock."),
        ("timezone", "Berln", "“Berln” is no time zone. Type a city, like Berlin, and choose."),
        ("timezone", "Etc/GMT+5", "“Etc/GMT+5” is no time zone. Type a city, like Berlin, and choose."),
        ("locale", "xx", "Choose one of the list."),
        ("theme", "pink", "Choose light, dark, or the theme of your device."),
    ],
)
def test_a_mistake_is_named_what_was_typed_stays_and_nothing_changes(
    maya: Client, cast: Cast, field: str, value: str, sentence: str
) -> None:
    before = facts(cast.maya)
    answer = maya.post(PAGE, shown(cast.maya) | {"name": "Somebody Else", field: value})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert field == "name" or 'value="Somebody Else"' in answer.content.decode()
    assert facts(cast.maya) == before


def test_two_pages_open_at_once_undo_nothing(maya: Client, cast: Cast) -> None:
    older = shown(cast.maya)
    maya.post(PAGE, shown(cast.maya) | {"timezone": "Asia/Tokyo"})
    maya.post(PAGE, older | {"name": "Maya Ruiz"})
    assert facts(cast.maya) == ("Maya Ruiz", "Asia/Tokyo", "en", "")


def test_nobody_elses_profile_changes(maya: Client, cast: Cast) -> None:
    before = facts(cast.arjun)
    maya.post(PAGE, shown(cast.maya) | {"user": cast.arjun.pk, "locale": "de", "function": "desk"})
    assert facts(cast.arjun) == before
    cast.maya.refresh_from_db()
    assert cast.maya.function == "sales"


def test_the_next_page_is_written_in_the_locale_and_runs_its_way(maya: Client, cast: Cast) -> None:
    maya.post(PAGE, shown(cast.maya) | {"locale": "ar"})
    page = maya.get(PAGE).content.decode()
    assert '<html lang="en" dir="rtl" data-locale="ar">' in page


def test_every_locale_is_offered_with_what_it_writes(maya: Client) -> None:
    with time_machine.travel(datetime(2026, 6, 4, 8, tzinfo=UTC), tick=False):
        page = maya.get(PAGE).content.decode().replace("\u00a0", " ")
    assert '<option value="de">Deutsch: 1.234,50 €, 4. Juni 2026</option>' in page
    assert '<option value="en" selected>English (international): €1,234.50, 4 June 2026</option>' in page


@pytest.fixture
def registered(cast: Cast) -> User:
    cache.clear()
    seen.note.cache_clear()
    cast.maya.set_password(PASSWORD)
    cast.maya.save()
    return cast.maya


def signed_in(agent: str) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": "maya@helio.example", "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_each_place_is_listed_this_one_first_and_marked(registered: User) -> None:
    with time_machine.travel(datetime(2026, 6, 11, 8, tzinfo=UTC), tick=False) as now:
        signed_in(IPHONE)
        now.shift(timedelta(hours=1))
        desktop = signed_in(FIREFOX)
        text = words(desktop.get(PAGE))
    assert "Firefox on Linux This device127.0.0.1 today 11:00 now" in text
    assert "Safari on iPhone127.0.0.1 today 10:00 today 10:00 Sign out" in text
    assert text.index("Firefox on Linux") < text.index("Safari on iPhone")


def test_one_signs_out_at_one_other_place(registered: User) -> None:
    phone, tablet, desktop = signed_in(IPHONE), signed_in(IPHONE), signed_in(FIREFOX)
    place = UserSession.objects.get(session_key=phone.session.session_key)
    answer = desktop.post(f"/profile/sign-out/{place.pk}/", follow=True)
    assert "Signed out there." in words(answer)
    assert [is_in(each) for each in (phone, tablet, desktop)] == [False, True, True]
    again = desktop.post(f"/profile/sign-out/{place.pk}/", follow=True)
    assert "You were signed out there already." in words(again)


def test_one_signs_out_everywhere_else(registered: User) -> None:
    phone, tablet, desktop = signed_in(IPHONE), signed_in(IPHONE), signed_in(FIREFOX)
    assert "Signed out at 2 other places." in words(desktop.post("/profile/sign-out/", follow=True))
    assert [is_in(each) for each in (phone, tablet, desktop)] == [False, False, True]
    assert "You were signed in nowhere else." in words(desktop.post("/profile/sign-out/", follow=True))


def test_ending_this_place_signs_out_here(registered: User) -> None:
    desktop = signed_in(FIREFOX)
    place = UserSession.objects.get()
    assert desktop.post(f"/profile/sign-out/{place.pk}/").headers["Location"] == "/accounts/login/"
    assert not is_in(desktop)


def test_nobody_signs_somebody_else_out(registered: User, cast: Cast) -> None:
    phone = signed_in(IPHONE)
    place = UserSession.objects.get()
    other = Client()
    other.force_login(cast.arjun)
    other.post(f"/profile/sign-out/{place.pk}/")
    other.post("/profile/sign-out/")
    assert is_in(phone)


def test_when_a_place_was_last_used_is_written_once_in_five_minutes(registered: User) -> None:
    with time_machine.travel(datetime(2026, 6, 11, 8, tzinfo=UTC), tick=False) as now:
        desktop = signed_in(FIREFOX)
        times = []
        for minutes in (1, 3, 3):
            now.shift(timedelta(minutes=minutes))
            desktop.get(PAGE)
            times.append(UserSession.objects.get().last_seen_at)
        assert times == [clock.now() - timedelta(minutes=6), clock.now() - timedelta(minutes=6), clock.now()]


def test_a_place_whose_session_ran_out_is_not_listed(registered: User) -> None:
    signed_in(IPHONE)
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        assert "iPhone" not in words(signed_in(FIREFOX).get(PAGE))


def test_someone_signed_in_before_places_were_listed_finds_this_one(maya: Client) -> None:
    assert "This device" in words(maya.get(PAGE))
    assert not UserSession.objects.exists()


def test_looking_at_an_address_that_signs_out_does_nothing(registered: User) -> None:
    phone, desktop = signed_in(IPHONE), signed_in(FIREFOX)
    place = UserSession.objects.get(session_key=phone.session.session_key)
    assert desktop.get(f"/profile/sign-out/{place.pk}/").status_code == 405
    assert desktop.get("/profile/sign-out/").status_code == 405
    assert is_in(phone)


def test_the_number_of_queries_does_not_grow_with_places(
    registered: User, django_assert_num_queries: Any
) -> None:
    desktop = signed_in(FIREFOX)
    desktop.get(PAGE)
    with django_assert_num_queries(8):
        desktop.get(PAGE)
    for _ in range(10):
        signed_in(IPHONE)
    with django_assert_num_queries(8):
        desktop.get(PAGE)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/17.5 Safari/605.1.15", "Safari on Mac"),
        ("curl/8.5.0", "Another program"),
        ("", "Another program"),
    ],
)
def test_a_device_is_told_in_words(agent: str, words: str) -> None:
    assert device(agent) == words


def test_every_zone_offered_is_found_by_its_name_in_any_case() -> None:
    assert [zone for zone in offered() if found(zone.upper()) != zone] == []
    assert not re.search(r"Etc/|posix|SystemV", " ".join(offered()))
