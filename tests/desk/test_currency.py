"""Where sellers and reviewers meet a currency: the new brief, its rail, the deal room, what sums rest on."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.submit import submit
from base import clock
from base.format import full_date
from deals.changes import DraftChanges
from deals.edit import save_draft
from deals.models import Deal, Price, Rate
from deals.rate_rules import RateRow
from deals.rates import set_rate
from desk.currency import STALE, Notes, Pinned, choices_of, notes_of, old_words, rates_due, together
from guardrails.models import PolicyVersion
from tests.brandt import grant_brandt, step_of
from tests.cast import Cast


@pytest.fixture
def today():
    return clock.today()


@pytest.fixture
def policy(brandt: Deal):
    return PolicyVersion.objects.in_force(clock.now()).policy


@pytest.fixture
def dollars(brandt: Deal, cast: Cast) -> Deal:
    """Brandt's brief in dollars, at a rate of today."""
    set_rate(RateRow("USD", clock.today(), D("0.9214"), "ECB"), by=cast.ines, sure=True)
    return save_draft(brandt, by=cast.maya, version=brandt.version, changes=DraftChanges(currency="USD"))


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def short(day) -> str:
    return f"{day.day} {day:%b}"


def without_rates(*currencies: str) -> None:
    """As if nobody had entered any for them."""
    Rate.objects.filter(currency__in=currencies).update(replaced_at=clock.now())


def test_a_new_brief_offers_currencies_with_a_rate_and_says_why_not_the_others(client, brandt, cast, today):
    without_rates("USD", "SEK", "CHF", "GBP")
    set_rate(RateRow("USD", today, D("0.9214"), "ECB"), by=cast.ines)
    client.force_login(cast.maya)

    answer = client.get("/deals/new/")

    choices = answer.context["form"].fields["currency"].choices
    assert list(choices) == [("EUR", "EUR"), ("USD", "USD, at 0.9214 EUR")]
    assert (
        "CHF, GBP and SEK cannot be chosen: there is no rate to EUR yet. Ask the deal desk to enter one."
        in words(answer)
    )
    typed = {"account": brandt.account.name, "title": "More", "deal_type": "New business", "currency": "GBP"}
    count = Deal.objects.count()
    assert client.post("/deals/new/", typed).status_code == 422
    assert Deal.objects.count() == count
    assert client.post("/deals/new/", {**typed, "currency": "USD"}).status_code == 302
    assert Deal.objects.latest("pk").currency == "USD"


def test_a_new_brief_says_which_rates_are_old(policy, cast, today):
    without_rates("CHF", "GBP", "SEK", "USD")
    for currency, age in (("USD", STALE), ("CHF", STALE + 1), ("GBP", STALE + 2)):
        set_rate(RateRow(currency, today - timedelta(days=age), D("1.1"), "ECB"), by=cast.ines)
    days = [short(today - timedelta(days=age)) for age in (STALE + 1, STALE + 2)]
    said = f"Rates older than 7 days: CHF ({days[0]}) and GBP ({days[1]}). The deal desk enters newer ones."
    assert choices_of(policy, today).notes[1].replace("\xa0", " ") == said
    due = f"Rates older than 7 days: CHF ({days[0]}) and GBP ({days[1]})."
    assert rates_due(cast.ines, today).replace("\xa0", " ") == due
    assert rates_due(cast.maya, today) == ""


def test_a_new_brief_counts_the_products_a_currency_has_no_price_for(policy, cast, today):
    products = Price.objects.filter(currency="USD")
    without_rates("CHF", "GBP", "SEK", "USD")
    set_rate(RateRow("USD", today, D("0.9214"), "ECB"), by=cast.ines)
    assert "without a price in USD" not in " ".join(choices_of(policy, today).notes)
    products.filter(product__key="analytics").delete()
    assert choices_of(policy, today).notes[-1].replace("\xa0", " ") == "1 product without a price in USD."


@pytest.mark.parametrize(("age", "old"), [(STALE, False), (STALE + 1, True)])
def test_a_rate_is_old_after_a_week(today, age, old):
    rate = Rate(currency="USD", date=today - timedelta(days=age), rate=D("0.9214"), source="ECB")
    said = " ".join(old_words(rate, "EUR", today)).replace("\xa0", " ")
    assert (
        "1 USD = 0.9214 EUR" in said and "8 days old. Ask the deal desk to enter a newer one." in said
    ) is old


