"""The corner: the walk-away with every narrowed term pulled back (docs/economics.md). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal, localcontext

from deals.economics import list_and_net, measure
from deals.economics.amounts import DIGITS, HUNDRED, NOTHING
from deals.terms import TYPED, Ask, Line, Terms, World
from guardrails.measured import Measured
from guardrails.metric import METRICS
from guardrails.policy import Policy

FINEST = Decimal("0.000001")  # a line's discount, in percent
STEPS = 10**9  # of the straight line between the ends: finer than FINEST over any two discounts
DISCOUNT, DEEPEST = METRICS["discount"], METRICS["discount_deepest"]

Limits = Mapping[str, Decimal | str]


@dataclass(frozen=True, slots=True)
class Cap:
    """How much discount is left over all lines, or over those of one family."""

    limit: Decimal
    family: str = ""

    def covers(self, line: Line) -> bool:
        return self.family in ("", line.family)

    def holds(self, terms: Terms) -> bool:
        """Whether these lines, as they are rounded to the cent, lie within the limit."""
        both = list_and_net(replace(terms, lines=tuple(filter(self.covers, terms.lines))))
        return both is None or (both[0] - both[1]) * HUNDRED <= self.limit * both[0]

    def past(self, terms: Terms) -> bool:
        """Whether the limit is riskier than what is measured of `terms`."""
        both = list_and_net(replace(terms, lines=tuple(filter(self.covers, terms.lines))))
        if both is None or both[0] <= 0:
            return False
        return DISCOUNT.quantise((both[0] - both[1]) * HUNDRED / both[0]) < self.limit


def pull_back(ask: Ask, limits: Limits, policy: Policy, world: World) -> Terms:
    """The walk-away moved to `limits` (limit key → value or position), each limit met.

    Typed terms and clauses take the limit itself. "discount_deepest" clips lines, "discount_deepest/<family>"
    those of a family. "discount" and "discount/<family>" move their lines together on the straight line
    walk-away → target, past the walk-away when the limit is riskier. No line becomes safer than its target.
    Derived metrics move nothing: they are measured, in their `world`, of what comes out. Raises ValueError
    for a limit that names nothing.
    """
    refuse_unknown(limits, policy)
    caps = caps_of(limits)
    with localcontext(prec=DIGITS):
        terms = typed(ask, limits)
        for cap in filter(lambda cap: cap.past(terms), caps):
            terms = stretch(terms, ask.target, cap)
        for key, deepest in limits.items():
            if key.partition("/")[0] == DEEPEST.key:
                terms = clip(terms, ask.target, Cap(Decimal(deepest), key.partition("/")[2]))
        return settle(terms, ask.target, caps)


def corner(ask: Ask, limits: Limits, policy: Policy, world: World) -> Measured:
    """What is measured there: where the limits of derived metrics come from."""
    return measure(pull_back(ask, limits, policy, world), policy, world)


def refuse_unknown(limits: Limits, policy: Policy) -> None:
    for key in limits:
        kind, _, clause = key.partition(":")
        known = (
            clause in {each.key for each in policy.clauses} if clause else key.partition("/")[0] in METRICS
        )
        if not known or (clause and kind != "clause"):
            raise ValueError(f"no metric and no clause has the limit key {key!r}")


def caps_of(limits: Limits) -> list[Cap]:
    """Families before the whole: narrowing a family may already be enough for the whole."""
    keys = sorted((key for key in limits if key.partition("/")[0] == DISCOUNT.key), reverse=True)
    return [Cap(Decimal(limits[key]), key.partition("/")[2]) for key in keys]


def typed(ask: Ask, limits: Limits) -> Terms:
    values = {key: Decimal(limits[key]) for key in TYPED if key in limits}
    clauses = {key.removeprefix("clause:"): str(limits[key]) for key in limits if key.startswith("clause:")}
    walk_away = ask.walk_away
    return replace(walk_away, values={**walk_away.values, **values}, clauses={**walk_away.clauses, **clauses})


def settle(terms: Terms, target: Terms, caps: list[Cap]) -> Terms:
    """Tighten until every cap holds, or all stands on the target and a cap is safer than that."""
    while loose := [cap for cap in caps if not cap.holds(terms)]:
        before, terms = terms, tighten(terms, target, loose[0])
        if terms == before:
            break
    return terms


def clip(terms: Terms, target: Terms, deepest: Cap) -> Terms:
    """Every line, or every one of a family, at most so much off, but never less than its target gives."""
    lines = zip(terms.lines, target.lines, strict=True)
    return replace(
        terms,
        lines=tuple(
            off(line, max(aim.discount, min(line.discount, deepest.limit))) if deepest.covers(line) else line
            for line, aim in lines
        ),
    )


def stretch(terms: Terms, target: Terms, cap: Cap) -> Terms:
    """`terms` past the walk-away, as far as a riskier limit lets them; no price falls below nothing.

    Lines that ask the same at both ends have no direction; if none has, all give the same points more.
    """
    heads = [
        line.discount - aim.discount if cap.covers(line) else NOTHING
        for line, aim in zip(terms.lines, target.lines, strict=True)
    ]
    if not any(heads):
        heads = [Decimal(cap.covers(line)) for line in terms.lines]
    reach = 1
    far = headed(terms, heads, reach)
    while cap.holds(between(far, terms, 0, STEPS)) and not spent(far, heads):
        reach *= 2
        far = headed(terms, heads, reach)
    return least(far, terms, cap, STEPS * reach)


def headed(terms: Terms, heads: list[Decimal], reach: int) -> Terms:
    """Before anything is cut at 100 %, so that every point on the way there is still on the line."""
    moved = zip(terms.lines, heads, strict=True)
    return replace(
        terms, lines=tuple(replace(line, discount=line.discount + head * reach) for line, head in moved)
    )


def spent(terms: Terms, heads: list[Decimal]) -> bool:
    """Every line that moves is given away."""
    return all(line.discount >= HUNDRED for line, head in zip(terms.lines, heads, strict=True) if head)


def tighten(terms: Terms, target: Terms, cap: Cap) -> Terms:
    """Lines towards their target until `cap` holds. When even the target's discounts do not do it, because
    more months are free or the contract is shorter than at the target: those one month nearer."""
    lines = zip(terms.lines, target.lines, strict=True)
    safe = replace(
        terms, lines=tuple(off(line, aim.discount) if cap.covers(line) else line for line, aim in lines)
    )
    if cap.holds(safe):
        return least(terms, safe, cap, STEPS)
    return month_nearer(safe, target)


def month_nearer(terms: Terms, target: Terms) -> Terms:
    for key in ("free_months", "term_months"):
        value, aim = terms.values.get(key), target.values.get(key)
        if value is not None and aim is not None and value != aim:
            nearer = max(aim, value - 1) if value > aim else min(aim, value + 1)
            return replace(terms, values={**terms.values, key: nearer})
    return terms


def least(risky: Terms, safe: Terms, cap: Cap, steps: int) -> Terms:
    """The first of `steps` points on the straight line from `risky` to `safe` at which `cap` holds."""
    low, high = 0, steps
    while low < high:
        middle = (low + high) // 2
        if cap.holds(between(risky, safe, middle, steps)):
            high = middle
        else:
            low = middle + 1
    return between(risky, safe, low, steps)


def between(risky: Terms, safe: Terms, step: int, steps: int) -> Terms:
    pairs = zip(risky.lines, safe.lines, strict=True)
    return replace(
        risky,
        lines=tuple(
            off(far, (far.discount * (steps - step) + near.discount * step) / steps) for far, near in pairs
        ),
    )


def off(line: Line, discount: Decimal) -> Line:
    finest = discount.quantize(FINEST, rounding=ROUND_FLOOR)
    return replace(line, discount=min(finest, HUNDRED))
