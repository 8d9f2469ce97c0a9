"""The ledger in words: one sentence for every kind of event, what it is about, where that can be seen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from approvals.models import Decision, Offer
from base.format import day, money
from desk.book import Book, Facts, book_of
from desk.head import Room, address
from desk.lanes import verdict_words
from desk.room import granted_of, measured_of
from desk.said import Said
from desk.said_in_return import SENTENCES as IN_RETURN
from desk.said_of_absences import SENTENCES as OF_ABSENCES
from desk.said_of_comments import SENTENCES as OF_COMMENTS
from desk.said_of_concerns import SENTENCES as OF_CONCERNS
from desk.said_of_escalation import SENTENCES as OF_ESCALATION
from desk.said_of_exceptions import SENTENCES as OF_EXCEPTIONS
from desk.said_of_files import SENTENCES as OF_FILES
from desk.said_of_interventions import SENTENCES as OF_INTERVENTIONS
from desk.trail import summary
from ledger.models import Event

PRODUCT = "Deal Desk"
KINDS = {
    "decision": "Decisions",
    "request": "Terms",
    "offer": "Offers",
    "mandate": "Mandate",
    "step": "Route",
    "question": "Questions",
    "condition": "Conditions",
    "hold": "Holds",
    "comment": "Comments",
    "concern": "Concerns",
    "exception": "Exceptions",
    "file": "Files",
    "deal": "Deal",
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
    """One event as people read it. `who`: "Deal Desk" when no person did it, then `initials` is empty."""

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
        who=actor.name if actor else PRODUCT,
        initials=actor.initials if actor else "",
        acting_for=patron.name if patron else "",
        said=said,
        url=address(f"desk:{said.page}", book.deal),
    )


def deal_created(facts: Facts, book: Book) -> Said:
    return Said("began the deal.", f"For {book.deal.account.name}.", "plus", page="brief", link="Brief")


def deal_started(facts: Facts, book: Book) -> Said:
    whence = "a past deal" if "source" in facts else "a template"
    return Said(f"copied the terms of {whence} into the brief.", "", "copy", page="brief", link="Brief")


def deal_imported(facts: Facts, book: Book) -> Said:
    return Said(
        f"imported the deal from {facts['source']}.",
        f"As it happened: nobody was asked. Judged under policy v{facts['policy']}.",
        "file-upload",
        "faint",
        facts["terms_hash"],
        "deal",
        "Overview",
    )


def deal_shared(facts: Facts, book: Book) -> Said:
    may = "may work on it" if facts["role"] == "team" else "may look at it"
    return Said(f"shared the deal with {whom(facts, book)}.", f"They {may}.", "user-share")


def deal_unshared(facts: Facts, book: Book) -> Said:
    return Said(f"took the deal back from {whom(facts, book)}.", icon="unlink")


def watched(words: str, icon: str) -> Callable[[Facts, Book], Said]:
    return lambda facts, book: Said(words.format(who=whom(facts, book)), icon=icon)


def whom(facts: Facts, book: Book) -> str:
    if "group" in facts:
        group = book.groups.get(facts["group"])
        return group.name if group else "a group that is gone"
    return book.people[facts["user"]].name


def deal_closed(facts: Facts, book: Book) -> Said:
    closing = book.closings[facts["closing"]]
    if not closing.won:
        return Said("closed the deal as lost.", closing.reason, "archive", page="deal", link="Overview")
    where = "inside the mandate" if closing.inside else "outside the mandate, flagged for ever"
    look = ("check", "is-ok") if closing.inside else ("flag", "is-bad")
    small = f"Signed terms {where}." + (f" {closing.reason}" if closing.reason else "")
    return Said("closed the deal as won.", small, *look, page="deal", link="Overview")


def submitted(facts: Facts, book: Book) -> Said:
    return Said(
        f"asked for a mandate: revision {facts['revision']}.",
        f"Judged under policy v{facts['policy']}.",
        "send",
        "faint",
        facts["terms_hash"],
        "approvals",
        f"Revision {facts['revision']}",
    )


def request_ended(words: str, icon: str, tone: str = "faint") -> Callable[[Facts, Book], Said]:
    def said(facts: Facts, book: Book) -> Said:
        number, request = book.revision(facts["request"]), book.requests[facts["request"]]
        return Said(
            words.format(number=number),
            request.ended_reason and f"“{request.ended_reason}”",
            icon,
            tone,
            request.terms_hash,
            "approvals",
            f"Revision {number}",
        )

    return said


def decided(facts: Facts, book: Book) -> Said:
    decision = book.decisions[facts["decision"]]
    step = book.steps[facts["step"]]
    policy = book.policy(step)
    icon, tone = VERDICTS[Decision.Verdict(decision.verdict)]
    level = policy.level_name(decision.function, decision.level)
    return Said(
        f"{verdict_words(decision, policy, book.view)}, {level}.",
        f"“{decision.reason}”" if decision.reason else "",
        icon,
        tone,
        facts["terms_hash"],
        "approvals",
        "Decision",
    )


def step_said(words: str, icon: str, tone: str = "faint") -> Callable[[Facts, Book], Said]:
    """About one step, by the level that was asked: "asked Finance Director for revision 3."."""

    def said(facts: Facts, book: Book) -> Said:
        step = book.steps[facts["step"]]
        who, place = (whom(facts, book) if "user" in facts else ""), facts.get("place", "")
        number = book.revision(step.request_id)
        named = words.format(level=step.level_name, number=number, who=who, place=place)
        terms = facts.get("terms_hash", "")
        return Said(named, step.reason if step.reason else "", icon, tone, terms, "approvals", "Approvals")

    return said


def step_kept(facts: Facts, book: Book) -> Said:
    decision, step = book.decisions[facts["decision"]], book.steps[facts["step"]]
    function = book.policy(step).function(step.function).name
    kept_from = decision.step.request.revision.number
    return Said(
        f"kept {function} from revision {kept_from}.",
        f"{decision.who} agreed; none of its limits is touched.",
        "lock",
        terms=book.requests[step.request_id].terms_hash,
        page="approvals",
        link="Approvals",
    )


def offered(facts: Facts, book: Book) -> Said:
    offer = book.offers[facts["offer"]]
    granted = granted_of(book.mandates[offer.mandate_id], book.view)
    amount = money(offer.net, book.deal.currency)
    small = f"{summary(measured_of(offer), granted)}, {amount}; good until {day(offer.good_until)}."
    verb = "sent" if offer.direction == Offer.Direction.SENT else "recorded what the buyer asks,"
    where, look = ("inside", ("shield-check", "is-ok")) if offer.inside else ("outside", ("ban", "is-bad"))
    name = f"Offer {offer.number}"
    words = f"{verb} {name.lower()}, {where} the mandate."
    return Said(words, small, *look, offer.terms_hash, "offers", name)


def mandate_granted(facts: Facts, book: Book) -> Said:
    mandate = book.mandates[facts["mandate"]]
    granted = granted_of(mandate, book.view)
    count = len(granted.beyond_standard)
    small = f"{count} limits beyond standard; {money(mandate.net_at_limit, book.deal.currency)} at the limit."
    return Said(
        f"granted mandate {mandate.number}, valid until {day(granted.last_day)}.",
        small if count else "Everything is standard.",
        "shield-check",
        "is-ok",
        mandate.request.terms_hash,
        "deal",
        "Mandate",
    )


def mandate_ended(words: str, icon: str) -> Callable[[Facts, Book], Said]:
    def said(facts: Facts, book: Book) -> Said:
        number = book.mandates[facts["mandate"]].number
        return Said(words.format(number=number), "Offers already made keep their answer.", icon, "is-warn")

    return said


SENTENCES: Mapping[str, Callable[[Facts, Book], Said]] = {
    **OF_ABSENCES,
    **OF_COMMENTS,
    **OF_CONCERNS,
    **OF_ESCALATION,
    **OF_EXCEPTIONS,
    **OF_FILES,
    **OF_INTERVENTIONS,
    **IN_RETURN,
    "deal.created": deal_created,
    "deal.started": deal_started,
    "deal.imported": deal_imported,
    "deal.shared": deal_shared,
    "deal.unshared": deal_unshared,
    "deal.closed": deal_closed,
    "deal.watched": watched("lets {who} watch the deal.", "eye"),
    "deal.unwatched": watched("ended that {who} watches the deal.", "unlink"),
    "request.submitted": submitted,
    "request.declined": request_ended("ended revision {number}: declined.", "x", "is-bad"),
    "request.recalled": request_ended("withdrew revision {number}.", "archive"),
    "request.superseded": request_ended("replaced revision {number} by a newer one.", "repeat"),
    "request.closed": request_ended("ended revision {number} with the deal.", "archive"),
    "decision.made": decided,
    "step.opened": step_said("asked {level} to decide on revision {number}.", "gavel"),
    "step.kept": step_kept,
    "step.not_needed": step_said("found that {level} is not needed for revision {number}.", "minus"),
    "step.unroutable": step_said("found nobody to ask as {level}.", "user-question", "is-bad"),
    "step.claimed": step_said("took what {level} is asked.", "user-check"),
    "step.given_back": step_said("gave what {level} is asked back to all of them.", "arrow-back-up"),
    "step.approver_added": step_said("asked {who} too, {place} {level}.", "user-share"),
    "offer.recorded": offered,
    "mandate.granted": mandate_granted,
    "mandate.superseded": mandate_ended("replaced mandate {number} by a newer one.", "repeat"),
    "mandate.expired": mandate_ended("announced that mandate {number} has run out.", "clock-exclamation"),
}
