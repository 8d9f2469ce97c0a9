from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from approvals.errors import SameAsk
from approvals.submit import submit
from base.errors import Invalid
from base.words import mark, say
from deals.edit import refuse_closed
from deals.errors import DraftMoved
from deals.share import may_edit, refuse_stranger
from deals.touched import touched_since
from desk.clash import Moved, clashes_of, settled
from desk.drafts import Draft, draft_of, written
from desk.forms.brief import Brief
from desk.forms.brief_moves import moved
from desk.forms.files import Attach
from desk.head import deal_for, room_of
from desk.rail import rail_of, used
from desk.sent import sent_words
from people.request import PersonalRequest

GONE = mark("That suggestion does not fit what is written now. Look at the new ones.")
BUTTONS = ("csrfmiddlewaretoken", "add", "remove", "use", "all", "base", "move")
PASTE = "paste"
Act = Callable[[Draft, Brief], HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def brief(request: PersonalRequest, number: str) -> HttpResponse:
    draft = find(request, number)
    if request.method != "POST":
        return page(request, draft, draft.form())

    def save(after: Draft, form: Brief) -> HttpResponse:
        if request.htmx:
            return part(request, "saved", after, form)
        messages.success(request, say("Saved."))
        return redirect("desk:brief", number)

    return attempt(request, draft, draft.form(request.POST), save)


@require_POST
def brief_rows(request: PersonalRequest, number: str) -> HttpResponse:
    """Add a row, save without one, or with one moved; or save and go on to the lines of a table."""
    draft, extra = find(request, number), request.POST.get("add", "")
    typed, place = moved(without(request), request.POST.get("move", ""))

    def show_again(after: Draft, form: Brief) -> HttpResponse:
        if extra == PASTE:
            return gone_to(request, "desk:brief_paste", number)
        if place:
            messages.success(request, place.words)
        return page(request, after, after.form(extra=extra), focus=place.focus if place else "")

    return attempt(request, draft, draft.form(typed, extra), show_again)


@require_POST
def brief_use(request: PersonalRequest, number: str) -> HttpResponse:
    draft = find(request, number)

    def use_it(after: Draft, form: Brief) -> HttpResponse:
        seen = after.look()
        use = rail_of(after.deal, seen, after.view).use(request.POST.get("use", "")) if seen else None
        if seen is None or use is None:
            raise Invalid(say(GONE))
        final = written(after, used(after.deal, use, seen), after.deal.version)
        messages.success(request, say("The walk-away is now at {values}.", values=use.said))
        return page(request, final, final.form())

    return attempt(request, draft, draft.form(request.POST), use_it)


@require_POST
def brief_ask(request: PersonalRequest, number: str) -> HttpResponse:
    draft = find(request, number)

    def ask(after: Draft, form: Brief) -> HttpResponse:
        sent = submit(after.deal, by=request.user)
        messages.success(request, sent_words(sent))
        return gone_to(request, "desk:deal", number)

    return attempt(request, draft, draft.form(request.POST), ask)


@require_POST
def brief_settle(request: PersonalRequest, number: str) -> HttpResponse:
    """Two versions into one, as chosen field by field."""
    draft = find(request, number)
    refuse_closed(draft.deal)
    form = draft.form(request.POST)
    if not form.is_valid():
        return page(request, draft, form, status=422)
    try:
        merged = settled(form.changes, draft.stored, moved_since(request, draft, form), request.POST)
        written(draft, merged, form.version)
    except DraftMoved:
        return conflict(request, find(request, number), form)
    except Invalid as refusal:
        return conflict(request, draft, form, refusal)
    messages.success(request, say("Saved. Both versions are one now."))
    return redirect("desk:brief", number)


def gone_to(request: PersonalRequest, route: str, number: str) -> HttpResponse:
    if request.htmx:
        return HttpResponseClientRedirect(resolve_url(route, number))
    return redirect(route, number)


def find(request: PersonalRequest, number: str) -> Draft:
    deal = deal_for(request.user, number)
    if request.method == "POST":
        refuse_stranger(deal, request.user)
        return draft_of(deal, request.user, may_edit=True)
    return draft_of(deal, request.user, may_edit=may_edit(deal, request.user))


def attempt(request: PersonalRequest, draft: Draft, form: Brief, act: Act) -> HttpResponse:
    """Save what was sent, then act on it. Refused, nothing is saved and all of it is shown again."""
    refuse_closed(draft.deal)
    if not form.is_valid():
        return refused(request, draft, form)
    after = draft
    try:
        after = written(draft, form.changes, form.version)
        form.saved(after.deal.version, [line.key for line in after.stored.lines or ()])
        return act(after, form)
    except DraftMoved:
        return moved_meanwhile(request, find(request, draft.deal.number), form, act)
    except (Invalid, SameAsk) as refusal:
        form.refuse(getattr(refusal, "fields", {}) or {"": refusal.message})
        return refused(request, after, form, status=refusal.status)


def moved_meanwhile(request: PersonalRequest, draft: Draft, form: Brief, act: Act) -> HttpResponse:
    """Choose between two versions; where both of us wrote the same, there is nothing to choose."""
    if moved_since(request, draft, form).keys(form.changes, draft.stored):
        return conflict(request, draft, form)
    after = written(draft, form.changes, draft.deal.version)
    form.saved(after.deal.version, [line.key for line in after.stored.lines or ()])
    return act(after, form)


def refused(request: PersonalRequest, draft: Draft, form: Brief, status: int = 422) -> HttpResponse:
    """While typing only the sentences come back: the field being written is left alone."""
    if request.htmx and request.htmx.target == "rail":
        return part(request, "saved", draft, form, status)
    return page(request, draft, form, status)


def page(
    request: PersonalRequest, draft: Draft, form: Brief, status: int = 200, focus: str = ""
) -> HttpResponse:
    """`focus`: the button that was pressed, which is elsewhere now."""
    if request.htmx:
        return part(request, "form", draft, form, status, focus)
    room = room_of(deal_for(request.user, draft.deal.number), request.user)
    shown = {**context(draft, form), "room": room, "tabs": room.tabs("brief"), "focus": focus}
    return render(request, "desk/brief.html", shown, status=status)


def part(
    request: PersonalRequest, name: str, draft: Draft, form: Brief, status: int = 200, focus: str = ""
) -> HttpResponse:
    shown = {**context(draft, form), "oob": name == "saved", "focus": focus}
    return render(request, f"desk/brief.html#{name}", shown, status=status)


def context(draft: Draft, form: Brief) -> dict[str, Any]:
    sheet, rail = draft.page(form)
    shown = {"sheet": sheet, "rail": rail, "form": form, "currency": draft.currency}
    beside = {"attached": draft.files, "attach": Attach(), "start": SimpleLazyObject(draft.start)}
    return {"draft": draft, "deal": draft.deal, **shown, **beside}


def conflict(
    request: PersonalRequest, draft: Draft, form: Brief, refusal: Invalid | None = None
) -> HttpResponse:
    """Both versions side by side; everything I typed travels along until it is settled."""
    moved = moved_since(request, draft, form)
    shown = {
        "draft": draft,
        "deal": draft.deal,
        "base": began_at(request, form),
        "moved": moved,
        "clashes": clashes_of(form.changes, draft.stored, moved, draft.options, request.POST),
        "typed": [(key, value) for key, value in without(request).items() if not key.startswith("keep-")],
        "refusal": refusal,
    }
    status = refusal.status if refusal else DraftMoved.status
    if request.htmx:
        answer = render(request, "desk/brief_conflict.html#conflict", shown, status=status)
        return reswap(retarget(answer, "#sheet"), "outerHTML")
    room = room_of(deal_for(request.user, draft.deal.number), request.user)
    shown |= {"room": room, "tabs": room.tabs("brief")}
    return render(request, "desk/brief_conflict.html", shown, status=status)


def moved_since(request: PersonalRequest, draft: Draft, form: Brief) -> Moved:
    return Moved(touched_since(draft.deal, began_at(request, form)), draft.user.pk)


def began_at(request: PersonalRequest, form: Brief) -> int:
    """The version that was on the page when I began to write, also while I choose."""
    base = request.POST.get("base", "")
    return int(base) if base.isdecimal() else form.version


def without(request: PersonalRequest) -> QueryDict:
    """What was typed, less the row to remove and what only says what to do."""
    typed, gone = request.POST.copy(), request.POST.get("remove")
    for key in request.POST:
        if key in BUTTONS or (gone and key.startswith(f"{gone}-")):
            del typed[key]
    return typed
