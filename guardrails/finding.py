"""What a policy says of one set of terms, and the same as a plain document for the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Excepted = Literal["", "asked", "standing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One function must decide on one metric or clause.

    `key` is the limit key: "discount", "discount/Platform" (a product family), "clause:liability".
    `level`: the level needed; of a `never`, the highest that may grant anything here.
    `threshold`: the point up to and with which this level falls away.
    `falls_to`: the level needed at safer points, nearest first; 0 is nobody.
    `sentence` has the numbers, `band` says the same without any.
    `set_aside`: ladders that the judging ones stand in for.
    `exception`: it lies past never, and an exception is asked for it, or the account has one, `standing`.
    """

    key: str
    metric: str | None
    clause: str | None
    family: str
    function: str
    level: int
    never: bool
    unknown: bool
    ladder: str
    threshold: Decimal | None
    value: Decimal | None
    position: str | None
    sentence: str
    falls_to: tuple[tuple[Decimal, int], ...] = ()
    band: str = ""
    set_aside: tuple[str, ...] = ()
    exception: Excepted = ""
    standing: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Looked at by one function's ladder or clause and standard: nobody needs to decide.

    `threshold`: the limit of standard. For clauses it is None and `position` is the one asked.
    """

    key: str
    metric: str | None
    function: str
    ladder: str
    threshold: Decimal | None
    value: Decimal | None
    clause: str | None = None
    family: str = ""
    position: str | None = None
    sentence: str = ""
    band: str = ""
    set_aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that a policy version says of one set of terms. `not_judged`: metrics no ladder in scope reads."""

    policy: str
    number: int
    findings: tuple[Finding, ...]
    standard: tuple[Judged, ...]
    not_judged: tuple[str, ...]

    @property
    def needs(self) -> dict[str, int]:
        """The highest level needed of each function that has a finding."""
        needed: dict[str, int] = {}
        for finding in self.findings:
            needed[finding.function] = max(finding.level, needed.get(finding.function, 0))
        return needed

    @property
    def never(self) -> tuple[Finding, ...]:
        """What nobody may grant: an ask with one of these cannot be submitted."""
        return tuple(finding for finding in self.findings if finding.never)

    def findings_of(self, function: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.function == function)


def to_document(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as strings, numbers, lists and dicts, for canonical JSON."""
    return {
        "schema": 1,
        "policy": evaluation.policy,
        "number": evaluation.number,
        "findings": [_plain(finding) for finding in evaluation.findings],
        "standard": [_plain(judged) for judged in evaluation.standard],
        "not_judged": list(evaluation.not_judged),
    }


def from_document(document: Mapping[str, Any]) -> Evaluation:
    """What to_document wrote. Raises ValueError for a schema that is not known."""
    if document["schema"] != 1:
        raise ValueError(f"unknown schema of an evaluation: {document['schema']!r}")
    return Evaluation(
        policy=document["policy"],
        number=document["number"],
        findings=tuple(Finding(**_read(each)) for each in document["findings"]),
        standard=tuple(Judged(**_read(each)) for each in document["standard"]),
        not_judged=tuple(document["not_judged"]),
    )


def _plain(part: Finding | Judged) -> dict[str, Any]:
    plain = {name: getattr(part, name) for name in part.__slots__}
    for name in ("threshold", "value"):
        plain[name] = None if plain[name] is None else format(plain[name], "f")
    plain["set_aside"] = list(part.set_aside)
    if isinstance(part, Finding):
        if not part.exception:  # said only where there is one: all other documents keep their words
            del plain["exception"], plain["standing"]
        plain["falls_to"] = [[format(point, "f"), level] for point, level in part.falls_to]
    return plain


def _read(plain: Mapping[str, Any]) -> dict[str, Any]:
    read = dict(plain)
    for name in ("threshold", "value"):
        read[name] = None if read[name] is None else Decimal(read[name])
    read["set_aside"] = tuple(read["set_aside"])
    if "falls_to" in read:
        read["falls_to"] = tuple((Decimal(point), level) for point, level in read["falls_to"])
    return read
