"""One past deal, measured and judged: all that is written of it, before it is written. Pure."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from base import canonical
from deals.document import ask_document, measured_document, terms_document, terms_hash
from deals.economics import list_and_net, measure
from deals.importing.past import PastDeal
from deals.terms import Ask, Terms, World
from guardrails.evaluation import evaluate, to_document
from guardrails.policy import Policy

MOST = Decimal(10) ** 14  # what the columns of a revision can hold


@dataclass(frozen=True, slots=True)
class Known:
    """What only we know of it: the account's number, the rate of its day, the account's other deals, and the
    salt of its hash."""

    account: int
    rate: Decimal
    world: World
    salt: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """What was measured and judged of one end, as canonical JSON; amounts in the deal's currency."""

    measured: str
    evaluation: str
    needs: dict[str, int]
    list_total: Decimal | None
    net: Decimal | None
    margin: Decimal | None

    @property
    def too_large(self) -> bool:
        """Whether the columns of a revision cannot hold it."""
        amounts = (self.list_total, self.net, self.margin)
        return any(amount is not None and abs(amount) >= MOST for amount in amounts)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The frozen ask and its two ends. `signed`: the document of what was won, else ""; `won`: its list and
    net, if both are known."""

    document: str
    terms_hash: str
    target: End
    walk_away: End
    signed: str
    won: tuple[Decimal, Decimal] | None

    @property
    def too_large(self) -> bool:
        return self.target.too_large or self.walk_away.too_large


def judge(past: PastDeal, known: Known, policy: Policy, brief: dict[str, Any]) -> Verdict:
    """The deal as the policy sees it in its `known` world. Both ends are judged once when they are the same.

    Raises ValueError when a number has more digits than its field.
    """
    ask = placed(past.ask, known)
    document = ask_document(ask, known.world, salt=known.salt)
    target = judged(ask.target, known.world, policy)
    same = ask.walk_away is ask.target
    walk_away = target if same else judged(ask.walk_away, known.world, policy)
    won = signed(past, ask, known) if past.outcome == "won" else None
    return Verdict(
        document=canonical.dumps({**document, "brief": brief}),
        terms_hash=terms_hash(document),
        target=target,
        walk_away=walk_away,
        signed=canonical.dumps(terms_document(won)) if won else "",
        won=list_and_net(won) if won else None,
    )


def judged(terms: Terms, world: World, policy: Policy) -> End:
    measured, both = measure(terms, policy, world), list_and_net(terms)
    found = evaluate(measured, policy)
    return End(
        measured=canonical.dumps(measured_document(measured)),
        evaluation=canonical.dumps(to_document(found)),
        needs=found.needs,
        list_total=both[0] if both else None,
        net=both[1] if both else None,
        margin=measured.values["margin"],
    )


def placed(ask: Ask, known: Known) -> Ask:
    target = at_home(ask.target, known)
    return Ask(target, target if ask.walk_away is ask.target else at_home(ask.walk_away, known))


def at_home(terms: Terms, known: Known) -> Terms:
    """The same terms with the account's number and the rate: a new name is not a new frame."""
    return replace(terms, frame=replace(terms.frame, account=str(known.account)), rate=known.rate)


def signed(past: PastDeal, ask: Ask, known: Known) -> Terms:
    return at_home(past.signed, known) if past.signed else ask.walk_away
