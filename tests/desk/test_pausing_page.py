"""The desk pauses, resumes and reminds: one step, all of a request, or many from the queue."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from approvals.models import Bulk, BulkRow, Intervention, Request, Step
from approvals.pause import pause
from approvals.submit import submit
from base import clock
from base.format import SPACE
from deals.models import Deal
from ledger.sweep import sweep
from notices.models import Notice
from people.models import User
from tests.approvals.desk_verbs import WHY, everything
from tests.brandt import step_of
from tests.cast import Cast


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


@pytest.fixture
def step(request_: Request) -> Step:
    return step_of(request_, "finance")


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(answer: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", plain.replace(SPACE, " ")).replace(" .", ".").replace(" ,", ",")


def test_a_paused_step_says_who_paused_it_and_why_wherever_it_is_shown(step: Step, cast: Cast) -> None:
    ines, henrik, address = as_(cast.ines), as_(cast.henrik), f"/reviews/{step.pk}/intervene/"
    day = clock.today() + timedelta(days=9)
    assert ines.post(address, {"verb": "pause", "reason": WHY, "until": str(day)}).status_code == 302

    step.refresh_from_db()
    assert step.status == "paused"
    until = f"{day.day} {day:%B}"
    page = words(ines.get("/deals/D-1284/"))
    assert f"Ines Carvalho has paused it until {until}: {WHY}" in page
    assert "Paused. The clock stands with what is left." in page
    page = words(ines.get("/deals/D-1284/approvals/"))
    assert f"Finance Director: Ines Carvalho paused it until {until}, today" in page
    assert f"paused what Finance Director is asked until {until}." in words(ines.get("/deals/D-1284/record/"))
    review = words(henrik.get(f"/reviews/{step.pk}/"))
    assert f"Finance Director is paused until {until}. Ines Carvalho paused it, today" in review
    assert "Send decision" not in review
    sent = henrik.post(f"/reviews/{step.pk}/", {"verdict": "agree", "seen": step.terms_hash})
    assert sent.status_code == 409
    assert [form.verb.value for form in ines.get(address).context["forms"]] == ["resume"]

    assert ines.post(address, {"verb": "resume"}).status_code == 302
    step.refresh_from_db()
    assert step.status == "open"
    assert "let Finance Director go on: due" in words(ines.get("/deals/D-1284/record/"))
    assert "Finance Director: Ines Carvalho let it go on, today" in words(
        ines.get("/deals/D-1284/approvals/")
    )


def test_every_open_step_of_the_request_is_paused_at_once(request_: Request, step: Step, cast: Cast) -> None:
    said = {"verb": "pause", "what": "all", "reason": WHY}
    assert as_(cast.ines).post(f"/reviews/{step.pk}/intervene/", said).status_code == 302
    assert set(request_.steps.values_list("status", flat=True)) == {"paused"}


def test_who_is_asked_is_reminded_and_a_second_time_too_soon_is_refused(step: Step, cast: Cast) -> None:
    ines, address = as_(cast.ines), f"/reviews/{step.pk}/intervene/"
    said = {"verb": "nudge", "reason": "The buyer calls at five."}
    assert ines.post(address, said).status_code == 302
    told = Notice.objects.get(kind="nudge")
    assert (told.user, told.path) == (cast.henrik, f"/reviews/{step.pk}/")
    assert "Finance Director: Ines Carvalho reminded Henrik Sørensen" in words(
        ines.get("/deals/D-1284/approvals/")
    )
    assert "reminded Henrik Sørensen to answer as Finance Director." in words(
        ines.get("/deals/D-1284/record/")
    )
    before = everything()
    again = ines.post(address, said)
    assert again.status_code == 409
    assert "They can be reminded again from" in words(again)
    assert everything() == before


def test_many_are_paused_from_the_queue_and_what_is_refused_says_why(request_: Request, cast: Cast) -> None:
    ines, steps = as_(cast.ines), list(request_.steps.order_by("function"))
    pause(steps[0], by=cast.ines, reason="Month end.")
    day = clock.today() + timedelta(days=3)
    said = {
        "verb": "pause",
        "reason": WHY,
        "until": str(day),
        "once": str(uuid4()),
        "step": [f"{step.pk}:{step.terms_hash}" for step in steps],
    }
    look = words(ines.post("/queue/bulk/", said))
    assert "Pause 2 of 3 steps" in look
    assert "Finance Director is paused: Ines Carvalho paused it on" in look
    assert ines.post("/queue/bulk/", {**said, "confirm": "1"}).status_code == 302
    sweep(clock.now())

    assert set(request_.steps.values_list("status", flat=True)) == {"paused"}
    assert Intervention.objects.exclude(until=None).count() == 2
    bulk = Bulk.objects.get()
    run = words(ines.get(f"/queue/bulk/{bulk.pk}/"))
    assert f"Pause until {day.day} {day:%B}" in run
    assert BulkRow.objects.get(outcome="refused").why.startswith("Finance Director: paused.")


@pytest.mark.parametrize(("verb", "status"), [("nudge", "open"), ("resume", "open")])
def test_many_are_reminded_or_go_on_without_a_word(
    request_: Request, cast: Cast, verb: str, status: str
) -> None:
    steps = list(request_.steps.order_by("function"))
    if verb == "resume":
        for step in steps:
            pause(step, by=cast.ines, reason=WHY)
    named = [f"{step.pk}:{step.terms_hash}" for step in steps]
    said = {"verb": verb, "once": str(uuid4()), "step": named, "confirm": "1"}
    assert as_(cast.ines).post("/queue/bulk/", said).status_code == 302
    sweep(clock.now())
    assert set(request_.steps.values_list("status", flat=True)) == {status}
    assert Intervention.objects.filter(kind=verb).count() == 3
