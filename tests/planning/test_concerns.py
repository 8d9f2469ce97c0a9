"""Raised, answered, added to, withdrawn: by name or not, and what the grant does meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from approvals.close import close
from approvals.errors import OwnDeal
from approvals.models import Decision, Hold, Mandate, Request
from approvals.recall import recall
from approvals.submit import submit
from base import clock
from base.errors import DomainError, Invalid, NotYours, WrongState
from deals.models import Deal
from deals.share import share
from ledger.models import Effect, Event
from ledger.verify import verify
from people.models import User
from planning.answer import answer
from planning.errors import Bystander
from planning.follow_up import add_word, withdraw
from planning.models import Concern, Word
from planning.raise_concern import Raised, may_raise, raise_concern
from tests.brandt import ask_offer_5, rule, step_of
from tests.cast import Cast, person
from tests.planning.raising import WORRY, all_agree, named, unnamed

Kind = Word.Kind


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


@pytest.fixture
def raised(request_: Request, cast: Cast) -> Raised:
    """Tomás, asked for Legal, without his name."""
    return unnamed(request_.deal, cast.tomas)


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
    models: tuple[Any, ...] = (Request, Hold, Mandate, Concern, Word, Event, Effect)
    return [[*model.objects.order_by("pk").values()] for model in models]


# --- the grant waits


def test_the_grant_waits_until_the_desk_has_answered(raised: Raised, cast: Cast) -> None:
    request = Request.objects.get()
    all_agree(request, cast)
    assert status(request) == "open"

    word = answer(raised.concern, by=cast.ines, text="The third site goes live in August, in writing.")

    assert (word.kind, word.by) == (Kind.ANSWER, cast.ines)
    assert status(request) == "granted"
    assert kinds(request.deal)[-3:] == ["concern.answered", "hold.released", "mandate.granted"]
    assert verify(request.deal.stream).faults == ()


def test_the_grant_waits_for_every_concern(raised: Raised, cast: Cast) -> None:
    request = Request.objects.get()
    second = named(request.deal, cast.henrik, "Another.")
    all_agree(request, cast)
    answer(raised.concern, by=cast.ines, text="August.")
    assert status(request) == "open"
    withdraw(second, by=cast.henrik)
    assert status(request) == "granted"


def test_asking_again_does_not_get_past_a_concern(raised: Raised, cast: Cast) -> None:
    deal = raised.concern.deal
    again = submit(ask_offer_5(deal, cast), by=cast.maya)
    recall(deal, by=cast.maya)
    third = submit(ask_offer_5(deal, cast), by=cast.maya)
    all_agree(third, cast)
    assert (status(again), status(third)) == ("recalled", "open")
    answer(raised.concern, by=cast.ines, text="August.")
    assert status(third) == "granted"


def test_a_concern_raised_before_anything_is_asked_holds_the_first_request(brandt: Deal, cast: Cast) -> None:
    concern = named(brandt, cast.maya)
    request = submit(brandt, by=cast.maya)
    all_agree(request, cast)
    assert status(request) == "open"
    answer(concern, by=cast.ines, text="August.")
    assert status(request) == "granted"


def test_a_mandate_granted_before_stays_usable(brandt: Deal, cast: Cast) -> None:
    first = submit(brandt, by=cast.maya)
    all_agree(first, cast)
    named(brandt, cast.maya)
    assert Mandate.objects.standing().get().active_at(clock.now())


def test_a_seller_withdraws_their_own_and_the_mandate_is_granted(brandt: Deal, cast: Cast) -> None:
    concern = named(brandt, cast.maya)
    request = submit(brandt, by=cast.maya)
    all_agree(request, cast)
    withdraw(concern, by=cast.maya, text="Settled with the buyer.")
    assert status(request) == "granted"


# --- who may


def test_everyone_with_a_part_in_the_deal_may_raise_one(request_: Request, cast: Cast) -> None:
    deal = request_.deal
    share(deal, with_=cast.arjun, role="team", by=cast.maya, at=clock.now())
    for user in (cast.maya, cast.arjun, cast.henrik, cast.tomas, cast.jiwoo, cast.marcus, cast.ines):
        assert may_raise(deal, user)


def test_who_decided_already_may_still_raise_one(request_: Request, cast: Cast) -> None:
    rule(step_of(request_, "legal"), cast.tomas)
    assert may_raise(request_.deal, cast.tomas)


@pytest.mark.parametrize("who", ["elena", "priya", "robin", "arjun"])
def test_who_only_looks_or_does_not_even_see_it_may_not(request_: Request, cast: Cast, who: str) -> None:
    share(request_.deal, with_=cast.arjun, role="viewer", by=cast.maya, at=clock.now())
    refused(lambda: named(request_.deal, getattr(cast, who)), Bystander)
    refused(lambda: unnamed(request_.deal, getattr(cast, who)), Bystander)


def test_who_was_asked_and_no_longer_sees_the_deal_may_not(request_: Request, cast: Cast) -> None:
    recall(request_.deal, by=cast.maya)
    refused(lambda: unnamed(request_.deal, cast.henrik), Bystander)


@pytest.mark.parametrize("who", ["maya", "marcus", "henrik", "robin", "victor"])
def test_only_the_desk_answers(raised: Raised, cast: Cast, who: str) -> None:
    refused(lambda: answer(raised.concern, by=getattr(cast, who), text="No."), NotYours)


def test_the_desk_does_not_answer_on_its_own_deal(raised: Raised, cast: Cast) -> None:
    share(raised.concern.deal, with_=cast.ines, role="team", by=cast.maya, at=clock.now())
    refused(lambda: answer(raised.concern, by=cast.ines, text="No."), OwnDeal)
    olga = person("olga", function="desk")
    assert answer(raised.concern, by=olga, text="August.").by == olga


def test_only_its_raiser_adds_to_a_named_one_or_withdraws_it(request_: Request, cast: Cast) -> None:
    concern = named(request_.deal, cast.henrik)
    for by in (cast.maya, cast.ines, None):
        refused(lambda by=by: add_word(concern, by=by, text="And more."), NotYours)  # type: ignore[misc]
        refused(lambda by=by: withdraw(concern, by=by), NotYours)  # type: ignore[misc]


@pytest.mark.parametrize("receipt", ["", "0000-0000-0000-0000-0000-0000"])
def test_only_its_receipt_opens_one_without_a_name(raised: Raised, cast: Cast, receipt: str) -> None:
    for by in (cast.tomas, cast.ines, None):
        refused(lambda by=by: add_word(raised.concern, by=by, text="M.", receipt=receipt), NotYours)  # type: ignore[misc]
        refused(lambda by=by: withdraw(raised.concern, by=by, receipt=receipt), NotYours)  # type: ignore[misc]


def test_no_receipt_opens_a_named_one(request_: Request, cast: Cast) -> None:
    concern = named(request_.deal, cast.henrik)
    assert concern.receipt == ""
    refused(lambda: withdraw(concern, receipt=""), NotYours)


# --- each wrong state, and input that cannot be


def test_nothing_said_is_refused(raised: Raised, cast: Cast) -> None:
    deal = raised.concern.deal
    for act in (
        lambda: unnamed(deal, cast.maya, " "),
        lambda: named(deal, cast.maya, ""),
        lambda: answer(raised.concern, by=cast.ines, text=" "),
        lambda: add_word(raised.concern, receipt=raised.receipt, text=" "),
    ):
        refusal = refused(act, Invalid)
        assert isinstance(refusal, Invalid) and refusal.field == "text"


def test_no_concern_is_raised_about_a_closed_deal(brandt: Deal, cast: Cast) -> None:
    close(brandt, by=cast.maya, reason="They bought elsewhere.")
    refused(lambda: unnamed(brandt, cast.maya), WrongState)


def test_a_concern_that_is_open_is_not_raised_again_in_the_same_words(raised: Raised, cast: Cast) -> None:
    refused(lambda: unnamed(raised.concern.deal, cast.maya, f" {WORRY} "), WrongState)
    answer(raised.concern, by=cast.ines, text="August.")
    assert unnamed(raised.concern.deal, cast.maya).concern.number == 2


def by_answer(raised: Raised, by: User) -> Word:
    return answer(raised.concern, by=by, text="August.")


def by_withdrawing(raised: Raised, by: User) -> Word:
    return withdraw(raised.concern, receipt=raised.receipt)


@pytest.mark.parametrize("first", [by_answer, by_withdrawing])
@pytest.mark.parametrize("second", [by_answer, by_withdrawing])
def test_a_concern_is_settled_once(
    raised: Raised,
    cast: Cast,
    first: Callable[[Raised, User], Word],
    second: Callable[[Raised, User], Word],
) -> None:
    first(raised, cast.ines)
    refused(lambda: second(raised, cast.ines), WrongState)


def test_a_word_is_added_before_and_after_the_answer_and_holds_nothing_again(
    raised: Raised, cast: Cast
) -> None:
    add_word(raised.concern, receipt=raised.receipt.lower().replace("-", " "), text="And staff is on leave.")
    by_answer(raised, cast.ines)
    add_word(raised.concern, receipt=raised.receipt, text="Thank you.")
    assert [(word.kind, word.text, word.by) for word in raised.concern.words.all()] == [
        (Kind.ADDED, "And staff is on leave.", None),
        (Kind.ANSWER, "August.", cast.ines),
        (Kind.ADDED, "Thank you.", None),
    ]
    assert not Hold.objects.open().exists()


def test_nothing_is_added_to_what_is_withdrawn(raised: Raised) -> None:
    withdraw(raised.concern, receipt=raised.receipt)
    refused(lambda: add_word(raised.concern, receipt=raised.receipt, text="But."), WrongState)


def test_a_concern_is_answered_after_its_deal_is_closed(raised: Raised, cast: Cast) -> None:
    close(raised.concern.deal, by=cast.maya, reason="They bought elsewhere.")
    by_answer(raised, cast.ines)
    assert kinds(raised.concern.deal)[-1] == "concern.answered"


def test_a_declined_request_leaves_the_concern_open(raised: Raised, cast: Cast) -> None:
    rule(step_of(Request.objects.get(), "finance"), cast.henrik, Decision.Verdict.DECLINE, reason="Too deep.")
    assert Hold.objects.open().get().cause == raised.concern.cause


@pytest.mark.parametrize("change", [{"text": "All is well."}, {"by": None}])
def test_the_database_refuses_to_change_or_remove_a_concern(
    request_: Request, cast: Cast, change: dict[str, object]
) -> None:
    concern = named(request_.deal, cast.henrik)
    for act in (lambda: Concern.objects.update(**change), lambda: Concern.objects.all().delete()):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            act()
    concern.refresh_from_db()
    assert (concern.text, concern.by) == (WORRY, cast.henrik)


def test_the_database_refuses_to_change_or_remove_an_answer(raised: Raised, cast: Cast) -> None:
    by_answer(raised, cast.ines)
    for act in (lambda: Word.objects.update(text="Never."), lambda: Word.objects.all().delete()):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            act()
    assert Word.objects.get().text == "August."


# --- who is told


def test_the_desk_is_told_at_once_of_a_named_one_and_its_raiser_of_the_answer(
    request_: Request, cast: Cast
) -> None:
    concern = named(request_.deal, cast.henrik)
    mail = Effect.objects.get(kind="mail", dedupe_key=f"mail:concern:{concern.cause}:{cast.ines.pk}")
    assert mail.due_at == concern.at
    answer(concern, by=cast.ines, text="August.")
    assert Effect.objects.filter(dedupe_key=f"mail:answered:{concern.cause}:{cast.henrik.pk}").exists()


def test_nobody_can_be_told_of_the_answer_to_one_without_a_name(raised: Raised, cast: Cast) -> None:
    by_answer(raised, cast.ines)
    assert not Effect.objects.filter(dedupe_key__startswith="mail:answered").exists()


def test_numbers_count_per_deal(request_: Request, cast: Cast) -> None:
    assert [named(request_.deal, cast.henrik, text).number for text in ("A.", "B.")] == [1, 2]
    assert raise_concern(request_.deal, by=cast.maya, text="X.", named=False).concern.number == 3
