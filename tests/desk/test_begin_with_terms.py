"""A brief that begins with the terms of a past deal or of a template."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import Mandate, Request
from base import clock
from base.errors import Invalid
from deals.begin import New, begin_from, keep_template
from deals.changes import DraftChanges, ExchangeChange, PriorityChange, SuccessChange
from deals.edit import save_draft
from deals.models import Account, BriefTemplate, Deal, Price, Product, Start
from deals.share import share
from ledger.models import Event
from tests.desk.happening import granted
from tests.desk.test_imported_deal import past

pytestmark = pytest.mark.http
NEW, FROM = "/deals/new/", "/deals/new/from/"


def text(answer) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def begin(client, name: str, **more):
    said = {"title": "Second site", "deal_type": "Expansion", "currency": "EUR", "from": name}
    return client.post(NEW, {**said, "account": Account.objects.earliest("pk").name, **more})


def newest() -> Deal:
    return Deal.objects.latest("pk")


def full(brandt, cast) -> Deal:
    return save_draft(
        brandt,
        by=cast.maya,
        version=brandt.version,
        changes=DraftChanges(
            objective="Three sites",
            non_negotiables="No uncapped liability",
            wanted_signature=clock.today(),
            wanted_expiry=clock.today() + timedelta(days=10),
            priorities=(PriorityChange("Live in May", True, "Katrin Brandt", date(2026, 5, 4)),),
            exchanges=(ExchangeChange("60 days", get="Reference visit"),),
            successes=(SuccessChange("finance", "Margin above 58 %"),),
        ),
    )


def test_the_terms_of_a_past_deal_are_copied_and_nothing_that_belongs_to_it_alone(client, brandt, cast):
    full(brandt, cast)
    granted(brandt, cast)
    client.force_login(cast.maya)
    page = client.get(f"{NEW}?from=D-1284")
    assert "Begins with D-1284" in text(page)
    assert page.context["form"]["account"].value() == brandt.account.name

    answer = begin(client, "D-1284")

    deal = newest()
    assert answer.url == f"/deals/{deal.number}/brief/"
    assert [(line.product.key, line.quantity, line.walk_away) for line in deal.lines.all()] == [
        (line.product.key, line.quantity, line.walk_away) for line in brandt.lines.all()
    ]
    assert {(row.key, row.target, row.walk_away) for row in deal.terms.all()} == {
        (row.key, row.target, row.walk_away) for row in brandt.terms.all()
    }
    assert {(row.clause, row.walk_away) for row in deal.clauses.all()} == {
        (row.clause, row.walk_away) for row in brandt.clauses.all()
    }
    assert (deal.non_negotiables, deal.successes.get().text) == ("No uncapped liability", "Margin above 58 %")
    assert (deal.wanted_signature, deal.wanted_expiry, deal.objective, deal.decision_owner) == (
        None,
        None,
        "",
        None,
    )
    assert not deal.priorities.exists() and not deal.exchanges.exists()
    assert not Mandate.objects.filter(deal=deal).exists() and not Request.objects.filter(deal=deal).exists()
    assert "Began with" in text(client.get(answer.url)) and "D-1284, " in text(client.get(answer.url))
    assert Event.objects.of(deal.stream).filter(kind="deal.started").count() == 1
    assert "copied the terms of a past deal into the brief." in text(
        client.get(f"/deals/{deal.number}/record/")
    )


def test_prices_are_those_of_today_and_what_has_none_is_named(client, brandt, cast):
    Price.objects.filter(product__key="implementation").delete()
    Price.objects.filter(product__key="site-connector").update(list_price=D(50000))
    client.force_login(cast.maya)

    answer = begin(client, "D-1284")

    deal = newest()
    assert [line.list_price for line in deal.lines.filter(product__key="site-connector")] == [D(50000)]
    assert deal.lines.count() == 3
    assert "Not copied, because it is not offered today: Implementation." in text(client.get(answer.url))


@pytest.mark.parametrize("name", ["D-1284", "D-9999", "template-1", "template-x"])
def test_what_one_may_not_see_cannot_be_begun_with(client, brandt, cast, name):
    keep_template(brandt, by=cast.maya, name="Mine", shared=False)
    client.force_login(cast.elena)

    answer = begin(client, name)

    assert answer.status_code == 422
    assert "What it should begin with is not there for you." in text(answer)
    assert Deal.objects.count() == 1 and not Start.objects.exists()
    assert "D-1284" not in text(client.get(FROM)) and "Mine" not in text(client.get(FROM))


def test_the_verb_itself_begins_with_nothing_that_its_writer_may_not_see(brandt, cast):
    mine = keep_template(brandt, by=cast.maya, name="Mine", shared=False)
    new = New("Second site", brandt.account, "Expansion", "EUR")
    for source in (brandt, mine):
        with pytest.raises(Invalid, match="is not there for you"):
            begin_from(source, new, by=cast.elena)
    assert Deal.objects.count() == 1


def test_a_reader_who_may_not_see_the_past_deal_is_not_told_which_it_was(client, brandt, cast):
    client.force_login(cast.maya)
    url = begin(client, "D-1284").url
    share(newest(), with_=cast.elena, role="viewer", by=cast.maya, at=clock.now())
    client.force_login(cast.elena)

    page = text(client.get(url))

    assert "Began with a past deal, Maya Okafor" in page and "D-1284" not in page


def test_a_template_is_kept_offered_begun_with_and_removed(client, brandt, cast):
    client.force_login(cast.ines)
    client.post("/deals/D-1284/brief/template/", {"template_name": " Three  sites ", "shared": "on"})
    kept = BriefTemplate.objects.get()
    assert (kept.name, kept.shared, kept.by) == ("Three sites", True, cast.ines)
    client.force_login(cast.elena)
    assert "Three sites" in text(client.get(FROM))
    assert client.post(f"/deals/templates/{kept.pk}/remove/").status_code == 403

    url = begin(client, f"template-{kept.pk}").url

    assert newest().lines.count() == 4
    assert "Began with the template “Three sites”" in text(client.get(url))
    client.force_login(cast.ines)
    assert client.post(f"/deals/templates/{kept.pk}/remove/").url == FROM
    assert "Three sites" not in text(client.get(FROM)).partition("removed.")[2]
    assert begin(client, f"template-{kept.pk}").status_code == 422
    client.force_login(cast.elena)
    assert "Began with the template “Three sites”" in text(client.get(url))


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "Give it a name"), ("x" * 81, "Give it a name"), ("Mine", "You have a template “Mine” already.")],
)
def test_a_template_needs_a_name_of_its_own(client, brandt, cast, name, said):
    keep_template(brandt, by=cast.maya, name="Mine", shared=False)
    client.force_login(cast.maya)
    answer = client.post("/deals/D-1284/brief/template/", {"template_name": name}, follow=True)
    assert said in text(answer)
    assert BriefTemplate.objects.count() == 1


def test_only_the_desk_shares_a_template(client, brandt, cast):
    client.force_login(cast.maya)
    sent = {"template_name": "Mine", "shared": "on"}
    assert client.post("/deals/D-1284/brief/template/", sent).status_code == 403
    assert not BriefTemplate.objects.exists()


def test_an_imported_deal_gives_what_was_recorded_of_it(client, cast):
    landed = past(cast, "won")
    client.force_login(cast.maya)

    answer = begin(client, landed.number)

    page = text(client.get(answer.url))
    assert "Not copied, because it is not offered today: panel." in page
    assert newest().terms.get(key="payment_days").target == 30


def test_the_choice_takes_the_same_queries_with_one_deal_and_with_ten(client, brandt, cast):
    client.force_login(cast.maya)
    counts = []
    for number in (1, 9):
        for place in range(number):
            keep_template(brandt, by=cast.maya, name=f"{number}-{place}", shared=False)
            begin(client, "D-1284")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{FROM}?q=site").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_imported_open_deal_takes_over_what_was_recorded(client, cast):
    landed = past(cast, "open")
    panel = Product.objects.create(key="panel", name="Panel", family="Platform", per="piece", recurring=False)
    Price.objects.create(product=panel, currency="EUR", list_price=D(1100), from_date=date(2020, 1, 1))
    client.force_login(cast.maya)
    brief = f"/deals/{landed.number}/brief/"
    assert "Take over what was recorded" in text(client.get(brief))

    answer = client.post(f"{brief}recorded/")

    assert answer.url == brief
    line = landed.lines.get()
    assert (line.product.key, line.quantity, line.list_price, line.walk_away) == ("panel", 2, 1100, 25)
    assert landed.terms.get(key="payment_days").target == 30
    assert "Take over what was recorded" not in text(client.get(brief))
    assert client.post(f"{brief}recorded/").status_code == 409


def test_only_who_writes_the_brief_takes_over_what_was_recorded(client, cast):
    landed = past(cast, "open")
    client.force_login(cast.ines)
    assert "Take over what was recorded" not in text(client.get(f"/deals/{landed.number}/brief/"))
    assert client.post(f"/deals/{landed.number}/brief/recorded/").status_code == 403
    assert not landed.lines.exists()
