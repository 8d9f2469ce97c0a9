import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from approvals.models import Mandate
from base import clock
from base.accents import Plain, plain
from deals.find import deals_matching
from deals.models import Account, Deal
from deals.share import share
from desk.deal_state import state_of
from desk.pages import PLACES
from desk.templatetags.found import marked
from people.find import people_matching
from people.models import User
from tests.cast import Cast
from tests.desk.making import At, make_deal, make_request, make_revision, make_version
from tests.test_access import ACCESS, PEOPLE
from tests.words.pseudo import SPOKEN, spoken, wide

pytestmark = [pytest.mark.django_db, pytest.mark.http]
PAGE = "/search/"
QUERIES = 10


def find(client: Client, user: User, q: str, **more: str) -> Any:
    client.force_login(user)
    return client.get(PAGE, {"q": q, **more})


def suggest(client: Client, user: User, q: str) -> Any:
    client.force_login(user)
    return client.get(PAGE, {"q": q}, headers={"HX-Request": "true"})


def words(answer: Any) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def numbers(answer: Any) -> list[str]:
    return [deal.number for deal in answer.context["found"].deals.found]


@pytest.fixture
def deals(cast: Cast) -> dict[str, Deal]:
    found = {
        "brandt": make_deal(cast.maya, "Brandt Logistik", "D-1284"),
        "brandl": make_deal(cast.maya, "Brandl Maschinen", "D-1290"),
        "nordic": make_deal(cast.elena, "Brandt Nordic", "D-1300"),
    }
    for deal, title in zip(
        found.values(), ("Renewal of Platform", "Expansion", "Secret renewal"), strict=True
    ):
        deal.title = title
        deal.save()
    return found


@pytest.mark.parametrize("number", ["D-1284", "d-1284", " D-1284 "])
def test_a_number_leads_straight_to_its_deal(
    client: Client, cast: Cast, deals: dict[str, Deal], number: str
) -> None:
    assert find(client, cast.maya, number).headers["Location"] == "/deals/D-1284/"


def test_the_number_of_a_strangers_deal_leads_nowhere(
    client: Client, cast: Cast, deals: dict[str, Deal]
) -> None:
    for q in ("D-1300", "1300", "Secret", "Nordic"):
        answer = find(client, cast.maya, q)
        assert answer.status_code == 200
        assert answer.context["found"].count == 0
        assert "Secret renewal" not in words(answer)
    assert words(answer).replace("Nordic", "Nothing") == words(find(client, cast.maya, "Nothing"))


def test_digits_alone_find_the_number_first(client: Client, cast: Cast, deals: dict[str, Deal]) -> None:
    make_deal(cast.maya, "1284 Films", "D-7")
    assert numbers(find(client, cast.maya, "1284")) == ["D-1284", "D-7"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("brandt", ["D-1284"]),
        ("bran", ["D-1284", "D-1290"]),
        ("BRANDL", ["D-1290"]),
        ("renewal brandt", ["D-1284"]),
        ("brandt expansion", []),
        ("logi plat", ["D-1284"]),
        ("randt", []),
        ("D-12", ["D-1284", "D-1290"]),
        ("129", ["D-1290"]),
        ("d-1284 brandt", ["D-1284"]),
    ],
)
def test_each_word_begins_a_word_of_title_or_account_or_the_number(
    client: Client, cast: Cast, deals: dict[str, Deal], q: str, found: list[str]
) -> None:
    assert sorted(numbers(find(client, cast.maya, q))) == found


@pytest.mark.parametrize(
    "q", ["'", "!!", "a'b:*", "& | !", "\\", "%%", "<->", "\x00brandt", "brandt\x00", "a_b", "()"]
)
def test_signs_of_the_query_language_are_only_signs(
    client: Client, cast: Cast, deals: dict[str, Deal], q: str
) -> None:
    assert find(client, cast.maya, q).status_code == 200
    assert suggest(client, cast.maya, q).status_code == 200


def test_who_works_on_a_deal_finds_it_and_its_account(
    client: Client, cast: Cast, deals: dict[str, Deal]
) -> None:
    assert numbers(find(client, cast.arjun, "renewal")) == []
    share(deals["brandt"], with_=cast.arjun, role="viewer", by=cast.maya, at=clock.now())
    answer = find(client, cast.arjun, "brandt")
    assert numbers(answer) == ["D-1284"]
    assert [each.name for each in answer.context["found"].accounts.found] == ["Brandt Logistik"]


def test_an_account_without_a_deal_one_sees_does_not_exist(
    client: Client, cast: Cast, deals: dict[str, Deal]
) -> None:
    hidden = Account.objects.get(name="Brandt Nordic")
    answer = find(client, cast.maya, "brand")
    assert [each.name for each in answer.context["found"].accounts.found] == [
        "Brandl Maschinen",
        "Brandt Logistik",
    ]
    assert client.get("/search/deals/", {"account": hidden.pk}).status_code == 404
    assert client.get("/search/deals/", {"account": "x"}).status_code == 404


