"""Deals that are under way on the day the demo is loaded: every state a request and a mandate can be in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from random import Random

from approvals.decide import Ruling
from approvals.models import Decision
from deals.share import share
from desk.demo.accounts import AMERICA, Buyer
from desk.demo.plots import Plot, asked_again, negotiated, refused, written_and_asked
from desk.demo.sales import Ends, Sale, ladder_of, sale, tenth, tier_of
from desk.demo.scene import moment
from desk.demo.tale import Story, Tale

Verdict = Decision.Verdict
FUTURE = timedelta(days=40)
COUNSEL = {"liability": ("standard", "fallback-1")}


@dataclass(frozen=True, slots=True)
class Cast:
    """So many deals with this plot, sent so many working days ago. `deep`: percent asked, so that it needs
    somebody; `terms` and `clauses`: that others are needed too."""

    plot: Plot
    count: int
    back: tuple[int, int]
    deep: float = 16
    terms: tuple[tuple[str, Ends], ...] = ()
    clauses: bool = False
    hours: tuple[int, int] = (9, 17)


def just_sent(tale: Tale) -> Story:
    yield from written_and_asked(tale)


def partly_agreed(tale: Tale) -> Story:
    yield from written_and_asked(tale)
    yield tale.after(tale.random.uniform(0.2, 0.5))
    if step := tale.waiting_of("legal", "operations"):
        tale.answer(step, Ruling(Verdict.AGREE))


def returned(tale: Tale) -> Story:
    yield from written_and_asked(tale)
    yield tale.after(tale.random.uniform(0.2, 0.6))
    if step := tale.waiting():
        tale.answer(step, tale.send_back(step))


def nobody_to_ask(tale: Tale) -> Story:
    """Whoever could decide works on the deal."""
    yield tale.on(tale.sale.opened)
    tale.write()
    for who in ("olaf", "denise") if tale.sale.buyer.region == AMERICA else ("olaf",):
        share(tale.scene.deal, with_=tale.people[who], role="team", by=tale.scene.owner, at=tale.at)
    yield tale.on(tale.sale.sent)
    tale.ask()


def kept(tale: Tale) -> Story:
    """Granted once; more of one thing is asked for, so only who judges that signs again."""
    yield from written_and_asked(tale)
    yield from agreed_as_asked(tale)
    yield from asked_again(tale, tale.sale.asked + 3)


def spared(tale: Tale) -> Story:
    """Legal Counsel gives less than was asked, so that the General Counsel is not needed."""
    yield from written_and_asked(tale)
    yield tale.after(0.3)
    if step := tale.waiting_of("legal"):
        tale.answer(step, Ruling(Verdict.UP_TO, limits={"clause:liability": "fallback-1"}))


def granted(tale: Tale) -> Story:
    yield from written_and_asked(tale)
    yield from agreed_as_asked(tale)
    yield from negotiated(tale)


def granted_twice(tale: Tale) -> Story:
    yield from granted(tale)
    yield from asked_again(tale, tale.sale.asked + 2)
    yield from agreed_as_asked(tale)


def declined(tale: Tale) -> Story:
    yield from written_and_asked(tale)
    yield from refused(tale)


def withdrawn(tale: Tale) -> Story:
    yield from written_and_asked(tale)
    yield tale.after(0.1)
    tale.scene.withdraw()


def drafted(tale: Tale) -> Story:
    yield tale.on(tale.sale.sent)
    tale.write()


def agreed_as_asked(tale: Tale) -> Story:
    while tale.open:
        yield tale.after(tale.random.uniform(0.05, 0.4))
        step = tale.waiting()
        if step is None:
            return
        tale.answer(step, Ruling(Verdict.AGREE))


BUILD: tuple[tuple[str, Ends], ...] = (("custom_days", (8, 15)),)
BIG_BUILD: tuple[tuple[str, Ends], ...] = (("custom_days", (10, 25)),)
LATE_MONEY: tuple[tuple[str, Ends], ...] = (("payment_days", (30, 60)),)
# 36 open requests beside the nine of the named scenes, and what else can be found on an ordinary day
CASTS = (
    Cast(just_sent, 6, (0, 0), 15, hours=(7, 9)),
    Cast(just_sent, 6, (1, 1), 14.5),
    Cast(just_sent, 3, (1, 1), 22, LATE_MONEY, clauses=True),
    Cast(partly_agreed, 5, (1, 1), 17, BUILD),
    Cast(partly_agreed, 3, (2, 2), 24, BUILD, clauses=True),
    Cast(returned, 4, (2, 5), 21),
    Cast(just_sent, 3, (4, 6), 21),  # nobody answered in time
    Cast(nobody_to_ask, 2, (1, 3), 14, BIG_BUILD),
    Cast(kept, 2, (6, 9), 15, BUILD, clauses=True),
    Cast(spared, 2, (1, 2), 21),
    Cast(granted, 8, (6, 25), 18, BUILD),
    Cast(granted, 4, (40, 42), 15),  # about to run out
    Cast(granted, 2, (46, 52), 15),  # has run out
    Cast(granted_twice, 2, (15, 24), 14),
    Cast(declined, 3, (3, 9), 26),
    Cast(withdrawn, 2, (2, 6), 19),
    Cast(drafted, 4, (1, 6), 12),
)
STILL_OPEN = (just_sent, partly_agreed, returned, nobody_to_ask, kept, spared)


def how_many(cast: Cast, share: float) -> int:
    """In a world of this share of the whole one; at least one of each."""
    return ceil(cast.count * min(share, 1))


def open_requests(share: float) -> int:
    return sum(how_many(cast, share) for cast in CASTS if cast.plot in STILL_OPEN)


def under_way(
    random: Random, buyers: Sequence[Buyer], now: datetime, share: float
) -> Iterator[tuple[Sale, Plot]]:
    """Every deal of the casts, with how it went so far."""
    today = now.date()
    for cast in CASTS:
        for _ in range(how_many(cast, share)):
            buyer = random.choices(buyers, [0.5 + each.size for each in buyers])[0]
            yield shaped(sale(random, buyer, today), cast, random, now), cast.plot


def shaped(drawn: Sale, cast: Cast, random: Random, now: datetime) -> Sale:
    """The same sale, such that its plot can be played: somebody has to be asked."""
    back, hour = random.randint(*cast.back), random.randrange(*cast.hours)
    sent = moment(now, back, f"{hour:02}:{random.randrange(60):02}")
    least = tier_of(drawn.lines)
    enough = max(cast.deep, ladder_of(drawn.buyer, "New business")[0] + 1, least + 3)
    asked = tenth(enough + random.choice((0, 0.4, 0.5, 1.1, 2.4)))
    liability = ("standard", "fallback-2") if cast.plot is spared else COUNSEL["liability"]
    return replace(
        drawn,
        seller="arjun" if drawn.seller == "maya" else drawn.seller,  # her deals are those of the scenes
        deal_type="New business",
        aim=tenth(max(least, float(asked) - random.choice((3, 4, 6)))),
        asked=asked,
        signed=asked - 1,
        sent=sent,
        closed=now + FUTURE,
        terms=dict(cast.terms),
        clauses={"liability": liability} if cast.clauses or cast.plot is spared else {},
    )
