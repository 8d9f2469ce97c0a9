"""Two to four people at one deal in the same instant, each on a real connection, round after round: whoever
comes first, each is heard or refused by a declared error, and every invariant holds."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import engine

from approvals.close import close
from approvals.decide import decide
from approvals.extend import extend
from approvals.hold import hold, release
from approvals.models import Hold, Mandate, Question, Request, Step
from approvals.offer import offer
from approvals.override import override
from approvals.question import answer_question, ask_question
from approvals.reassign import reassign
from approvals.recall import recall
from approvals.submit import submit
from base import clock
from base.errors import DomainError
from deals.create import create
from deals.edit import save_draft
from deals.models import Account, Deal
from ledger.effects import deliver
from ledger.models import Effect
from people.models import User
from tests.approvals.desk_verbs import WHY, let_override
from tests.approvals.machine.asks import DRAFTS, RULINGS, Verdict
from tests.approvals.machine.invariants import broken
from tests.approvals.machine.state import State
from tests.approvals.machine.test_stories import STORIES
from tests.approvals.machine.transitions import unlawful
from tests.approvals.pooling import directors, pooled
from tests.brandt import brandt_draft, make_brandt
from tests.cast import Cast

pytestmark = pytest.mark.concurrency
USUAL = 5
Act = Callable[[], object]
Race = Callable[..., list[Any]]
NUMBERS = count(3001)


def deal_like_brandt(cast: Cast) -> Deal:
    number = f"D-{next(NUMBERS)}"
    account = Account.objects.create(name=f"Account of {number}", segment="Enterprise", region="DACH")
    made = create("Again", account, by=cast.maya, deal_type="New business", currency="EUR", number=number)
    return save_draft(made, by=cast.maya, version=made.version, changes=brandt_draft(cast))


def answering(ruling: str, step: Step, asked: User, cast: Cast) -> Act:
    return lambda: decide(step, by=asked, ruling=RULINGS[ruling], seen=step.terms_hash)


def timed(kind: str, step: Step, asked: User, cast: Cast) -> Act:
    """The timer of this run, at its hour."""
    timer = Effect.objects.filter(key=f"step:{step.pk}", kind=kind, state="pending").order_by("-pk").first()
    return lambda: deliver(timer.pk, timer.due_at) if timer else None


def asking(step: Step, asked: User, cast: Cast) -> Act:
    return lambda: ask_question(step, by=asked, to=cast.arjun, text="Who pays for the third site?")


def answers(step: Step, asked: User, cast: Cast) -> Act:
    question = Question.objects.open().filter(deal=step.deal).first()
    return lambda: answer_question(question, by=cast.arjun, text="We do.") if question else None


def withdraws(step: Step, asked: User, cast: Cast) -> Act:
    return lambda: recall(step.deal, by=cast.maya)


def asks_anew(step: Step, asked: User, cast: Cast) -> Act:
    return lambda: submit(step.deal, by=cast.maya)


def offers(step: Step, asked: User, cast: Cast) -> Act:
    mandate = Mandate.objects.standing().filter(deal=step.deal).first()
    terms = mandate.request.revision.ask.target if mandate else step.request.revision.ask.target
    return lambda: offer(step.deal, by=cast.maya, terms=terms, good_until=clock.today())


def closes(step: Step, asked: User, cast: Cast) -> Act:
    return lambda: close(step.deal, by=cast.maya)


def gives_to_dana(step: Step, asked: User, cast: Cast) -> Act:
    return lambda: reassign(step, by=cast.ines, to=cast.dana, reason=WHY)


def gives_time(step: Step, asked: User, cast: Cast) -> Act:
    return lambda: extend(step, by=cast.ines, minutes=60, reason=WHY)


def overrides(step: Step, asked: User, cast: Cast) -> Act:
    return lambda: override(step, by=cast.ines, verdict=Verdict.AGREE, reason=WHY, seen=step.terms_hash)


def holds(step: Step, asked: User, cast: Cast) -> Act:
    return lambda: hold(step.request, reason="The insurer has not answered.", by=cast.ines)


def releases(step: Step, asked: User, cast: Cast) -> Act:
    held = Hold.objects.open().filter(deal=step.deal).order_by("pk").first()
    return lambda: release(held, by=cast.ines, note="Settled.") if held else None


ACTS: Mapping[str, Callable[[Step, User, Cast], Act]] = {
    "agrees": partial(answering, "agrees"),
    "agrees, too": partial(answering, "agrees"),
    "narrows": partial(answering, "agrees up to 20 % and 45 days"),
    "declines": partial(answering, "declines"),
    "asks for changes": partial(answering, "asks for changes"),
    "is reminded": partial(timed, "remind"),
    "is handed over": partial(timed, "hand_over"),
    "asks": asking,
    "answers": answers,
    "withdraws": withdraws,
    "asks anew": asks_anew,
    "offers": offers,
    "closes": closes,
    "gives it to Dana": gives_to_dana,
    "gives time": gives_time,
    "overrides": overrides,
    "holds": holds,
    "releases": releases,
}
people = st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 2))
rounds = st.lists(st.lists(people, min_size=2, max_size=4), min_size=3, max_size=6)


def prepared(deal: Deal, cast: Cast, name: str, place: int) -> Act:
    """What this person is about to do, on what they see before the others act."""
    steps = Step.objects.filter(request__deal=deal).select_related("deal", "request__revision")
    shown = sorted(steps, key=lambda step: (step.request_id, step.status == Step.Status.OPEN, -step.pk))[-3:]
    step = shown[place % len(shown)]
    asked = step.assignments.filter(ended_at=None).order_by("pk")
    users = [one.user for one in asked] or [cast.henrik]
    return ACTS[name](step, users[place % len(users)], cast)


def play(race: Race, deal: Deal, cast: Cast, racers: list[tuple[str, int]], draft: str) -> str:
    """One round. What came of it, in words."""
    deal.refresh_from_db()
    if deal.is_open:
        save_draft(deal, by=cast.maya, version=deal.version, changes=DRAFTS[draft])
    before = State.of(deal)
    ends = race(*[prepared(deal, cast, name, place) for name, place in racers])
    words = "; ".join(
        f"{name} {place} → {end if isinstance(end, Exception) else type(end).__name__}"
        for (name, place), end in zip(racers, ends, strict=True)
    )
    bugs = [end for end in ends if isinstance(end, Exception) and not isinstance(end, DomainError)]
    assert not bugs, words
    assert [*broken(deal), *unlawful(before, State.of(deal))] == [], words
    return words


@pytest.mark.long
@pytest.mark.parametrize("pool", ["", "quorum = 2"])
def test_whoever_comes_first_every_invariant_holds(
    race: Race, cast: Cast, pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MAX_SHRINKING_SECONDS", 60)
    make_brandt(cast)
    let_override(cast.ines)
    if pool:
        pooled(cast, f"{pool}\n")
        directors(cast.lena, cast.priya)

    @settings(
        max_examples=STORIES or USUAL,
        derandomize=not STORIES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(rounds=rounds)
    def story(rounds: list[list[tuple[str, int]]]) -> None:
        deal = deal_like_brandt(cast)
        submit(deal, by=cast.maya)
        for number, racers in enumerate(rounds):
            play(race, deal, cast, racers, sorted(DRAFTS)[number % len(DRAFTS)])

    story()
    assert Request.objects.exclude(status=Request.Status.OPEN).exists()
