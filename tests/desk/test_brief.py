import re
from decimal import Decimal as D

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import Request
from approvals.submit import submit
from base import clock
from deals.changes import ClauseChange, DraftChanges, ExchangeChange, LineChange, PriorityChange, TermChange
from deals.edit import save_draft
from deals.models import Account, Deal, DraftLine
from deals.rows import stored
from deals.share import share
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from tests.brandt import POLICY, brandt_lines
from tests.desk.briefing import BRIEF, autosave, fields, opened
from tests.desk.making import THURSDAY

pytestmark = pytest.mark.http
MONTH_12 = "Exit for convenience at “Month 12” is never granted; “Month 18” is the furthest."
NBSP = "\u00a0"


def text(answer) -> str:
    return str(answer.content.decode()).replace(NBSP, " ")


def change(deal: Deal, by, **changes) -> Deal:
    deal.refresh_from_db()
    return save_draft(deal, by=by, version=deal.version, changes=DraftChanges(**changes))


def term(deal: Deal, key: str):
    row = deal.terms.get(key=key)
    return row.target, row.walk_away


# --- beginning -----------------------------------------------------------------------------------


def test_a_new_brief_begins_with_account_title_type_and_currency(client, brandt, cast):
    client.force_login(cast.maya)
    account = Account.objects.get()
    asked = {
        "account": account.name.lower(),
        "title": " Spare parts ",
        "deal_type": "Expansion",
        "currency": "EUR",
    }

    answer = client.post("/deals/new/", asked)

    deal = Deal.objects.exclude(pk=brandt.pk).get()
    assert answer.url == f"/deals/{deal.number}/brief/"
    assert (deal.title, deal.deal_type, deal.owner, deal.team) == (
        "Spare parts",
        "Expansion",
        cast.maya,
        cast.maya.team,
    )
    assert client.get(answer.url).status_code == 200


def test_nobody_must_agree_with_lines_that_cannot_be_priced_yet(client, brandt, cast):
    change(brandt, cast.maya, terms=(TermChange("term_months", None, None),))
    client.force_login(cast.maya)

    who = text(client.get(BRIEF)).partition('id="who-lines"')[2].partition("</footer>")[0]

    assert who.count("Not filled in") == 1
    assert "CFO" not in who and "Chief Executive" not in who