def test_the_brief_says_at_which_rate_it_is_measured(client, dollars, cast, today):
    client.force_login(cast.maya)
    page = words(client.get(f"/deals/{dollars.number}/brief/"))
    assert f"1 USD = 0.9214 EUR, rate of {short(today)} (ECB), pinned when you ask." in page
    assert "days old" not in page and "No price in USD" not in page


def test_the_brief_warns_of_an_old_rate_and_of_products_without_a_price(client, dollars, cast, today):
    without_rates("USD")
    old = today - timedelta(days=30)
    set_rate(RateRow("USD", old, D("0.9"), "ECB"), by=cast.ines)
    Price.objects.filter(product__key__in=("analytics", "training"), currency="USD").delete()
    client.force_login(cast.maya)
    page = words(client.get(f"/deals/{dollars.number}/brief/"))
    assert "(ECB), 30 days old. Ask the deal desk to enter a newer one." in page
    assert "No price in USD: Analytics, Training." in page


def test_the_brief_says_that_there_is_no_rate(client, dollars, cast):
    without_rates("USD")
    client.force_login(cast.maya)
    page = words(client.get(f"/deals/{dollars.number}/brief/"))
    assert (
        "There is no rate from USD to EUR yet, so nothing can be measured. Ask the deal desk to enter one."
        in page
    )


def test_the_companys_own_currency_says_nothing_and_asks_nothing(policy, today):
    with CaptureQueriesContext(connection) as captured:
        assert notes_of("EUR", policy, today) == Notes()
    assert len(captured) == 0


def test_deal_room_and_review_say_the_rate_that_was_pinned(client, dollars, cast, today):
    request = submit(dollars, by=cast.maya)
    said = f"USD at 0.9214, rate of {short(today)} (ECB)"
    client.force_login(cast.maya)
    for page in ("", "offers/", "approvals/", "record/", "brief/"):
        assert said in words(client.get(f"/deals/{dollars.number}/{page}"))
    client.force_login(cast.henrik)
    review = f"/reviews/{step_of(request, 'finance').pk}/"
    assert said in words(client.get(review))
    set_rate(RateRow("USD", today + timedelta(days=1), D("0.95"), "ECB"), by=cast.ines)
    with clock.standing_at(clock.now() + timedelta(days=1)):
        assert said in words(client.get(review))


def test_a_deal_in_the_companys_currency_names_no_rate(client, brandt, cast):
    grant_brandt(brandt, cast)
    client.force_login(cast.maya)
    assert "rate of" not in words(client.get(f"/deals/{brandt.number}/"))


def test_homes_say_what_their_sums_rest_on_and_show_deals_in_their_own_currency(client, dollars, cast, today):
    submit(dollars, by=cast.maya)
    said = f"In EUR at the rates of {full_date(today)}, pinned when each was asked"
    revision = dollars.revisions.get()
    value = f"{revision.net_target / 1_000_000:.2f}"
    inside = f"{revision.net_target * D('0.9214') / 1_000_000:.2f}"
    assert value != inside
    for who in ("maya", "henrik", "ines"):
        client.force_login(getattr(cast, who))
        page = words(client.get("/"))
        assert said in page
        assert f"€{inside} m" in page
    for who, path in (
        ("maya", "/"),
        ("maya", "/deals/"),
        ("henrik", "/"),
        ("henrik", "/reviews/"),
        ("ines", "/queue/"),
    ):
        client.force_login(getattr(cast, who))
        assert f"<b>${value} m</b>" in words(client.get(path))


@pytest.mark.parametrize(
    ("pinned", "said"),
    [
        (Pinned(), "In EUR"),
        (Pinned(2), "In EUR at the rates pinned when each was asked"),
        (
            Pinned(2, date(2026, 1, 2), date(2026, 11, 3)),
            "In EUR at the rates of 2 January to 3 November 2026, pinned when each was asked",
        ),
    ],
)
def test_sums_say_of_which_days_their_rates_are(pinned, said):
    assert pinned.words("EUR") == said


def test_sums_of_sums_rest_on_the_first_and_the_last_day(today):
    first, last = today - timedelta(days=9), today
    assert together([Pinned(1, last, last), Pinned(), Pinned(2, first, last)]) == Pinned(3, first, last)
    assert together([]) == Pinned()
