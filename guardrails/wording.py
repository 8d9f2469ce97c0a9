"""How an evaluation reads: whole sentences with level names, units, and how far it is to the next rung.

Each wording comes twice: with its numbers, and without any for people who may see no figure. What is kept is
worded in English; whoever reads it in another language is told it again.
"""

from dataclasses import replace
from decimal import Decimal
from functools import reduce

from base.format import short_day
from base.lists import listed
from base.locales import HOUSE, current
from base.words import say
from guardrails.beyond import Beyond
from guardrails.finding import Finding, Judged
from guardrails.metric import METRICS, Metric
from guardrails.policy import Policy

Wording = tuple[str, str]


def retold(part: Finding, policy: Policy) -> Finding:
    """A kept finding in the language of whoever reads it: as it was kept for who reads English, and where an
    exception was asked, whose end it does not know."""
    if current() == HOUSE or part.exception:
        return part
    sentence, band = of_finding(part, policy)
    return replace(part, sentence=sentence, band=band)


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
    blank = say("{name} is past what anybody may grant", name=name)
    if one.standing is None:
        asked = tuple(
            say("{past}: an exception is asked for it, and {level} must decide too.", past=each, level=level)
            for each in (past, blank)
        )
        return _and_aside((asked[0], asked[1]), finding)
    if one.until is None:
        allowed = say(
            "{past}; an exception of the account allows up to {bound}, and {level} must decide.",
            past=past, bound=bound, level=level,
        )  # fmt: skip
        band = say(
            "{past}; an exception of the account allows it, and {level} must decide.", past=blank, level=level
        )
        return _and_aside((allowed, band), finding)
    day = short_day(one.until, 0)
    allowed = say(
        "{past}; an exception of the account allows up to {bound} until {day}, and {level} must decide.",
        past=past, bound=bound, day=day, level=level,
    )  # fmt: skip
    band = say(
        "{past}; an exception of the account allows it until {day}, and {level} must decide.",
        past=blank, day=day, level=level,
    )  # fmt: skip
    return _and_aside((allowed, band), finding)


def of_asked(finding: Finding, one: Beyond, policy: Policy) -> Wording:
    """Of the same, for who may grant the exception."""
    level = who(policy, finding.function, finding.level)
    name, past, bound = _past_never(finding, one, policy)
    return (
        say("{past}: {level} is asked for an exception up to {bound}.", past=past, level=level, bound=bound),
        say(
            "{name} is past what anybody may grant: {level} is asked for an exception.",
            name=name,
            level=level,
        ),
    )


def _past_never(finding: Finding, one: Beyond, policy: Policy) -> tuple[str, str, str]:
    """What it is of, that it is past never, and how far the exception goes."""
    if finding.clause is not None:
        clause = policy.clause(finding.clause)
        at, bound = (clause.position(each) for each in (finding.position, str(one.value)))
        past = say(
            "{clause} at “{position}” is past what anybody may grant",
            clause=clause.name, position=at.name if at else "",
        )  # fmt: skip
        return clause.name, past, f"“{bound.name if bound else ''}”"
    metric, (threshold, value) = _metric(finding), _shown(finding, policy)
    name = named(metric, finding.family)
    past = say(
        "{name} {value} is past {threshold}, which nobody may grant",
        name=name,
        value=value,
        threshold=threshold,
    )
    return name, past, metric.show(Decimal(one.value), policy.currency)


def of_standard(judged: Judged, policy: Policy) -> Wording:
    """Sentence with numbers, and without."""
    if judged.clause is not None:
        clause = policy.clause(judged.clause)
        position = clause.position(judged.position)
        name = position.name if position else ""
        if position == clause.standard:
            words = say("{clause} at “{position}” is standard.", clause=clause.name, position=name)
        else:
            words = say(
                "{clause} at “{position}” may be given without asking.", clause=clause.name, position=name
            )
        return words, words
    metric = _metric(judged)
    value, limit = (metric.show(each, policy.currency) for each in (judged.value, judged.threshold))
    name = named(metric, judged.family)
    if metric.riskier == "higher":
        words = say(
            "{name} {value} is standard, up to and with {limit}.", name=name, value=value, limit=limit
        )
    else:
        words = say(
            "{name} {value} is standard, down to and with {limit}.", name=name, value=value, limit=limit
        )
    return _and_aside((words, say("{name} is standard.", name=name)), judged)


