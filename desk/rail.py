"""Beside the brief: what the guardrails say of it, who must agree by when, what would need fewer people."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from approvals.limit import Value, name_of, show
from approvals.models import Request
from approvals.preview import Preview
from base.format import number
from base.words import mark, say
from deals.changes import DraftChanges
from deals.corner import pull_back
from deals.economics import waterfall
from deals.missing import section_named
from deals.models import Deal
from deals.remeasure import past_target
from deals.rows import stored
from desk.brief import TITLES, section_of, unfilled
from desk.cost import FROM_COST, margin_for, reliefs_for, sentence_for
from desk.exceptions import own_findings, who_grants
from desk.expecting import Expecting, expecting_of
from desk.more_room import clause_at, lines_at, term_at
from desk.phrases import listed, lower, shown
from desk.signers import Asked, asked_of
from guardrails.evaluation import Evaluation, Finding
from guardrails.headroom import Relief
from guardrails.ladder import Rung
from guardrails.policy import Policy
from people.shown import View

FIRST = {1: mark("One thing first:"), 2: mark("Two things first:"), 3: mark("Three things first:")}
EVERY = {1: mark("Use"), 2: mark("Use both")}
Spot = Callable[[str], str]
Parts = tuple[tuple[str, str, int], ...]  # words, fill, how many


@dataclass(frozen=True, slots=True)
class Use:
    """A change that one press makes. `value` names it: limit keys and where they go to."""

    value: str
    word: str
    said: str
    changes: tuple[tuple[str, Value], ...]

    @property
    def id(self) -> str:
        """Of its button, the same as long as the suggestion is."""
        return re.sub(r"\W+", "-", f"use-{self.value}")


@dataclass(frozen=True, slots=True)
class Never:
    """`ask`: who may grant an exception from it; "" nobody."""

    sentence: str
    use: Use | None
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The ladder of the discount, with both ends."""

    rungs: tuple[Rung, ...]
    target: Decimal | None
    walk_away: Decimal | None
    label: str


@dataclass(frozen=True, slots=True)
class Room:
    sentence: str
    use: Use
    ladder: Drawn | None


@dataclass(frozen=True, slots=True)
class Rail:
    """`first`: what must be mended before it can be sent: id of its field, words. `supersedes`: an open
    revision. `excepted`: what goes past never by an exception, asked for or the account's."""

    policy: Policy
    currency: str
    parts: Parts
    nevers: tuple[Never, ...]
    asked: tuple[Asked, ...]
    expecting: Expecting | None
    rooms: tuple[Room, ...]
    nets: tuple[Decimal | None, Decimal | None]
    margins: tuple[str, str]
    first: tuple[tuple[str, str], ...]
    supersedes: int | None
    standard: bool
    excepted: tuple[str, ...] = ()

    @property
    def room(self) -> Decimal | None:
        target, walk_away = self.nets
        return None if target is None or walk_away is None else target - walk_away

    @property
    def first_words(self) -> str:
        """ "Three things first:"."""
        many = len(self.first)
        return say(FIRST[many]) if many in FIRST else say("{n} things first:", n=number(many))

    @property
    def parts_label(self) -> str:
        every = sum(many for *_, many in self.parts)
        return say("{n} terms: {parts}", n=number(every), parts=listed([words for words, *_ in self.parts]))

    def use(self, value: str) -> Use | None:
        """The suggestion of this name, if it is still made."""
        every = [*(never.use for never in self.nevers if never.use), *(room.use for room in self.rooms)]
        return next((use for use in every if use.value == value), None)


def rail_of(deal: Deal, seen: Preview, view: View, spot: Spot = lambda field: "") -> Rail:
    """`spot`: the id of a field of the brief, by the name that refusals have for it."""
    policy, judged = seen.judgement.policy, seen.judgement.judged
    open_request = Request.objects.open().filter(deal=deal).select_related("revision").first()
    nevers = tuple(never_of(finding, seen, view) for finding in judged.never)
    offered = {never.use.changes for never in nevers if never.use}
    ends = seen.ask.target, seen.ask.walk_away
    target, walk_away = seen.judgement.target, seen.judgement.walk_away
    return Rail(
        policy=policy,
        currency=deal.currency,
        parts=parts_of(judged, policy),
        nevers=nevers,
        asked=tuple(asked_of(seen)),
        expecting=expecting_of(deal, seen) if not seen.problems else None,
        rooms=tuple(
            room_of(relief, seen)
            for relief in reliefs_for(view, walk_away, policy, seen.remeasure)
            if relief.changes not in offered
        ),
        nets=(waterfall(ends[0], policy).net, waterfall(ends[1], policy).net),
        margins=margins_of(view, target.value("margin"), walk_away.value("margin")),
        first=tuple((spot(field) or section, words) for field, section, words in first_things(seen)),
        supersedes=open_request.revision.number if open_request else None,
        standard=seen.standard,
        excepted=tuple(sentence_for(view, one, policy) for one in own_findings(seen) if not one.never),
    )


