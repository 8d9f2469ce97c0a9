"""The words of the product, each with one definition, used on every page and in reports. Pure."""

from dataclasses import dataclass

from base.words import mark, say
from guardrails.metric import METRICS


@dataclass(frozen=True, slots=True)
class Word:
    """In English, and as a person reads it: `said`, `meaning`, `pages`.

    `where`: the pages on which people meet it."""

    key: str
    name: str
    sentence: str
    where: str = ""

    @property
    def said(self) -> str:
        return say(self.name)

    @property
    def meaning(self) -> str:
        return say(self.sentence)

    @property
    def pages(self) -> str:
        return say(self.where) if self.where else ""

    def mentions(self, asked: str) -> bool:
        """Whether what a person looks for stands in its key, or in its words as they read them."""
        return any(asked.casefold() in text.casefold() for text in (self.key, self.said, self.meaning))


WORDS = (
    Word("term", mark("Term"), mark("What is asked, with two ends: target and walk-away."), mark("Brief")),
    Word("target", mark("Target"), mark("Where the deal should land."), mark("Brief, mandate")),
    Word(
        "walk-away",
        mark("Walk-away"),
        mark("How far it may go; past it we leave. Only this end routes."),
        mark("Brief, review"),
    ),
    Word(
        "frame",
        mark("Frame"),
        mark("Account, segment, region, deal type and currency: what a deal is."),
        mark("Brief"),
    ),
    Word(
        "decision-owner",
        mark("Decision owner"),
        mark("Who answers for the deal on our side; reminds who is asked and asks the deal desk to step in."),
        mark("Brief, deal"),
    ),
    Word(
        "metric",
        mark("Metric"),
        mark("A number measured from terms, with a unit, a step and a riskier direction."),
        mark("Everywhere"),
    ),
    Word(
        "ladder",
        mark("Ladder"),
        mark("Points of one metric, and the level one function must give past each."),
        mark("Policy"),
    ),
    Word(
        "rung",
        mark("Rung"),
        mark("One point of a ladder; its level is needed strictly past it."),
        mark("Policy"),
    ),
    Word(
        "clause",
        mark("Clause"),
        mark("A part of the contract with ordered positions, from ours to the buyer's."),
        mark("Brief"),
    ),
    Word(
        "position",
        mark("Position"),
        mark("One wording of a clause, and the level that may give it."),
        mark("Brief, review"),
    ),
    Word(
        "mandate",
        mark("Mandate"),
        mark("What was granted: limits with a last day. Inside it the seller is free."),
        mark("Deal room"),
    ),
    Word(
        "limit",
        mark("Limit"),
        mark("How far the mandate lets one metric or clause go."),
        mark("Mandate, offers"),
    ),
    Word(
        "finding",
        mark("Finding"),
        mark("What the policy says of one metric: function, level, ladder, threshold."),
        mark("Brief, review"),
    ),
    Word("grant", mark("Grant"), mark("What one function's human decision allowed."), mark("Approvals")),
    Word(
        "condition",
        mark("Condition"),
        mark("What must hold, or be done by a day, for a limit to count."),
        mark("Mandate, offers"),
    ),
    Word(
        "offer",
        mark("Offer"),
        mark("What was put to the buyer, with the answer the mandate gave."),
        mark("Offers"),
    ),
    Word(
        "breach",
        mark("Breach"),
        mark("An offer past a limit. An answer, never an exception."),
        mark("Offers"),
    ),
    Word("revision", mark("Revision"), mark("One frozen ask, with the print of its terms."), mark("Record")),
    Word(
        "corner",
        mark("Corner"),
        mark("The walk-away with every narrowed term pulled back; derived limits are measured there."),
        mark("Mandate"),
    ),
    Word(
        "headroom",
        mark("Headroom"),
        mark("The smallest change that makes a sign-off fall away."),
        mark("Brief"),
    ),
    Word(
        "kept",
        mark("Kept"),
        mark("A grant that a new revision does not break; nobody signs again."),
        mark("Approvals"),
    ),
    Word(
        "hold",
        mark("Hold"),
        mark("A reason for which a mandate is not granted yet, though everyone has signed."),
        mark("Approvals"),
    ),
    Word("give-get", mark("Give, get"), mark("What we concede, and what we receive for it."), mark("Brief")),
    Word(
        "headline-price",
        mark("Headline price"),
        mark("What the buyer hears: agreed prices over the whole term, before free months and price rises."),
        mark("Economics"),
    ),
    Word(
        "pocket-price",
        mark("Pocket price"),
        mark(
            "Total value less partner fee, cost of terms and customisation not billed: what of it reaches us."
        ),
        mark("Economics"),
    ),
    Word(
        "leakage",
        mark("Leakage"),
        mark("What the signed terms gave away from the target."),
        mark("Insights, deal room"),
    ),
    Word(
        "at-risk",
        mark("At risk"),
        mark("What could still be given away: target less walk-away."),
        mark("Queue"),
    ),
    Word(
        "room",
        mark("Room"),
        mark("Target less limit: how much a mandate lets a deal give away."),
        mark("Insights"),
    ),
)

MIXED_UP = (
    Word(
        "risk",
        mark("Risk"),
        mark(
            "How far a metric lies past a threshold, in its riskier direction. "
            "Not a feeling and not a probability."
        ),
    ),
    Word(
        "implementation-scope",
        mark("Implementation scope"),
        mark(
            "Days of work and the sites they cover, as Operations planned them. "
            "What is billed and what is not are two numbers."
        ),
    ),
    Word(
        "approval-level",
        mark("Approval level"),
        mark(
            "The lowest level inside one function that may decide. "
            "Levels of two functions are never compared."
        ),
    ),
)

MEASURED = tuple(Word(metric.key, metric.name, metric.sentence, metric.shown) for metric in METRICS.values())
EVERY = {word.key: word for word in (*MEASURED, *WORDS, *MIXED_UP)}
