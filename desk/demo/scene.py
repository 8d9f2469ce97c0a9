"""One deal of the demo, played by the verbs of life, with the clock at the moment each thing happened."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from approvals.close import close
from approvals.decide import Ruling, decide
from approvals.models import Decision, Request, Step
from approvals.offer import offer
from approvals.question import ask_question
from approvals.recall import recall
from approvals.submit import submit
from base import clock
from deals.ask_exception import ask_exception
from deals.changes import ClauseChange, DraftChanges, ExchangeChange, LineChange, PriorityChange, TermChange
from deals.comment import comment
from deals.corner import pull_back
from deals.create import create
from deals.edit import save_draft
from deals.exception import ExceptionAsk
from deals.models import Account, Comment, Deal, Revision
from deals.terms import Terms
from ledger.effects import perform
from ledger.models import Effect
from people.models import User

SATURDAY = 5
STANDARD = {
    "payment_days": (30, 30),
    "invoices_per_year": (1, 1),
    "term_months": (36, 36),
    "free_months": (0, 0),
    "price_rise": (3, 2),
    "custom_days": (5, 10),
    "weeks_to_live": (18, 16),
}
Ends = tuple[float | int, float | int]
Limits = Mapping[str, Decimal | str]


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked. `lines`: product, quantity, target %, walk-away %. Terms not named are standard."""

    number: str
    account: str
    title: str
    owner: str
    lines: tuple[tuple[str, int, float, float], ...]
    terms: Mapping[str, Ends] = field(default_factory=dict)
    clauses: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    deal_type: str = "New business"
    objective: str = ""
    partner_fee: int = 0
    priorities: tuple[PriorityChange, ...] = ()
    exchanges: tuple[ExchangeChange, ...] = ()
    signature: int = 30  # days from the day of the brief
    currency: str = "EUR"
    decides: str = "marcus"


@dataclass(slots=True)
class Scene:
    """`today` is the day on which the demo is loaded; "working days back" counts from it."""

    case: Case
    people: Mapping[str, User]
    now: datetime
    deal: Deal

    @classmethod
    def open(cls, case: Case, people: Mapping[str, User], now: datetime, back: int) -> "Scene":
        """Write the brief, `back` working days ago."""
        with clock.standing_at(moment(now, back, "08:30")):
            scene = cls.begin(case, people, now, Account.objects.get(name=case.account))
            scene.save(draft_of(case, people, now))
        return scene

    @classmethod
    def begin(cls, case: Case, people: Mapping[str, User], now: datetime, account: Account) -> "Scene":
        """A deal without a brief yet, at the moment at which the clock stands."""
        by, kind, number = people[case.owner], case.deal_type, case.number
        deal = create(case.title, account, by=by, deal_type=kind, currency=case.currency, number=number)
        return cls(case, people, now, deal)

    @contextmanager
    def at(self, back: int, hour: str) -> Iterator[None]:
        """Stand at `hour` o'clock, `back` working days ago; what was due by then has happened."""
        when = moment(self.now, back, hour)
        pass_time(self.deal, when)
        with clock.standing_at(when):
            yield

    def save(self, changes: DraftChanges) -> None:
        self.deal = save_draft(self.deal, by=self.owner, version=self.deal.version, changes=changes)

    @property
    def owner(self) -> User:
        return self.people[self.case.owner]

    def ask(self) -> Request:
        return submit(self.deal, by=self.owner)

    def withdraw(self) -> None:
        recall(self.deal, by=self.owner)

    def beyond(self, exception: ExceptionAsk) -> None:
        """Ask for what is never granted, with the next revision."""
        ask_exception(self.deal, by=self.owner, exception=exception)

    def question(self, who: str, text: str) -> None:
        """`who` asks the seller before they answer."""
        ask_question(self.step_of(who), by=self.people[who], to=self.owner, text=text)

    def comment(self, who: str, text: str, answers: Comment | None = None) -> Comment:
        sent = UUID(int=self.deal.pk * 1000 + self.deal.comments.count())
        return comment(self.deal, by=self.people[who], text=text, sent=sent, answers=answers)

    def step_of(self, who: str) -> Step:
        """The open step that waits for them."""
        steps = Request.objects.open().get(deal=self.deal).steps
        return steps.get(assignments__user=self.people[who], assignments__ended_at=None)

    def answer(self, who: str, ruling: Ruling = Ruling(Decision.Verdict.AGREE)) -> None:  # noqa: B008
        """`who` answers the open step that waits for them."""
        step = self.step_of(who)
        decide(step, by=self.people[who], ruling=ruling, seen=step.terms_hash)

    def offer(self, limits: Limits, lasts: int, direction: str = "sent", note: str = "") -> None:
        """Put the walk-away, pulled back to `limits`, to the buyer; good for `lasts` days."""
        self.put(self.terms(limits), lasts, direction, note)

    def put(self, terms: Terms, lasts: int, direction: str = "sent", note: str = "") -> None:
        until = clock.today() + timedelta(days=lasts)
        offer(self.deal, by=self.owner, terms=terms, good_until=until, direction=direction, note=note)

    def terms(self, limits: Limits) -> Terms:
        revision = Revision.objects.filter(deal=self.deal).latest("number")
        policy = Request.objects.get(revision=revision).version.policy
        return pull_back(revision.ask, limits, policy, revision.world)

    @property
    def target(self) -> Terms:
        return Revision.objects.filter(deal=self.deal).latest("number").ask.target

    def win(self, limits: Limits) -> None:
        close(self.deal, by=self.owner, signed=self.terms(limits))

    def lose(self, reason: str) -> None:
        close(self.deal, by=self.owner, reason=reason)


