"""The ledger in words: one sentence for every kind of event, what it is about, where that can be seen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from approvals.models import Decision, Offer
from base.format import day, money
from base.words import mark, say, say_many
from desk.book import Book, Facts, book_of
from desk.head import Room, address
from desk.lanes import verdict_words
from desk.room import granted_of, measured_of
from desk.said import Said
from desk.said_in_return import SENTENCES as IN_RETURN
from desk.said_of_absences import SENTENCES as OF_ABSENCES
from desk.said_of_comments import SENTENCES as OF_COMMENTS
from desk.said_of_concerns import SENTENCES as OF_CONCERNS
from desk.said_of_deals import SENTENCES as OF_DEALS
from desk.said_of_deals import whom
from desk.said_of_escalation import SENTENCES as OF_ESCALATION
from desk.said_of_exceptions import SENTENCES as OF_EXCEPTIONS
from desk.said_of_files import SENTENCES as OF_FILES
from desk.said_of_interventions import SENTENCES as OF_INTERVENTIONS
from desk.trail import summary
from ledger.models import Event

SYSTEM = mark("The system")  # who acts when no person does: not the desk, which is people
KINDS = {
    "decision": mark("Decisions"),
    "request": mark("Terms"),
    "offer": mark("Offers"),
    "mandate": mark("Mandate"),
    "step": mark("Route"),
    "question": mark("Questions"),
    "condition": mark("Conditions"),
    "hold": mark("Holds"),
    "comment": mark("Comments"),
    "concern": mark("Concerns"),
    "exception": mark("Exceptions"),
    "file": mark("Files"),
    "deal": mark("Deal"),
}
OFFERED = {
    # whether it was sent, and whether it lies inside the mandate
    (True, True): mark("wrote down offer {number} as sent, inside the mandate."),
    (True, False): mark("wrote down offer {number} as sent, outside the mandate."),
    (False, True): mark("wrote down what the buyer asks as offer {number}, inside the mandate."),
    (False, False): mark("wrote down what the buyer asks as offer {number}, outside the mandate."),
}
VERDICTS = {
    Decision.Verdict.AGREE: ("check", "is-ok"),
    Decision.Verdict.RELUCTANT: ("mood-sad", "is-warn"),
    Decision.Verdict.UP_TO: ("arrow-bar-to-right", "is-accent"),
    Decision.Verdict.CHANGES: ("message-reply", "is-warn"),
    Decision.Verdict.DECLINE: ("x", "is-bad"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as people read it. `who`: the system when no person did it, then `initials` is empty."""

    sequence: int
    at: datetime
    kind: str
    who: str
    initials: str
    acting_for: str
    said: Said
    url: str

    @property
    def only_day(self) -> bool:
        """Of what was done without a name the record keeps the day; the minute is of the entry before."""
        return self.kind in ("concern", "hold") and not self.initials


def entries_of(room: Room, events: Iterable[Event]) -> tuple[Entry, ...]:
    """Each event in words, in the same order."""
    listed = list(events)
    book = book_of(room, listed)
    return tuple(entry(event, book) for event in listed)


def entry(event: Event, book: Book) -> Entry:
    said = SENTENCES[event.kind](event.facts, book)
    actor = book.people.get(event.actor_id) if event.actor_id else None
    patron = book.people.get(event.acting_for_id) if event.acting_for_id else None
    return Entry(
        sequence=event.sequence,
        at=event.at,
        kind=event.kind.partition(".")[0],
        who=actor.name if actor else say(SYSTEM),
        initials=actor.initials if actor else "",
        acting_for=patron.name if patron else "",
        said=said,
        url=address(f"desk:{said.page}", book.deal),
    )


def submitted(facts: Facts, book: Book) -> Said:
    return Said(
        say("asked for a mandate: revision {number}.", number=facts["revision"]),
        say("Judged under policy v{version}.", version=facts["policy"]),
        "send",
        "faint",
        facts["terms_hash"],
        "approvals",
        say("Revision {number}", number=facts["revision"]),
    )


def request_ended(words: str, icon: str, tone: str = "faint") -> Callable[[Facts, Book], Said]:
    def said(facts: Facts, book: Book) -> Said:
        number, request = book.revision(facts["request"]), book.requests[facts["request"]]
        return Said(
            say(words, number=number),
            request.ended_reason and f"“{request.ended_reason}”",
            icon,
            tone,
            request.terms_hash,
            "approvals",
            say("Revision {number}", number=number),
        )

    return said


def decided(facts: Facts, book: Book) -> Said:
    decision = book.decisions[facts["decision"]]
    step = book.steps[facts["step"]]
    policy = book.policy(step)
    icon, tone = VERDICTS[Decision.Verdict(decision.verdict)]
    level = policy.level_name(decision.function, decision.level)
    return Said(
        say("{verdict}, {level}.", verdict=verdict_words(decision, policy, book.view), level=level),
        f"“{decision.reason}”" if decision.reason else "",
        icon,
        tone,
        facts["terms_hash"],
        "approvals",
        say("Decision"),
    )


