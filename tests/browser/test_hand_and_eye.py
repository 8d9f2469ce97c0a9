"""Without a mouse, without motion, with a thumb: the first key leads past the navigation, what has the focus
is seen, nothing moves by itself, and what is pressed is large enough."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from approvals.models import Mandate
from approvals.submit import submit
from people.models import User
from tests.brandt import ask_offer_5, step_of
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, User], None]
STEPS = 25  # presses of Tab
FOCUSED = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect();
    const near = [at, ...at.labels || [], at.nextElementSibling, at.parentElement].filter(Boolean);
    const ring = style => style.outlineStyle !== 'none' || style.boxShadow !== 'none';
    const inside = box.bottom > 0 && box.top < innerHeight;
    return at === document.body || (inside && near.some(one => ring(getComputedStyle(one))))
        ? '' : `${at.tagName} ${at.id || at.className} ${at.textContent.trim().slice(0, 30)}`;
}"""
MOVING = """() => [...document.querySelectorAll('*')].filter(one => {
    const {transitionDuration, animationDuration} = getComputedStyle(one);
    return `${transitionDuration}, ${animationDuration}`.split(', ').some(span => parseFloat(span) > 0.01);
}).map(one => one.className)"""
PRESSED = """button, .btn, .input, .select, .tabs a, .seg a, summary, .opts label, .check, .sorts, .tick-of,
    .brand, .crumb a, .panel > header > .link, .panel > footer > .link"""
SMALL = """pressed => [...document.querySelectorAll(pressed)]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest('.vh'))
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width > 1 && (box.height < 43.5 || box.width < 23.5))
    .map(([one, {width, height}]) => `${location.pathname} ${one.tagName} ${one.className} `
        + `${one.textContent.trim().slice(0, 30)} ${Math.round(width)} x ${Math.round(height)}`)"""


@pytest.fixture
def addresses(granted: Mandate, cast: Cast) -> tuple[str, ...]:
    ask_offer_5(granted.deal, cast)
    step = step_of(submit(granted.deal, by=cast.maya), "finance")
    deal = "/deals/D-1284/"
    return ("/", "/queue/", deal, f"{deal}brief/", f"{deal}offers/", f"/reviews/{step.pk}/", "/profile/")


def test_by_key_one_passes_the_navigation_and_sees_where_one_is(
    page: Page, sign_in: SignIn, addresses: tuple[str, ...], cast: Cast
) -> None:
    sign_in(page, cast.henrik)
    page.emulate_media(reduced_motion="reduce")
    lost: list[str] = []
    for address in addresses:
        page.goto(address)
        page.keyboard.press("Tab")
        expect(page.locator("a.skip")).to_be_focused()
        expect(page.locator("a.skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        for _ in range(STEPS):
            page.keyboard.press("Tab")
            unseen = page.evaluate(FOCUSED)
            lost += [f"{address}: {unseen}"] if unseen else []
        assert page.evaluate(MOVING) == []
    assert not lost, "\n".join(lost)


def test_what_a_thumb_presses_is_44_px_high(
    chromium: Browser, live: str, sign_in: SignIn, addresses: tuple[str, ...], cast: Cast
) -> None:
    context = chromium.new_context(
        base_url=live, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    small: list[str] = []
    for who, address in [*((cast.henrik, each) for each in addresses), (cast.ines, "/queue/")]:
        sign_in(page, who)
        page.goto(address)
        assert page.evaluate("matchMedia('(pointer: coarse)').matches")
        small += page.evaluate(SMALL, PRESSED)
    context.close()
    assert not small, "\n".join(small)
