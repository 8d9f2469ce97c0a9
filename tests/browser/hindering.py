"""What hinders hand or eye on a page: axe's findings, and whatever makes it wider than its window."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error, Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
FINDINGS = """options => axe.run(options).then(ran => ran.violations.map(
    each => `${each.id}, ${each.help}, ${each.nodes.length} times: ${each.nodes[0].target}`))"""
LEAVING = 2  # documents that may go away: the one that stood there, and one on the way
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
# the next press of Tab never leads back: up, or to the left on the same line, within one box of the page
BACKWARDS = """() => {
    const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter(
        one => one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden' && !one.closest('.vh')
            && one.checkVisibility({visibilityProperty: true}) && one.getBoundingClientRect().width > 1);
    const box = one => one.closest('td, th, dialog, fieldset, .panel, nav, header, footer, form, main, body');
    const name = one => (one.textContent.trim() || one.name || one.id).slice(0, 30);
    const slack = 4, back = [];
    stops.forEach((one, at) => {
        const next = stops[at + 1];
        if (!next || box(one) !== box(next)) return;
        const from = one.getBoundingClientRect(), to = next.getBoundingClientRect();
        const above = to.bottom <= from.top + slack, left = to.right <= from.left + slack;
        if ((above && to.left < from.right - slack) || (left && to.top < from.bottom && to.bottom > from.top))
            back.push(`Tab leads back from ${name(one)} to ${name(next)}`);
    });
    return back;
}"""
# of a review: what does not stand above its decision, on one screen
BELOW = """() => { const bar = document.querySelector('#decide').getBoundingClientRect();
    const low = [...document.querySelectorAll('.review-grid .panel')].filter(panel =>
        panel.getBoundingClientRect().bottom > bar.top).map(panel => panel.querySelector('h2').textContent);
    return [...low, ...(bar.bottom > innerHeight ? ['the decision'] : []),
        ...(document.documentElement.scrollHeight > innerHeight ? ['the page'] : [])]; }"""


def hindrances(page: Page, *widths: int) -> list[str]:
    """Each hindrance of what stands there, at each of these widths (px), else as wide as the window is.

    After a click that leads elsewhere, expect something of the new page first: this asks the page it finds.
    """
    usual = page.viewport_size
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {each}" for each in asked(page)]
    if widths and usual:
        page.set_viewport_size(usual)
    return found if widths else asked(page)


def faint_words(page: Page) -> list[str]:
    """What is too faint to read, of a page that was asked already in the other theme."""
    found: list[str] = page.evaluate(FINDINGS, COLOURS)
    return [f"{page.url}: {each}" for each in found]


def asked(page: Page) -> list[str]:
    """Of the document that stays: one that goes away under the question has no answer."""
    for _ in range(LEAVING):
        try:
            return ask(page)
        except Error:
            page.wait_for_timeout(100)
    return ask(page)


def ask(page: Page) -> list[str]:
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(FINDINGS, EVERYTHING)
    wider = page.evaluate(TOO_WIDE)
    found += page.evaluate(BACKWARDS)
    return [f"{page.url}: {each}" for each in found + ([f"{wider} px too wide"] if wider > 0 else [])]
