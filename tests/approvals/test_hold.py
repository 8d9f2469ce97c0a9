"""A grant that waits for something else than a signature: who may hold it, who lets go, and what ends it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from approvals.close import close
from approvals.errors import OwnDeal
from approvals.escalation import hand_over
from approvals.hold import hold, hold_deal, release
from approvals.models import Decision, Hold, Mandate, Request, Step
from approvals.recall import recall
from approvals.submit import submit
from base import clock
from base.errors import DomainError, Invalid, NotYours, WrongState
from deals.edit import save_draft
from deals.models import Deal
from deals.share import share
from ledger.models import Effect, Event
from ledger.verify import verify
from tests.approvals.test_submit import STANDARD
from tests.brandt import ask_offer_5, grant_brandt, rule, step_of
from tests.cast import Cast

Verdict = Decision.Verdict
FUNCTIONS = {"finance": "henrik", "legal": "tomas", "operations": "jiwoo"}


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


@pytest.fixture
def held(request_: Request, cast: Cast) -> Hold:
    return hold(request_, reason="The reference visit is not confirmed.", by=cast.ines)


def all_agree(request: Request, cast: Cast) -> None:
    for function, who in FUNCTIONS.items():
        rule(step_of(request, function), getattr(cast, who))


def status(request: Request) -> str:
    request.refresh_from_db()
    return request.status


def kinds(deal: Deal) -> list[str]:
    return list(Event.objects.of(deal.stream).values_list("kind", flat=True))


def refused(act: Callable[[], object], error: type[DomainError]) -> DomainError:
    """Try it, check that nothing changed, and return the refusal."""
    before = everything()
    with pytest.raises(error) as refusal:
        act()
    assert everything() == before
    return refusal.value


def everything() -> list[object]:
    models: tuple[Any, ...] = (Request, Step, Hold, Mandate, Event, Effect)
    return [[*model.objects.order_by("pk").values()] for model in models]


# --- the grant waits


def test_a_request_whose_last_step_closes_while_it_is_held_is_not_granted(held: Hold, cast: Cast) -> None:
    assert held.request is not None
    all_agree(held.request, cast)
    assert status(held.request) == "open"
    assert not Mandate.objects.exists()


def test_releasing_the_last_hold_grants_it_there_and_then(held: Hold, cast: Cast) -> None:
    request = held.request
    assert request is not None
    second = hold(request, reason="Credit check of the parent.", by=cast.ines)
    all_agree(request, cast)

    release(held, by=cast.ines, note="Confirmed for the 14th.")
    assert status(request) == "open"
    release(second, by=cast.ines, note="Credit is fine.")

    assert status(request) == "granted"
    assert Mandate.objects.get().request == request
    assert kinds(request.deal)[-3:] == ["hold.released", "hold.released", "mandate.granted"]
    assert verify(request.deal.stream).faults == ()


def test_a_hold_released_before_the_last_step_leaves_the_grant_to_that_step(held: Hold, cast: Cast) -> None:
    assert held.request is not None
    released = release(held, by=cast.ines, note="Confirmed for the 14th.")
    assert (released.released_by, released.note) == (cast.ines, "Confirmed for the 14th.")
    assert status(held.request) == "open"
    all_agree(held.request, cast)
    assert status(held.request) == "granted"


def test_steps_are_asked_and_decided_while_it_is_held(held: Hold, cast: Cast) -> None:
    assert held.request is not None
    rule(step_of(held.request, "finance"), cast.henrik)
    assert step_of(held.request, "finance").status == Step.Status.AGREED


def test_an_event_keeps_the_hash_of_the_reason_and_not_the_reason(held: Hold) -> None:
    placed = Event.objects.get(kind="hold.placed")
    assert "reference" not in placed.body
    assert set(placed.facts) == {"schema", "hold", "request", "reason"}


def test_a_hold_of_the_deal_holds_a_request_that_needs_nobody(brandt: Deal, cast: Cast) -> None:
    hold_deal(brandt, reason="A concern is open.", cause="concern:1", at=clock.now())
    request = submit(standard(brandt, cast), by=cast.maya)
    assert not request.steps.exists()
    assert status(request) == "open"

    release(Hold.objects.get(), by=None, note="Answered.", cause="concern:1")

    assert status(request) == "granted"


def standard(deal: Deal, cast: Cast) -> Deal:
    """Nothing of it is a finding."""
    return save_draft(deal, by=cast.maya, version=deal.version, changes=STANDARD)


# --- who may hold, who may release


@pytest.mark.parametrize("who", ["maya", "marcus", "henrik", "dana", "robin"])
def test_only_the_desk_places_a_hold(request_: Request, cast: Cast, who: str) -> None:
    refused(lambda: hold(request_, reason="Wait.", by=getattr(cast, who)), NotYours)


def test_a_hold_says_why(request_: Request, cast: Cast) -> None:
    refusal = refused(lambda: hold(request_, reason="  ", by=cast.ines), Invalid)
    assert isinstance(refusal, Invalid) and refusal.field == "reason"


def test_a_release_says_what_settled_it(held: Hold, cast: Cast) -> None:
    refusal = refused(lambda: release(held, by=cast.ines, note=" "), Invalid)
    assert isinstance(refusal, Invalid) and refusal.field == "note"


@pytest.mark.parametrize("who", ["marcus", "henrik", "victor", "robin"])
def test_only_the_desk_releases_what_names_nobody(held: Hold, cast: Cast, who: str) -> None:
    refusal = refused(lambda: release(held, by=getattr(cast, who), note="Fine."), NotYours)
    assert refusal.message == "The deal desk releases this, and that is not you."


def test_the_person_named_releases_it_and_not_even_the_desk_instead(request_: Request, cast: Cast) -> None:
    held = hold(request_, reason="Parent guarantee.", by=cast.ines, release_by=cast.dana)
    refusal = refused(lambda: release(held, by=cast.ines, note="Fine."), NotYours)
    assert refusal.message == "Dana Whitlock releases this, and that is not you."
    assert release(held, by=cast.dana, note="It is signed.").released_by == cast.dana


def test_the_desk_stands_in_for_a_named_person_who_left(request_: Request, cast: Cast) -> None:
    held = hold(request_, reason="Parent guarantee.", by=cast.ines, release_by=cast.dana)
    cast.dana.is_active = False
    cast.dana.save()
    refused(lambda: release(held, by=cast.dana, note="It is signed."), NotYours)
    assert release(held, by=cast.ines, note="It is signed.").released_by == cast.ines


def test_nobody_on_the_deal_team_is_named_or_releases(request_: Request, cast: Cast) -> None:
    refused(lambda: hold(request_, reason="Wait.", by=cast.ines, release_by=cast.maya), Invalid)
    held = hold(request_, reason="Wait.", by=cast.ines)
    refused(lambda: release(held, by=cast.maya, note="Fine."), OwnDeal)
    share(request_.deal, with_=cast.ines, role="team", by=cast.maya, at=clock.now())
    refused(lambda: release(held, by=cast.ines, note="Fine."), OwnDeal)


def test_a_named_person_who_joins_the_team_hands_it_to_the_desk(request_: Request, cast: Cast) -> None:
    held = hold(request_, reason="Wait.", by=cast.ines, release_by=cast.dana)
    share(request_.deal, with_=cast.dana, role="team", by=cast.maya, at=clock.now())
    refused(lambda: release(held, by=cast.dana, note="Fine."), OwnDeal)
    assert release(held, by=cast.ines, note="Fine.").released_by == cast.ines


def test_who_is_to_release_it_sees_the_deal_as_long_as_it_is_held_and_gets_a_mail(
    request_: Request, cast: Cast
) -> None:
    assert not Deal.objects.visible_to(cast.dana).exists()
    held = hold(request_, reason="Parent guarantee.", by=cast.ines, release_by=cast.dana)
    assert Deal.objects.visible_to(cast.dana).exists()
    mail = Effect.objects.get(kind="mail", dedupe_key=f"mail:held:hold:{held.pk}:{cast.dana.pk}")
    assert mail.facts["to"] == cast.dana.pk
    release(held, by=cast.dana, note="It is signed.")
    assert not Deal.objects.visible_to(cast.dana).exists()


def test_who_is_still_asked_keeps_the_sight_when_a_hold_is_released(request_: Request, cast: Cast) -> None:
    held = hold(request_, reason="Parent guarantee.", by=cast.ines, release_by=cast.henrik)
    release(held, by=cast.henrik, note="It is signed.")
    assert Deal.objects.visible_to(cast.henrik).exists()


def test_who_is_to_release_it_keeps_the_sight_when_the_step_moves_on(request_: Request, cast: Cast) -> None:
    hold(request_, reason="Parent guarantee.", by=cast.ines, release_by=cast.henrik)
    step = step_of(request_, "finance")
    assert step.due_at
    hand_over([Effect.objects.get(kind="hand_over", key=f"step:{step.pk}")], step.due_at)
    assert not step.assignments.filter(user=cast.henrik, ended_at=None).exists()
    assert Deal.objects.visible_to(cast.henrik).exists()


def test_what_placed_a_hold_releases_it_and_nobody_else(brandt: Deal, cast: Cast) -> None:
    held = hold_deal(brandt, reason="A concern is open.", cause="concern:1", at=clock.now())
    refused(lambda: release(held, by=cast.ines, note="Fine."), NotYours)
    refused(lambda: release(held, by=cast.ines, note="Fine.", cause="concern:2"), NotYours)
    assert release(held, by=cast.ines, note="Answered.", cause="concern:1").released_by == cast.ines


# --- each wrong state


def test_a_hold_is_released_once(held: Hold, cast: Cast) -> None:
    release(held, by=cast.ines, note="Confirmed.")
    refused(lambda: release(held, by=cast.ines, note="Confirmed."), WrongState)


def declined(request: Request, cast: Cast) -> None:
    rule(step_of(request, "legal"), cast.tomas, Verdict.DECLINE, reason="Not like this.")


def recalled(request: Request, cast: Cast) -> None:
    recall(request.deal, by=cast.maya)


def superseded(request: Request, cast: Cast) -> None:
    submit(ask_offer_5(request.deal, cast), by=cast.maya)


def closed(request: Request, cast: Cast) -> None:
    close(request.deal, by=cast.maya, reason="They bought elsewhere.")


def granted_(request: Request, cast: Cast) -> None:
    all_agree(request, cast)


ENDINGS = {
    "declined": declined,
    "recalled": recalled,
    "superseded": superseded,
    "closed": closed,
    "granted": granted_,
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_request_that_has_ended_is_not_held(request_: Request, cast: Cast, ending: str) -> None:
    ENDINGS[ending](request_, cast)
    assert status(request_) == ending
    refused(lambda: hold(request_, reason="Wait.", by=cast.ines), WrongState)


@pytest.mark.parametrize("ending", ["declined", "recalled", "superseded", "closed"])
def test_an_open_hold_ends_with_its_request_and_nobody_released_it(
    held: Hold, cast: Cast, ending: str
) -> None:
    assert held.request is not None
    ENDINGS[ending](held.request, cast)
    held.refresh_from_db()
    assert held.released_at is not None
    assert (held.released_by, held.note) == (None, "")
    assert kinds(held.deal).count("hold.ended") == 1
    refused(lambda: release(held, by=cast.ines, note="Fine."), WrongState)


@pytest.mark.parametrize(("ending", "still"), [("recalled", True), ("superseded", True), ("closed", False)])
def test_what_holds_the_deal_outlives_a_request_and_ends_with_the_deal(
    request_: Request, cast: Cast, ending: str, still: bool
) -> None:
    held = hold_deal(request_.deal, reason="A concern is open.", cause="concern:1", at=clock.now())
    ENDINGS[ending](request_, cast)
    assert Hold.objects.open().filter(pk=held.pk).exists() == still


def test_a_closed_deal_is_not_held(request_: Request, cast: Cast) -> None:
    close(request_.deal, by=cast.maya, reason="They bought elsewhere.")
    at = clock.now()
    refused(lambda: hold_deal(request_.deal, reason="Open.", cause="concern:1", at=at), WrongState)


def test_nothing_is_granted_from_a_kept_answer_that_ran_out_while_it_was_held(
    brandt: Deal, cast: Cast
) -> None:
    first = grant_brandt(brandt, cast)
    again = submit(ask_offer_5(brandt, cast), by=cast.maya)
    held = hold(again, reason="The reference visit.", by=cast.ines)
    rule(step_of(again, "finance"), cast.henrik)
    with time_machine.travel(first.expires_at + timedelta(hours=1), tick=False):
        refusal = refused(lambda: release(held, by=cast.ines, note="Confirmed."), WrongState)
    assert "has run out meanwhile" in refusal.message
    release(held, by=cast.ines, note="Confirmed.")
    assert status(again) == "granted"
