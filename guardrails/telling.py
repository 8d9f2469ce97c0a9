"""A finding as pages tell it: who may allow how much, and where fewer are needed; in lists only how far it is
from standard. What is kept keeps the words it was kept with (guardrails.wording)."""

from collections.abc import Iterator
from decimal import Decimal

from base.lists import listed
from base.words import mark, say
from guardrails.finding import Finding
from guardrails.ladder import Ladder
from guardrails.metric import METRICS
from guardrails.policy import Policy
from guardrails.wording import aside_words, named, retold

STANDARD = {
    # riskier direction of a metric: how far it is standard
    "higher": mark("{asked} (standard to {limit})"),
    "lower": mark("{asked} (standard from {limit})"),
}
NOBODY = 0


def clearly(finding: Finding, policy: Policy) -> str:
    """ "Discount 22.5 %: Finance Director may allow 20.0 % to 30.0 %. At 12.5 % nobody is needed."."""
    if not told_anew(finding):
        return retold(finding, policy).sentence
    return say("{asked}: {told}", asked=asked_words(finding, policy), told=who_may(finding, policy))


def who_may(finding: Finding, policy: Policy) -> str:
    """The same without what is asked, for where that stands above it."""
    if not told_anew(finding):
        return retold(finding, policy).sentence
    parts = (allowed(finding, policy), falling(finding, policy), aside_words(finding))
    return " ".join(part for part in parts if part)


def briefly(finding: Finding, policy: Policy) -> str:
    """ "Discount 18.4 % (standard to 12.5 %)"; of what cannot be read its whole sentence."""
    if finding.unknown:
        return retold(finding, policy).sentence
    asked = asked_words(finding, policy)
    if finding.clause:
        standard = policy.clause(finding.clause).standard.name
        return say("{asked} (standard “{standard}”)", asked=asked, standard=standard)
    metric = METRICS[finding.metric or ""]
    limit = next((point for point, level in finding.falls_to if level == NOBODY), None)
    if limit is None:
        return asked
    return say(STANDARD[metric.riskier], asked=asked, limit=metric.show(limit, policy.currency))


def told_anew(finding: Finding) -> bool:
    """What nobody may grant, cannot be read, or asks for an exception keeps its own sentence."""
    return not (finding.never or finding.unknown or finding.exception)


def asked_words(finding: Finding, policy: Policy) -> str:
    """ "Discount 22.5 %", "Limitation of liability “2.0 × fees”"."""
    if finding.clause:
        clause = policy.clause(finding.clause)
        position = clause.position(finding.position)
        return say("{name} “{value}”", name=clause.name, value=position.name if position else "")
    metric = METRICS[finding.metric or ""]
    value = metric.show(finding.value, policy.currency)
    return say("{name} {value}", name=named(metric, finding.family), value=value)


def allowed(finding: Finding, policy: Policy) -> str:
    """From where to where the level may decide, as far as one ladder tells it alone."""
    level = policy.level_name(finding.function, finding.level)
    if finding.clause or finding.threshold is None:
        return say("{level} may allow it.", level=level)
    metric, end = METRICS[finding.metric or ""], end_of(finding, policy)
    past = metric.show(finding.threshold, policy.currency)
    if end is None:
        return say("{level} may allow what is past {past}.", level=level, past=past)
    far = metric.show(end, policy.currency)
    return say("{level} may allow {past} to {far}.", level=level, past=past, far=far)


def end_of(finding: Finding, policy: Policy) -> Decimal | None:
    """Up to where the level decides; None where it has no end, or several ladders judge together."""
    judging = [ladder for ladder in policy.ladders if judges_too(ladder, finding)]
    if [ladder.key for ladder in judging] != [finding.ladder]:
        return None
    beyond = (rung.past for rung in judging[0].rungs if rung.level is None or rung.level > finding.level)
    return next(beyond, None)


def judges_too(ladder: Ladder, finding: Finding) -> bool:
    """Whether it looks at the same number for the same function, and neither stands in for the other."""
    families = ladder.scope.families
    return (
        (ladder.metric.key, ladder.function) == (finding.metric, finding.function)
        and (finding.family in families if finding.family else not families)
        and ladder.key not in finding.set_aside
        and ladder.replaces != finding.ladder
    )


def falling(finding: Finding, policy: Policy) -> str:
    """ "At 20.0 % Finance Manager is enough, at 12.5 % nobody is needed."; nearest first."""
    steps = safer_positions(finding, policy) if finding.clause else safer_numbers(finding, policy)
    words = [
        say("at {point} nobody is needed", point=point)
        if rank == NOBODY
        else say("at {point} {level} is enough", point=point, level=policy.level_name(finding.function, rank))
        for point, rank in steps
    ]
    if not words:
        return ""
    told = listed(words)
    return say("{sentence}.", sentence=told[:1].upper() + told[1:])


def safer_numbers(finding: Finding, policy: Policy) -> Iterator[tuple[str, int]]:
    metric = METRICS[finding.metric or ""]
    for point, level in finding.falls_to:
        yield metric.show(point, policy.currency), level


def safer_positions(finding: Finding, policy: Policy) -> Iterator[tuple[str, int]]:
    """The furthest position that each lower level may give."""
    clause, needed = policy.clause(finding.clause or ""), finding.level
    before = clause.positions[: clause.place(finding.position or "")]
    for position in reversed(before):
        if position.level is not None and position.level < needed:
            needed = position.level
            yield f"“{position.name}”", needed
