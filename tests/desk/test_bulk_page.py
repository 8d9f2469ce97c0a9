import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.bulk import Order, begin, slices
from approvals.models import Bulk, BulkRow, Decision, Intervention, Step
from approvals.submit import submit
from base import clock
from base.format import SPACE
from deals.create import create
from deals.edit import save_draft
from deals.models import Account, Deal
from deals.share import share
from ledger.models import Effect
from ledger.sweep import sweep
from tests.approvals.desk_verbs import WHY, asked, everything, let_override
from tests.brandt import brandt_draft, step_of
from tests.cast import Cast

BULK = "/queue/bulk/"


def more_like_brandt(cast: Cast, number: str) -> Deal:
    account = Account.objects.create(name=f"Account {number}", segment="Enterprise", region="DACH")
    how = {"deal_type": "New business", "currency": "EUR", "number": number}
    deal = create("The same again", account, by=cast.maya, **how)
    return save_draft(deal, by=cast.maya, version=deal.version, changes=brandt_draft(cast))


@pytest.fixture
def steps(brandt: Deal, cast: Cast) -> list[Step]:
    """What Finance is asked in two deals; of the second, Dana works on the deal herself."""
    second = more_like_brandt(cast, "D-2001")
    share(second, with_=cast.dana, role="team", by=cast.maya, at=clock.now())
    return [step_of(submit(deal, by=cast.maya), "finance") for deal in (brandt, second)]


@pytest.fixture
def ines(client, cast: Cast):
    client.force_login(cast.ines)
    return client


def words(answer) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", plain.replace(SPACE, " ")).replace(" .", ".").replace(" ,", ",")


def names(answer) -> list[tuple[str, str]]:
    return [(line.step.deal.number, line.step.function) for line in answer.context["picked"].lines]


def said(steps: list[Step], cast: Cast, **more):
    named = [f"{step.pk}:{step.terms_hash}" for step in steps]
    usual = {"verb": "reassign", "to": cast.dana.pk, "reason": WHY, "once": str(uuid4())}
    return {**usual, "step": named, **more}


def test_the_queue_offers_ticks_to_the_desk_alone(client, steps: list[Step], cast: Cast) -> None:
    def offered(who) -> tuple[list[str], int]:
        client.force_login(who)
        answer = client.get("/queue/")
        return list(answer.context["choose"]), answer.content.decode().count('name="request"')

    usual = ["nudge", "extend", "reassign", "pause", "resume"]
    assert offered(cast.ines) == (usual, 2)
    assert offered(cast.robin) == ([], 0)
    assert offered(cast.maya) == ([], 0)
    assert offered(let_override(cast.ines)) == ([*usual, "override"], 2)


def test_chosen_requests_bring_what_somebody_has_to_answer(ines, steps: list[Step]) -> None:
    answer = ines.get(BULK, {"verb": "extend", "request": [steps[1].request_id, "x", "9" * 30]})
    assert sorted(names(answer)) == [("D-2001", "finance"), ("D-2001", "legal"), ("D-2001", "operations")]


def test_all_that_match_the_filter_are_meant_and_of_them_the_function_it_waits_for(
    ines, steps: list[Step]
) -> None:
    answer = ines.get(BULK, {"verb": "reassign", "all": "1", "function": "finance"})
    assert sorted(names(answer)) == [("D-1284", "finance"), ("D-2001", "finance")]
    answer = ines.get(BULK, {"verb": "reassign", "all": "1", "level": "legal:1", "q": "D-2001"})
    assert names(answer) == [("D-2001", "legal")]
    assert "Nothing was chosen" in words(ines.get(BULK, {"verb": "reassign", "all": "1", "q": "no such"}))
    assert names(ines.get(BULK, {"verb": "reassign"})) == []


