"""What each role meets at home besides its list: health for the desk, records for audit, words for nobody."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.models import Decision
from approvals.override import override
from approvals.submit import submit
from deals.models import Deal
from guardrails.models import PolicyVersion
from ledger.models import Effect, Sweep
from people.models import User
from tests.brandt import grant_brandt, step_of
from tests.cast import Cast
from tests.desk.making import At, make_deal, make_request, make_revision

Verdict = Decision.Verdict


def home(client: Client, user: User) -> str:
    client.force_login(user)
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def swept(seconds: int = 0) -> None:
    Sweep.objects.create(at=timezone.now() - timedelta(seconds=seconds))


def test_the_desk_reads_in_a_line_that_all_is_well(client: Client, brandt: Deal, cast: Cast) -> None:
    swept()
    text = home(client, cast.ines)
    assert "Everything that is due gets done; the last sweep was" in text
    assert reverse("desk:operations") in text


def test_the_desk_reads_what_is_not_done(client: Client, brandt: Deal, cast: Cast) -> None:
    swept(300)
    now = timezone.now()
    parked = {"planned_for": now, "due_at": now, "created_at": now, "payload": "{}", "state": "parked"}
    Effect.objects.create(kind="mail", key="deal:1", dedupe_key="mail:deal:1", **parked)
    text = home(client, cast.ines)
    assert "The last sweep was 5\N{NO-BREAK SPACE}min ago; usual is every 15 s." in text
    assert "1 was given up on and waits for a person." in text


def test_whoever_administers_finds_it_with_the_way_there(client: Client, brandt: Deal, cast: Cast) -> None:
    swept()
    User.objects.filter(pk=cast.elena.pk).update(is_staff=True)
    text = home(client, cast.elena)
    assert "Everything that is due gets done" in text
    assert reverse("admin:index") in text


@pytest.mark.parametrize("key", ["maya", "henrik", "marcus", "robin", "victor"])
def test_nobody_else_is_told_how_the_product_runs(client: Client, brandt: Deal, cast: Cast, key: str) -> None:
    swept(300)
    text = home(client, getattr(cast, key))
    assert "last sweep" not in text
    assert reverse("desk:operations") not in text


def test_an_auditor_finds_overrides_records_and_what_to_take(
    client: Client, brandt: Deal, cast: Cast
) -> None:
    request = grant_brandt(brandt, cast).request
    text = home(client, cast.robin)
    assert "Nothing was overridden" in text
    for name in ("desk:record", "desk:decisions", "desk:decisions_pdf", "desk:decisions_json"):
        assert reverse(name, args=[request.deal.number]) in text


def test_an_override_is_told_with_who_instead_of_whom_and_why(
    client: Client, brandt: Deal, cast: Cast
) -> None:
    step = step_of(submit(brandt, by=cast.maya), "legal")
    User.objects.filter(pk=cast.ines.pk).update(is_superuser=True)
    desk = User.objects.get(pk=cast.ines.pk)
    override(step, by=desk, verdict=Verdict.AGREE, reason="Counsel is unreachable.", seen=step.terms_hash)
    text = home(client, cast.robin)
    assert "Ines Carvalho agreed in place of Legal Counsel" in text
    assert "Counsel is unreachable." in text


def test_every_address_on_the_home_of_an_auditor_opens(client: Client, brandt: Deal, cast: Cast) -> None:
    grant_brandt(brandt, cast)
    client.force_login(cast.robin)
    main = client.get("/").content.decode().split("<main")[1].split("</main")[0]
    addresses = {part.split('"')[0].split("#")[0] for part in main.split('href="/')[1:]}
    assert len(addresses) >= 9
    assert {address: client.get(f"/{address}").status_code for address in addresses} == dict.fromkeys(
        addresses, 200
    )


def test_the_eight_that_are_due_next_stand_at_home(client: Client, brandt: Deal, cast: Cast) -> None:
    version = PolicyVersion.objects.get()
    for number in range(1, 10):
        deal = make_deal(cast.maya, f"Account {number}", f"D-{number}")
        make_request(make_revision(deal), version, [At("finance", 2, people=(cast.henrik,))])
        text = home(client, cast.henrik)
        assert text.count('<tr class="hit">') == min(number, 8)
        assert (">All 9<" in text) == (number == 9)
