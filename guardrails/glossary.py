"""The words of the product, each with one definition, used on every page, in the API and in reports. Pure."""

from dataclasses import dataclass

from guardrails.metric import METRICS


@dataclass(frozen=True, slots=True)
class Word:
    """`where`: the pages on which people meet it."""

    key: str
    name: str
    sentence: str
    where: str = ""

    def mentions(self, asked: str) -> bool:
        return any(asked.casefold() in text.casefold() for text in (self.key, self.name, self.sentence))


WORDS = (
    Word("term", "Term", "What is asked, with two ends: target and walk-away.", "Brief"),
    Word("target", "Target", "Where the deal should land.", "Brief, mandate"),
    Word(
        "walk-away",
        "Walk-away",
        "How far it may go; past it we leave. Only this end routes.",
        "Brief, review",
    ),
    Word("frame", "Frame", "Account, segment, region, deal type and currency: what a deal is.", "Brief"),
    Word(
        "metric",
        "Metric",
        "A number measured from terms, with a unit, a step and a riskier direction.",
        "Everywhere",
    ),
    Word(
        "ladder", "Ladder", "Points of one metric, and the level one function must give past each.", "Policy"
    ),
    Word("rung", "Rung", "One point of a ladder; its level is needed strictly past it.", "Policy"),
    Word(
        "clause",
        "Clause",
        "A part of the contract with ordered positions, from ours to the buyer's.",
        "Brief",
    ),
    Word("position", "Position", "One wording of a clause, and the level that may give it.", "Brief, review"),
    Word(
        "mandate",
        "Mandate",
        "What was granted: limits with a last day. Inside it the seller is free.",
        "Deal room",
    ),
    Word("limit", "Limit", "How far the mandate lets one metric or clause go.", "Mandate, offers"),
    Word(
        "finding",
        "Finding",
        "What the policy says of one metric: function, level, ladder, threshold.",
        "Brief, review",
    ),
    Word("grant", "Grant", "What one function's human decision allowed.", "Approvals"),
    Word(
        "condition",
        "Condition",
        "What must hold, or be done by a day, for a limit to count.",
        "Mandate, offers",
    ),
    Word("offer", "Offer", "What was put to the buyer, with the answer the mandate gave.", "Offers"),
    Word("breach", "Breach", "An offer past a limit. An answer, never an exception.", "Offers"),
    Word("revision", "Revision", "One frozen ask, with the print of its terms.", "Record"),
    Word(
        "corner",
        "Corner",
        "The walk-away with every narrowed term pulled back; derived limits are measured there.",
        "Mandate",
    ),
    Word("headroom", "Headroom", "The smallest change that makes a sign-off fall away.", "Brief"),
    Word("kept", "Kept", "A grant that a new revision does not break; nobody signs again.", "Approvals"),
    Word(
        "hold",
        "Hold",
        "A reason for which a mandate is not granted yet, though everyone has signed.",
        "Approvals",
    ),
    Word("give-get", "Give, get", "What we concede, and what we receive for it.", "Brief"),
    Word(
        "headline-price",
        "Headline price",
        "What the buyer hears: agreed prices over the whole term, before free months and price rises.",
        "Economics",
    ),
    Word(
        "pocket-price",
        "Pocket price",
        "Total value less partner fee, cost of terms and customisation not billed: what of it reaches us.",
        "Economics",
    ),
    Word("leakage", "Leakage", "What the signed terms gave away from the target.", "Insights, deal room"),
    Word("at-risk", "At risk", "What could still be given away: target less walk-away.", "Queue"),
    Word("room", "Room", "Target less limit: how much a mandate lets a deal give away.", "Insights"),
)

MIXED_UP = (
    Word(
        "risk",
        "Risk",
        "How far a metric lies past a threshold, in its riskier direction. "
        "Not a feeling and not a probability.",
    ),
    Word(
        "implementation-scope",
        "Implementation scope",
        "Days of work and the sites they cover, as Operations planned them. "
        "What is billed and what is not are two numbers.",
    ),
    Word(
        "approval-level",
        "Approval level",
        "The lowest level inside one function that may decide. Levels of two functions are never compared.",
    ),
)

MEASURED = tuple(Word(metric.key, metric.name, metric.sentence, metric.shown) for metric in METRICS.values())
EVERY = {word.key: word for word in (*MEASURED, *WORDS, *MIXED_UP)}
