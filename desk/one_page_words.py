"""What the paper of a brief says around its facts, in the language of whoever prints it. Pure."""

from collections.abc import Mapping

from base.locales import current
from base.words import mark, say

HEADINGS: Mapping[str, str] = {
    "product": mark("Deal Desk"),
    "kind": mark("Brief on a page"),
    "want": mark("What we want"),
    "needs": mark("What they need most"),
    "far": mark("How far we may go"),
    "success": mark("Success, and who decides"),
    "cannot": mark("What we cannot give"),
    "trades": mark("We give, we get"),
    "sell": mark("What we sell"),
    "steps": mark("Next steps"),
    "whole": mark("The whole brief:"),
}
COLUMNS: Mapping[str, str] = {
    "term": mark("Term"),
    "standard": mark("Standard"),
    "target": mark("Target"),
    "walk": mark("Walk-away"),
    "walk_asked": mark("Walk-away asked"),
    "limit": mark("Limit granted"),
    "to_limit": mark("Target to limit"),
    "to_walk": mark("Target to walk-away"),
    "granted_by": mark("Granted by, on condition"),
    "agree": mark("Who must agree"),
    "line": mark("Line"),
    "quantity": mark("Quantity"),
    "off_target": mark("Off at target"),
    "off_walk": mark("Off at walk-away"),
}
# what is left out where there is no room; the paper counts it, so {count} stands until then
SHORTER: Mapping[str, str] = {
    "and_more": mark("and {count} more in the app"),
    "more": mark("more in the app"),
    "nobody": mark("Nobody has to agree to anything: every term is standard."),
    "as_standard": mark("As standard"),
}


def labels() -> dict[str, str]:
    """Each by its name in the template."""
    return {name: say(text) for name, text in {**HEADINGS, **COLUMNS, **SHORTER}.items()}


def tongue() -> str:
    """The language of the paper, as typst and a screen reader call it: "en", "pt"."""
    return current().partition("-")[0]
