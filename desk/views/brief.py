from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.messages import ERROR, SUCCESS
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from approvals.errors import SameAsk
from approvals.submit import submit
from base.errors import Invalid
from base.words import mark, say, say_many
from deals.edit import refuse_closed
from deals.errors import DraftMoved
from deals.share import may_edit, refuse_stranger
from deals.touched import touched_since
from desk.began import Moved, read_began
from desk.clash import Clash, clashes_of, settle, settled, taken_of
from desk.drafts import Draft, draft_of, filled_in, written
from desk.forms.brief import Brief
from desk.forms.brief_moves import moved
from desk.forms.files import Attach
from desk.head import deal_for, room_of
from desk.rail import rail_of, used
from desk.sent import sent_words
from people.request import PersonalRequest

GONE = mark("That suggestion does not fit what is written now. Look at the new ones.")
BUTTONS = ("csrfmiddlewaretoken", "add", "remove", "use", "all", "base", "move")
PASTE, STANDARD = "paste", "standard"
Act = Callable[[Draft, Brief], HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def brief(request: PersonalRequest, number: str) -> HttpResponse:
    draft = find(request, number)
    if request.method != "POST":
        return page(request, draft, draft.form())

    def save(after: Draft, form: Brief) -> HttpResponse:
        if request.htmx:
            return saved_part(request, after, form)
        messages.success(request, say("Saved."))
        return redirect("desk:brief", number)

    return attempt(request, draft, draft.form(request.POST), save)


@require_POST
def brief_rows(request: PersonalRequest, number: str) -> HttpResponse:
    """Add a row, save without one, or with one moved; fill in what is standard; or save and go on to the
    lines of a table."""
    draft, extra = find(request, number), request.POST.get("add", "")
    typed, place = moved(without(request), request.POST.get("move", ""))

    def show_again(after: Draft, form: Brief) -> HttpResponse:
        if extra == PASTE:
            return gone_to(request, "desk:brief_paste", number)
        if extra == STANDARD:
            after, many = filled_in(after)
            messages.success(request, filled_words(many))
        if place:
            messages.add_message(request, SUCCESS if place.number is not None else ERROR, place.words)
        again = after.form(extra=(extra, *form.blanks))
        return page(request, after, again, focus=place.focus if place else "")

    return attempt(request, draft, draft.form(typed, (extra,)), show_again)


def filled_words(many: int) -> str:
    return say_many("{count} term has the standard now.", "{count} terms have the standard now.", many)


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
        form.saved(after.deal.version, after.stored)
        return act(after, form)
    except DraftMoved:
        return moved_meanwhile(request, find(request, draft.deal.number), form, act)
    except (Invalid, SameAsk) as refusal:
        form.refuse(getattr(refusal, "fields", {}) or {"": refusal.message})
        return refused(request, after, form, status=refusal.status)


def moved_meanwhile(request: PersonalRequest, draft: Draft, form: Brief, act: Act) -> HttpResponse:
    """Choose between two versions. Where nobody changed what the other did, there is nothing to choose: what
    others wrote is taken, and shown before anything else is done."""
    moved, mine, theirs = moved_since(request, draft, form), form.changes, draft.stored
    if moved.keys(mine, theirs):
        return conflict(request, draft, form)
    taken = taken_of(mine, theirs, moved, draft.options)
    after = written(draft, settle(mine, theirs, moved.chosen(mine, theirs)), draft.deal.version)
    if not taken:
        form.saved(after.deal.version, after.stored)
        return act(after, form)
    answer = page(request, after, after.form(), taken=taken)
    return over_the_sheet(answer) if request.htmx else answer


def over_the_sheet(answer: HttpResponse) -> HttpResponse:
    """While typing the answer would only go beside the form."""
    return reswap(retarget(answer, "#sheet"), "outerHTML")


def refused(request: PersonalRequest, draft: Draft, form: Brief, status: int = 422) -> HttpResponse:
    """While typing only the sentences come back: the field being written is left alone."""
    if request.htmx and request.htmx.target == "rail":
        return saved_part(request, draft, form, status)
    return page(request, draft, form, status)


def page(
    request: PersonalRequest,
    draft: Draft,
    form: Brief,
    status: int = 200,
    focus: str = "",
    taken: tuple[Clash, ...] = (),
) -> HttpResponse:
    """`focus`: the button that was pressed, which is elsewhere now. `taken`: what others wrote meanwhile."""
    shown = {**context(draft, form), "focus": focus, "taken": taken}
    if request.htmx:
        return render(request, "desk/brief.html#form", shown, status=status)
    room = room_of(deal_for(request.user, draft.deal.number), request.user)
    shown |= {"room": room, "tabs": room.tabs("brief")}
    return render(request, "desk/brief.html", shown, status=status)


def saved_part(request: PersonalRequest, draft: Draft, form: Brief, status: int = 200) -> HttpResponse:
    """What a save changes beside the fields that are typed in."""
    shown = {**context(draft, form), "oob": True}
    return render(request, "desk/brief.html#saved", shown, status=status)


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
        "taken": taken_of(form.changes, draft.stored, moved, draft.options),
        "typed": [(key, value) for key, value in without(request).items() if not key.startswith("keep-")],
        "refusal": refusal,
    }
    status = refusal.status if refusal else DraftMoved.status
    if request.htmx:
        answer = render(request, "desk/brief_conflict.html#conflict", shown, status=status)
        return over_the_sheet(answer)
    room = room_of(deal_for(request.user, draft.deal.number), request.user)
    shown |= {"room": room, "tabs": room.tabs("brief")}
    return render(request, "desk/brief_conflict.html", shown, status=status)


def moved_since(request: PersonalRequest, draft: Draft, form: Brief) -> Moved:
    began = read_began(request.POST.get("began", ""))
    return Moved(touched_since(draft.deal, began_at(request, form)), draft.user.pk, began)


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