def step_said(words: str, icon: str, tone: str = "faint") -> Callable[[Facts, Book], Said]:
    """About one step, by the level that was asked: "asked Finance Director for revision 3."."""

    def said(facts: Facts, book: Book) -> Said:
        step = book.steps[facts["step"]]
        who = whom(facts, book) if "user" in facts else ""
        number = book.revision(step.request_id)
        named = say(words, level=step.level_name, number=number, who=who)
        terms = facts.get("terms_hash", "")
        return Said(
            named, step.reason if step.reason else "", icon, tone, terms, "approvals", say("Approvals")
        )

    return said


def approver_added(facts: Facts, book: Book) -> Said:
    after = mark("asked {who} too, after {level}.")
    words = after if facts["place"] == "after" else mark("asked {who} too, beside {level}.")
    return step_said(words, "user-share")(facts, book)


def step_kept(facts: Facts, book: Book) -> Said:
    decision, step = book.decisions[facts["decision"]], book.steps[facts["step"]]
    function = book.policy(step).function(step.function).name
    kept_from = decision.step.request.revision.number
    return Said(
        say("kept {function} from revision {number}.", function=function, number=kept_from),
        say("{who} agreed; none of its limits is touched.", who=decision.who),
        "lock",
        terms=book.requests[step.request_id].terms_hash,
        page="approvals",
        link=say("Approvals"),
    )


def offered(facts: Facts, book: Book) -> Said:
    offer = book.offers[facts["offer"]]
    granted = granted_of(book.mandates[offer.mandate_id], book.view)
    small = say(
        "{terms}, {amount}; good until {day}.",
        terms=summary(measured_of(offer), granted),
        amount=money(offer.net, book.deal.currency),
        day=day(offer.good_until),
    )
    words = say(OFFERED[offer.direction == Offer.Direction.SENT, offer.inside], number=offer.number)
    look = ("shield-check", "is-ok") if offer.inside else ("ban", "is-bad")
    return Said(words, small, *look, offer.terms_hash, "offers", say("Offer {number}", number=offer.number))


def mandate_granted(facts: Facts, book: Book) -> Said:
    mandate = book.mandates[facts["mandate"]]
    granted = granted_of(mandate, book.view)
    last = day(granted.last_day)
    return Said(
        say("granted mandate {number}, valid until {day}.", number=mandate.number, day=last),
        beyond_words(len(granted.beyond_standard), money(mandate.net_at_limit, book.deal.currency)),
        "shield-check",
        "is-ok",
        mandate.request.terms_hash,
        link=say("Mandate"),
    )


def beyond_words(count: int, amount: str) -> str:
    if not count:
        return say("Everything is standard.")
    return say_many(
        "{count} limit beyond standard; {amount} at the limit.",
        "{count} limits beyond standard; {amount} at the limit.",
        count,
        amount=amount,
    )


def mandate_ended(words: str, icon: str) -> Callable[[Facts, Book], Said]:
    def said(facts: Facts, book: Book) -> Said:
        number = book.mandates[facts["mandate"]].number
        return Said(say(words, number=number), say("Offers already made keep their answer."), icon, "is-warn")

    return said


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    **OF_ABSENCES,
    **OF_COMMENTS,
    **OF_CONCERNS,
    **OF_DEALS,
    **OF_ESCALATION,
    **OF_EXCEPTIONS,
    **OF_FILES,
    **OF_INTERVENTIONS,
    **IN_RETURN,
    "request.submitted": submitted,
    "request.declined": request_ended(mark("ended revision {number}: declined."), "x", "is-bad"),
    "request.recalled": request_ended(mark("withdrew revision {number}."), "archive"),
    "request.superseded": request_ended(mark("replaced revision {number} by a newer one."), "repeat"),
    "request.closed": request_ended(mark("ended revision {number} with the deal."), "archive"),
    "decision.made": decided,
    "step.opened": step_said(mark("asked {level} to decide on revision {number}."), "gavel"),
    "step.kept": step_kept,
    "step.not_needed": step_said(mark("found that {level} is not needed for revision {number}."), "minus"),
    "step.unroutable": step_said(mark("found nobody to ask as {level}."), "user-question", "is-bad"),
    "step.claimed": step_said(mark("took what {level} is asked."), "user-check"),
    "step.given_back": step_said(mark("gave what {level} is asked back to all of them."), "arrow-back-up"),
    "step.approver_added": approver_added,
    "offer.recorded": offered,
    "mandate.granted": mandate_granted,
    "mandate.superseded": mandate_ended(mark("replaced mandate {number} by a newer one."), "repeat"),
    "mandate.expired": mandate_ended(
        mark("announced that mandate {number} has run out."), "clock-exclamation"
    ),
}
