"""What a draft still lacks before it can be sent."""

from collections.abc import Iterator
from datetime import date, datetime

from base import clock
from base.words import mark, say
from deals.catalogue import no_rate, rate_on
from deals.models import Deal
from deals.terms import NOT_ASKED, TYPED
from guardrails.clause import Clause
from guardrails.metric import METRICS
from guardrails.policy import Policy

SECTIONS = {
    "lines": "lines",
    "payment_days": "commercial",
    "term_months": "commercial",
    "price_rise": "commercial",
    "invoices_per_year": "commercial",
    "free_months": "commercial",
    "clauses": "legal",
    "weeks_to_live": "delivery",
    "custom_days": "delivery",
    "priorities": "buyer",
    "exchanges": "exchanges",
}

UNKNOWN = {
    "segment": mark("Policy {policy} knows no segment “{name}”."),
    "region": mark("Policy {policy} knows no region “{name}”."),
    "deal_type": mark("Policy {policy} knows no deal type “{name}”."),
}
UNFILLED = {
    "target": mark("{term}: fill in the target."),
    "walk_away": mark("{term}: fill in the walk-away."),
}


def problems(deal: Deal, policy: Policy, at: datetime) -> dict[str, str]:
    """Field → sentence, of everything that must be mended before the draft can be sent."""
    return dict(
        [
            *frame_problems(deal, policy, clock.date_of(at)),
            *line_problems(deal, policy),
            *term_problems(deal),
            *clause_problems(deal, policy),
        ]
    )


def completeness(deal: Deal, policy: Policy, at: datetime) -> dict[str, tuple[str, ...]]:
    """Section → what it lacks, in sentences; empty when it is complete."""
    return {section: tuple(found.values()) for section, found in lacking(deal, policy, at).items()}


def lacking(deal: Deal, policy: Policy, at: datetime) -> dict[str, dict[str, str]]:
    """Section → field, as refusals name it → what it lacks, in a sentence."""
    found: dict[str, dict[str, str]] = {section: {} for section in ("account", *SECTIONS.values())}
    for name, sentence in problems(deal, policy, at).items():
        found[section_named(name)][name] = sentence
    if not deal.objective:
        found["account"]["objective"] = say("Say what we want from this deal.")
    wishes = deal.priorities.all()
    if not any(row.who for row in wishes):
        name = "priorities.0.who" if wishes else "priorities"
        found["buyer"][name] = say("Nobody there has confirmed what they want most.")
    return {**found, "exchanges": {**found["exchanges"], **dict(unpaired(deal))}}


def section_named(field: str) -> str:
    """Where a field stands: "account" for what no other section has."""
    head, _, rest = field.partition(".")
    return SECTIONS.get(rest.partition(".")[0] if head == "terms" else head, "account")


def frame_problems(deal: Deal, policy: Policy, day: date) -> Iterator[tuple[str, str]]:
    known = {"segment": policy.segments, "region": policy.regions, "deal_type": policy.deal_types}
    for key, names in known.items():
        if getattr(deal, key) not in names:
            yield key, say(UNKNOWN[key], policy=policy.name, name=getattr(deal, key))
    if rate_on(deal.currency, policy.currency, day) is None:
        yield "currency", no_rate(deal.currency, policy.currency)
    if deal.wanted_expiry and deal.wanted_expiry < day:
        yield "wanted_expiry", say("Lies in the past.")


def line_problems(deal: Deal, policy: Policy) -> Iterator[tuple[str, str]]:
    lines = deal.lines.all()
    if not lines:
        yield "lines", say("Add what they want to buy.")
    for line in lines:
        if line.product.family not in policy.families:
            yield (
                f"lines.{line.key}.product",
                say(
                    "Policy {policy} knows no family “{family}”.",
                    policy=policy.name,
                    family=line.product.family,
                ),
            )


def term_problems(deal: Deal) -> Iterator[tuple[str, str]]:
    rows = {term.key: term for term in deal.terms.all()}
    for key in TYPED:
        row, metric = rows.get(key), METRICS[key]
        for end in ("target", "walk_away"):
            if (getattr(row, end) if row else NOT_ASKED.get(key)) is None:
                yield f"terms.{key}.{end}", say(UNFILLED[end], term=metric.said)
    free, months = rows.get("free_months"), rows.get("term_months")
    for end in ("target", "walk_away"):
        given, whole = getattr(free, end, None), getattr(months, end, None)
        if given is not None and whole is not None and given > whole:
            yield (
                f"terms.free_months.{end}",
                say("The contract runs only {length}.", length=METRICS["term_months"].show(whole)),
            )


def clause_problems(deal: Deal, policy: Policy) -> Iterator[tuple[str, str]]:
    for row in deal.clauses.all():
        clause = next((each for each in policy.clauses if each.key == row.clause), None)
        if clause is None:
            yield f"clauses.{row.clause}", say("Policy {policy} has no such clause.", policy=policy.name)
            continue
        for end in ("target", "walk_away"):
            key = getattr(row, end)
            if key is not None and clause.position(key) is None:
                yield (
                    f"clauses.{row.clause}.{end}",
                    say("{clause} has no position “{key}”.", clause=clause.name, key=key),
                )
        if None in (row.target, row.walk_away) and not row.own_text.strip():
            yield f"clauses.{row.clause}.own_text", say("Write down the wording.")
        if place(clause, row.walk_away) < place(clause, row.target):
            yield f"clauses.{row.clause}.walk_away", say("Safer than the target.")


def place(clause: Clause, key: str | None) -> int:
    """How far from standard; own wording lies past every position."""
    return clause.place(key) if key and clause.position(key) else len(clause.positions)


def unpaired(deal: Deal) -> Iterator[tuple[str, str]]:
    """Gives without a get: a warning, since a seller may have good reason for one."""
    for place, row in enumerate(deal.exchanges.all()):
        if row.give and not row.get:
            yield f"exchanges.{place}.get", say("“{give}” has no get.", give=row.give)
