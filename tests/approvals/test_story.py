"""The path of one deal through the verbs, with the numbers of the pictures."""

from decimal import Decimal as D

from approvals.check import check, mandate_of
from approvals.close import close
from approvals.models import Decision, Mandate, Request, Step
from approvals.offer import offer
from approvals.preview import preview
from approvals.submit import submit
from base import clock
from deals.models import Deal
from deals.terms import Terms
from ledger.models import Effect, Event
from ledger.verify import verify
from people.models import User
from tests.brandt import ask_offer_5, grant_brandt, rule, step_of
from tests.cast import Cast


def limits_of(mandate: Mandate) -> dict[str, object]:
    return {limit.key: limit.value for limit in mandate.limit_rows if limit.source != "standard"}


def test_the_preview_names_who_must_agree_before_anything_is_sent(brandt: Deal, cast: Cast) -> None:
    seen = preview(brandt, by=cast.maya, at=clock.now())

    assert seen.problems == {}
    assert [(step.function, step.level, step.pool) for step in seen.judgement.plan.steps] == [
        ("finance", 2, (cast.henrik.pk,)),
        ("legal", 1, (cast.tomas.pk,)),
        ("operations", 1, (cast.jiwoo.pk,)),
    ]
    assert not Request.objects.exists()


def test_submitting_opens_one_step_for_each_function_that_must_agree(brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)

    assert request.revision.net_target == D("1924560.00")
    assert request.revision.net_walk_away == D("1728450.00")
    assert {step.level_name: step.status for step in request.steps.all()} == {
        "Finance Director": Step.Status.OPEN,
        "Legal Counsel": Step.Status.OPEN,
        "Delivery Manager": Step.Status.OPEN,
    }
    inbox = Step.objects.assigned_to(cast.henrik)
    assert [step.level_name for step in inbox] == ["Finance Director"]
    assert Deal.objects.visible_to(cast.henrik).get() == brandt


def test_the_last_agreement_grants_the_mandate_at_the_narrowed_corner(brandt: Deal, cast: Cast) -> None:
    mandate = grant_brandt(brandt, cast)

    assert mandate.net_at_limit.quantize(D(1)) == D(1759680)
    assert mandate.margin_at_limit == D("58.9")
    assert limits_of(mandate) == {
        "discount": D("20.0"),
        "margin": D("58.9"),
        "payment_days": D(45),
        "custom_days": D(20),
        "weeks_to_live": D(13),
        "clause:liability": "fallback-1",
    }
    assert [row.comparison.sentence(mandate.version.policy) for row in mandate.conditions.all()] == [
        "Invoicing yearly"
    ]
    assert verify(brandt.stream).faults == ()


def test_an_offer_inside_needs_nobody_and_one_outside_belongs_to_finance(
    granted: Mandate, cast: Cast
) -> None:
    deal = granted.deal
    ask_offer_5(deal, cast)
    revision = granted.request.revision
    inside = offer(deal, by=cast.maya, terms=revision.ask.target, good_until=clock.today())
    fifth = submit_terms_of_offer_5(deal, cast)

    _, answer = check(mandate_of(deal, at=clock.now()), fifth, good_until=clock.today())

    assert inside.inside
    assert {breach.key for breach in answer.breaches} == {"discount", "payment_days", "margin"}
    assert set(answer.functions) == {"finance"}


def submit_terms_of_offer_5(deal: Deal, cast: Cast) -> Terms:
    return preview(deal, by=cast.maya, at=clock.now()).ask.walk_away


def test_asking_for_offer_5_reopens_finance_alone(granted: Mandate, cast: Cast) -> None:
    deal = ask_offer_5(granted.deal, cast)

    request = submit(deal, by=cast.maya)

    assert {step.function: step.status for step in request.steps.all()} == {
        "finance": Step.Status.OPEN,
        "legal": Step.Status.KEPT,
        "operations": Step.Status.KEPT,
    }
    assert mandate_of(deal, at=clock.now()) == granted
    rule(step_of(request, "finance"), cast.henrik)
    assert Mandate.objects.get(request=request).net_at_limit == D("1704690.00")
    granted.refresh_from_db()
    assert granted.status == Mandate.Status.SUPERSEDED


def test_every_change_of_state_is_one_event_and_whoever_is_concerned_is_told(
    brandt: Deal, cast: Cast
) -> None:
    first = grant_brandt(brandt, cast).request
    offer(brandt, by=cast.maya, terms=first.revision.ask.target, good_until=clock.today())
    second = submit(ask_offer_5(brandt, cast), by=cast.maya)
    rule(step_of(second, "finance"), cast.henrik, Decision.Verdict.CHANGES, reason="Rank them.")
    close(brandt, by=cast.maya, signed=first.revision.ask.target)

    asked, answered = ["step.opened"] * 3, ["decision.made"] * 3
    assert [event.kind for event in Event.objects.of(brandt.stream)] == [
        *("deal.created", "request.submitted", *asked, *answered, "mandate.granted", "offer.recorded"),
        *("request.submitted", "step.kept", "step.kept", "step.opened", "decision.made"),
        *("request.closed", "deal.closed"),
    ]
    assert told() == {
        ("review", "henrik", 2),
        ("review", "tomas", 1),
        ("review", "jiwoo", 1),
        ("granted", "maya", 1),
        ("changes", "maya", 1),
    }


def told() -> set[tuple[str, str, int]]:
    """What was written to whom, and how often."""
    mails = Effect.objects.filter(kind="mail")
    who = {user.pk: user.email.partition("@")[0] for user in User.objects.all()}
    letters = [(mail.dedupe_key.split(":")[1], who[mail.facts["to"]]) for mail in mails]
    return {(*letter, letters.count(letter)) for letter in letters}