def named(metric: Metric, family: str = "") -> str:
    """ "Discount", or "Discount of Platform" when measured of one product family."""
    return say("{metric} of {family}", metric=metric.said, family=family) if family else metric.said


def who(policy: Policy, function: str, level: int) -> str:
    """The level's name; nobody for level 0."""
    if level:
        return policy.level_name(function, level)
    return say("nobody in {function}", function=policy.function(function).name)


def _past(finding: Finding, policy: Policy) -> Wording:
    metric, level = _metric(finding), who(policy, finding.function, finding.level)
    name = named(metric, finding.family)
    threshold, value = _shown(finding, policy)
    if metric.unit == "invoices":
        sentence = say(
            "{name} {value} is past {threshold} and in the {level} band; at {threshold} {level} falls away.",
            name=name, value=value, threshold=threshold, level=level,
        )  # fmt: skip
    else:
        sentence = say(
            "{name} {value} is {gap} into the {level} band; at {threshold} {level} falls away.",
            name=name, value=value, gap=_gap(finding, policy), threshold=threshold, level=level,
        )  # fmt: skip
    band = say("{name} is in the {level} band.", name=name, level=level)
    return _and_aside((sentence, band), finding)


def _never(finding: Finding, policy: Policy) -> Wording:
    metric = _metric(finding)
    name = named(metric, finding.family)
    threshold, value = _shown(finding, policy)
    point, level = finding.falls_to[0]
    facts = {
        "name": name,
        "value": value,
        "threshold": threshold,
        "point": metric.show(point, policy.currency),
    }
    if level == 0:
        sentence = say(
            "{name} {value} is past {threshold}, which nobody may grant; at {point} nobody is needed.",
            **facts,
        )
    else:
        sentence = say(
            "{name} {value} is past {threshold}, which nobody may grant; at {point} {level} may decide.",
            level=who(policy, finding.function, level), **facts,
        )  # fmt: skip
    return _and_aside((sentence, say("{name} is past what anybody may grant.", name=name)), finding)


def _unreadable(finding: Finding, policy: Policy) -> Wording:
    level, name = who(policy, finding.function, finding.level), named(_metric(finding), finding.family)
    words = say("{name} cannot be read, so {level} must decide.", name=name, level=level)
    return _and_aside((words, words), finding)


def _clause_finding(finding: Finding, policy: Policy) -> Wording:
    clause, level = policy.clause(finding.clause or ""), who(policy, finding.function, finding.level)
    position = clause.position(finding.position)
    if position is None:
        words = say(
            "{clause} is in words that the library does not know, so {level} must read it.",
            clause=clause.name, level=level,
        )  # fmt: skip
        return words, words
    before = clause.positions[: clause.place(position.key)]
    if finding.never:
        words = say(
            "{clause} at “{position}” is never granted; “{furthest}” is the furthest.",
            clause=clause.name, position=position.name, furthest=before[-1].name,
        )  # fmt: skip
        return words, words
    at = [each for each in before if (each.level or 0) < finding.level][-1]
    words = say(
        "{clause} at “{position}” needs {level}; at “{safer}” {level} falls away.",
        clause=clause.name, position=position.name, level=level, safer=at.name,
    )  # fmt: skip
    return words, words


def _metric(part: Finding | Judged) -> Metric:
    return METRICS[part.metric or ""]


def _shown(finding: Finding, policy: Policy) -> tuple[str, str]:
    metric = _metric(finding)
    return metric.show(finding.threshold, policy.currency), metric.show(finding.value, policy.currency)


def _gap(finding: Finding, policy: Policy) -> str:
    gap = (finding.value or Decimal(0)) - (finding.threshold or Decimal(0))
    return _metric(finding).show_gap(gap, policy.currency)


def _and_aside(words: Wording, part: Finding | Judged) -> Wording:
    """Both with a last sentence on the ladders that were set aside, where there are any."""
    aside = aside_words(part)
    return (f"{words[0]} {aside}", f"{words[1]} {aside}") if aside else words


def aside_words(part: Finding | Judged) -> str:
    """Which ladder judged in place of which; empty where none was set aside."""
    if not part.set_aside:
        return ""
    others = reduce(_and, (f"“{key}”" for key in part.set_aside))
    return say("Judged by “{ladder}”, set aside: {others}.", ladder=part.ladder, others=others)


def _and(first: str, last: str) -> str:
    return listed((first, last))
