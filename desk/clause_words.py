"""What a clause says: the words of the standard, those that are asked, and how they differ."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from deals.models import Revision
from guardrails.clause import Clause
from guardrails.finding import Finding
from guardrails.policy import Policy

ALIKE = 0.4  # share of the words in common from which one text can show both
Change = Literal["same", "out", "in"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row: in both texts, only in the standard (`out`), or only in what is asked (`in`)."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """`asked`: the name of the position, empty for own wording. `pieces`: both texts in one, where enough of
    them is alike. `words`: as asked, empty where nobody wrote them down."""

    key: str
    standard: str
    standard_words: str
    asked: str
    words: str
    pieces: tuple[Piece, ...]
    note: str


def clause_words(finding: Finding, revision: Revision, policy: Policy) -> ClauseWords | None:
    """None for a finding that is of no clause."""
    if not finding.clause:
        return None
    clause = policy.clause(finding.clause)
    position = clause.position(finding.position)
    words = position.text if position else own_text(clause, revision)
    return ClauseWords(
        key=clause.key,
        standard=clause.standard.name,
        standard_words=clause.standard.text,
        asked=position.name if position else "",
        words=words,
        pieces=pieces(clause.standard.text, words),
        note=clause.standard.note,
    )


def own_text(clause: Clause, revision: Revision) -> str:
    """The wording that was written down in the brief for a clause of no position."""
    texts: dict[str, str] = json.loads(revision.document).get("brief", {}).get("own_texts", {})
    return texts.get(clause.key, "")


def pieces(standard: str, asked: str) -> tuple[Piece, ...]:
    """Word by word from one text to the other; nothing where too little of them is alike to be read so."""
    before, after = standard.split(), asked.split()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if not before or not after or matcher.ratio() < ALIKE:
        return ()
    return tuple(changed(matcher, before, after))


def changed(matcher: "SequenceMatcher[str]", before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", " ".join(before[start:end]))
            continue
        if end > start:
            yield Piece("out", " ".join(before[start:end]))
        if last > first:
            yield Piece("in", " ".join(after[first:last]))
