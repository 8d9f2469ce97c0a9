"""One deal drawn by chance, told step by step: each verb at its own time, between those of other deals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from approvals.close import close
from approvals.decide import Ruling, decide
from approvals.models import Decision, Request, Step
from base import clock, worktime
from deals.changes import DraftChanges
from deals.corner import pull_back
from deals.models import Account
from deals.terms import Terms
from desk.demo.calendar import office
from desk.demo.habits import habit_of
from desk.demo.sales import Sale, tenth
from desk.demo.scene import Case, Ends, Limits, Scene, draft_of
from desk.demo.texts import CHANGES, DECLINED, LOST, NOTES, RELUCTANT
from people.models import User

Verdict = Decision.Verdict
Story = Iterator[datetime]
DECIDES = {"Benelux": "annelies", "North America": "dominic"}
A_DAY = 510  # working minutes
POINT = Decimal("1.0")
MOST = Decimal(40)  # percent that anybody dares to ask for
STRAYS = 0.07  # share of the won deals that end outside their mandate
GIVEN = 0.35  # share of the terms that end where the buyer wanted them


@dataclass(slots=True)
class Clockwork:
    """`moved`: something new may be due."""

    moved: bool = True


@dataclass(slots=True)
class Tale:
    """What the steps of one story share. `at`: when the last of them was."""

    sale: Sale
    people: Mapping[str, User]
    accounts: Mapping[str, Account]
    random: Random
    now: datetime
    clockwork: Clockwork
    numbers: Iterator[str]
    number: str = ""
    at: datetime = field(init=False)
    scene: Scene = field(init=False)
    request: Request | None = None

    def on(self, at: datetime) -> datetime:
        """The next moment of the story: not before the last one, and never later than just now."""
        earliest = getattr(self, "at", at) + timedelta(minutes=3)
        self.at = min(max(at, earliest), self.now - timedelta(minutes=2))
        return self.at

    def after(self, days: float) -> datetime:
        """So many office days after the last moment."""
        return self.on(worktime.add(office(), self.at, round(days * A_DAY)))

    def before_end(self, share: float) -> datetime:
        """A moment this share of the way from the last one to the end of the deal."""
        return self.on(self.at + (self.sale.closed - self.at) * share)

    def reach(self, more: Decimal) -> None:
        """Ask for so much more than is needed."""
        self.sale = replace(self.sale, asked=min(self.sale.asked + more, MOST))

    # --- verbs ---------------------------------------------------------------------------------------

    def write(self) -> None:
        """Start the deal and write its whole brief."""
        self.number = next(self.numbers)
        case = self.case(self.sale.aim, self.sale.asked)
        self.scene = Scene.begin(case, self.people, self.now, self.accounts[case.account])
        self.scene.save(draft_of(case, self.people, clock.now()))

    def case(self, aim: Decimal, asked: Decimal) -> Case:
        sale = self.sale
        return Case(
            number=self.number,
            account=sale.buyer.name,
            title=sale.title,
            owner=sale.seller,
            lines=tuple((key, many, float(aim), float(asked)) for key, many in sale.lines),
            terms=sale.terms,
            clauses=sale.clauses,
            deal_type=sale.deal_type,
            objective=sale.objective,
            partner_fee=sale.partner_fee,
            signature=max(5, (sale.closed - sale.sent).days),
            currency=sale.buyer.currency,
            decides=DECIDES.get(sale.buyer.region, "marcus"),
        )

    def want(self, aim: Decimal, asked: Decimal, **terms: Ends) -> None:
        """Write other discounts, and other terms, into the brief."""
        changed = draft_of(self.case(aim, asked), self.people, clock.now())
        named = tuple(term for term in changed.terms if term.key in terms)
        self.scene.save(DraftChanges(lines=changed.lines, terms=named))

    def ask(self) -> None:
        self.request = self.scene.ask()
        self.clockwork.moved = True

    def waiting(self) -> Step | None:
        """The open step of the request that is due first."""
        steps = Step.objects.filter(request=self.request, status=Step.Status.OPEN)
        return steps.order_by("due_at", "pk").first()

    def waiting_of(self, *functions: str) -> Step | None:
        """An open step of one of these functions."""
        steps = Step.objects.filter(request=self.request, status=Step.Status.OPEN, function__in=functions)
        return steps.order_by("due_at", "pk").first()

    def answer(self, step: Step, ruling: Ruling) -> None:
        """One of those who are asked answers."""
        asked = step.assignments.filter(ended_at=None).select_related("user").order_by("user__name")
        by = self.random.choice([assignment.user for assignment in asked])
        self.request = decide(step, by=by, ruling=ruling, seen=step.terms_hash).step.request
        self.clockwork.moved = True

    def ruling(self, step: Step) -> Ruling:
        """What is said of this step, as a rule."""
        kind = self.random.random()
        if kind < (0.2 if step.level > 1 else 0.08):
            return Ruling(Verdict.RELUCTANT, reason=self.random.choice(RELUCTANT[step.function]))
        if step.function == "finance" and kind < 0.45 and (less := self.less()):
            return Ruling(Verdict.UP_TO, limits={"discount": less})
        return Ruling(Verdict.AGREE)

    def less(self) -> Decimal | None:
        """Half of what is asked for past what will be needed; None when that is not much."""
        if self.request is None:
            return None
        ends = (self.request.revision.measured(end).values["discount"] for end in ("target", "walk_away"))
        aim, asked = (end or self.sale.signed for end in ends)
        needed = max(aim, self.sale.signed)
        return tenth(float(needed + asked) / 2) if asked - needed > 2 * POINT else None

    def decline(self, step: Step) -> Ruling:
        return Ruling(Verdict.DECLINE, reason=self.random.choice(DECLINED))

    def send_back(self, step: Step) -> Ruling:
        return Ruling(Verdict.CHANGES, reason=CHANGES[step.function])

    @property
    def open(self) -> bool:
        """Whether the request still waits for somebody."""
        return self.request is not None and self.request.status == Request.Status.OPEN

    def usable(self) -> bool:
        """Whether there is a mandate to offer from."""
        return any(each.active_at(clock.now()) for each in self.scene.deal.mandates.standing())

    def terms(self, limits: Limits) -> Terms:
        """The walk-away that was last asked for, pulled back to `limits`."""
        if self.request is None:
            raise ValueError(f"{self.number} has asked for nothing yet")
        revision = self.request.revision
        return pull_back(revision.ask, limits, self.request.version.policy, revision.world)

    def put(self, discount: Decimal, days: int) -> None:
        """Offer this discount, the other terms as they were wanted."""
        terms = self.terms({**self.wanted(), "discount": discount})
        self.scene.put(terms, days, note=self.random.choice(NOTES))

    def end(self, *, won: bool) -> None:
        """Signed with the terms of the sale; by a seller who leaks with all that was granted."""
        if not won:
            close(self.scene.deal, by=self.scene.owner, reason=self.sale.reason or self.random.choice(LOST))
            return
        leaks = self.random.random() < habit_of(self.sale.seller).leaks
        given = self.limit_of() if leaks else {**self.wanted(), **self.half(), "discount": self.sale.signed}
        if self.random.random() < STRAYS:
            given["discount"] = self.past()
        close(self.scene.deal, by=self.scene.owner, signed=self.terms(given))

    def limit_of(self) -> dict[str, Decimal | str]:
        """The furthest that the mandate allows, else that was asked for."""
        mandate = self.scene.deal.mandates.standing().first()
        narrowed = [row for row in mandate.limit_rows if row.source == "narrowed"] if mandate else []
        return {row.key: row.value for row in narrowed if row.value is not None}

    def past(self) -> Decimal:
        """A little more off than was asked for: somebody signed without looking at the mandate."""
        asked = self.request and self.request.revision.measured("walk_away").values["discount"]
        return tenth(float(asked or self.sale.signed) + self.random.uniform(0.4, 2.5))

    def wanted(self) -> dict[str, Decimal | str]:
        """Every typed term and clause at its target."""
        terms = {key: Decimal(ends[0]) for key, ends in self.sale.terms.items()}
        return {**terms, **{f"clause:{key}": ends[0] for key, ends in self.sale.clauses.items()}}

    def half(self) -> dict[str, Decimal | str]:
        """Some of them at the other end: what the buyer would not do without."""
        terms = {key: Decimal(ends[1]) for key, ends in self.sale.terms.items()}
        return {key: value for key, value in terms.items() if self.random.random() < GIVEN}
