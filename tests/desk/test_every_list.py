"""Every page that lists something asks the database as often for ten of each thing as for one."""

from datetime import timedelta
from decimal import Decimal as D

import pytest

from approvals.models import Bulk, BulkRow, Closing, Decision, Step
from base import canonical
from deals.document import measured_document
from deals.models import Deal, Judged
from desk.models import SavedView
from guardrails.evaluation import Evaluation, to_document
from guardrails.measured import Frame, Measured
from guardrails.models import PolicyVersion
from guardrails.quarter_end import QuarterEnd
from people.models import User
from tests.cast import Cast
from tests.desk.making import THURSDAY, At, finding, make_deal, make_request, make_revision
from tests.desk.test_many_rows import counts

pytestmark = [pytest.mark.django_db, pytest.mark.http, pytest.mark.usefixtures("thursday")]
FRAME = Frame("A", "Enterprise", "DACH", "New business", "EUR")
MEASURED = canonical.dumps(measured_document(Measured(FRAME, {"discount": D("22.5")})))
JUDGED = canonical.dumps(to_document(Evaluation("v14", 14, (), (), ())))
LISTS = (
    # who reads it, and where
    ("maya", "/"),
    ("henrik", "/"),
    ("marcus", "/"),
    ("ines", "/"),
    ("robin", "/"),
    ("ines", "/queue/"),
    ("ines", "/queue/?state=all&sort=-value"),
    ("ines", "/queue/?columns=value,margin,functions,due,signals,age,segment"),
    ("ines", "/queue/views/"),
    ("ines", "/queue/bulk/?verb=extend&all=1"),
    ("ines", "/queue/bulk/1/"),
    ("robin", "/queue/bulk/1/"),
    ("maya", "/deals/"),
    ("henrik", "/reviews/"),
    ("maya", "/deals/past/"),
    ("maya", "/deals/new/from/"),
    ("maya", "/search/?q=account"),
    ("maya", "/search/deals/?q=account"),
    ("ines", "/policy/quarter-end/"),
    ("robin", "/policy/quarter-end/"),
    ("ines", "/insights/overrides/"),
    ("marcus", "/insights/overrides/?period=none"),
    ("ines", "/insights/leakage/"),
    ("ines", "/away/people/"),
    ("ines", "/imports/"),
    ("ines", "/exceptions/"),
    ("ines", "/rates/"),
    ("ines", "/calendars/"),
    ("henrik", "/notices/"),
)


@pytest.fixture
def bulk(cast: Cast) -> Bulk:
    return Bulk.objects.create(
        pk=1, verb="extend", minutes=60, by=cast.ines, reason="The quarter ends.", began_at=THURSDAY
    )


def one_more(cast: Cast, version: PolicyVersion, bulk: Bulk, number: int) -> None:
    """One row more on each of the pages."""
    deal = make_deal(cast.maya, f"Account {number}", f"D-{number}")
    steps = (At("finance", 2, people=(cast.henrik,), findings=("margin",)), At("legal", 1, "unroutable"))
    request = make_request(
        make_revision(deal, measured=MEASURED), version, steps, [finding("margin", "finance", 2, "…")]
    )
    old = make_request(
        make_revision(deal, measured=MEASURED), version, [At("finance", 2, "agreed")], status="granted"
    )
    overridden(old.steps.get(), cast.ines)
    refused(bulk, request.steps.get(function="finance"))
    closed(make_deal(cast.maya, f"Account {number}", f"C-{number}"), cast.maya)
    past(cast.maya, version, number)
    SavedView.objects.create(owner=cast.ines, name=f"View {number}", asked="when=today", saved_at=THURSDAY)
    SavedView.objects.create(
        owner=cast.maya, name=f"View {number}", shared_with="everybody", saved_at=THURSDAY
    )
    quarter_end(cast, number)


def overridden(step: Step, by: User) -> None:
    known = {"function": step.function, "level": step.level, "verdict": "agree", "reason": "The CFO is ill."}
    Decision.objects.create(
        step=step,
        seat=step.seats.get(),
        deal=step.deal,
        by=by,
        overridden=True,
        granted="{}",
        seen="1" * 64,
        at=THURSDAY,
        **known,
    )


def refused(bulk: Bulk, step: Step) -> None:
    BulkRow.objects.create(bulk=bulk, step=step, outcome="refused", why="It is held.", at=THURSDAY)


def closed(deal: Deal, by: User) -> None:
    deal.status, deal.closed_at, deal.signed, deal.signed_at = "won", THURSDAY, "{}", THURSDAY.date()
    deal.save()
    Closing.objects.create(deal=deal, won=True, inside=True, by=by, at=THURSDAY)


def past(owner: User, version: PolicyVersion, number: int) -> None:
    deal = make_deal(
        owner,
        f"Account {number}",
        f"P-{number}",
        source="old CRM",
        external_id=str(number),
        status="lost",
        closed_at=THURSDAY,
    )
    Judged.objects.create(
        revision=make_revision(deal, measured=MEASURED),
        version=version,
        evaluation_target=JUDGED,
        evaluation_walk_away=JUDGED,
        content=f"{number:064d}",
    )


def quarter_end(cast: Cast, number: int) -> None:
    begins = THURSDAY + timedelta(days=number)
    made = QuarterEnd.objects.create(
        name=f"Quarter {number}",
        percent=50,
        starts=begins,
        ends=begins + timedelta(hours=12),
        reason="It ends.",
        set_by=cast.ines,
        set_at=THURSDAY,
    )
    made.functions.create(function="finance", starts=made.starts, ends=made.ends)


def counted(cast: Cast) -> dict[tuple[str, str], int]:
    people = dict.fromkeys(who for who, _ in LISTS)
    return {
        (who, address): found
        for who in people
        for address, found in counts(getattr(cast, who), [page for key, page in LISTS if key == who]).items()
    }


def test_every_list_takes_the_same_queries_for_one_of_all_and_for_ten(
    cast: Cast, version: PolicyVersion, bulk: Bulk
) -> None:
    one_more(cast, version, bulk, 1)
    one = counted(cast)
    for number in range(2, 11):
        one_more(cast, version, bulk, number)
    assert counted(cast) == one
