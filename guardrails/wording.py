"""How an evaluation reads: whole sentences with level names, units, and how far it is to the next rung.

Each wording comes twice: with its numbers, and without any for people who may see no figure.
"""

from decimal import Decimal

from base.format import short_day
from guardrails.beyond import Beyond
from guardrails.finding import Finding, Judged
from guardrails.metric import METRICS, Metric
from guardrails.policy import Policy

Wording = tuple[str, str]


def of_finding(finding: Finding, policy: Policy) -> Wording:
    """Sentence with numbers, and without."""
    if finding.clause is not None:
        return _clause_finding(finding, policy)
    if finding.unknown:
        return _unreadable(finding, policy)
    return _never(finding, policy) if finding.never else _past(finding, policy)


def of_lifted(finding: Finding, one: Beyond, policy: Policy) -> Wording:
    """Of a never that an exception covers, for the function whose guardrail it is."""
    level = who(policy, finding.function, finding.level)
    name, past, bound = _past_never(finding, one, policy)
    aside = _set_aside(finding)
    if one.standing is None:
        words = f"an exception is asked for it, and {level} must decide too.{aside}"
        return f"{past}: {words}", f"{name} is past what anybody may grant: {words}"
    until = f" until {short_day(one.until, 0)}" if one.until else ""
    words = f"{until}, and {level} must decide.{aside}"
    allowed = f"{past}; an exception of the account allows up to {bound}{words}"
    return allowed, f"{name} is past what anybody may grant; an exception of the account allows it{words}"


def of_asked(finding: Finding, one: Beyond, policy: Policy) -> Wording:
    """Of the same, for who may grant the exception."""
    level = who(policy, finding.function, finding.level)
    name, past, bound = _past_never(finding, one, policy)
    words = f"{level} is asked for an exception"
    return f"{past}: {words} up to {bound}.", f"{name} is past what anybody may grant: {words}."


def _past_never(finding: Finding, one: Beyond, policy: Policy) -> tuple[str, str, str]:
    """What it is of, that it is past never, and how far the exception goes."""
    if finding.clause is not None:
        clause = policy.clause(finding.clause)
        at, bound = (clause.position(each) for each in (finding.position, str(one.value)))
        past = f"{clause.name} at “{at.name if at else ''}” is past what anybody may grant"
        return clause.name, past, f"“{bound.name if bound else ''}”"
    metric, (threshold, value) = _metric(finding), _shown(finding, policy)
    name = named(metric, finding.family)
    bound_shown = metric.show(Decimal(one.value), policy.currency)
    return name, f"{name} {value} is past {threshold}, which nobody may grant", bound_shown


def of_standard(judged: Judged, policy: Policy) -> Wording:
    """Sentence with numbers, and without."""
    if judged.clause is not None:
        clause = policy.clause(judged.clause)
        position = clause.position(judged.position)
        name = position.name if position else ""
        words = f"{clause.name} at “{name}” is standard."
        if position != clause.standard:
            words = f"{clause.name} at “{name}” may be given without asking."
        return words, words
    metric = _metric(judged)
    edge = "up" if metric.riskier == "higher" else "down"
    value, limit = (metric.show(each, policy.currency) for each in (judged.value, judged.threshold))
    aside = _set_aside(judged)
    name = named(metric, judged.family)
    return f"{name} {value} is standard, {edge} to and with {limit}.{aside}", f"{name} is standard.{aside}"


def named(metric: Metric, family: str = "") -> str:
    """ "Discount", or "Discount of Platform" when measured of one product family."""
    return f"{metric.name} of {family}" if family else metric.name


def who(policy: Policy, function: str, level: int) -> str:
    """The level's name; nobody for level 0."""
    return policy.level_name(function, level) if level else f"nobody in {policy.function(function).name}"


def _past(finding: Finding, policy: Policy) -> Wording:
    metric, level = _metric(finding), who(policy, finding.function, finding.level)
    name, aside = named(metric, finding.family), _set_aside(finding)
    threshold, value = _shown(finding, policy)
    way = f"is {_gap(finding, policy)} into the {level} band"
    if metric.unit == "invoices":
        way = f"is past {threshold} and in the {level} band"
    sentence = f"{name} {value} {way}; at {threshold} {level} falls away.{aside}"
    return sentence, f"{name} is in the {level} band.{aside}"


def _never(finding: Finding, policy: Policy) -> Wording:
    metric = _metric(finding)
    name, aside = named(metric, finding.family), _set_aside(finding)
    threshold, value = _shown(finding, policy)
    point, level = finding.falls_to[0]
    then = f"at {metric.show(point, policy.currency)} {who(policy, finding.function, level)} may decide"
    if level == 0:
        then = f"at {metric.show(point, policy.currency)} nobody is needed"
    sentence = f"{name} {value} is past {threshold}, which nobody may grant; {then}.{aside}"
    return sentence, f"{name} is past what anybody may grant.{aside}"


def _unreadable(finding: Finding, policy: Policy) -> Wording:
    level = who(policy, finding.function, finding.level)
    words = f"{named(_metric(finding), finding.family)} cannot be read, so {level} must decide."
    return (words + _set_aside(finding),) * 2


def _clause_finding(finding: Finding, policy: Policy) -> Wording:
    clause, level = policy.clause(finding.clause or ""), who(policy, finding.function, finding.level)
    position = clause.position(finding.position)
    if position is None:
        words = f"{clause.name} is in words that the library does not know, so {level} must read it."
        return words, words
    before = clause.positions[: clause.place(position.key)]
    if finding.never:
        words = f"{clause.name} at “{position.name}” is never granted; “{before[-1].name}” is the furthest."
        return words, words
    at = [each for each in before if (each.level or 0) < finding.level][-1]
    words = f"{clause.name} at “{position.name}” needs {level}; at “{at.name}” {level} falls away."
    return words, words


def _metric(part: Finding | Judged) -> Metric:
    return METRICS[part.metric or ""]


def _shown(finding: Finding, policy: Policy) -> tuple[str, str]:
    metric = _metric(finding)
    return metric.show(finding.threshold, policy.currency), metric.show(finding.value, policy.currency)


def _gap(finding: Finding, policy: Policy) -> str:
    gap = (finding.value or Decimal(0)) - (finding.threshold or Decimal(0))
    return _metric(finding).show_gap(gap, policy.currency)


def _set_aside(part: Finding | Judged) -> str:
    if not part.set_aside:
        return ""
    others = " and ".join(f"“{key}”" for key in part.set_aside)
    return f" Judged by “{part.ladder}”, set aside: {others}."
