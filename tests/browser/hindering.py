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
    return [f"{page.url}: {each}" for each in found + ([f"{wider} px too wide"] if wider > 0 else [])]
