"""An exception as it is asked for and frozen: which guardrail, how far, why, for what, how long. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from base import canonical
from base.words import say
from guardrails.beyond import CLAUSE, Beyond
from guardrails.metric import METRICS

Document = dict[str, Any]
Lasts = Literal["deal", "account"]
LONGEST = 1000
MOST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class ExceptionAsk:
    """What a seller writes. `key` and `function`: the guardrail that says never. `value` None: as far as the
    walk-away goes. `until`: the last day, of an exception for the whole account."""

    key: str
    function: str
    why: str
    in_return: str = ""
    value: Decimal | None = None
    precedent: bool = False
    lasts: Lasts = "deal"
    until: date | None = None

    def digest(self, salt: object) -> str:
        """Of all of it: what somebody saw who changes it. 34.0 and 34.00 are the same. `salt` is the deal's:
        a margin that is kept from them is not to be found by trying."""
        value = None if self.value is None else f"{self.value.normalize():f}"
        return canonical.digest(canonical.dumps({**asdict(self), "value": value, "salt": str(salt)}))


@dataclass(frozen=True, slots=True)
class AskedException:
    """The same, frozen on a revision, with how far it goes: a number or the position of a clause."""

    key: str
    function: str
    value: Decimal | str
    why: str
    in_return: str
    precedent: bool
    lasts: Lasts
    until: date | None

    @property
    def beyond(self) -> Beyond:
        """As evaluation reads it."""
        asked = canonical.digest(canonical.dumps(self.to_document()))
        return Beyond(self.key, self.function, self.value, asked=asked)

    def to_document(self) -> Document:
        return {**asdict(self), "value": spelled(self.value)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "AskedException":
        until = document["until"]
        return cls(
            **{
                **document,
                "value": value_from(document["key"], document["value"]),
                "until": date.fromisoformat(until) if until else None,
            }
        )


def mistakes(asked: ExceptionAsk, day: date) -> Iterator[tuple[str, str]]:
    """Field → sentence, of what cannot be asked on `day`."""
    if not asked.why.strip():
        yield "why", say("Say why this deal cannot stay within the guardrail.")
    for name in ("why", "in_return"):
        if len(getattr(asked, name)) > LONGEST:
            yield name, say("At most {most} letters.", most=LONGEST)
    if asked.value is not None:
        yield from value_mistakes(asked.key, asked.value)
    if asked.lasts == "account" and asked.until is None:
        yield "until", say("Say until which day it lasts.")
    if asked.lasts == "account" and asked.until is not None and asked.until < day:
        yield "until", say("Lies in the past.")


def value_mistakes(key: str, value: Decimal) -> Iterator[tuple[str, str]]:
    metric = METRICS.get(key.partition("/")[0])
    if metric is None:
        yield "value", say("A clause goes as far as the walk-away.")
    elif not value.is_finite() or abs(value) >= MOST:
        yield "value", say("Too large.")
    elif metric.quantise(value) != value:
        yield "value", say("{term} goes in steps of {step}.", term=metric.said, step=f"{metric.step:f}")


def with_exceptions(document: Document, asked: Iterable[AskedException]) -> Document:
    """The document of an ask with what it asks beyond never; without any, as it was."""
    listed = [one.to_document() for one in sorted(asked, key=lambda one: (one.key, one.function))]
    return {**document, "terms": {**document["terms"], "exceptions": listed}} if listed else document


def exceptions_from(document: Document) -> tuple[AskedException, ...]:
    """What an ask's document asks beyond never."""
    return tuple(AskedException.from_document(row) for row in document["terms"].get("exceptions", ()))


def beyond_document(beyond: Iterable[Beyond]) -> list[Document]:
    return [{**asdict(one), "value": spelled(one.value)} for one in beyond]


def beyond_from(rows: Iterable[Mapping[str, Any]]) -> tuple[Beyond, ...]:
    return tuple(
        Beyond(
            **{
                **row,
                "value": value_from(row["key"], row["value"]),
                "until": date.fromisoformat(row["until"]) if row["until"] else None,
            }
        )
        for row in rows
    )


def standing_document(beyond: Iterable[Beyond]) -> Document:
    """Only said where the account has one: all other documents keep their words."""
    standing = beyond_document(one for one in beyond if one.standing is not None)
    return {"exceptions": standing} if standing else {}


def spelled(value: Decimal | str) -> str:
    return canonical.digits(value) if isinstance(value, Decimal) else value


def value_from(key: str, text: str) -> Decimal | str:
    return text if key.startswith(CLAUSE) else Decimal(text)
