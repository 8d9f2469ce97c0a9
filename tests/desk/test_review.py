"""One screen to judge and answer: what it shows, what it refuses, and that nothing typed is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.models import Decision, Mandate, Request, Step
from approvals.recall import recall
from approvals.submit import submit
from deals.create import create
from deals.edit import save_draft
from deals.models import Account, Deal
from people.models import User
from tests.brandt import ask_offer_5, brandt_draft, grant_brandt, step_of
from tests.cast import Cast

SPACE = "\N{NO-BREAK SPACE}"
UP_TO = {
    "verdict": "up_to",
    "discount": "20.0",
    "payment_days": "45",
    "condition": "invoices_per_year = 1",
}


@pytest.fixture
def step(brandt: Deal, cast: Cast) -> Step:
    return step_of(submit(brandt, by=cast.maya), "finance")


def as_(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def page(step: Step) -> str:
    return reverse("desk:review", args=[step.pk])


def send(client: Client, step: Step, **said: str) -> Any:
    return client.post(page(step), {"seen": step.terms_hash, **said})


def test_it_shows_what_needs_judgement_with_the_ladder_and_the_money(
    client: Client, step: Step, cast: Cast
) -> None:
    text = as_(client, cast.henrik).get(page(step)).content.decode()

    assert f"Finance Director may allow 20.0{SPACE}% to 30.0{SPACE}%. At 20.0{SPACE}% Finance Manager" in text
    assert f"Payment 60{SPACE}days" in text
    assert "€1,728,450" in text
    assert f"58.0{SPACE}%" in text
    assert text.count('class="ladder"') == 3
    assert step.terms_hash in text


def test_what_an_answer_binds_is_said_before_it_is_sent(client: Client, step: Step, cast: Cast) -> None:
    text = as_(client, cast.henrik).get(page(step)).content.decode().replace(SPACE, " ")
    assert (
        "You grant discount up to 21.5 %, margin down to 58.0 % and payment up to 60 days. "
        "Final: it cannot be taken back."
    ) in text
    assert "You grant nothing: the ball goes back to Maya Okafor. Final: it cannot be taken back." in text

    url = reverse("desk:review_effect", args=[step.pk])
    text = client.post(url, {**UP_TO, "seen": step.terms_hash}).content.decode().replace(SPACE, " ")
    assert (
        "You grant discount up to 20.0 %, margin down to 58.9 % and payment up to 45 days, "
        "if invoiced yearly. Final: it cannot be taken back."
    ) in text


def test_legal_reads_the_words_and_what_was_granted_of_the_same_clause(
    client: Client, granted: Mandate, cast: Cast
) -> None:
    account = Account.objects.create(name="Osprey Freight", segment="Enterprise", region="DACH")
    deal = create("Yard", account, by=cast.maya, deal_type="New business", currency="EUR", number="D-1300")
    save_draft(deal, by=cast.maya, version=deal.version, changes=brandt_draft(cast))
    step = step_of(submit(deal, by=cast.maya), "legal")

    answer = as_(client, cast.tomas).get(page(step))

    text = answer.content.decode()
    assert "<del>(100</del> <ins>(150</ins>" in text
    assert "in the twelve months before the event giving rise to the claim." in text
    assert [(one.deal, one.asked, one.granted) for one in answer.context["grants"]] == [
        (granted.deal, "1.5 × fees", "1.5 × fees")
    ]
    assert 'data-label="Signed"' not in text


def test_agreeing_up_to_narrows_and_binds_to_the_terms_on_the_screen(
    client: Client, step: Step, cast: Cast
) -> None:
    answer = send(as_(client, cast.henrik), step, **UP_TO)

    assert answer.status_code == 302
    decision = Decision.objects.get()
    assert decision.seen == step.terms_hash
    assert decision.limits == '{"discount":"20.0","payment_days":"45"}'
    assert [one.key for one in decision.term_conditions] == ["invoices_per_year"]


def test_limits_typed_before_agreeing_as_asked_are_not_sent(client: Client, step: Step, cast: Cast) -> None:
    send(as_(client, cast.henrik), step, **{**UP_TO, "verdict": "agree"})
    assert (Decision.objects.get().limits, Decision.objects.get().conditions) == ("{}", "[]")


@pytest.mark.parametrize("verdict", ["reluctant", "changes", "decline"])
def test_a_missing_reason_comes_back_with_the_verdict_kept(
    client: Client, step: Step, cast: Cast, verdict: str
) -> None:
    answer = send(as_(client, cast.henrik), step, verdict=verdict)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{verdict}" checked' in text
    assert 'aria-invalid="true"' in text
    assert not Decision.objects.exists()


def test_a_limit_may_be_typed_with_a_decimal_comma(client: Client, step: Step, cast: Cast) -> None:
    as_(client, cast.henrik)
    send(client, step, verdict="up_to", discount="20,5")
    assert Decision.objects.get().limits == '{"discount":"20.5"}'


def test_a_limit_past_what_is_asked_comes_back_beside_its_field(
    client: Client, step: Step, cast: Cast
) -> None:
    answer = send(as_(client, cast.henrik), step, **{**UP_TO, "discount": "29"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "goes further than the" in text
    assert 'value="29"' in text
    assert 'value="45"' in text
    assert not Decision.objects.exists()


def test_a_withdrawn_ask_answers_409_and_keeps_what_was_typed(client: Client, step: Step, cast: Cast) -> None:
    recall(step.deal, by=cast.maya)
    answer = send(as_(client, cast.henrik), step, **UP_TO)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "your answer is kept below" in text
    assert 'value="20.0"' in text
    assert not Decision.objects.exists()


def test_a_superseded_ask_leads_to_the_new_one_and_keeps_what_was_typed(
    client: Client, step: Step, cast: Cast
) -> None:
    submit(ask_offer_5(step.deal, cast), by=cast.maya)
    answer = send(as_(client, cast.henrik), step, **UP_TO)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "your answer is kept below" in text
    assert 'value="20.0"' in text
    newer = step_of(Request.objects.open().get(), "finance")
    assert f'action="{page(newer)}"' in text
    assert f'name="seen" value="{newer.terms_hash}"' in text
    assert "Revision 2 has taken the place of revision 1" in text
    assert "Maya Okafor asked anew" in text
    assert f"<s>21.5{SPACE}%</s>" in text
    assert not Decision.objects.exists()


def test_the_second_click_of_a_double_click_changes_nothing(client: Client, step: Step, cast: Cast) -> None:
    client = as_(client, cast.henrik)
    assert send(client, step, verdict="agree").status_code == 302
    assert send(client, step, verdict="decline", reason="No.").status_code == 409
    assert Decision.objects.get().verdict == Decision.Verdict.AGREE


def test_the_effect_of_limits_is_shown_and_nothing_is_written(client: Client, step: Step, cast: Cast) -> None:
    url = reverse("desk:review_effect", args=[step.pk])
    text = as_(client, cast.henrik).post(url, {**UP_TO, "seen": step.terms_hash}).content.decode()
    assert "€1,759,680" in text
    assert f"58.9{SPACE}%" in text
    assert not Decision.objects.exists()


def test_a_limit_that_would_be_refused_is_refused_while_it_is_typed(
    client: Client, step: Step, cast: Cast
) -> None:
    url = reverse("desk:review_effect", args=[step.pk])
    below = {**UP_TO, "discount": "10.0", "seen": step.terms_hash}
    text = as_(client, cast.henrik).post(url, below).content.decode()
    assert "tighter than the target" in text
    assert "Nobody else has to look" not in text


def test_opening_it_decides_nothing(client: Client, step: Step, cast: Cast) -> None:
    as_(client, cast.henrik).get(page(step) + "?verdict=agree")
    assert not Decision.objects.exists()
    step.refresh_from_db()
    assert step.status == Step.Status.OPEN


def test_a_stranger_finds_nothing_and_the_owner_is_told_why(client: Client, step: Step, cast: Cast) -> None:
    assert as_(client, cast.elena).get(page(step)).status_code == 404
    assert as_(client, cast.priya).get(page(step)).status_code == 404
    assert as_(client, cast.maya).get(page(step)).status_code == 403
    assert send(as_(client, cast.maya), step, verdict="agree").status_code == 403


def test_a_leader_may_read_but_not_answer(client: Client, step: Step, cast: Cast) -> None:
    client = as_(client, cast.marcus)
    assert "not yours to decide" in client.get(page(step)).content.decode()
    assert send(client, step, verdict="agree").status_code == 403
    assert not Decision.objects.exists()


def test_the_difference_to_what_this_function_last_granted(client: Client, brandt: Deal, cast: Cast) -> None:
    grant_brandt(brandt, cast)
    request = submit(ask_offer_5(brandt, cast), by=cast.maya)
    text = as_(client, cast.henrik).get(page(step_of(request, "finance"))).content.decode()
    assert "Changed since revision 1" in text
    assert f"<s>20.0{SPACE}%</s>" in text
    assert f"<s>45{SPACE}days</s>" in text
    assert "Kept" in text
    assert Mandate.objects.count() == 1
