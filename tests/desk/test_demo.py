from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client

from base.clock import now, today
from deals.models import Account, Price, Product, Rate, Tier
from guardrails.holders import unheld
from guardrails.models import PolicyVersion
from people.models import Authority, FunctionCalendar, Team, User

pytestmark = pytest.mark.django_db


def demo(**options: bool) -> list[str]:
    """With the named deals alone; the others are test_demo_world's."""
    out = StringIO()
    call_command("demo", past=0, stdout=out, **options)
    return out.getvalue().splitlines()


def test_it_fills_an_empty_database_with_a_whole_company() -> None:
    assert demo(if_empty=True) == ["Helio GmbH is ready."]
    it_has_as_many_as_it_says()
    its_policy_was_drafted_by_one_person_and_reviewed_by_another()
    accounts_products_and_teams_use_the_words_of_the_policy()
    every_level_can_be_asked()
    who_decides_in_a_region_alone_is_asked_there_beside_those_who_decide_everywhere()
    the_products_of_the_brandt_deal_have_its_prices()
    nothing_is_sold_below_its_cost_at_the_floor()
    assert demo(if_empty=True) == []
    it_has_as_many_as_it_says()


def it_has_as_many_as_it_says() -> None:
    assert User.objects.count() == 40
    assert Team.objects.count() == 6
    assert FunctionCalendar.objects.count() == 6
    assert Account.objects.count() == 60
    assert Product.objects.count() == 14
    assert Price.objects.count() == 70
    assert Rate.objects.filter(source="ECB").count() == 4 * 52
    assert Rate.objects.exclude(source="ECB").count() == 20
    assert Tier.objects.filter(product__key="control-platform").count() == 3


def its_policy_was_drafted_by_one_person_and_reviewed_by_another() -> None:
    version = PolicyVersion.objects.in_force(now())
    assert (version.name, version.drafted_by.name, version.published_by) == (
        "v14",
        "Ines Carvalho",
        version.drafted_by,
    )
    assert version.reviewed_by == User.objects.get(name="Dana Whitlock")
    assert unheld(version.policy, today()) == ()


def accounts_products_and_teams_use_the_words_of_the_policy() -> None:
    policy = PolicyVersion.objects.in_force(now()).policy
    assert set(Account.objects.values_list("segment", flat=True)) <= set(policy.segments)
    assert set(Account.objects.values_list("region", flat=True)) <= set(policy.regions)
    assert set(Team.objects.values_list("region", flat=True)) == set(policy.regions)
    assert set(Product.objects.values_list("family", flat=True)) == set(policy.families)


def test_it_refuses_a_database_with_people_in_it() -> None:
    User.objects.create_user("someone@example.com", name="Someone", function="sales")
    with pytest.raises(CommandError, match="fills only an empty one"):
        demo()
    assert User.objects.count() == 1
    assert not Account.objects.exists()


def test_it_refuses_production(settings: LazySettings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not in production"):
        demo(if_empty=True)
    assert not User.objects.exists()


def every_level_can_be_asked() -> None:
    def names(function: str, level: int) -> list[str]:
        return [user.name for user in Authority.objects.holders(function, level, "DACH", today())]

    assert [names("finance", level) for level in (1, 2, 3)] == [
        ["Lena Vogt", "Priya Raman"],
        ["Henrik Sørensen"],
        ["Dana Whitlock"],
    ]
    assert [names("legal", level) for level in (1, 2)] == [["Tomás Rivera"], ["Grace Mbeki"]]
    assert [names("operations", level) for level in (1, 2, 3)] == [
        ["Ji-woo Han"],
        ["Olaf Brandvik"],
        ["Mei Tan"],
    ]
    assert names("executive", 1) == ["Victor Hale"]


def who_decides_in_a_region_alone_is_asked_there_beside_those_who_decide_everywhere() -> None:
    def names(level: int, region: str) -> list[str]:
        return [user.name for user in Authority.objects.holders("finance", level, region, today())]

    assert names(1, "North America") == ["Bradley Stone", "Lena Vogt", "Priya Raman"]
    assert names(2, "North America") == ["Henrik Sørensen", "Patricia Moreno"]
    assert names(1, "Benelux") == ["Joris Claes", "Lena Vogt", "Priya Raman"]


def the_products_of_the_brandt_deal_have_its_prices() -> None:
    prices = Price.objects.filter(currency="EUR").select_related("product")
    shown = [
        f"{row.product.name} {row.list_price:.0f} {row.cost:.0f} {row.floor:.0f} {row.product.recurring}"
        for row in prices.order_by("pk")
        if not row.floor
    ]
    assert shown == [
        "Control Platform 1150 253 0 True",
        "Site connector 48000 12000 0 True",
        "Premium support 62700 37620 0 True",
        "Implementation 1450 980 0 False",
    ]


def nothing_is_sold_below_its_cost_at_the_floor() -> None:
    for price in Price.objects.exclude(floor=0):
        assert price.cost is not None
        assert price.cost < price.floor < price.list_price


def test_it_says_who_can_sign_in_one_a_line() -> None:
    assert demo(who=True) == []
    demo()
    User.objects.filter(email="robin@helio.example").update(is_active=False)
    lines = demo(who=True)
    assert lines[0] == "Look around as one of these people; the password is “demo”:"
    assert lines[1] == "  maya@helio.example    Maya Okafor       Account Executive"
    assert len(lines) == 12


@pytest.mark.http
def test_the_password_opens_the_door() -> None:
    demo()
    client = Client()
    client.post("/accounts/login/", {"login": "ines@helio.example", "password": "demo"})
    assert client.session["_auth_user_id"] == str(User.objects.get(email="ines@helio.example").pk)


@pytest.mark.http
def test_the_sign_in_page_of_the_demo_offers_one_of_each_role(settings: LazySettings) -> None:
    settings.DEALDESK_ENV = "demo"
    demo()
    page = Client().get("/accounts/login/").content.decode()
    assert page.count("@helio.example") == 2 * 12  # each for whoever has no script, too


@pytest.mark.http
def test_the_sign_in_page_of_a_company_offers_nobody() -> None:
    demo()
    assert "@helio.example" not in Client().get("/accounts/login/").content.decode()
