"""The brief as its page shows it: every row with its amounts and who must agree; what each section lacks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain

from approvals.preview import Preview, preview
from base import clock
from base.words import mark, say, say_many
from deals.catalogue import rate_on
from deals.economics import LineAmounts, Waterfall, waterfall
from deals.missing import lacking
from deals.models import Deal
from deals.terms import TYPED, Line
from desk.forms import brief_rows
from desk.forms.brief import Brief
from desk.forms.brief_fields import unit_words
from guardrails.evaluation import Evaluation, Finding, Judged
from guardrails.metric import METRICS, Metric
from guardrails.policy import Policy
from people.models import User
from people.shown import View

FEW = 5  # lines that are moved step by step
DELIVERY = ("weeks_to_live", "custom_days")
COMMERCIAL = tuple(key for key in TYPED if key not in DELIVERY)
TITLES = {
    "account": mark("Account"),
    "lines": mark("Lines"),
    "commercial": mark("Commercial"),
    "legal": mark("Legal"),
    "delivery": mark("Delivery"),
    "buyer": mark("Buyer"),
    "exchanges": mark("Gives and gets"),
}


@dataclass(frozen=True, slots=True)
class Who:
    """Who must agree with one term. `state`: level, never, standard, yours, unfilled or unjudged."""

    state: str
    word: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line. Amounts are over the whole term, at target and walk-away; None while they are unknown."""

    form: brief_rows.Line
    line: Line | None
    target: LineAmounts | None
    walk_away: LineAmounts | None


@dataclass(frozen=True, slots=True)
class TermRow:
    form: brief_rows.Term
    metric: Metric
    unit: str
    standard: str
    who: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class ClauseRow:
    form: brief_rows.Clause
    who: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """All lines: money in the deal's currency, discounts as they are judged."""

    list: Decimal | None
    target: Waterfall
    walk_away: Waterfall
    discounts: tuple[str, str]
    margins: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """`lacks`: what it still needs, in sentences. `spots`: the id of the field of each; its own where it has
    none. `rank`: the highest level needed; None: never granted."""

    key: str
    title: str
    lacks: tuple[str, ...]
    spots: tuple[str, ...]
    rank: int | None
    word: str

    @property
    def state(self) -> str:
        if self.rank is None:
            return "never"
        if self.lacks:
            return "lacks"
        return "level" if self.rank else "complete"


@dataclass(frozen=True, slots=True)
class Sheet:
    form: Brief
    lines: tuple[LineRow, ...]
    total: Total | None
    commercial: tuple[TermRow, ...]
    legal: tuple[ClauseRow, ...]
    delivery: tuple[TermRow, ...]
    sections: tuple[Section, ...]
    months: str
    deepest: tuple[Who, ...]

    @property
    def terms(self) -> tuple[TermRow, ...]:
        return (*self.commercial, *self.delivery)

    @property
    def missing(self) -> tuple[tuple[Section, str, str], ...]:
        """What is not there yet, each with its section and the id of its field, in the order of the page."""
        return tuple(
            (section, sentence, spot)
            for section in self.sections
            for sentence, spot in zip(section.lacks, section.spots, strict=True)
        )

    @property
    def many(self) -> bool:
        """Whether lines are so many that the place of one is typed rather than reached step by step."""
        return len(self.lines) > FEW

    @property
    def fillable(self) -> bool:
        """Whether a term that has a standard is not filled in."""
        return any(row.standard and row.form.empty for row in self.terms)

    @property
    def unpaired(self) -> str:
        number = len(next(section.lacks for section in self.sections if section.key == "exchanges"))
        return say_many("{count} unpaired", "{count} unpaired", number) if number else ""


def look(deal: Deal, *, by: User, at: datetime, policy: Policy) -> Preview | None:
    """What the engine of submit says of the stored draft; None while its currency has no rate."""
    if rate_on(deal.currency, policy.currency, clock.date_of(at)) is None:
        return None
    return preview(deal, by=by, at=at)


def sheet_of(deal: Deal, form: Brief, seen: Preview | None, view: View, at: datetime) -> Sheet:
    """The page around `form`, with what the stored draft is worth and needs."""
    policy = form.options.policy
    judged = seen.judgement.judged if seen else None
    who = whos(judged, policy) if judged else {}
    terms = {row.metric.key: row for row in term_rows(form, judged, who, policy)}
    total = total_of(seen, policy, view) if seen else None
    months = seen.ask.walk_away.values.get("term_months") if seen else None
    return Sheet(
        form=form,
        lines=tuple(line_rows(form, seen, total)),
        total=total,
        commercial=tuple(terms[key] for key in COMMERCIAL),
        legal=tuple(ClauseRow(row, who.get(row.rule.limit_key, ())) for row in form.clauses),
        delivery=tuple(terms[key] for key in DELIVERY),
        sections=tuple(sections_of(deal, form, judged, at)),
        months=METRICS["term_months"].show(months) if months is not None else "",
        deepest=tuple(
            dict.fromkeys(chain(who.get("discount", ()), who.get("margin", ()) if view != "band" else ()))
        ),
    )


