"""The parts every page is made of: `{% load ui %}`. Arguments are numbers and words, classes desk.css's.

Drawings are in `{% load draw %}`.
"""

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, RadioSelect, Select, Widget
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from base.format import DAY_MINUTES
from base.format import hours as to_the_minute
from base.format import minutes as duration
from base.locales import HOUSE, current, direction
from base.words import mark, say

register = template.Library()

NEVER = mark("Never granted")
HIGHEST_LEVEL = 4
SOON = 0.75  # of the allowance used: the clock turns amber

NOTES = {"ok": "circle-check", "info": "info-circle", "warn": "alert-triangle", "bad": "alert-circle"}
STATES = {
    # code: (tone, icon, word)
    "waiting": ("", "hourglass", mark("Waits")),
    "open": ("on", "progress", mark("In review")),
    "agreed": ("ok", "check", mark("Agreed")),
    "reluctant": ("ok", "mood-sad", mark("Agreed reluctantly")),
    "narrowed": ("ok", "arrow-bar-to-right", mark("Agreed up to a limit")),
    "changes": ("warn", "message-reply", mark("Asks for changes")),
    "declined": ("bad", "x", mark("Declined")),
    "kept": ("", "lock", mark("Kept")),
    "expired": ("warn", "clock-exclamation", mark("Expired")),
    "withdrawn": ("", "archive", mark("Withdrawn")),
    "unassigned": ("bad", "user-question", mark("Nobody can sign")),
    "standard": ("ok", "check", mark("Standard")),
    "never": ("bad", "ban", NEVER),
}


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A drawing of icons.svg, hidden from screen readers: put a word beside it. `classes`: s, in, is-ok …"""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"i {classes}".strip(),
        static("icons.svg"),
        name,
    )


@register.simple_tag
def tongue() -> SafeString:
    """For <html>: the way the page runs, and how the reader writes numbers."""
    return format_html(
        "{}{}",
        mark_safe(' dir="rtl"') if direction() == "rtl" else "",
        format_html(' data-locale="{}"', current()) if current() != HOUSE else "",
    )


@register.simple_tag
def brand_mark() -> SafeString:
    return mark_safe(
        '<svg class="brand-mark" viewBox="0 0 22 22" aria-hidden="true"><rect width="22" height="22" rx="6"/>'
        '<path d="M5 11h12"/><circle cx="12.5" cy="11" r="2.75"/></svg>'
    )


@register.simple_tag
def demo_mark() -> SafeString:
    """Beside the name of the product: that nothing here is real. Nothing outside the demo."""
    shown = settings.DEALDESK_ENV == "demo"
    return format_html('<small class="demo-mark">{}</small>', say("Demo")) if shown else mark_safe("")


@register.simple_tag
def level(word: str, rank: int | None = 0) -> SafeString:
    """Who must agree, with the shade of their rank: 0 is the standard, None is never granted."""
    if rank is None:
        return st(word or say(NEVER), "bad", "ban")
    shade = f" l{min(rank, HIGHEST_LEVEL)}" if rank > 0 else ""
    return format_html('<span class="lv{}">{}</span>', shade, word)


@register.simple_tag
def chip(word: str, tone: str = "", name: str = "") -> SafeString:
    """A state in a coloured field: tone ok, info, warn, bad, line or nothing; `name` is the icon's."""
    return format_html(
        '<span class="{}">{}{}</span>', f"chip {tone}".strip(), icon(name, "s") if name else "", word
    )


@register.simple_tag
def st(word: str, tone: str = "", name: str = "") -> SafeString:
    """A state inside a table, without a field: tone on, ok, warn, bad or nothing."""
    return format_html(
        '<span class="{}">{}{}</span>', f"st {tone}".strip(), icon(name, "s") if name else "", word
    )


@register.simple_tag
def state(code: str, word: str = "") -> SafeString:
    """The state of a step, seat or limit by its code (see STATES), in its own word or in `word`."""
    tone, name, usual = STATES[str(code)]
    return st(word or say(usual), tone, name)


@register.simple_tag
def ava(initials: str, side: str = "") -> SafeString:
    """A person's initials in a disc; side "theirs" for the buyer's people. The name stands beside it."""
    return format_html('<span class="{}" aria-hidden="true">{}</span>', f"ava {side}".strip(), initials)


