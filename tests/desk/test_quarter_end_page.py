"""The desk switches quarter-end mode on and off, and every card of a step that opened in it says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from approvals.submit import submit
from deals.models import Deal
from guardrails.models import QuarterEnd
from ledger.sweep import sweep
from people.models import User
from tests.approvals.pooling import pooled
from tests.brandt import make_brandt, step_of
from tests.cast import Cast

MONDAY = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
TYPED = {
    "name": "June close",
    "since": "2026-06-08",
    "last": "2026-06-10",
    "functions": ["finance", "legal"],
    "percent": "50",
    "person_0": "",
    "level_0": "",
    "reason": "Eleven deals close on the last day.",
}
PAGE = "/policy/quarter-end/"


@pytest.fixture
def brandt(cast: Cast) -> Deal:
    with time_machine.travel(MONDAY, tick=False):
        return make_brandt(cast)


def see(cast_member: User, address: str, moment: datetime = MONDAY) -> str:
    client = Client()
    client.force_login(cast_member)
    with time_machine.travel(moment, tick=False):
        return " ".join(client.get(address).content.decode().split())


def send(who: User, data: dict[str, Any], address: str = PAGE):
    client = Client()
    client.force_login(who)
    with time_machine.travel(MONDAY, tick=False):
        return client.post(address, data)


def test_the_desk_switches_it_on_and_off_and_the_page_says_who(brandt: Deal, cast: Cast) -> None:
    assert "No quarter end yet" in see(cast.robin, PAGE)
    answer = send(cast.ines, {**TYPED, "person_0": str(cast.lena.pk), "level_0": "finance:2"})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    on = QuarterEnd.objects.get()
    page = see(cast.ines, PAGE)
    for words in (
        'Mon 8 June</span> to <span class="nowrap">Wed 10 June',
        "Finance and Legal",
        "Lena Vogt<small>Finance Director",
        "50 %",
        "switched “June close” on for Finance and Legal, Mon 8 June to Wed 10 June.",
        f'action="{PAGE}{on.pk}/off/"',
    ):
        assert words in page
    assert "Switch off" not in see(cast.robin, PAGE)

    assert send(cast.ines, {}, f"{PAGE}{on.pk}/off/").status_code == 302
    page = see(cast.ines, PAGE)
    assert "switched “June close” off." in page
    assert "Switched off" in page
    assert f"{on.pk}/off/" not in page


def test_what_is_refused_stays_as_it_was_typed_beside_its_words(brandt: Deal, cast: Cast) -> None:
    refused: tuple[tuple[dict[str, Any], int, str], ...] = (
        ({"since": "2026-06-07"}, 422, "It can begin today at the earliest."),
        ({"last": "2026-07-20"}, 422, "It lasts between one day and 31."),
        ({"percent": "0"}, 422, "greater than or equal to 1"),
        ({"functions": []}, 422, "Choose at least one."),
        ({"person_0": str(cast.lena.pk)}, 422, "Say as what Lena Vogt decides."),
        ({"level_0": "finance:2"}, 422, "Say who."),
        ({"person_0": str(cast.lena.pk), "level_0": "operations:1"}, 422, "of a function that is not chosen"),
    )
    for change, status, words in refused:
        answer = send(cast.ines, TYPED | change)
        assert (answer.status_code, words in answer.content.decode()) == (status, True), change
        assert 'value="June close"' in answer.content.decode()
    assert not QuarterEnd.objects.exists()
    send(cast.ines, TYPED)
    taken = send(cast.ines, TYPED | {"name": "Again"})
    assert (taken.status_code, "is in “June close” until 11 Jun" in taken.content.decode()) == (409, True)
    assert QuarterEnd.objects.count() == 1


def test_the_brief_and_the_cards_say_that_half_the_time_is_left(brandt: Deal, cast: Cast) -> None:
    words = "June close: half the usual time"
    assert words not in see(cast.maya, f"/deals/{brandt.number}/brief/")
    send(cast.ines, TYPED)
    assert see(cast.maya, f"/deals/{brandt.number}/brief/").count(words) == 2
    with time_machine.travel(MONDAY, tick=False):
        submit(brandt, by=cast.maya)
    assert see(cast.maya, f"/deals/{brandt.number}/approvals/").count(words) == 2


def test_everybody_reads_it_and_how_many_steps_opened_is_for_who_sees_every_deal(
    brandt: Deal, cast: Cast
) -> None:
    send(cast.ines, TYPED)
    with time_machine.travel(MONDAY, tick=False):
        submit(brandt, by=cast.maya)
    assert "2 steps opened in it" in see(cast.robin, PAGE)
    page = see(cast.elena, PAGE)
    assert "June close" in page and "steps opened in it" not in page
    assert "Switch" not in page and "<form" not in page[page.index("<main") :]


def test_the_card_and_the_queue_say_who_has_it_since_when_and_who_had_it(cast: Cast, brandt: Deal) -> None:
    with time_machine.travel(MONDAY, tick=False):
        pooled(cast, 'escalate = ["manager", "desk"]\n')
        step = step_of(submit(brandt, by=cast.maya), "finance")
    first = step.due_at
    assert first is not None
    for _ in range(2):
        step.refresh_from_db()
        assert step.due_at is not None
        with time_machine.travel(step.due_at, tick=False):
            sweep(step.due_at)
    step.refresh_from_db()
    assert step.with_desk_since is not None
    later = step.with_desk_since + timedelta(hours=1)

    card = see(cast.maya, f"/deals/{brandt.number}/approvals/", later)
    assert "Dana Whitlock since Tue 9 June, 14:00, by today 10:00. Before: Henrik Sørensen as " in card
    assert "Finance Director, until Tue 9 June, 14:00. With the deal desk too since today 10:00" in card
    record = see(cast.maya, f"/deals/{brandt.number}/record/", later)
    assert "moved the seat from Finance Director to Dana Whitlock, manager of who was asked." in record
    queue = see(cast.ines, "/queue/?when=overdue", later)
    assert "Finance Director did not answer: with the deal desk since" in queue
    assert "1 that nobody answered" in queue