def test_the_desk_finds_everything(client: Client, cast: Cast, deals: dict[str, Deal]) -> None:
    assert sorted(numbers(find(client, cast.ines, "brandt"))) == ["D-1284", "D-1300"]


def test_open_deals_stand_before_closed_ones(client: Client, cast: Cast, deals: dict[str, Deal]) -> None:
    Deal.objects.filter(number="D-1290").update(status="lost", closed_at=deals["brandt"].created_at)
    assert numbers(find(client, cast.maya, "bran")) == ["D-1284", "D-1290"]
    Deal.objects.filter(number="D-1290").update(status="open", closed_at=None)
    Deal.objects.filter(number="D-1284").update(status="lost", closed_at=deals["brandt"].created_at)
    assert numbers(find(client, cast.maya, "bran")) == ["D-1290", "D-1284"]


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("henrik", ["Henrik Sørensen"]),
        ("finance dir", ["Henrik Sørensen"]),
        ("legal", ["Grace Mbeki", "Tomás Rivera"]),
        ("mei", ["Mei Tan"]),
        ("priya finance", ["Priya Raman"]),
        ("helio", []),
    ],
)
def test_colleagues_are_found_by_name_title_and_function(cast: Cast, q: str, names: list[str]) -> None:
    assert [each.name for each in people_matching(q.split())] == names


def test_who_left_is_not_found(cast: Cast) -> None:
    User.objects.filter(pk=cast.henrik.pk).update(is_active=False)
    assert not people_matching(["henrik"])


def test_words_of_the_glossary_are_found_as_the_reader_reads_them(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.maya.pk).update(locale=SPOKEN)
    with spoken():
        answer = find(client, cast.maya, wide("Headroom"))
    assert [word.key for word in answer.context["found"].words.found][:1] == ["headroom"]
    assert f"<mark>{wide('Headroom')}</mark>" in answer.content.decode()


def test_words_of_the_glossary_are_found_their_names_first(client: Client, cast: Cast) -> None:
    found = find(client, cast.maya, "walk-away").context["found"].words.found
    assert found[0].name == "Walk-away"
    assert len(found) > 1


def test_what_fits_is_marked(client: Client, cast: Cast, deals: dict[str, Deal]) -> None:
    page = find(client, cast.maya, "log ren").content.decode()
    assert "Brandt <mark>Log</mark>istik" in page
    assert "<mark>Ren</mark>ewal of Platform" in page


def test_nothing_typed_is_ever_markup() -> None:
    assert marked("<b>Brandt</b> & Co", ("b",)) == (
        "&lt;<mark>b</mark>&gt;<mark>B</mark>randt&lt;/<mark>b</mark>&gt; &amp; Co"
    )
    assert marked("(a) a.b", ("a",)) == "(<mark>a</mark>) <mark>a</mark>.b"


def test_nothing_asked_says_what_can_be_searched(client: Client, cast: Cast) -> None:
    assert "Searched are deals that you may see" in words(find(client, cast.maya, ""))
    assert "Searched are deals that you may see" in words(find(client, cast.maya, "   "))


def test_one_letter_is_too_short_and_one_sign_of_another_script_is_not(client: Client, cast: Cast) -> None:
    make_deal(cast.maya, "日立", "D-9")
    assert "One letter fits almost everything. Write at least two." in words(find(client, cast.maya, "b"))
    assert numbers(find(client, cast.maya, "日")) == ["D-9"]
    assert "There is no letter and no digit in it" in words(find(client, cast.maya, "!!"))


def test_at_most_eight_of_a_kind_and_the_way_to_all(client: Client, cast: Cast) -> None:
    for number in range(30):
        make_deal(cast.maya, f"Brandt {number}", f"D-{number + 1}")
    answer = find(client, cast.maya, "brandt")
    assert len(numbers(answer)) == 8
    assert '<a class="link" href="/search/deals/?q=brandt">All deals that fit</a>' in answer.content.decode()
    every = client.get("/search/deals/", {"q": "brandt"})
    assert "30 deals that you may see." in words(every)
    assert len(every.context["page"].object_list) == 25
    assert len(client.get("/search/deals/", {"q": "brandt", "page": "2"}).context["page"].object_list) == 5


def test_pages_are_found_by_those_who_may_open_them(client: Client, cast: Cast) -> None:
    for place in PLACES:
        may = [place.may(getattr(cast, key)) for key in PEOPLE if key]
        assert may == [status == 200 for status in ACCESS.get((place.route, "get"), ())[:-1]], place.route
    assert '<a class="link" href="/policy/quarter-end/">Go to Quarter end</a>' in (
        find(client, cast.maya, "quarter end").content.decode()
    )
    assert 'href="/imports/"' not in suggest(client, cast.maya, "import").content.decode()
    found = suggest(client, cast.ines, "import").content.decode()
    assert '<a href="/imports/"><mark>Import</mark></a>' in found