@register.simple_tag
def clock(
    left: int | None, allowance: int = 0, due: str = "", paused: str = "", whose: str = ""
) -> SafeString:
    """Working minutes left of an allowance, with a bar of what is used; negative is overdue.

    `due` is printed below ("16:20 today"). `paused` says with whom it stands still ("With seller"). `whose`:
    of which function the working hours are.
    """
    small = format_html("<small>{}</small>", due) if due else ""
    if paused or left is None:
        return format_html(
            '<span class="clock off"><span class="t">{}{}</span></span>{}',
            icon("player-pause", "s"),
            paused or say("No clock"),
            small,
        )
    used = min(max((allowance - left) / allowance, 0), 1) if allowance > 0 else 1
    tone, name, words = (
        (" bad", "alert-triangle", say("Over by {time}", time=duration(-left)))
        if left < 0
        else (
            " warn" if used >= SOON else "",
            "clock-exclamation" if used >= SOON else "clock",
            say("{time} left", time=duration(left)),
        )
    )
    return format_html(
        '<span class="clock{}"{}><span class="t">{}{}</span><svg aria-hidden="true">'
        '<rect class="trk" width="100%" height="4"/><rect class="go" width="{}%" height="4"/></svg></span>{}',
        tone,
        title_of(left, whose),
        icon(name, "s"),
        words,
        round(used * 100),
        small,
    )


def title_of(left: int, whose: str) -> SafeString:
    """Whose working hours are counted; where a clock is written in days, what a day is."""
    exact = to_the_minute(abs(left))
    words = (
        say("{time} in working hours of {function}", time=exact, function=whose)
        if whose
        else say("{time} in working hours", time=exact)
    )
    if abs(left) >= 2 * DAY_MINUTES:
        words = say("{words}; a day has {n}", words=words, n=DAY_MINUTES // 60)
    return format_html(' title="{}"', words)


@register.simple_tag
def delta(old: str, new: str, tone: str = "") -> SafeString:
    """Old value, arrow, new value; tone ok or bad colours the new one."""
    return format_html(
        '<span class="delta"><s>{}</s>{}<span class="vh"> {} </span><b{}>{}</b></span>',
        old,
        icon("arrow-right", "s"),
        say("is now"),
        format_html(' class="is-{}"', tone) if tone else "",
        new,
    )


@register.filter
def shorthash(value: str) -> str:
    """The first eight hexadecimal digits in two groups, as people read them aloud: "7c1e 94b2"."""
    return f"{value[:4]} {value[4:8]}".strip()


@register.simple_tag(name="hash")
def hash_(value: str) -> SafeString:
    """A short hash that shows the whole one on hover and can be found by it."""
    return format_html('<span class="hash" title="{}">{}</span>', value, shorthash(value))


@register.simple_block_tag
def note(content: str, tone: str = "", role: str = "") -> SafeString:
    """A message in the page: {% note "bad" "alert" %}<p>…</p>{% endnote %}. Tones ok, info, warn, bad."""
    return format_html(
        '<div class="{}"{}>{}<div class="grow">{}</div></div>',
        f"note {tone}".strip(),
        format_html(' role="{}"', role) if role else "",
        icon(NOTES.get(tone, "info-circle")),
        content,
    )


@register.simple_tag
def crumb(*path: str) -> SafeString:
    """{% crumb "Deals" deals_url "D-1284" %}: pairs of word and address, then the word of this page."""
    pairs = zip(path[:-1:2], path[1::2], strict=False)
    links = format_html_join(icon("chevron-right", "s"), '<a href="{1}">{0}</a>', pairs)
    return format_html(
        '<nav class="crumb" aria-label="{}">{}{}<span>{}</span></nav>',
        say("Breadcrumb"),
        links,
        icon("chevron-right", "s"),
        path[-1],
    )


@register.inclusion_tag("includes/nav_item.html", takes_context=True)
def nav_item(context: Mapping[str, Any], key: str, route: str, name: str, word: str) -> dict[str, Any]:
    """One line of the side navigation, with its count `nav.<key>`; marked when `here` is the key or the route
    is open."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    here = context.get("here") or (match.view_name if match else "")
    counts = context.get("nav") or {}
    return {
        "url": address(route),
        "key": key,
        "name": name,
        "word": word,
        "current": here in (key, route),
        "count": counts.get(key),
    }


def address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:  # the page comes with a later part of the product
        return ""


@register.simple_tag
def control(field: BoundField, classes: str = "", **attributes: str) -> SafeString:
    """The input of a bound field in our classes, with its help and error told (includes/field.html)."""
    told = [f"{field.auto_id}_helptext"] if field.help_text else []
    told += [f"{field.auto_id}_error"] if field.errors else []
    dressed: dict[str, str | bool] = {
        **attributes,
        "class": f"{base_class(field.field.widget)} {classes}".strip(),
    }
    if told:
        dressed["aria-describedby"] = " ".join(told)
    if field.errors:
        dressed["aria-invalid"] = "true"
    return field.as_widget(attrs=dressed)


def base_class(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput | RadioSelect):
        return "tick"
    return "select" if isinstance(widget, Select) else "input"


@register.filter
def unit_width(unit: str) -> str:
    """Room the word takes at the end of a number field: "%" nothing, "days" u-4, "months" u-6."""
    return "" if len(unit) == 1 else f"u-{min(max(len(unit), 4), 6)}"
