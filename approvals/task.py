"""A task asked in return: done by its day and seen to be done, or the limit drops. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from approvals.limit import LimitKey, Value, clause_of, read, settled, spelled
from guardrails.evaluation import benches
from guardrails.measured import Measured
from guardrails.policy import Policy

LONGEST = 500  # letters of its text


@dataclass(frozen=True, slots=True)
class Task:
    """What has to be done, by whom (id), up to and with which day.

    `otherwise`: limit key → where the limit drops to when nobody marked it met by then; empty: every limit
    that the function grants drops to the standard threshold. Raises ValueError for a task without words.
    """

    text: str
    owner: int
    due: date
    otherwise: Mapping[LimitKey, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a task says what has to be done")

    def to_document(self) -> dict[str, Any]:
        return {
            "text": self.text.strip(),
            "owner": self.owner,
            "due": self.due.isoformat(),
            "otherwise": {key: spelled(settled(key, value)) for key, value in self.otherwise.items()},
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        found = {key: read(key, text) for key, text in document["otherwise"].items()}
        return cls(
            text=document["text"],
            owner=document["owner"],
            due=date.fromisoformat(document["due"]),
            otherwise={key: value for key, value in found.items() if value is not None},
        )


def fallback(
    task: Task, keys: Iterable[LimitKey], walk_away: Measured, policy: Policy
) -> dict[LimitKey, Value]:
    """Where each limit drops to if `task` lapses. `keys`: what the function grants."""
    if task.otherwise:
        return {key: settled(key, value) for key, value in task.otherwise.items()}
    standards = {key: standard_of(key, walk_away, policy) for key in keys}
    return {key: value for key, value in standards.items() if value is not None}


def standard_of(key: LimitKey, measured: Measured, policy: Policy) -> Value | None:
    """Up to where nobody has to be asked, in this frame; None for what nothing judges."""
    clause = clause_of(key, policy)
    if clause:
        return clause.free.key
    ladders = [ladder for bench in benches(measured, policy) if bench.key == key for ladder in bench.ladders]
    tightest = min(ladders, key=lambda ladder: ladder.metric.sign * ladder.standard, default=None)
    return tightest.standard if tightest else None
