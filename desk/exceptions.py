"""Exceptions on pages: what a draft may ask beyond never, what a reviewer decides on, what accounts have."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator

from approvals.limit import clause_of, metric_of, name_of
from approvals.preview import Preview
from base.errors import NotYours
from base.format import short_day
from base.words import mark, say
from deals.excepted import ask_of_row
from deals.exception import AskedException
from deals.models import Account, AccountException, Deal, DraftException
from desk.cost import hides, sentence_for
from desk.forms.exceptions import AskException
from desk.head import Room
from desk.inbox import findings_for
from desk.judging import Seat
from desk.phrases import listed, shown
from guardrails.evaluation import Finding, grantors
from guardrails.metric import METRICS
from guardrails.policy import Policy
from people.models import Function, User
from people.shown import View

Place = tuple[str, str]  # limit key, function
A_PAGE = 25
READERS = (Function.DESK, Function.FINANCE, Function.AUDITOR)
STATES = {
    "": mark("All"),
    "in-force": mark("In force"),
    "run-out": mark("Run out"),
    "revoked": mark("Revoked"),
}
TONES = {"in-force": "ok", "revoked": "bad", "run-out": ""}


@dataclass(frozen=True, slots=True)
class Asked:
    """One exception as it is asked for, in words."""

    name: str
    far: str
    why: str
    in_return: str
    precedent: bool
    lasts: str


@dataclass(frozen=True, slots=True)
class Item:
    """One guardrail that the draft goes past never. `who`: the levels that may grant it, "" nobody. `stored`:
    it is asked for; `standing`: the account has it already; `idle`: nothing goes past it any more."""

    key: str
    function: str
    name: str
    sentence: str
    who: str
    form: AskException | None
    stored: bool = False
    standing: AccountException | None = None
    idle: bool = False

    @property
    def id(self) -> str:
        return slug(self.key, self.function)


@dataclass(frozen=True, slots=True)
class Held:
    """An exception that an account has or had. `deal`: the number of the deal it was granted on, for who may
    see that deal."""

    exception: AccountException
    name: str
    far: str
    until: str
    state: str
    tone: str
    in_force: bool
    deal: str


@dataclass(frozen=True, slots=True)
class Listed:
    rows: tuple[Held, ...]
    page: Page[AccountException]
    accounts: tuple[Account, ...]
    account: str
    states: tuple[tuple[str, str], ...]
    state: str


def refuse_unless_reader(user: User) -> None:
    if user.function not in READERS:
        raise NotYours(say("The deal desk keeps the exceptions of accounts; finance and audit may look."))


@dataclass(frozen=True, slots=True)
class Look:
    """A draft as one reader finds it. `bound`: the form that was sent and refused."""

    seen: Preview
    view: View
    editable: bool
    rows: Mapping[Place, DraftException]
    standing: Mapping[int, AccountException]
    bound: AskException | None

    @property
    def policy(self) -> Policy:
        return self.seen.judgement.policy


def items_of(
    deal: Deal, seen: Preview, view: View, editable: bool, bound: AskException | None = None
) -> tuple[Item, ...]:
    """Everything the draft goes past never, then what it asks for in vain. Two queries."""
    rows = {(row.key, row.function): row for row in deal.exceptions.all()}
    standing = AccountException.objects.filter(account=deal.account_id).select_related("granted_by")
    look = Look(seen, view, editable, rows, {row.pk: row for row in standing}, bound)
    found = own_findings(seen)
    idle = [row for place, row in rows.items() if place not in {(one.key, one.function) for one in found}]
    return (*(item_of(one, look) for one in found), *(idle_item(row, look.policy) for row in idle))


def own_findings(seen: Preview) -> list[Finding]:
    """What lies past never, once for each guardrail: not again for who grants its exception."""
    asked = {(one.key, one.function) for one in seen.exceptions}
    return [
        one
        for one in seen.judgement.judged.findings
        if one.never or one.exception == "standing" or (one.key, one.function) in asked
    ]


def item_of(finding: Finding, look: Look) -> Item:
    row = look.rows.get((finding.key, finding.function))
    who = who_grants(finding, look.seen) if finding.exception != "standing" else ""
    return Item(
        key=finding.key,
        function=finding.function,
        name=name_of(finding.key, look.policy),
        sentence=sentence_for(look.view, finding, look.policy),
        who=who,
        form=form_of(finding, row, look) if who and look.editable else None,
        stored=row is not None,
        standing=look.standing.get(finding.standing or 0),
    )


def who_grants(finding: Finding, seen: Preview) -> str:
    """ "Chief Executive"; nothing where the policy lets nobody."""
    policy = seen.judgement.policy
    if not policy.exceptions:
        return ""
    rules = grantors(finding, seen.judgement.walk_away, policy)
    return listed([policy.level_name(rule.function, rule.level) for rule in rules])


def form_of(finding: Finding, row: DraftException | None, look: Look) -> AskException:
    """With what is stored; or the one that was sent, with its mistakes."""
    key, function, bound = finding.key, finding.function, look.bound
    if bound and (bound["key"].value(), bound["function"].value()) == (key, function):
        return bound
    stored = ask_of_row(row) if row else None
    initial: dict[str, Any] = {"key": key, "function": function, "lasts": "deal"}
    if row and stored:
        initial |= {**asdict(stored), "seen": stored.digest(row.deal.salt)}
    return AskException(initial=initial, metric=writable(key, look.view), auto_id=ids(key, function))


def ids(key: str, function: str) -> str:
    """Of the fields of one form among several on the page."""
    return f"id_{slug(key, function)}_%s"


def slug(key: str, function: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{function}-{key}".lower())


def writable(key: str, view: View) -> Any:
    """The metric whose number this person may write; None for a clause and for what is kept from them."""
    return None if hides(view, key) else METRICS.get(key.partition("/")[0])


def idle_item(row: DraftException, policy: Policy) -> Item:
    words = say("The walk-away does not go past it any more, so nothing is asked.")
    name = name_of(row.key, policy)
    return Item(row.key, row.function, name, words, "", None, stored=True, idle=True)


def exceptions_for(seats: Sequence[Seat]) -> tuple[Asked, ...]:
    """What their revision asks beyond never of what these steps of one request are about."""
    seat = seats[0]
    about = {one.key for each in seats for one in findings_for(each.step)}
    policy, view = seat.policy, seat.view
    return tuple(asked_words(one, policy, view) for one in seat.revision.exceptions if one.key in about)


def asked_words(one: AskedException, policy: Policy, view: View) -> Asked:
    return Asked(
        name=name_of(one.key, policy),
        far=say("the walk-away") if hides(view, one.key) else shown(one.key, one.value, policy),
        why=one.why,
        in_return=one.in_return,
        precedent=one.precedent,
        lasts=lasting(one.until),
    )


def lasting(until: date | None) -> str:
    if until is None:
        return say("This deal alone")
    return say("Every deal of the account until {day}", day=short_day(until, 0))


def in_force_for(room: Room) -> tuple[Held, ...]:
    """What the account of a deal has, for its page. Two queries, one where it has nothing."""
    today = room.now.local.date()
    rows = AccountException.objects.in_force(today).filter(account=room.deal.account_id)
    return held_by(rows.select_related("granted_by", "deal"), room.user, room.policy, room.view, today)


def listed_for(user: User, policy: Policy, view: View, today: date, asked: Mapping[str, str]) -> Listed:
    """One page of the exceptions of accounts, the newest first. A fixed number of queries."""
    rows = AccountException.objects.select_related("account", "deal", "granted_by", "revoked_by")
    accounts = tuple(Account.objects.filter(exceptions__isnull=False).distinct().order_by("name"))
    account = next((str(one.pk) for one in accounts if str(one.pk) == asked.get("account")), "")
    state = asked.get("state", "") if asked.get("state", "") in STATES else ""
    if account:
        rows = rows.filter(account=int(account))
    if state == "in-force":
        rows = rows.in_force(today)
    elif state == "run-out":
        rows = rows.filter(revoked_at=None, until__lt=today)
    elif state == "revoked":
        rows = rows.exclude(revoked_at=None)
    page = Paginator(rows, A_PAGE).get_page(asked.get("page"))
    held = held_by(page.object_list, user, policy, view, today)
    return Listed(
        held, page, accounts, account, tuple((key, say(word)) for key, word in STATES.items()), state
    )


def held_by(
    rows: Iterable[AccountException], user: User, policy: Policy, view: View, today: date
) -> tuple[Held, ...]:
    every = list(rows)
    if not every:
        return ()
    deals = Deal.objects.visible_to(user).filter(pk__in={row.deal_id for row in every})
    seen = set(deals.values_list("pk", flat=True))
    return tuple(held_of(row, row.deal_id in seen, policy, view, today) for row in every)


def held_of(row: AccountException, named: bool, policy: Policy, view: View, today: date) -> Held:
    """`named`: its deal may be named to this reader."""
    state = "revoked" if row.revoked_at else "in-force" if row.in_force(today) else "run-out"
    known = metric_of(row.key) or clause_of(row.key, policy)
    far = "" if known is None or hides(view, row.key) else shown(row.key, row.bound, policy)
    deal = row.deal.number if named else ""
    return Held(
        exception=row,
        name=name_of(row.key, policy),
        far=far,
        until=short_day(row.until, today.year),
        state=say(STATES[state]),
        tone=TONES[state],
        in_force=state == "in-force",
        deal=deal,
    )