def test_more_than_can_be_done_at_once_is_said(
    ines, steps: list[Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.bulk.MOST", 4)
    answer = ines.get(BULK, {"verb": "reassign", "all": "1"})
    assert (len(answer.context["picked"].lines), answer.context["picked"].rest) == (4, 2)
    assert "The first 4 by when they are due; repeat it for the other 2." in words(answer)


def test_before_anything_happens_it_says_what_would_be_refused_and_why(
    ines, steps: list[Step], cast: Cast
) -> None:
    before = everything()
    answer = ines.post(BULK, said(steps, cast))
    assert answer.status_code == 200
    page = words(answer)
    assert "Reassign 1 of 2 steps" in page
    assert "Dana Whitlock is on the deal team of D-2001." in page
    assert "Nothing has happened yet 1 would be refused" in page
    assert everything() == before
    assert not Bulk.objects.exists()


def test_confirmed_it_runs_in_the_background_and_shows_what_was_refused(
    ines, steps: list[Step], cast: Cast
) -> None:
    answer = ines.post(BULK, said(steps, cast, confirm="1"))
    bulk = Bulk.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/queue/bulk/{bulk.pk}/")
    assert not Intervention.objects.exists()

    waiting = ines.get(f"/queue/bulk/{bulk.pk}/")
    assert "2 to go" in words(waiting)
    assert "hx-get" in waiting.content.decode()

    sweep(clock.now())
    page = words(ines.get(f"/queue/bulk/{bulk.pk}/"))
    assert "1 done" in page and "1 refused" in page
    assert "Dana Whitlock is on the deal team of D-2001." in page
    assert "hx-get" not in ines.get(f"/queue/bulk/{bulk.pk}/").content.decode().split("<main")[1]
    assert [asked(step) for step in steps] == [[cast.dana], [cast.henrik]]
    file = b"".join(ines.get(f"/queue/bulk/{bulk.pk}/refused.csv").streaming_content).decode()
    assert file.splitlines() == [
        "Deal,Account,Asked as,Why it was refused",
        "D-2001,Account D-2001,Finance Director,Dana Whitlock is on the deal team of D-2001.",
    ]


def test_a_confirmation_sent_twice_begins_once(ines, steps: list[Step], cast: Cast) -> None:
    order = said(steps, cast, verb="extend", hours=1, confirm="1")
    assert ines.post(BULK, order)["Location"] == ines.post(BULK, order)["Location"]
    assert (Bulk.objects.count(), BulkRow.objects.count()) == (1, 2)
    sweep(clock.now())
    assert [step.allowance for step in Step.objects.filter(function="finance")] == [780, 780]


def test_while_it_runs_only_the_progress_is_swapped_and_at_its_end_the_whole(
    ines, steps: list[Step], cast: Cast
) -> None:
    ines.post(BULK, said(steps, cast, confirm="1"))
    address = f"/queue/bulk/{Bulk.objects.get().pk}/"
    answer = ines.get(address, headers={"HX-Request": "true"})
    assert "HX-Retarget" not in answer.headers
    assert 'id="progress"' in answer.content.decode() and 'id="state"' not in answer.content.decode()
    sweep(clock.now())
    answer = ines.get(address, headers={"HX-Request": "true"})
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#state", "outerHTML")


def test_many_are_overridden_only_with_the_permission(client, steps: list[Step], cast: Cast) -> None:
    order = {"verb": "override", "verdict": "agree", "to": ""}
    client.force_login(cast.ines)
    assert client.post(BULK, said(steps, cast, **order, confirm="1")).status_code == 403
    assert client.get(BULK, {"verb": "override", "all": "1"}).status_code == 403
    client.force_login(let_override(cast.ines))
    assert client.post(BULK, said(steps, cast, **order, confirm="1")).status_code == 302
    sweep(clock.now())
    assert [one.overridden for one in Decision.objects.all()] == [True, True]


@pytest.mark.parametrize(
    ("more", "mistake"),
    [
        ({"step": []}, "Nothing was chosen"),
        ({"reason": ""}, "Say why: it stays on record."),
        ({"to": ""}, "Choose who is asked instead."),
        ({"step": ["1;DROP"]}, "This page is out of date."),
        ({"once": "x"}, "This page is out of date."),
        ({"verb": "dance"}, "Choose whether to reassign, extend, pause, resume, remind or override."),
    ],
)
def test_a_mistake_is_said_and_nothing_begins(
    ines, steps: list[Step], cast: Cast, more: dict[str, object], mistake: str
) -> None:
    answer = ines.post(BULK, said(steps, cast, confirm="1", **more))
    assert answer.status_code == 422
    assert mistake in words(answer)
    assert not Bulk.objects.exists()


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"verb": "extend", "hours": 12}, "12 h more to answer."),
        ({"verb": "override", "verdict": "decline"}, "decided in place of the people asked"),
    ],
)
def test_each_verb_says_what_it_would_do(client, steps: list[Step], cast: Cast, how, told: str) -> None:
    client.force_login(let_override(cast.ines))
    page = words(client.post(BULK, said(steps, cast, **how)))
    assert told in page
    assert "Nothing stands against it." in page


def test_going_back_keeps_what_was_written(ines, steps: list[Step], cast: Cast) -> None:
    answer = ines.post(BULK, said(steps[:1], cast, back="1"))
    assert answer.context["form"]["reason"].value() == WHY
    assert names(answer) == [("D-1284", "finance")]


def test_only_the_desk_begins_and_auditors_look(client, steps: list[Step], cast: Cast) -> None:
    order = Order(Bulk.Verb.EXTEND, WHY, minutes=60)
    bulk = begin({steps[0].pk: ""}, by=cast.ines, order=order)
    for who, got in ((cast.robin, 200), (cast.ines, 200), (cast.maya, 403), (cast.henrik, 403)):
        client.force_login(who)
        assert client.get(f"/queue/bulk/{bulk.pk}/").status_code == got
        assert client.get(f"/queue/bulk/{bulk.pk}/refused.csv").status_code == got
    client.force_login(cast.robin)
    assert client.post(BULK, said(steps, cast, confirm="1")).status_code == 403
    assert client.post(f"/queue/bulk/{bulk.pk}/go-on/").status_code == 403
    client.force_login(cast.ines)
    assert client.post(f"/queue/bulk/{bulk.pk}/go-on/").status_code == 409
    assert client.get("/queue/bulk/99999/").status_code == 404


def test_one_that_nobody_is_at_says_so_and_goes_on(ines, steps: list[Step], cast: Cast) -> None:
    bulk = begin({steps[0].pk: ""}, by=cast.ines, order=Order(Bulk.Verb.EXTEND, WHY, minutes=60))
    slices(bulk).update(state=Effect.State.PARKED, last_error="OSError: gone")
    page = words(ines.get(f"/queue/bulk/{bulk.pk}/"))
    assert "Nobody is at it." in page and "OSError: gone" in page
    assert ines.post(f"/queue/bulk/{bulk.pk}/go-on/").status_code == 302
    sweep(clock.now())
    assert BulkRow.objects.get().outcome == BulkRow.Outcome.DONE


def test_the_pages_take_as_many_queries_for_one_step_as_for_six(ines, steps: list[Step]) -> None:
    counts = []
    for chosen in ({"level": "legal:1", "q": "D-2001"}, {}):
        with CaptureQueriesContext(connection) as queries:
            answer = ines.get(BULK, {"verb": "extend", "all": "1", **chosen})
        counts.append((len(names(answer)), len(queries)))
    assert [count for count, _ in counts] == [1, 6]
    assert counts[0][1] == counts[1][1]
