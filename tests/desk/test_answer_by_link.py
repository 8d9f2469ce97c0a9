"""The page a message opens: what it shows, what it decides, and every way in which it does no harm."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from approvals.models import AnswerLink, Decision, Mandate, Request, Step
from approvals.pause import pause
from approvals.question import ask_question
from approvals.reassign import reassign
from approvals.recall import recall
from approvals.submit import submit
from base import canonical, clock, sealed
from deals.models import Deal
from ledger.models import Effect
from notices.mail import letter
from notices.models import Notice
from people.models import Authority, User
from tests.answering import link_to
from tests.approvals.machine.state import digest
from tests.brandt import ask_offer_5, rule, step_of
from tests.cast import Cast

Verdict = Decision.Verdict
SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def request_(brandt: Deal, cast: Cast) -> Request:
    return submit(brandt, by=cast.maya)


@pytest.fixture
def step(request_: Request) -> Step:
    return step_of(request_, "finance")


@pytest.fixture
def path(step: Step, cast: Cast) -> str:
    return link_to(step, cast.henrik)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_link_is_made_with_the_asking_and_no_row_holds_its_token(step: Step, cast: Cast) -> None:
    token = sealed.token(f"answer:{step.pk}:{cast.henrik.pk}:1")
    link = AnswerLink.objects.get(step=step)
    assert (link.user, link.run, link.terms_hash) == (cast.henrik, 1, step.terms_hash)
    assert link.digest == canonical.digest(token)
    assert link.made_at < link.expires_at <= link.made_at + timedelta(days=7)
    assert len(token) == 43


def test_the_mail_leads_to_it_and_a_second_sending_leads_to_the_same(
    step: Step, path: str, cast: Cast
) -> None:
    told = Notice.objects.get(user=cast.henrik, kind="review")
    token = path.split("/")[2]
    for _ in range(2):
        sent = letter([told], key=told.key)
        assert f"{settings.SITE_URL}{path}" in sent.body
    assert token not in str(list(Notice.objects.values())) + str(list(Effect.objects.values()))
    assert as_(cast.henrik).get(path).status_code == 200


def test_it_shows_the_terms_from_standard_to_walk_away_and_what_an_answer_does(path: str, cast: Cast) -> None:
    answer = as_(cast.henrik).get(path)
    text = answer.content.decode()

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    for words in (
        f'<div class="sub">Finance Director may allow 20.0{SPACE}% to 30.0{SPACE}%. At 20.0{SPACE}% Finance ',
        f"You grant discount up to 21.5{SPACE}%",
        f'data-label="Standard">12.5{SPACE}%',
        f'data-label="Walk-away"><b>21.5{SPACE}%',
        "The mandate waits for",
        "The ball goes back to Maya Okafor",
        "Revision 1 ends for everybody",
        "Then it moves to Dana Whitlock, CFO.",
    ):
        assert words in text


def test_opening_it_any_number_of_times_changes_nothing(path: str, cast: Cast) -> None:
    clients = (as_(cast.henrik), as_(cast.priya), Client())
    before = digest()
    for client in clients:
        for ask in (client.get, client.head, client.get):
            ask(path)
    assert digest() == before
    assert not AnswerLink.objects.exclude(used_at=None).exists()


@pytest.mark.parametrize(
    ("verdict", "status"),
    [("agree", "agreed"), ("reluctant", "agreed"), ("changes", "returned"), ("decline", "declined")],
)
def test_an_answer_is_a_decision_on_the_terms_of_the_link(
    path: str, step: Step, cast: Cast, verdict: str, status: str
) -> None:
    sent = as_(cast.henrik).post(path, {"verdict": verdict, "reason": "As we said."})

    assert sent.status_code == 302
    made = Decision.objects.get()
    assert (made.by, made.verdict, made.seen, made.reason) == (
        cast.henrik,
        verdict,
        step.terms_hash,
        "As we said.",
    )
    step.refresh_from_db()
    assert step.status == status
    assert AnswerLink.objects.get(step=step).used_at == made.at


def test_a_missing_reason_comes_back_and_uses_nothing_up(path: str, cast: Cast) -> None:
    sent = as_(cast.henrik).post(path, {"verdict": "decline", "reason": " "})
    assert sent.status_code == 422
    assert "Say why: it is what would make it a yes" in sent.content.decode()
    assert as_(cast.henrik).post(path, {}).status_code == 422
    assert as_(cast.henrik).post(path, {"verdict": "up_to", "reason": "x"}).status_code == 422
    assert not Decision.objects.exists()
    assert AnswerLink.objects.filter(used_at=None, user=cast.henrik).count() == 1


def test_without_a_sign_in_it_leads_there_and_back(path: str, cast: Cast) -> None:
    stranger = Client()
    for sent in (stranger.get(path), stranger.head(path)):
        assert (sent.status_code, sent["Location"]) == (302, f"/accounts/login/?next={path}")
    assert stranger.post(path, {"verdict": "agree"}).status_code == 302
    cast.henrik.set_password("Quiet-harbour-42")
    cast.henrik.save()
    signed = stranger.post(
        f"/accounts/login/?next={path}", {"login": cast.henrik.email, "password": "Quiet-harbour-42"}
    )
    assert (signed.status_code, signed["Location"]) == (302, path)
    assert not Decision.objects.exists()


def test_forwarded_it_says_whom_it_was_made_for_and_nothing_of_the_deal(path: str, cast: Cast) -> None:
    clients = [as_(user) for user in (cast.priya, cast.dana, cast.ines, cast.elena, cast.maya)]
    before = digest()
    for client in clients:
        for sent in (client.get(path), client.post(path, {"verdict": "agree"})):
            text = sent.content.decode()
            assert sent.status_code == 403
            assert "This link was made for Henrik Sørensen." in text
            assert f"/accounts/logout/?next={path}" in text
            for secret in ("Brandt", "D-1284", "Finance Director", f"21.5{SPACE}%"):
                assert secret not in text
    assert digest() == before


def test_an_unknown_token_is_no_page(path: str, cast: Cast) -> None:
    for wrong in ("0" * 43, path.split("/")[2][:-1], "x", "é"):
        assert as_(cast.henrik).get(f"/answer/{wrong}/").status_code == 404
        assert as_(cast.henrik).post(f"/answer/{wrong}/", {"verdict": "agree"}).status_code == 404


# --- what becomes of a link; each does no harm, says why and where to go on -------------------------------


def used(step: Step, cast: Cast) -> None:
    as_(cast.henrik).post(link_to(step, cast.henrik), {"verdict": "agree"})


def answered_on_the_review_page(step: Step, cast: Cast) -> None:
    rule(step, cast.henrik)


def stale(step: Step, cast: Cast) -> None:
    rule(step_of(step.request, "legal"), cast.tomas)
    Step.objects.filter(pk=step.pk).update(terms_hash="7" * 64)


def run_out(step: Step, cast: Cast) -> None:
    past = clock.now() - timedelta(minutes=1)
    AnswerLink.objects.update(made_at=past - timedelta(days=1), expires_at=past)


def without_authority(step: Step, cast: Cast) -> None:
    Authority.objects.filter(user=cast.henrik).update(until=clock.today() - timedelta(days=1))


def given_away(step: Step, cast: Cast) -> None:
    reassign(step, by=cast.ines, to=cast.dana, reason="Henrik is at the auditors'.")


def withdrawn(step: Step, cast: Cast) -> None:
    recall(step.deal, by=cast.maya)


def asked_anew(step: Step, cast: Cast) -> None:
    submit(ask_offer_5(step.deal, cast), by=cast.maya)


def waits_for_an_answer(step: Step, cast: Cast) -> None:
    ask_question(step, by=cast.henrik, to=cast.maya, text="Who pays the travel?")


def paused_by_the_desk(step: Step, cast: Cast) -> None:
    pause(step, by=cast.ines, reason="The board meets on Thursday.")


@pytest.mark.parametrize(
    ("happens", "status", "words", "onwards"),
    [
        (used, 409, ("You have answered with this link on", "you agreed", "what you said stands"), "See"),
        (answered_on_the_review_page, 409, ("Finance Director: agreed", "you agreed"), "See"),
        (
            stale,
            409,
            (
                "have changed since you were asked",
                "Tomás Rivera agreed",
                "decide on the new terms",
            ),
            "Decide",
        ),
        (run_out, 409, ("It was good until", "It still waits for you"), "Decide"),
        (without_authority, 403, ("You do not decide as Finance Director any more",), "Decide"),
        (given_away, 403, ("Dana Whitlock answers this as Finance Director", "It was yours until "), "See"),
        (withdrawn, 409, ("Finance Director: cancelled", "Withdrawn, "), "See"),
        (asked_anew, 409, ("Maya Okafor asked anew, ", "Review revision 2 instead"), "Review revision 2"),
        (paused_by_the_desk, 409, ("Ines Carvalho paused it on", "The board meets on Thursday."), "See"),
        (waits_for_an_answer, 409, ("Henrik Sørensen asked Maya Okafor", "Who pays the travel?"), "See"),
    ],
)
def test_a_link_that_cannot_decide_says_why_and_changes_nothing(  # noqa: PLR0913
    step: Step,
    path: str,
    cast: Cast,
    happens: Callable[[Step, Cast], None],
    status: int,
    words: tuple[str, ...],
    onwards: str,
) -> None:
    happens(step, cast)
    client = as_(cast.henrik)
    before = digest()
    for sent in (client.get(path), client.post(path, {"verdict": "decline", "reason": "Too late."})):
        text = sent.content.decode()
        assert sent.status_code == status
        for each in (*words, onwards):
            assert each in text
    assert digest() == before


def test_several_things_asked_at_once_are_one_page_and_no_link(brandt: Deal, cast: Cast) -> None:
    Authority.objects.create(
        user=cast.tomas, function="operations", level=1, since=clock.today() - timedelta(days=1)
    )
    request = submit(brandt, by=cast.maya)
    assert {link.user for link in AnswerLink.objects.all()} == {cast.henrik, cast.jiwoo}
    assert step_of(request, "legal").assignments.get().user == cast.tomas


def test_the_last_word_says_that_it_grants(brandt: Deal, cast: Cast) -> None:
    request = submit(brandt, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "legal"), cast.tomas)
    path = link_to(step_of(request, "finance"), cast.henrik)

    text = as_(cast.henrik).get(path).content.decode()
    assert "Nobody else is asked: the mandate is granted with it, good until" in text
    assert "Tomás Rivera agreed" in text
    as_(cast.henrik).post(path, {"verdict": "agree"})
    assert Mandate.objects.filter(request=request).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_browsers_at_once_decide_once(race: Any, request_: Request, cast: Cast) -> None:
    step = step_of(request_, "finance")
    path, first, second = link_to(step, cast.henrik), as_(cast.henrik), as_(cast.henrik)
    answers = race(
        lambda: first.post(path, {"verdict": "agree"}).status_code,
        lambda: second.post(path, {"verdict": "decline", "reason": "No."}).status_code,
    )
    assert sorted(answers) == [302, 409]
    assert Decision.objects.count() == 1
    assert AnswerLink.objects.exclude(used_at=None).count() == 1
