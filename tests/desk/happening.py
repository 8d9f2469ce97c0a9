"""What happens on the deals of a world: one story for each."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.bulk import Order, begin, ended, take_one
from approvals.close import close
from approvals.evidence import Shown, hand_in
from approvals.hold import hold
from approvals.models import Bulk, Condition, Mandate
from approvals.offer import offer
from approvals.override import override
from approvals.question import ask_question
from approvals.submit import submit
from approvals.task import Task
from approvals.watch import watch
from base import clock
from deals.ask_exception import ask_exception
from deals.changes import ClauseChange, DraftChanges
from deals.comment import comment
from deals.edit import save_draft
from deals.exception import ExceptionAsk
from deals.models import Deal
from deals.share import share
from insights.fill import fill
from insights.remember import remember
from ledger.models import Event
from planning.raise_concern import raise_concern
from tests.brandt import (
    WALK_AWAYS,
    Verdict,
    ask_offer_5,
    brandt_lines,
    narrow_finance,
    rule,
    step_of,
)
from tests.cast import Cast
from tests.desk.costing import Costs
from tests.desk.offering import HELD, offer_five, terms_at

DAY = timedelta(days=1)
PAST_NEVER = ("33", "26", "18", "18")
FURTHER = ("33.5", "26.5", "18", "18")
BEYOND = ExceptionAsk(
    "margin", "operations", "They are the reference for automated warehouses.", "Five years."
)


def granted(deal: Deal, cast: Cast) -> Mandate:
    request = submit(deal, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "legal"), cast.tomas)
    narrow_finance(request, cast)
    return Mandate.objects.get(request=request)


def offered_and_asked_again(deal: Deal, cast: Cast, costs: Costs) -> None:
    mandate = granted(deal, cast)
    inside = terms_at(
        mandate, ("20", "14", "5", "8"), payment_days="40", custom_days="16", weeks_to_live="14"
    )
    offer(deal, by=cast.maya, terms=inside, good_until=clock.today() + HELD)
    offer_five(mandate, cast)
    submit(ask_offer_5(deal, cast), by=cast.maya)
    comment(deal, by=cast.maya, text="They open in May.", sent=UUID(int=1))


def in_review(deal: Deal, cast: Cast, costs: Costs) -> None:
    submit(deal, by=cast.maya)


def declined(deal: Deal, cast: Cast, costs: Costs) -> None:
    request = submit(deal, by=cast.maya)
    rule(step_of(request, "finance"), cast.henrik, Verdict.DECLINE, reason="Not like this.")


def sent_back(deal: Deal, cast: Cast, costs: Costs) -> None:
    request = submit(deal, by=cast.maya)
    proposed = {"discount": D("18.0"), "margin": D(costs.margin)}
    finance, legal = step_of(request, "finance"), step_of(request, "legal")
    rule(finance, cast.henrik, Verdict.CHANGES, reason="Not like this.", proposed=proposed)
    override(legal, by=cast.ines, verdict=Verdict.AGREE, reason="Tomás is away.", seen=legal.terms_hash)


def never(deal: Deal, cast: Cast, costs: Costs) -> None:
    save_draft(
        deal,
        by=cast.maya,
        version=deal.version,
        changes=DraftChanges(clauses=(ClauseChange("liability", "standard", "uncapped"),)),
    )


def margin_narrowed(deal: Deal, cast: Cast, costs: Costs) -> None:
    """Finance gives a margin, so an offer inside every other limit is outside by that one alone, and a worse
    one when its task lapses; what Legal asked for is still open, with a file to show for it."""
    request = submit(deal, by=cast.maya)
    limits = {"margin": D(costs.margin), "cost_of_terms": D(costs.interest), "below_floor": D(35000)}
    visit = Task("A reference visit.", cast.maya.pk, clock.today(), {"margin": D(costs.lapsed)})
    rule(step_of(request, "finance"), cast.henrik, Verdict.UP_TO, limits=limits, tasks=(visit,))
    annex = Task("The data annex is signed.", cast.maya.pk, clock.today() + 10 * DAY)
    rule(step_of(request, "legal"), cast.tomas, Verdict.UP_TO, tasks=(annex,))
    signed = SimpleUploadedFile("annex.pdf", b"%PDF-1.7 signed")
    task = Condition.objects.get(text=annex.text)
    hand_in(task, by=cast.maya, shown=Shown("Signed by both.", signed))
    rule(step_of(request, "operations"), cast.jiwoo)
    mandate = Mandate.objects.get(request=request)
    for discounts in (("23", "17", "5", "5"), ("16", "10", "0", "0")):
        terms = terms_at(mandate, discounts, payment_days="45")
        offer(deal, by=cast.maya, terms=terms, good_until=clock.today() + HELD)


def won_outside(deal: Deal, cast: Cast, costs: Costs) -> None:
    mandate = granted(deal, cast)
    made = offer_five(mandate, cast)
    signed = terms_at(mandate, WALK_AWAYS)
    close(deal, by=cast.maya, signed=signed, reason=f"As asked in offer {made.number}.")
    event = Event.objects.of(deal.stream).get(kind="deal.closed")
    fill(event)
    remember(event)


def past_never(deal: Deal, cast: Cast, walk_aways: tuple[str, ...]) -> None:
    save_draft(deal, by=cast.maya, version=deal.version, changes=DraftChanges(lines=brandt_lines(walk_aways)))


def excepted(deal: Deal, cast: Cast, costs: Costs) -> None:
    """Granted for the whole account: as far as the walk-away goes, which is a margin."""
    past_never(deal, cast, PAST_NEVER)
    until = clock.today() + 90 * DAY
    ask_exception(deal, by=cast.maya, exception=replace(BEYOND, lasts="account", until=until))
    request = submit(deal, by=cast.maya)
    rule(step_of(request, "operations"), cast.jiwoo)
    rule(step_of(request, "finance"), cast.henrik)
    rule(step_of(request, "legal"), cast.tomas)


def waited_for(deal: Deal, cast: Cast, costs: Costs) -> None:
    """An exception up to a margin that Finance typed, in review; and all that a grant may wait for."""
    past_never(deal, cast, FURTHER)
    share(deal, with_=cast.lena, role="team", by=cast.maya, at=clock.now())
    ask_exception(deal, by=cast.lena, exception=replace(BEYOND, value=D(costs.beyond)))
    request = submit(deal, by=cast.maya)
    ask_question(step_of(request, "legal"), by=cast.tomas, to=cast.maya, text="Why five years?")
    raise_concern(deal, by=cast.maya, text="Nobody has seen the site.", named=True)
    raise_concern(deal, by=cast.jiwoo, text="We have no people for it.", named=False)
    hold(request, by=cast.ines, reason="The kickoff is not planned.", release_by=cast.tomas)
    watch(deal, by=cast.maya, who=cast.marcus)
    comment(deal, by=cast.maya, text="They ask again in May.", sent=UUID(int=2))
    longer = Order(Bulk.Verb.EXTEND, "The quarter ends.", minutes=120)
    steps = request.steps.order_by("pk")
    bulk = begin({step.pk: step.terms_hash for step in steps}, by=cast.ines, order=longer)
    while take_one(bulk):
        pass
    ended(bulk)


STORIES: Mapping[str, Callable[[Deal, Cast, Costs], None]] = {
    "D-1284": offered_and_asked_again,
    "D-1285": in_review,
    "D-1286": declined,
    "D-1287": never,
    "D-1288": margin_narrowed,
    "D-1289": won_outside,
    "D-1290": sent_back,
    "D-1291": excepted,
    "D-1292": waited_for,
}
