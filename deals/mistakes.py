"""What cannot be typed into a draft: field → sentence, by the names of `changes.cells`. Pure."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from base import format as show
from base.words import say
from deals.changes import (
    DraftChanges,
    ExchangeChange,
    LineChange,
    PriorityChange,
    SuccessChange,
    TermChange,
    line_name,
)
from deals.document import Get
from deals.terms import TYPED
from guardrails.level import DEFAULT_SHOWN
from guardrails.metric import METRICS, RHYTHM

WHOLE = Decimal(100)
CENT, QUANTITY, FINEST = Decimal("0.01"), Decimal("0.0001"), Decimal("0.000001")
MOST = Decimal(10) ** 9
LONGEST = {"title": 200, "deal_type": 60, "segment": 60, "region": 60}
OPERATORS = ("=", "<=", ">=")
LEAST = {"term_months": Decimal(1), "invoices_per_year": Decimal(1), "price_rise": -WHOLE}

Mistake = tuple[str, str]


def mistakes(changes: DraftChanges) -> dict[str, str]:
    """Every mistake that can be seen without looking anything up; the first of each field."""
    found = [*header_mistakes(changes), *line_mistakes(changes.lines or ())]
    for term in changes.terms:
        found += term_mistakes(term)
    for place, priority in enumerate(changes.priorities or ()):
        found += priority_mistakes(f"priorities.{place}", priority)
    for place, exchange in enumerate(changes.exchanges or ()):
        found += exchange_mistakes(f"exchanges.{place}", exchange)
    for success in changes.successes:
        found += success_mistakes(success)
    first: dict[str, str] = {}
    for name, sentence in found:
        first.setdefault(name, sentence)
    return first


def header_mistakes(changes: DraftChanges) -> Iterator[Mistake]:
    for key in ("title", "deal_type", "segment", "region"):
        given = getattr(changes, key)
        if given is not None and not given.strip():
            yield key, say("Cannot be empty.")
        yield from long_mistakes(key, given or "", LONGEST[key])
    if changes.currency is not None and not re.fullmatch("[A-Z]{3}", changes.currency):
        yield "currency", say("Three capital letters, like EUR.")
    yield from number_mistakes("partner_fee", changes.partner_fee, CENT, WHOLE, say("Between 0 % and 100 %."))


def line_mistakes(lines: tuple[LineChange, ...]) -> Iterator[Mistake]:
    twice = [key for key, times in Counter(line.key for line in lines if line.key).items() if times > 1]
    for place, line in enumerate(lines):
        name = line_name(place, line)
        if line.key in twice:
            yield f"{name}.key", say("This line is there twice.")
        if line.quantity > MOST:
            yield f"{name}.quantity", say("At most {most}.", most=show.number(MOST))
        yield from number_mistakes(f"{name}.quantity", line.quantity, QUANTITY, MOST, say("More than 0."))
        if line.quantity == 0:
            yield f"{name}.quantity", say("More than 0.")
        yield from percent_mistakes(f"{name}.target", line.target)
        yield from percent_mistakes(f"{name}.walk_away", line.walk_away)
        if line.walk_away < line.target:
            yield f"{name}.walk_away", safer_than(f"{show.number(line.target)}{show.SPACE}%")


def percent_mistakes(name: str, percent: Decimal) -> Iterator[Mistake]:
    if not -WHOLE <= percent <= WHOLE:
        yield name, say("Between {minus}100 % and 100 %.", minus=show.MINUS)
    elif percent != percent.quantize(FINEST):
        yield name, say("At most six decimals.")


def term_mistakes(term: TermChange) -> Iterator[Mistake]:
    name = f"terms.{term.key}"
    if term.key not in TYPED:
        yield name, say("There is no such term.")
        return
    for end in ("target", "walk_away"):
        yield from value_mistakes(f"{name}.{end}", term.key, getattr(term, end))
    metric = METRICS[term.key]
    if term.target is not None and term.walk_away is not None:
        if metric.riskier_than(term.target, term.walk_away):
            yield f"{name}.walk_away", safer_than(metric.show(term.target))


def value_mistakes(name: str, key: str, value: Decimal | None) -> Iterator[Mistake]:
    if value is None:
        return
    metric, least = METRICS[key], LEAST.get(key, Decimal(0))
    if value < least:
        yield name, say("At least {least}.", least=metric.show(least))
    elif value >= MOST / 100:
        yield name, say("Less than {most}.", most=metric.show(MOST / 100))
    elif value != metric.quantise(value):
        digits = decimals(metric.step)
        yield name, say("At most {count} decimal.", count=digits) if digits else say("A whole number.")
    elif key == "invoices_per_year" and int(value) not in RHYTHM:
        yield name, say("Yearly, half-yearly, quarterly or monthly.")


def safer_than(target: str) -> str:
    return say("Safer than the target of {target}.", target=target)


def priority_mistakes(name: str, priority: PriorityChange) -> Iterator[Mistake]:
    if not priority.text.strip():
        yield f"{name}.text", say("Say what they want.")
    yield from long_mistakes(f"{name}.text", priority.text, 200)
    yield from long_mistakes(f"{name}.who", priority.who, 160)
    if priority.confirmed_on and not priority.who.strip():
        yield f"{name}.who", say("Say who confirmed it.")


def exchange_mistakes(name: str, exchange: ExchangeChange) -> Iterator[Mistake]:
    if not (exchange.give.strip() or exchange.get.strip()):
        yield f"{name}.give", say("Say what we give, or what we get.")
    for side in ("give", "get"):
        yield from long_mistakes(f"{name}.{side}", getattr(exchange, side), 200)
        worth = getattr(exchange, f"{side}_value")
        yield from number_mistakes(f"{name}.{side}_value", worth, CENT, MOST, say("Not less than 0."))
    if exchange.condition:
        yield from condition_mistakes(name, exchange.condition, exchange.get)


def condition_mistakes(name: str, condition: Get, get: str) -> Iterator[Mistake]:
    if not get.strip():
        yield f"{name}.get", say("A condition needs the get it stands for.")
    if condition.key not in METRICS or condition.op not in OPERATORS:
        yield f"{name}.condition", say("Compare one term with a number.")
    elif condition.value != condition.value.quantize(CENT):
        yield f"{name}.condition", say("At most 2 decimals.")


def success_mistakes(success: SuccessChange) -> Iterator[Mistake]:
    name = f"successes.{success.function}.text"
    if success.function not in DEFAULT_SHOWN:
        yield name, say("There is no such function.")
    yield from long_mistakes(name, success.text, 300)


def long_mistakes(name: str, text: str, most: int) -> Iterator[Mistake]:
    if len(text) > most:
        yield name, say("At most {most} letters.", most=most)


def number_mistakes(
    name: str, value: Decimal | None, step: Decimal, most: Decimal, sentence: str
) -> Iterator[Mistake]:
    """From 0 to `most`, with no more digits than the database keeps."""
    if value is None:
        return
    if not 0 <= value <= most:
        yield name, sentence
    elif value != value.quantize(step):
        yield name, say("At most {count} decimals.", count=decimals(step))


def decimals(step: Decimal) -> int:
    return len(f"{step:f}".partition(".")[2])
