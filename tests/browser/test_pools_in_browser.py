"""Several who must agree, a manager who spares the Director, and a step that nobody could be asked for."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal as D

import pytest
from playwright.sync_api import Page, expect

from approvals.models import Mandate, Request, Step
from approvals.submit import submit
from base import clock
from desk.demo.people import let_administer
from guardrails.load import load
from guardrails.publish import publish
from guardrails.review import review
from ledger.sweep import sweep
from people.models import Authority, User
from tests.approvals.pooling import asked, two_of_three
from tests.brandt import POLICY, make_brandt, rule, step_of
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SPACE = "\N{NO-BREAK SPACE}"
SignIn = Callable[[Page, User], None]
DIRECT = 'key = "finance"\nname = "Finance"\nstage = 1\nroute = "direct"'


@pytest.fixture
def helio(transactional_db: None) -> Cast:
    return make_cast()


def narrow(page: Page, step: Step, discount: str, days: str = "45") -> None:
    page.goto(f"/reviews/{step.pk}/")
    page.keyboard.press("l")
    page.locator("#id_discount").fill(discount)
    page.locator("#id_payment_days").fill(days)
    expect(page.locator("#effect")).to_contain_text("€")
    page.get_by_role("button", name="Send decision").click()
    expect(page.locator(".toasts")).to_contain_text(f"up to {discount}{SPACE}%")


def test_two_of_three_directors_narrow_and_the_tighter_limit_is_granted(
    page: Page, sign_in: SignIn, helio: Cast
) -> None:
    step = two_of_three(make_brandt(helio), helio)
    rule(step_of(step.request, "legal"), helio.tomas)
    rule(step_of(step.request, "operations"), helio.jiwoo)

    sign_in(page, helio.lena)
    narrow(page, step, "20.0")
    expect(page.locator("main")).not_to_contain_text("Brandt Logistik")
    assert not Mandate.objects.exists()

    sign_in(page, helio.priya)
    page.goto(f"/reviews/{step.pk}/")
    panel = page.locator(f"#pooled-{step.pk}")
    expect(panel).to_contain_text("1 of 2 has agreed, 3 are asked")
    expect(panel).to_contain_text(f"Lena Vogt agreed up to 20.0{SPACE}% and 45{SPACE}days")
    narrow(page, step, "18.0", "50")

    sign_in(page, helio.henrik)
    page.goto(f"/reviews/{step.pk}/")
    expect(page.locator("main")).to_contain_text("It does not wait for you any more")

    sign_in(page, helio.maya)
    page.goto("/deals/D-1284/")
    expect(page.locator("main")).to_contain_text("Mandate active")
    limits = page.locator("section", has=page.get_by_role("heading", name="Mandate", exact=True))
    expect(limits).to_contain_text(f"18.0{SPACE}%")
    expect(limits).to_contain_text(f"45{SPACE}days")
    granted = {limit.key: limit.value for limit in Mandate.objects.get().limit_rows}
    assert (granted["discount"], granted["payment_days"]) == (D("18.0"), D(45))


def test_a_manager_narrows_into_their_own_band_and_the_director_is_not_asked(
    page: Page, sign_in: SignIn, helio: Cast
) -> None:
    deal = make_brandt(helio)
    text = POLICY.read_text().replace("number = 14", "number = 15")
    assert text.count(DIRECT) == 1
    climbing = text.replace(DIRECT, DIRECT.replace("direct", "climb"))
    publish(review(load(climbing, by=helio.ines), by=helio.dana), by=helio.ines)
    request = submit(deal, by=helio.maya)
    manager, director = request.steps.filter(function="finance").order_by("order")
    assert (manager.level_name, director.status) == ("Finance Manager", Step.Status.PLANNED)

    sign_in(page, helio.lena)
    page.goto(f"/reviews/{manager.pk}/")
    page.get_by_role("button", name="I take it").click()
    expect(page.locator(".toasts")).to_contain_text("is yours to answer")
    expect(page.locator(f"#pooled-{manager.pk}")).to_contain_text("Lena Vogt answers it, since today")
    narrow(page, manager, "20.0")

    director.refresh_from_db()
    assert director.status == Step.Status.NOT_NEEDED
    sign_in(page, helio.maya)
    page.goto("/deals/D-1284/")
    finance = page.locator("ul.lanes").first.locator("> li", has_text="Finance")
    expect(finance).to_contain_text("The narrowed limits stay below this level.")
    expect(finance).to_contain_text("not needed")
    assert not helio.henrik.assignments.exists()

    rule(step_of(request, "legal"), helio.tomas)
    rule(step_of(request, "operations"), helio.jiwoo)
    page.reload()
    expect(page.locator("main")).to_contain_text("Mandate active")


def test_the_desk_mends_a_step_nobody_could_be_asked_for(page: Page, sign_in: SignIn, helio: Cast) -> None:
    let_administer(helio.ines)
    deal = make_brandt(helio)
    gone = clock.today() - timedelta(days=9)
    Authority.objects.filter(user=helio.henrik).update(until=gone)
    step = step_of(submit(deal, by=helio.maya), "finance")
    assert step.status == Step.Status.UNROUTABLE

    sign_in(page, helio.ines)
    page.goto("/queue/?when=nobody")
    row = page.locator("tr.hit", has_text="Brandt Logistik")
    expect(row).to_contain_text(f"Finance Director, DACH: nobody holds this since {gone.day} ")

    page.goto("/admin/people/authority/add/")
    page.locator(".field-user .select2-selection").click()
    page.locator(".select2-search__field").fill("Lena")
    page.locator(".select2-results__option", has_text="Lena Vogt").click()
    page.get_by_label("Level").select_option("Finance Director")
    page.get_by_label("Since").fill(clock.today().isoformat())
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#changelist")).to_contain_text("Lena Vogt")
    sweep(clock.now() + timedelta(minutes=6))

    step.refresh_from_db()
    assert (step.status, asked(step)) == (Step.Status.OPEN, ["lena"])
    page.goto("/queue/?when=nobody")
    expect(page.locator("tr.hit", has_text="Brandt Logistik")).to_have_count(0)
    sign_in(page, helio.lena)
    page.goto("/reviews/")
    expect(page.locator("tr.hit")).to_contain_text("Brandt Logistik AG")
    assert Request.objects.open().count() == 1