def margins_of(view: View, target: Decimal | None, walk_away: Decimal | None) -> tuple[str, str]:
    """At both ends; nothing while either is unknown, and to who may not see it."""
    if target is None or walk_away is None:
        return "", ""
    return margin_for(view, target), margin_for(view, walk_away)


def parts_of(judged: Evaluation, policy: Policy) -> Parts:
    """How many terms are standard, need which level (by its name), are never granted, are not known yet."""
    known = [finding for finding in judged.findings if not finding.never and not unfilled(finding)]
    levels = Counter((finding.level, policy.level_name(finding.function, finding.level)) for finding in known)
    parts = [(say("standard"), "l0", len(judged.standard))]
    parts += [(name, f"l{min(rank, 4)}", many) for (rank, name), many in sorted(levels.items())]
    parts.append((say("never"), "lx", len(judged.never)))
    parts.append((say("to fill in"), "lu", sum(map(unfilled, judged.findings))))
    return tuple(
        (say("{n} {level}", n=number(many), level=words), fill, many) for words, fill, many in parts if many
    )


def never_of(finding: Finding, seen: Preview, view: View) -> Never:
    return Never(
        sentence_for(view, finding, seen.judgement.policy), way_back(finding, seen), who_grants(finding, seen)
    )


def way_back(finding: Finding, seen: Preview) -> Use | None:
    """The furthest that somebody may grant, if the target is not already past it."""
    policy = seen.judgement.policy
    value: Value | None = finding.falls_to[0][0] if finding.falls_to else None
    if finding.clause:
        clause = policy.clause(finding.clause)
        granted = [position.key for position in clause.positions if position.level is not None]
        value = granted[-1] if granted else None
    movable = finding.clause or finding.metric not in FROM_COST
    if value is None or not movable or past_target(seen.ask, finding.key, value, policy):
        return None
    return use_of(
        ((finding.key, value),), policy, say("Use {value}", value=shown(finding.key, value, policy))
    )


def use_of(changes: tuple[tuple[str, Value], ...], policy: Policy, word: str = "") -> Use:
    said = [
        say("{limit} {value}", limit=lower(name_of(key, policy)), value=show(key, value, policy))
        for key, value in changes
    ]
    word = word or say(EVERY.get(len(changes), mark("Use all")))
    return Use(urlencode([(key, str(value)) for key, value in changes]), word, listed(said), changes)


def room_of(relief: Relief, seen: Preview) -> Room:
    policy, judged = seen.judgement.policy, seen.judgement.judged
    found = [each for each in judged.findings_of(relief.function) if each.key == "discount" and each.ladder]
    drawn = None
    if found and "discount" in dict(relief.changes):
        ends = seen.judgement.target.value("discount"), seen.judgement.walk_away.value("discount")
        target, walk_away = (show("discount", end, policy) for end in ends)
        label = say("Discount: target {target}, walk-away {walk_away}", target=target, walk_away=walk_away)
        drawn = Drawn(policy.ladder(found[0].ladder).rungs, *ends, label)
    return Room(relief.sentence, use_of(relief.changes, policy), drawn)


def first_things(seen: Preview) -> Iterable[tuple[str, str, str]]:
    """Field, section and words: what is never granted by its name, what is missing by its section and the
    first field of it."""
    policy = seen.judgement.policy
    for finding in seen.judgement.judged.never:
        yield finding.key, section_of(finding), lower(name_of(finding.key, policy))
    missing: dict[str, list[str]] = {}
    for field in seen.problems:
        missing.setdefault(section_named(field), []).append(field)
    for section, fields in missing.items():
        title = lower(say(TITLES[section]))
        words = say("{title} ({n})", title=title, n=number(len(fields))) if len(fields) > 1 else title
        yield fields[0], section, words


def used(deal: Deal, use: Use, seen: Preview) -> DraftChanges:
    """The draft with the walk-away pulled back to what `use` says; lines move together."""
    draft = stored(deal)
    terms = pull_back(seen.ask, dict(use.changes), seen.judgement.policy, seen.world)
    return DraftChanges(
        lines=tuple(lines_at(draft.lines or (), terms)),
        terms=tuple(term_at(term, terms.values.get(term.key)) for term in draft.terms),
        clauses=tuple(clause_at(clause, terms.clauses.get(clause.clause)) for clause in draft.clauses),
    )