def test_a_new_brief_without_a_title_keeps_what_was_chosen(client, brandt, cast):
    client.force_login(cast.maya)
    account = Account.objects.get()

    answer = client.post("/deals/new/", {"account": account.name, "deal_type": "Renewal", "currency": "EUR"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["title"]
    assert '<option value="Renewal" selected>' in text(answer)
    assert Deal.objects.count() == 1


def test_an_empty_brief_says_what_it_lacks_and_names_nobody_before_it_can_know(client, brandt, cast):
    client.force_login(cast.maya)
    asked = {
        "account": Account.objects.get().name,
        "title": "Parts",
        "deal_type": "Renewal",
        "currency": "EUR",
    }

    answer = client.post("/deals/new/", asked, follow=True)

    rail = answer.context["rail"]
    assert rail.first == (
        ("add-lines", "lines"),
        ("id_terms-payment_days-target", "commercial (8)"),
        ("id_terms-custom_days-target", "delivery (4)"),
    )
    assert all(asked.unknown and not asked.people for asked in rail.asked)
    assert rail.expecting is None
    assert "No line yet" in text(answer)


# --- what the page shows ----------------------------------------------------------------------------


def test_the_page_shows_what_every_line_is_worth_at_both_ends(client, brandt, cast):
    client.force_login(cast.maya)

    page = text(client.get(BRIEF))

    assert "€1,217,160<small>€1,093,995</small>" in page
    assert "€1,924,560<small>€1,728,450</small>" in page
    assert "62.7 %<small>58.0 %</small>" in page
    assert '<span id="total-target">12.6 %</span>' in page
    assert '<span id="total-walk">21.5 %</span>' in page


@pytest.mark.parametrize("end", ["target", "walk_away"])
def test_with_one_end_of_the_contract_length_only_the_other_end_is_worth_something(client, brandt, cast, end):
    sent = opened(client, cast.maya)

    answer = autosave(client, {**sent, f"terms-term_months-{end}": ""})

    shown = {"target": "–<small>€1,093,995</small>", "walk_away": "€1,217,160<small>–</small>"}
    assert answer.status_code == 200
    assert f'id="lines-0-net" hx-swap-oob="true">{shown[end]}</span>' in text(answer)
    assert client.get(BRIEF).status_code == 200


def test_who_sees_only_bands_sees_no_margin_and_nothing_it_follows_from(client, brandt, cast):
    shown = POLICY.read_text().replace("number = 14", "number = 15")
    shown = shown.replace("[shown_to]", '[shown_to]\nsales = "band"')
    shown += '\n[[function]]\nkey = "sales"\nname = "Sales"\nstage = 1\nroute = "direct"\n'
    publish(review(load(shown, by=cast.ines), by=cast.dana), by=cast.ines)
    client.force_login(cast.maya)

    answer = client.get(BRIEF)

    page = text(answer)
    assert answer.context["draft"].view == "band"
    assert not {"62.7 %", "58.0 %", "69.8 %"} & set(re.findall(r"[0-9.]+ %", page))
    uses = [room.use.value for room in answer.context["rail"].rooms]
    assert uses == ["discount=20.0&payment_days=45", "clause%3Aliability=standard"]  # rungs of their own


def test_names_of_metrics_lead_to_the_glossary(client, brandt, cast):
    client.force_login(cast.maya)
    assert '/glossary/#word-payment_days"' in text(client.get(BRIEF))


def test_who_may_not_write_reads_without_buttons(client, brandt, cast):
    client.force_login(cast.marcus)

    page = text(client.get(BRIEF))

    form = page.partition('id="sheet"')[2].partition("</main>")[0]
    assert "You can read this brief. Maya Okafor and the deal's team write it." in form
    assert "<button" not in form
    assert "hx-post" not in form
    assert all("disabled" in one or 'type="hidden"' in one for one in re.findall(r"<input[^>]*>", form))
    assert "Tomás Rivera, Legal Counsel" in form


@pytest.mark.parametrize("address", ["", "rows/", "use/", "ask/", "settle/"])
def test_who_may_not_write_is_refused_and_a_stranger_learns_nothing(client, brandt, cast, address):
    sent = opened(client, cast.maya)
    for user, status in ((cast.marcus, 403), (cast.ines, 403), (cast.elena, 404)):
        client.force_login(user)
        assert client.post(f"{BRIEF}{address}", {**sent, "title": "Mine"}).status_code == status
    brandt.refresh_from_db()
    assert brandt.title == "Warehouse control, 3 sites"
    assert not Request.objects.exists()


def test_someone_the_deal_is_shared_with_may_write(client, brandt, cast):
    share(brandt, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    sent = opened(client, cast.arjun)

    assert autosave(client, {**sent, "title": "Warehouses"}).status_code == 200

    brandt.refresh_from_db()
    assert brandt.title == "Warehouses"


# --- saving -----------------------------------------------------------------------------------------


def test_sending_the_page_unchanged_writes_nothing(client, brandt, cast):
    sent = opened(client, cast.maya)

    assert client.post(BRIEF, sent).url == BRIEF

    before = brandt.version
    brandt.refresh_from_db()
    assert brandt.version == before


def test_saving_while_typing_answers_with_the_rail_the_rows_and_the_new_version(client, brandt, cast):
    sent = opened(client, cast.maya)

    answer = autosave(client, {**sent, "terms-payment_days-walk_away": "45", "lines-0-walk_away": "20,5"})

    page = text(answer)
    brandt.refresh_from_db()
    assert answer.status_code == 200
    assert f'name="version" value="{brandt.version}" hx-swap-oob="true"' in page
    assert '<div class="stack tight" id="rail"' in page
    assert '<span class="whos" id="who-payment_days" hx-swap-oob="true"><span class="lv l1">' in page
    assert '<span id="lines-0-net" hx-swap-oob="true">€1,217,160<small>€1,151,955</small></span>' in page
    assert term(brandt, "payment_days") == (D(30), D(45))
    assert brandt.lines.get(key="line-1").walk_away == D("20.5")


def test_the_answer_while_typing_replaces_no_field_that_is_typed_in(client, brandt, cast):
    sent = opened(client, cast.maya)

    page = text(autosave(client, {**sent, "title": "Warehouses"}))

    inputs = [part.partition(">")[0] for part in page.split("<input")[1:]]
    assert all('type="hidden"' in one for one in inputs)
    assert "<select" not in page and "<textarea" not in page


def test_every_part_of_the_brief_is_saved(client, brandt, cast):
    sent = opened(client, cast.maya)
    typed = {
        **sent,
        "objective": "One\r\ntwo",
        "non_negotiables": "Uncapped liability",
        "wanted_expiry": "2031-03-01",
        "decision_owner": "",
        "partner_fee": "2,5",
        "clauses-data-walk_away": "own-wording",
        "clauses-data-own_text": "Hosted in Norway.",
        "priorities-0-text": "Live before peak season",
        "priorities-0-who": "Katrin Brandt, COO",
        "priorities-0-confirmed_on": "2026-05-04",
        "priorities-0-must": "on",
        "exchanges-0-give": "Payment 60 days",
        "exchanges-0-give_value": "9234",
        "exchanges-0-get": "Yearly invoice in advance",
        "exchanges-0-condition_key": "invoices_per_year",
        "exchanges-0-condition_op": "=",
        "exchanges-0-condition_value": "1",
        "successes-finance-text": "Margin above 58 %",
    }

    assert client.post(BRIEF, typed).status_code == 302

    brandt.refresh_from_db()
    assert (brandt.objective, brandt.non_negotiables) == ("One\ntwo", "Uncapped liability")
    assert (str(brandt.wanted_expiry), brandt.decision_owner, brandt.partner_fee) == (
        "2031-03-01",
        None,
        D("2.5"),
    )
    clause = brandt.clauses.get(clause="data")
    assert (clause.target, clause.walk_away, clause.own_text) == ("standard", None, "Hosted in Norway.")
    priority = brandt.priorities.get()
    assert (priority.text, priority.must, priority.who) == (
        "Live before peak season",
        True,
        "Katrin Brandt, COO",
    )
    exchange = brandt.exchanges.get()
    assert (exchange.give, exchange.give_value, exchange.condition_key) == (
        "Payment 60 days",
        D(9234),
        "invoices_per_year",
    )
    assert brandt.successes.get().text == "Margin above 58 %"
    again = opened(client, cast.maya)
    version = brandt.version
    client.post(BRIEF, again)
    brandt.refresh_from_db()
    assert brandt.version == version


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("lines-0-target", "a lot", "Type a number, like 12.5."),
        ("lines-0-quantity", "0", "More than 0."),
        ("lines-0-quantity", "1,200", "Write it without grouping: 1200, or 1.2000 with decimals."),
        ("lines-0-walk_away", "12,5", "Safer than the target of 16 %."),
        ("lines-0-walk_away", "", "Fill in the walk-away."),
        ("terms-price_rise-walk_away", "3.5", "Safer than the target of 3.0 %."),
        ("terms-payment_days-target", "30.5", "A whole number."),
        ("terms-payment_days-target", "9" * 400, "Type a number of at most 20 digits."),
        ("lines-0-quantity", "9" * 400, "Type a number of at most 20 digits."),
        ("partner_fee", f"-{'9' * 400}", "Type a number of at most 20 digits."),
        ("title", "", "Cannot be empty."),
        ("partner_fee", "101", "Between 0 % and 100 %."),
        ("wanted_signature", "soon", "Enter a valid date."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_of_the_page_is_saved(
    client, brandt, cast, field, typed, sentence
):
    sent = {**opened(client, cast.maya), "objective": "Something new", field: typed}

    answer = autosave(client, sent)
    whole = client.post(BRIEF, sent)

    slot = text(answer).partition(f'id="id_{field}_error"')[2].partition("data-mistake-of")[2]
    assert answer.status_code == whole.status_code == 422
    assert sentence in slot.partition('<span class="err')[0]
    assert "Not saved: 1 thing to mend." in text(answer)
    assert sentence in text(whole)
    form = whole.context["form"]
    assert "Something new" in text(whole) and fields(whole)[field] == typed
    assert 'aria-invalid="true"' in text(whole)
    version = brandt.version
    brandt.refresh_from_db()
    assert (brandt.version, brandt.objective[:11]) == (version, "Three sites")
    assert form.mistakes == 1


def test_a_mended_field_is_saved_with_all_the_rest(client, brandt, cast):
    sent = opened(client, cast.maya)
    refused = autosave(client, {**sent, "objective": "New", "lines-0-walk_away": "12.5"})
    assert refused.status_code == 422

    mended = autosave(client, {**sent, "objective": "New", "lines-0-walk_away": "17"})

    brandt.refresh_from_db()
    assert (mended.status_code, brandt.objective) == (200, "New")
    assert "Not saved" not in text(mended)


def test_a_closed_deal_is_not_written_any_more(client, brandt, cast):
    sent = opened(client, cast.maya)
    Deal.objects.filter(pk=brandt.pk).update(status="lost", closed_at=clock.now())

    assert client.post(BRIEF, sent).status_code == 409
    page = text(client.get(BRIEF))
    assert "D-1284 is lost. The brief stays as it was." in page
    assert "<button" not in page.partition('id="sheet"')[2].partition("</main>")[0]


# --- rows -------------------------------------------------------------------------------------------


def test_a_line_is_added_with_its_catalogue_price_and_gets_a_key(client, brandt, cast):
    sent = opened(client, cast.maya)

    blank = client.post(f"{BRIEF}rows/", {**sent, "add": "lines", "title": "Five lines"})
    typed = {**fields(blank), "lines-4-product": "implementation", "lines-4-quantity": "10"}
    answer = autosave(client, typed)

    assert [row.name for row in blank.context["form"].lines][-1] == "New line"
    assert "autofocus" in text(blank)
    brandt.refresh_from_db()
    assert brandt.title == "Five lines"
    line = brandt.lines.last()
    assert (line.key, line.quantity, line.list_price) == ("implementation", D(10), D(1450))
    assert 'id="id_lines-4-key" name="lines-4-key" value="implementation" hx-swap-oob' in text(answer)
    again = autosave(client, {**typed, "lines-4-key": "implementation", "version": brandt.version})
    assert again.status_code == 200
    assert DraftLine.objects.count() == 5


def test_a_blank_line_is_no_mistake_and_is_not_saved(client, brandt, cast):
    sent = opened(client, cast.maya)
    blank = fields(client.post(f"{BRIEF}rows/", {**sent, "add": "lines"}))

    assert autosave(client, {**blank, "objective": "New"}).status_code == 200

    assert brandt.lines.count() == 4


def test_a_line_is_removed(client, brandt, cast):
    sent = opened(client, cast.maya)

    answer = client.post(f"{BRIEF}rows/", {**sent, "remove": "lines-1"}, headers={"HX-Request": "true"})

    assert [line.product.key for line in brandt.lines.all()] == [
        "control-platform",
        "premium-support",
        "implementation",
    ]
    assert "Site connector</b>" not in text(answer)
    assert 'id="sheet"' in text(answer) and "<html" not in text(answer)


def test_a_row_that_says_nothing_yet_stays_while_another_is_added(client, brandt, cast):
    sent = opened(client, cast.maya)
    give = fields(client.post(f"{BRIEF}rows/", {**sent, "add": "exchanges"}))

    answer = client.post(f"{BRIEF}rows/", {**give, "add": "priorities"})

    form = answer.context["form"]
    assert [len(rows) for rows in (form.exchanges, form.priorities, form.lines)] == [1, 1, 4]
    gone = client.post(f"{BRIEF}rows/", {**fields(answer), "remove": "exchanges-0"}).context["form"]
    assert [len(rows) for rows in (gone.exchanges, gone.priorities, gone.lines)] == [0, 1, 4]
    assert not brandt.exchanges.exists() and not brandt.priorities.exists()


def test_without_the_contract_length_the_lines_say_what_they_lack(client, brandt, cast):
    sent = opened(client, cast.maya)
    assert "36 months; target and walk-away are discounts off list" in text(client.get(BRIEF))

    empty = {**sent, "terms-term_months-target": "", "terms-term_months-walk_away": ""}
    page = text(autosave(client, empty))

    said = page.partition('id="lines-span" hx-swap-oob="true"')[2].partition("</span>")[0]
    assert 'href="#id_terms-term_months-target"' in said
    assert "Say the contract length: without it nothing has an amount" in said


def test_what_is_empty_gets_the_standard_with_one_press(client, brandt, cast):
    brandt.terms.filter(key__in=["payment_days", "invoices_per_year", "weeks_to_live"]).delete()
    sent = opened(client, cast.maya)
    assert "Take the standard for what is empty" in text(client.get(BRIEF))

    answer = client.post(
        f"{BRIEF}rows/", {**sent, "terms-weeks_to_live-target": "20", "title": "New", "add": "standard"}
    )

    brandt.refresh_from_db()
    assert "2 terms have the standard now." in text(answer)
    assert "Take the standard for what is empty" not in text(answer)
    assert (term(brandt, "payment_days"), term(brandt, "invoices_per_year")) == ((30, 30), (1, 1))
    assert (term(brandt, "weeks_to_live"), brandt.title) == ((20, None), "New")


def test_a_row_is_added_to_what_cannot_be_saved_yet(client, brandt, cast):
    sent = opened(client, cast.maya)

    answer = client.post(f"{BRIEF}rows/", {**sent, "title": "", "objective": "New", "add": "exchanges"})

    assert answer.status_code == 422
    assert "New" in text(answer)
    assert len(answer.context["form"].exchanges) == 1


# --- suggestions ---------------------------------------------------------------------------------------


def test_using_a_suggestion_moves_the_walk_away_and_the_lines_together(client, brandt, cast):
    sent = opened(client, cast.maya)
    use = client.get(BRIEF).context["rail"].rooms[0].use

    answer = client.post(f"{BRIEF}use/", {**sent, "use": use.value})

    assert use.said.replace(NBSP, " ") == "discount 20.0 % and payment 45 days"
    assert term(brandt, "payment_days") == (D(30), D(45))
    walk_aways = [line.walk_away.quantize(D("0.01")) for line in brandt.lines.all()]
    assert walk_aways == [D("23.15"), D("16.73"), D("8.41"), D("12.61")]
    assert "€1,759,680" in text(answer)
    assert use.said not in [room.use.said for room in answer.context["rail"].rooms]


def test_what_was_typed_is_saved_before_a_suggestion_is_used(client, brandt, cast):
    sent = opened(client, cast.maya)
    use = client.get(BRIEF).context["rail"].rooms[0].use

    client.post(f"{BRIEF}use/", {**sent, "objective": "New", "use": use.value})

    brandt.refresh_from_db()
    assert brandt.objective == "New"
    assert term(brandt, "payment_days") == (D(30), D(45))


def test_a_suggestion_that_is_not_made_any_more_changes_nothing(client, brandt, cast):
    sent = opened(client, cast.maya)

    for use in ("discount=1.0", "payment_days=3&nonsense=2", ""):
        answer = client.post(f"{BRIEF}use/", {**sent, "use": use})
        assert answer.status_code == 422
        assert "That suggestion does not fit what is written now." in text(answer)
    assert term(brandt, "payment_days") == (D(30), D(60))


def test_the_furthest_position_anyone_grants_is_one_press_away(client, brandt, cast):
    change(brandt, cast.maya, clauses=(ClauseChange("exit", "standard", "fallback-2"),))
    sent = opened(client, cast.maya)
    page = client.get(BRIEF)
    never = page.context["rail"].nevers[0]

    client.post(f"{BRIEF}use/", {**sent, "use": never.use.value})

    assert (
        never.sentence == "Exit for convenience at “Month 12” is never granted; “Month 18” is the furthest."
    )
    assert never.use.word == "Use Month 18"
    assert brandt.clauses.get(clause="exit").walk_away == "fallback-1"


# --- asking ---------------------------------------------------------------------------------------------


@pytest.fixture
def thursday():
    with time_machine.travel(THURSDAY, tick=False):
        yield


def test_asking_sends_what_is_typed_and_says_who_answers_by_when(thursday, client, brandt, cast):
    sent = opened(client, cast.maya)

    answer = client.post(f"{BRIEF}ask/", {**sent, "objective": "New"})

    assert answer.url == "/deals/D-1284/"
    request = Request.objects.get()
    brandt.refresh_from_db()
    assert (request.status, brandt.objective) == (Request.Status.OPEN, "New")
    assert [str(message).replace(NBSP, " ") for message in get_messages(answer.wsgi_request)] == [
        "Revision 1 is sent. Henrik Sørensen answers by tomorrow 15:30, Tomás Rivera by Mon 15 June, "
        "11:30 and Ji-woo Han by Mon 15 June, 11:30."
    ]


def test_asking_by_htmx_leads_to_the_deal(client, brandt, cast):
    sent = opened(client, cast.maya)
    answer = client.post(f"{BRIEF}ask/", sent, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/deals/D-1284/"


def test_what_is_missing_is_said_at_its_field_and_nothing_is_sent(client, brandt, cast):
    sent = opened(client, cast.maya)
    typed = {
        **sent,
        "terms-payment_days-walk_away": "",
        "lines-4-product": "implementation",
        "lines-4-quantity": "10",
        "lines-4-target": "0",
        "lines-4-walk_away": "0",
    }

    answer = client.post(f"{BRIEF}ask/", typed)

    form = answer.context["form"]
    assert answer.status_code == 422
    payment = next(row for row in form.terms if row.metric.key == "payment_days")
    assert payment.errors["walk_away"] == ["Fill this in."]
    assert fields(answer)["lines-4-key"] == "implementation"
    assert not Request.objects.exists()
    brandt.refresh_from_db()
    assert fields(answer)["version"] == str(brandt.version)


def test_what_nobody_grants_is_said_at_its_field_and_nothing_is_sent(client, brandt, cast):
    sent = opened(client, cast.maya)

    answer = client.post(f"{BRIEF}ask/", {**sent, "clauses-exit-walk_away": "fallback-2"})

    clause = next(row for row in answer.context["form"].clauses if row.rule.key == "exit")
    assert answer.status_code == 422
    way_out = "Chief Executive may grant an exception: ask for one in the brief."
    assert clause.errors["walk_away"] == [f"{MONTH_12} {way_out}"]
    assert not Request.objects.exists()


def test_the_same_ask_is_refused_in_words(client, brandt, cast):
    submit(brandt, by=cast.maya)
    sent = opened(client, cast.maya)

    answer = client.post(f"{BRIEF}ask/", sent)

    assert answer.status_code == 409
    assert "Revision 1 asks exactly this and is in review. Change a term to ask again." in text(answer)
    assert "Not saved:" not in text(answer)
    assert 'data-zone="Europe/Berlin">Saved ' in text(answer)
    assert "Saved, but not sent." in text(answer)
    assert Request.objects.count() == 1


def test_asking_again_says_which_revision_it_ends(client, brandt, cast):
    submit(brandt, by=cast.maya)
    client.force_login(cast.maya)
    assert "Revision 1 is in review. Sending this ends it" in text(client.get(BRIEF))


def test_what_is_missing_leads_to_its_field(client, cast, brandt):
    brandt.lines.all().delete()
    brandt.terms.filter(key="payment_days").delete()
    change(
        brandt,
        cast.maya,
        exchanges=(ExchangeChange(give="Price lock", get="A reference"), ExchangeChange(give="Free week")),
        clauses=(ClauseChange("exit", None, None, ""),),
        objective="",
    )
    client.force_login(cast.maya)

    answer = client.get(BRIEF)

    spots = {sentence: spot for _, sentence, spot in answer.context["sheet"].missing}
    assert spots == {
        "Say what we want from this deal.": "id_objective",
        "Add what they want to buy.": "add-lines",
        "Payment: fill in the target.": "id_terms-payment_days-target",
        "Payment: fill in the walk-away.": "id_terms-payment_days-walk_away",
        "Write down the wording.": "id_clauses-exit-own_text",
        "Nobody there has confirmed what they want most.": "add-priorities",
        "“Free week” has no get.": "id_exchanges-1-get",
    }
    page = text(answer)
    assert all(f'href="#{spot}"' in page and f'id="{spot}"' in page for spot in spots.values())
    first = page.partition('id="first"')[2].partition("</div>")[0]
    assert 'href="#id_terms-payment_days-target">commercial (2)</a>' in first


def test_who_only_reads_is_led_to_the_section_of_what_is_missing(client, cast, brandt):
    brandt.lines.all().delete()
    client.force_login(cast.marcus)
    spots = {sentence: spot for _, sentence, spot in client.get(BRIEF).context["sheet"].missing}
    assert spots["Add what they want to buy."] == "lines"


# --- two versions ------------------------------------------------------------------------------------------


EXTRA = LineChange("site-connector", D(2), D(0), D(5), "extra")


def two_versions(client, brandt, cast):
    sent = opened(client, cast.maya)
    change(
        brandt,
        cast.maya,
        title="Theirs",
        lines=(
            *brandt_lines(("26", "18", "10", "15"))[:3],
            LineChange("site-connector", D(2), D(0), D(5), "extra"),
        ),
        terms=(TermChange("payment_days", D(30), D(75)),),
        priorities=(PriorityChange("Their wish"),),
    )
    return {
        **sent,
        "title": "Mine",
        "lines-0-walk_away": "22",
        "terms-payment_days-walk_away": "50",
        "objective": "My objective",
    }


def test_saving_over_someone_elses_version_shows_both_field_by_field(client, brandt, cast):
    sent = two_versions(client, brandt, cast)

    answer = client.post(BRIEF, sent)

    assert answer.status_code == 409
    shown = {
        clash.key: (clash.mine.replace(NBSP, " "), clash.theirs.replace(NBSP, " "))
        for clash in answer.context["clashes"]
    }
    assert shown == {
        "title": ("Mine", "Theirs"),
        "lines.line-1": ("420 at 16 % to 22 %", "420 at 16 % to 26 %"),
        "terms.payment_days.walk_away": ("50 days", "75 days"),
    }
    taken = {one.key: (one.mine.replace(NBSP, " "), one.theirs) for one in answer.context["taken"]}
    assert {key: (mine, theirs.replace(NBSP, " ")) for key, (mine, theirs) in taken.items()} == {
        "lines.line-4": ("90 at 0 % to 15 %", "Not in the brief"),
        "lines.extra": ("Not in the brief", "2 at 0 % to 5 %"),
        "priorities": ("Nothing", "Their wish"),
    }
    assert {clash.who for clash in answer.context["clashes"]} == {"You, in another tab"}
    assert "Your own other tab saved this brief while you were writing here." in text(answer)
    brandt.refresh_from_db()
    assert brandt.title == "Theirs"


def test_another_person_is_named_with_what_they_saved_and_when(client, brandt, cast):
    share(brandt, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    sent = opened(client, cast.maya)
    change(brandt, cast.arjun, title="Theirs", terms=(TermChange("payment_days", D(30), D(75)),))
    change(brandt, cast.maya, objective="From my phone")

    answer = client.post(BRIEF, {**sent, "title": "Mine", "terms-custom_days-walk_away": "19"})

    assert [(clash.key, clash.who) for clash in answer.context["clashes"]] == [("title", "Arjun Mehta")]
    assert {one.key: one.who for one in answer.context["taken"]} == {
        "objective": "You, in another tab",
        "terms.payment_days.walk_away": "Arjun Mehta",
    }
    assert all(one.at for one in (*answer.context["clashes"], *answer.context["taken"]))
    assert "<b>Arjun Mehta saved this brief while you were writing.</b>" in text(answer)


def test_what_nobody_else_touched_stays_mine_without_a_choice(client, brandt, cast):
    sent = opened(client, cast.maya)
    change(brandt, cast.maya, title="Theirs")
    typed = {**sent, "title": "Mine", "objective": "My objective", "lines-0-walk_away": "22"}

    assert settle(client, brandt, typed, all="theirs").status_code == 302

    brandt.refresh_from_db()
    assert (brandt.title, brandt.objective) == ("Theirs", "My objective")
    assert brandt.lines.get(key="line-1").walk_away == 22


def test_two_who_write_the_same_have_nothing_to_choose(client, brandt, cast):
    sent = opened(client, cast.maya)
    change(brandt, cast.maya, title="The same")

    answer = autosave(client, {**sent, "title": "The same", "objective": "New"})

    brandt.refresh_from_db()
    assert (answer.status_code, brandt.title, brandt.objective) == (200, "The same", "New")


def swapped(sent, one, other):
    """As sent, with two of the lines exchanged."""
    names = ("key", "product", "quantity", "target", "walk_away")
    pairs = [(f"lines-{one}-{name}", f"lines-{other}-{name}") for name in names]
    return {**sent, **{here: sent[there] for pair in pairs for here, there in (pair, pair[::-1])}}


def test_the_order_of_lines_is_one_choice_where_both_moved_them(client, brandt, cast):
    sent = opened(client, cast.maya)
    lines = stored(brandt).lines or ()
    change(brandt, cast.maya, lines=(lines[3], *lines[:3]))

    answer = settle(client, brandt, swapped(sent, 0, 1), **{"keep-order": "theirs"})

    assert answer.status_code == 302
    assert [line.key for line in brandt.lines.all()] == ["line-4", "line-1", "line-2", "line-3"]


def test_lines_that_i_left_as_they_stood_are_in_the_order_of_the_other_version(client, brandt, cast):
    sent = opened(client, cast.maya)
    lines = stored(brandt).lines or ()
    change(brandt, cast.maya, lines=(EXTRA, lines[3], *lines[:3]), title="Theirs")

    assert settle(client, brandt, {**sent, "title": "Mine"}, all="mine").status_code == 302

    brandt.refresh_from_db()
    assert brandt.title == "Mine"
    assert [line.key for line in brandt.lines.all()] == ["extra", "line-4", "line-1", "line-2", "line-3"]


def test_where_each_changed_something_else_both_are_saved_and_it_is_said(client, brandt, cast):
    share(brandt, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    sent = opened(client, cast.maya)
    change(brandt, cast.arjun, title="Theirs", terms=(TermChange("payment_days", D(30), D(75)),))

    answer = autosave(client, {**sent, "objective": "My objective", "lines-0-walk_away": "22"})

    assert answer.status_code == 200
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#sheet", "outerHTML")
    shown = fields(answer)
    assert (shown["title"], shown["objective"], shown["version"]) == ("Theirs", "My objective", "4")
    assert "Saved. Another version of this brief was saved meanwhile." in text(answer)
    assert "<li>Title: Theirs" in text(answer) and "<li>Payment, walk-away: 75 days" in text(answer)
    assert text(answer).count("Arjun Mehta, today") == 2
    brandt.refresh_from_db()
    assert (brandt.title, brandt.objective) == ("Theirs", "My objective")
    assert (term(brandt, "payment_days"), brandt.lines.get(key="line-1").walk_away) == ((D(30), D(75)), 22)


def test_asking_waits_until_what_others_wrote_was_seen(client, brandt, cast):
    sent = opened(client, cast.maya)
    change(brandt, cast.maya, title="Theirs")

    answer = client.post(f"{BRIEF}ask/", {**sent, "objective": "My objective"})

    assert answer.status_code == 200 and not Request.objects.exists()
    assert "<li>Title: Theirs" in text(answer)
    assert client.post(f"{BRIEF}ask/", fields(answer)).status_code == 302
    assert Request.objects.get().revision.ask.walk_away.lines[0].discount == D("24.5")


@pytest.mark.parametrize("began", ["", "{", "[]", "7", '{"parts": [], "order": []}', '{"parts": {}}'])
def test_without_a_word_of_how_it_began_all_that_differs_is_asked_about(client, brandt, cast, began):
    sent = opened(client, cast.maya)
    change(brandt, cast.maya, title="Theirs")

    answer = client.post(BRIEF, {**sent, "began": began, "objective": "My objective"})

    assert answer.status_code == 409
    assert [clash.key for clash in answer.context["clashes"]] == ["title"]


def test_while_typing_the_two_versions_take_the_place_of_the_form(client, brandt, cast):
    answer = autosave(client, two_versions(client, brandt, cast))

    assert answer.status_code == 409
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#sheet", "outerHTML")
    assert '<input type="hidden" name="objective" value="My objective">' in text(answer)


def settle(client, brandt, sent, **choices):
    page = client.post(BRIEF, sent)
    versions = {"version": page.context["deal"].version, "base": page.context["base"]}
    typed = {**dict(page.context["typed"]), **versions}
    return client.post(f"{BRIEF}settle/", {**typed, **choices})


def test_one_version_comes_out_of_choosing_for_each_field(client, brandt, cast):
    sent = two_versions(client, brandt, cast)
    mine, theirs = ("title",), ("lines.line-1", "terms.payment_days.walk_away")

    answer = settle(
        client,
        brandt,
        sent,
        **{f"keep-{key}": "mine" for key in mine},
        **{f"keep-{key}": "theirs" for key in theirs},
    )

    assert answer.url == BRIEF
    brandt.refresh_from_db()
    assert (brandt.title, brandt.objective) == ("Mine", "My objective")
    assert [(line.key, line.walk_away) for line in brandt.lines.all()] == [
        ("line-1", D(26)),
        ("line-2", D(18)),
        ("line-3", D(10)),
        ("extra", D(5)),
    ]
    assert term(brandt, "payment_days") == (D(30), D(75))
    assert brandt.priorities.get().text == "Their wish"


@pytest.mark.parametrize(("kept", "title", "walk_away"), [("mine", "Mine", 22), ("theirs", "Theirs", 26)])
def test_one_press_keeps_all_of_one_version(client, brandt, cast, kept, title, walk_away):
    sent = two_versions(client, brandt, cast)

    assert settle(client, brandt, sent, all=kept).status_code == 302

    brandt.refresh_from_db()
    assert brandt.title == title
    assert brandt.lines.get(key="line-1").walk_away == walk_away
    assert (brandt.priorities.count(), brandt.lines.filter(key="extra").count()) == (1, 1)


def test_a_field_without_a_choice_keeps_both_versions_on_the_page(client, brandt, cast):
    sent = two_versions(client, brandt, cast)

    answer = settle(client, brandt, sent, **{"keep-title": "mine"})

    assert answer.status_code == 422
    assert "Choose one of the two for every field." in text(answer)
    assert 'name="keep-title" value="mine" aria-describedby="clash-1" checked' in text(answer)
    brandt.refresh_from_db()
    assert brandt.title == "Theirs"


def test_choosing_over_a_third_version_shows_the_two_again(client, brandt, cast):
    sent = two_versions(client, brandt, cast)
    page = client.post(BRIEF, sent)
    typed = {**dict(page.context["typed"]), "version": page.context["deal"].version}
    change(brandt, cast.maya, title="Third")

    answer = client.post(f"{BRIEF}settle/", {**typed, "all": "mine"})

    assert answer.status_code == 409
    assert "Third" in text(answer)
    brandt.refresh_from_db()
    assert brandt.title == "Third"


# --- how much it costs ----------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [1, 10])
def test_saving_while_typing_takes_the_same_queries_for_one_line_and_for_ten(client, brandt, cast, lines):
    every = tuple(LineChange("implementation", D(5), D(0), D(5), f"line-{n}") for n in range(lines))
    change(brandt, cast.maya, lines=every)
    sent = opened(client, cast.maya)

    with CaptureQueriesContext(connection) as queries:
        answer = autosave(client, {**sent, "lines-0-walk_away": "7"})

    assert answer.status_code == 200
    assert len(queries) == 48