def test_a_found_deal_says_how_far_it_is(client: Client, cast: Cast) -> None:
    version, now = make_version(cast.ines, cast.dana), clock.now()
    requests = {"D-2": (At("finance", 2),), "D-3": (At("finance", 2, "returned"), At("legal", 1))}
    for number in ("D-1", "D-2", "D-3", "D-4", "D-5", "D-6"):
        deal = make_deal(cast.maya, f"Brandt {number}", number)
        if number in requests:
            make_request(make_revision(deal), version, requests[number])
        if number in ("D-4", "D-5"):
            ended = make_request(make_revision(deal), version, [At("finance", 2, "agreed")], status="granted")
            until = now + timedelta(days=1 if number == "D-4" else -1)
            made = {"version": version, "number": 1, "granted_at": now - timedelta(days=9)}
            made |= {"limits": "[]", "corner": "{}", "net_at_limit": 1}
            Mandate.objects.create(deal=deal, request=ended, expires_at=until, **made)
        if number == "D-6":
            make_request(make_revision(deal), version, [At("legal", 1, "declined")], status="declined")
    found = find(client, cast.maya, "brandt").context["found"].deals.found
    assert {deal.number: state_of(deal)[0] for deal in found} == {
        "D-1": "Draft",
        "D-2": "In review",
        "D-3": "Changes asked",
        "D-4": "Mandate active",
        "D-5": "Mandate ran out",
        "D-6": "Declined",
    }
    assert "Warehouse control, 3 sites · Mandate active" in words(suggest(client, cast.maya, "D-4"))


def test_an_account_leads_to_its_deals(client: Client, cast: Cast, deals: dict[str, Deal]) -> None:
    client.force_login(cast.maya)
    page = client.get("/search/deals/", {"account": deals["brandt"].account_id})
    assert "1 deal that you may see." in words(page)


def test_suggestions_are_the_part_alone(client: Client, cast: Cast, deals: dict[str, Deal]) -> None:
    text = suggest(client, cast.maya, "brandt").content.decode()
    assert "<html" not in text
    assert re.findall(r'<a href="(/deals/[^"]+)"', text) == ["/deals/D-1284/"]
    assert "2 results" in text
    assert suggest(client, cast.maya, "D-1284").status_code == 200
    assert "<a" not in suggest(client, cast.maya, "b").content.decode()


def test_the_same_number_of_queries_for_one_deal_and_ten(client: Client, cast: Cast) -> None:
    make_deal(cast.maya, "Brandt 0", "D-100")
    find(client, cast.maya, "brandt")
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE, {"q": "brandt"})
    for number in range(1, 10):
        make_deal(cast.maya, f"Brandt {number}", f"D-{100 + number}")
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE, {"q": "brandt"})
    assert (len(few), len(many)) == (QUERIES, QUERIES)


@pytest.mark.parametrize("user", ["maya", "ines"])
def test_no_search_reads_a_table_from_end_to_end(cast: Cast, user: str) -> None:
    visible = Deal.objects.visible_to(getattr(cast, user))
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan", "indexonlyscan"):  # whole; whatever the planner knows of the rows
            cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = deals_matching(visible, ["brandt", "1284"]).explain()
    assert "deals_deal_title_plain" in plan
    assert "deals_account_name_plain" in plan
    assert "Seq Scan on deals_" not in plan


@pytest.mark.parametrize("typed", ["tomas", "Tomás", "TOMÁS", "toma\N{COMBINING ACUTE ACCENT}s"])
def test_a_colleague_is_found_without_the_accents_of_their_name(
    client: Client, cast: Cast, typed: str
) -> None:
    answer = find(client, cast.maya, typed)
    assert [person.name for person in answer.context["found"].people.found] == ["Tomás Rivera"]
    assert "<b><mark>Tomás</mark> Rivera</b>" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "name"), [("malmo", "Malmö Hamn"), ("malmö", "Malmo Port"), ("lodz", "Łódź Logistyka")]
)
def test_deals_and_accounts_are_found_without_their_accents(
    client: Client, cast: Cast, typed: str, name: str
) -> None:
    make_deal(cast.maya, name, "D-1400", title="Übergabe in Århus")
    found = find(client, cast.maya, typed).context["found"]
    assert [deal.number for deal in found.deals.found] == ["D-1400"]
    assert [account.name for account in found.accounts.found] == [name]
    assert numbers(find(client, cast.maya, "arhus uberg")) == ["D-1400"]
    assert numbers(find(client, cast.maya, "arhus uberh")) == []


@pytest.mark.parametrize(
    "text", ["Tomás Søndergård", "Łódź, İzmir", "Nguyễn", "한국", "Straße", "naïve café"]
)
def test_the_database_takes_the_same_accents_away(text: str) -> None:
    with connection.cursor() as cursor:
        said = Plain(Value(text)).as_sql(SQLCompiler(Query(Account), connection, None), connection)
        cursor.execute(f"SELECT {said[0]}", said[1])
        assert cursor.fetchone() == (plain(text),)