def whos(judged: Evaluation, policy: Policy) -> dict[str, tuple[Who, ...]]:
    """Limit key → who must agree; one word where nobody must."""
    found: dict[str, tuple[Who, ...]] = {}
    for finding in judged.findings:
        found[finding.key] = (*found.get(finding.key, ()), who_of(finding, policy))
    for standard in judged.standard:
        found.setdefault(standard.key, (Who("yours" if given(standard, policy) else "standard"),))
    return found


def who_of(finding: Finding, policy: Policy) -> Who:
    if finding.never:
        return Who("never", furthest(finding, policy))
    if unfilled(finding):
        return Who("unfilled")
    return Who("level", policy.level_name(finding.function, finding.level), finding.level)


def furthest(finding: Finding, policy: Policy) -> str:
    """The most that somebody may grant."""
    if finding.clause:
        granted = [each for each in policy.clause(finding.clause).positions if each.level is not None]
        return say("{furthest} is the furthest", furthest=granted[-1].name)
    shown = METRICS[finding.metric or ""].show(finding.threshold, policy.currency)
    return say("{furthest} is the furthest", furthest=shown)


def given(judged: Judged, policy: Policy) -> bool:
    """A position past the standard one that the seller may give."""
    return judged.clause is not None and judged.position != policy.clause(judged.clause).standard.key


def term_rows(
    form: Brief, judged: Evaluation | None, who: Mapping[str, tuple[Who, ...]], policy: Policy
) -> Iterable[TermRow]:
    for row in form.terms:
        metric = row.metric
        yield TermRow(
            form=row,
            metric=metric,
            unit="" if metric.unit == "invoices" else unit_words(metric.unit),
            standard=standard_of(metric, judged, policy),
            who=who.get(metric.key, (Who("unjudged"),) if judged else ()),
        )


def standard_of(metric: Metric, judged: Evaluation | None, policy: Policy) -> str:
    """Up to where nobody is needed, by the ladder that judges; nothing where none does."""
    standard = standards_of(judged, policy).get(metric.key)
    return "" if standard is None else metric.show(standard, policy.currency)


def standards_of(judged: Evaluation | None, policy: Policy) -> dict[str, Decimal]:
    """Of every metric that a ladder judges: up to where nobody is needed."""
    rows: Sequence[Finding | Judged] = (*judged.findings, *judged.standard) if judged else ()
    ladders = {row.key: row.ladder for row in reversed(rows) if row.ladder}
    return {key: policy.ladder(ladder).standard for key, ladder in ladders.items()}


def line_rows(form: Brief, seen: Preview | None, total: Total | None) -> Iterable[LineRow]:
    lines = {line.key: line for line in seen.ask.target.lines} if seen else {}
    flows = (total.target, total.walk_away) if total else ()
    ends = [{line.key: line for line in flow.lines} for flow in flows]
    for row in form.lines:
        target, walk_away = (end.get(row.stored_key) for end in ends) if ends else (None, None)
        yield LineRow(row, lines.get(row.stored_key), target, walk_away)


def total_of(seen: Preview, policy: Policy, view: View) -> Total:
    target, walk_away = (waterfall(end, policy) for end in (seen.ask.target, seen.ask.walk_away))
    both = (seen.judgement.target, seen.judgement.walk_away)
    discounts = [METRICS["discount"].show(each.value("discount")) for each in both]
    margins = [METRICS["margin"].show(each.value("margin")) if view != "band" else "" for each in both]
    return Total(target.list, target, walk_away, (discounts[0], discounts[1]), (margins[0], margins[1]))


def sections_of(deal: Deal, form: Brief, judged: Evaluation | None, at: datetime) -> Iterable[Section]:
    policy = form.options.policy
    lacks = lacking(deal, policy, at)
    found = judged.findings if judged else ()
    for key, title in TITLES.items():
        its = [finding for finding in found if section_of(finding) == key and not unfilled(finding)]
        top = max(its, key=lambda finding: finding.level, default=None)
        rank = None if any(finding.never for finding in its) else top.level if top else 0
        word = policy.level_name(top.function, top.level) if top and rank else ""
        lack = lacks.get(key, {})
        spots = tuple(form.spot(field) or key for field in lack)
        yield Section(key, say(title), tuple(lack.values()), spots, rank, word)


def section_of(finding: Finding) -> str:
    if finding.clause or METRICS[finding.metric or ""].kind == "set" or finding.metric == "clause_level":
        return "legal"
    if finding.metric in DELIVERY:
        return "delivery"
    return "commercial" if finding.metric in COMMERCIAL else "lines"


def unfilled(finding: Finding) -> bool:
    """Not known yet, as opposed to wording that nobody knows."""
    return finding.unknown and finding.clause is None
