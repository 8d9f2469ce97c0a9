from typing import Any

import pytest
from django.test import Client

from approvals.models import Closing, Mandate, Request
from approvals.submit import submit
from base.format import SPACE
from deals.models import Deal
from ledger.models import Event
from tests.brandt import ask_offer_5
from tests.cast import Cast
from tests.desk.offering import offer_five, offer_inside

ROOM = "/deals/D-1284/"


def asked(answer: Any) -> str:
    """What a page asks before it does anything."""
    assert answer.status_code == 200
    return str(answer.content.decode().replace(SPACE, " "))


def test_withdrawing_says_first_what_it_binds_to(brandt: Deal, cast: Cast, client: Client) -> None:
    submit(brandt, by=cast.maya)
    client.force_login(cast.maya)
    assert f'href="{ROOM}withdraw/"' in client.get(f"{ROOM}approvals/").content.decode()
    events = Event.objects.count()

    page = asked(client.get(f"{ROOM}withdraw/"))

    assert "Withdraw revision 1?" in page
    assert "There is no mandate meanwhile: promise nothing." in page
    assert (Event.objects.count(), Request.objects.get().status) == (events, Request.Status.OPEN)


def test_withdrawing_says_which_mandate_stays(granted: Mandate, cast: Cast, client: Client) -> None:
    submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    client.force_login(cast.maya)
    page = asked(client.get(f"{ROOM}withdraw/"))
    assert "Withdraw revision 2?" in page
    assert "Mandate 1 stays as it is: you may go on offering within it." in page


def test_nothing_to_withdraw_leads_to_the_approvals(brandt: Deal, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)
    answer = client.get(f"{ROOM}withdraw/")
    assert (answer.status_code, answer["Location"]) == (302, f"{ROOM}approvals/")


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        (offer_five, "These terms are outside the mandate. That is recorded, and flagged for ever."),
        (offer_inside, "These terms are inside the mandate."),
    ],
)
def test_closing_says_first_whether_the_terms_are_inside_and_what_ends(
    granted: Mandate, cast: Cast, client: Client, offered: Any, said: str
) -> None:
    offered(granted, cast)
    submit(ask_offer_5(granted.deal, cast), by=cast.maya)
    client.force_login(cast.maya)
    form = {"close-outcome": "won", "close-signed": "offer-1", "close-reason": "They signed."}

    page = asked(client.post(f"{ROOM}close/", form))

    for words in (
        "Close D-1284 as won?",
        said,
        "Revision 2 ends: nobody is asked any more.",
        "Mandate 1 ends: nothing more can be offered.",
        '<input type="hidden" name="close-reason" value="They signed."',
        '<input type="hidden" name="close-signed" value="offer-1"',
    ):
        assert words in page, words
    assert page.count("These terms are") == 1
    assert not Closing.objects.exists()

    client.post(f"{ROOM}close/", {**form, "confirmed": "yes"})
    assert Closing.objects.get().inside is (offered is offer_inside)


def test_losing_says_what_ends(granted: Mandate, cast: Cast, client: Client) -> None:
    client.force_login(cast.maya)
    page = asked(client.post(f"{ROOM}close/", {"close-outcome": "lost", "close-reason": "Budget."}))
    assert "Close D-1284 as lost?" in page
    assert "Mandate 1 ends" in page and "is kept as what was signed" not in page
    assert "A closed deal is not opened again" in page
    assert Deal.objects.get().is_open


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("watch/", f"{ROOM}#watching"),
        ("unwatch/", f"{ROOM}#watching"),
        ("hold/", ROOM),
        ("holds/7/release/", ROOM),
        ("offers/check/", f"{ROOM}offers/#try"),
        ("offers/3/more-room/", f"{ROOM}offers/"),
        ("concerns/1/answer/", f"{ROOM}concerns/"),
        ("concerns/1/add/", f"{ROOM}concerns/"),
        ("concerns/1/withdraw/", f"{ROOM}concerns/"),
    ],
)
def test_what_is_only_sent_leads_to_the_page_of_its_button(
    brandt: Deal, cast: Cast, client: Client, address: str, page: str
) -> None:
    client.force_login(cast.elena)
    for method, status in (("get", 302), ("head", 302), ("put", 405)):
        answer = getattr(client, method)(f"{ROOM}{address}")
        assert answer.status_code == status
        assert status == 405 or answer["Location"] == page


def test_the_last_offer_inside_is_chosen_and_those_outside_say_so(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    offer_inside(granted, cast)
    offer_five(granted, cast)
    client.force_login(cast.maya)

    assert f'href="{ROOM}close/"' in asked(client.get(ROOM))
    page = asked(client.get(f"{ROOM}close/"))

    assert '<option value="offer-1" selected>' in page
    assert page.count(", outside the mandate</option>") == 1


def test_what_will_stand_out_for_ever_is_a_warning(granted: Mandate, cast: Cast, client: Client) -> None:
    offer_five(granted, cast)
    client.force_login(cast.maya)
    form = {"close-outcome": "won", "close-signed": "offer-1", "confirmed": "yes"}

    refused = client.post(f"{ROOM}close/", form)
    assert (refused.status_code, Closing.objects.count()) == (422, 0)
    for words in ("These terms are outside the mandate.", "Say why these terms were signed."):
        assert words in refused.content.decode()

    del form["confirmed"]
    page = asked(client.post(f"{ROOM}close/", {**form, "close-reason": "They insisted."}))
    warning = page[page.index('class="note bad"') :]
    assert warning.index("These terms are outside the mandate.") < warning.index("<ul")


def test_what_we_got_in_return_is_asked_for_and_kept_with_the_reason(
    granted: Mandate, cast: Cast, client: Client
) -> None:
    offer_inside(granted, cast)
    for place, (get, value) in enumerate((("A reference", 8000), ("A case study", None))):
        granted.deal.exchanges.create(position=place, get=get, get_value=value)
    reference, study = (str(one.pk) for one in granted.deal.exchanges.all())
    client.force_login(cast.maya)
    page = asked(client.get(f"{ROOM}close/"))
    assert "A reference, €8,000" in page and "A case study" in page
    form = {"close-outcome": "won", "close-signed": "offer-1", "close-reason": "They signed."}

    page = asked(client.post(f"{ROOM}close/", {**form, "close-got": [reference]}))
    assert f'name="close-got" value="{reference}"' in page and f'value="{study}"' not in page
    client.post(f"{ROOM}close/", {**form, "close-got": [reference], "confirmed": "yes"})

    kept = Closing.objects.get().reason
    assert kept == "They signed. We got: A reference, €8,000. We did not get: A case study."