def moment(now: datetime, back: int, hour: str) -> datetime:
    """`hour` o'clock of the company, `back` working days before today, and never later than just now."""
    day = clock.date_of(now)
    while back:
        day -= timedelta(days=1)
        back -= day.weekday() < SATURDAY
    at = datetime.combine(day, time.fromisoformat(hour), tzinfo=clock.company_zone())
    return min(at, now - timedelta(minutes=5))


def pass_time(deal: Deal, until: datetime) -> None:
    """Let every reminder and hand-over of the deal that is due by then act, in order, at its own time."""
    while effect := due(deal, until):
        act(effect)


def act(effect: Effect) -> None:
    """What was due happens, at its own time."""
    with clock.standing_at(effect.due_at):
        perform(effect, effect.due_at)
    effect.refresh_from_db()
    if effect.state != Effect.State.DONE:
        raise ValueError(f"{effect} did not act: {effect.last_error}")


def due(deal: Deal, until: datetime) -> Effect | None:
    steps = [f"step:{pk}" for pk in deal.requests.values_list("steps", flat=True)]
    waiting = Effect.objects.filter(key__in=steps, state=Effect.State.PENDING, due_at__lte=until)
    return waiting.filter(kind__in=["remind", "hand_over"]).order_by("due_at", "pk").first()


def draft_of(case: Case, people: Mapping[str, User], now: datetime) -> DraftChanges:
    return DraftChanges(
        objective=case.objective,
        partner_fee=Decimal(case.partner_fee),
        decision_owner=people[case.decides].pk,
        wanted_signature=clock.date_of(now) + timedelta(days=case.signature),
        lines=lines_of(case),
        terms=tuple(term(key, *ends) for key, ends in {**STANDARD, **case.terms}.items()),
        clauses=tuple(ClauseChange(key, *ends) for key, ends in case.clauses.items()),
        priorities=case.priorities or None,
        exchanges=case.exchanges or None,
    )


def term(key: str, target: float | int, walk_away: float | int) -> TermChange:
    return TermChange(key, Decimal(str(target)), Decimal(str(walk_away)))


def lines_of(case: Case) -> tuple[LineChange, ...]:
    return tuple(
        LineChange(product, Decimal(quantity), Decimal(str(target)), Decimal(str(walk_away)), f"line-{place}")
        for place, (product, quantity, target, walk_away) in enumerate(case.lines, start=1)
    )


def with_discounts(terms: Terms, *discounts: str) -> Terms:
    """The same terms with each line at its own discount."""
    pairs = zip(terms.lines, discounts, strict=True)
    return replace(terms, lines=tuple(replace(line, discount=Decimal(off)) for line, off in pairs))
