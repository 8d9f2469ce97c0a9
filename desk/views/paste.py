from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from base.errors import Invalid
from base.words import mark, say, say_many
from deals.changes import DraftChanges, line_name
from deals.edit import refuse_closed
from deals.errors import DraftMoved
from deals.pasted import Pasted, lines_with, read
from deals.share import refuse_stranger
from desk.drafts import Draft, draft_of, written
from desk.forms.paste import Paste, chosen_of
from desk.head import deal_for, room_of
from people.request import PersonalRequest

WRITE = "write"
MOVED = mark("The brief was saved meanwhile. Look at its lines, then send it again.")
MEND = mark("Nothing is written yet: mend the rows that are marked, or leave them out.")


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: PersonalRequest, number: str) -> HttpResponse:
    """Read a table, show it, and only then write it."""
    deal = deal_for(request.user, number)
    refuse_stranger(deal, request.user)
    refuse_closed(deal)
    draft = draft_of(deal, request.user, may_edit=True)
    if request.method != "POST":
        mode = "append" if draft.stored.lines else "replace"
        return paste_page(request, draft, Paste(initial={"version": deal.version, "mode": mode}))
    form = Paste(request.POST)
    if not form.is_valid():
        return paste_page(request, draft, form, status=422)
    said = form.cleaned_data
    try:
        pasted = read(
            said["table"], draft.options.products, style=said["style"], chosen=chosen_of(request.POST)
        )
        if request.POST.get("act") == WRITE:
            return write(request, draft, form, pasted)
        lines_with((), draft.stored.lines or (), replaced=False)
    except Invalid as refusal:
        form.add_error("table", refusal.message)
        return paste_page(request, draft, form, status=422)
    return paste_page(request, draft, form, pasted)


def write(request: PersonalRequest, draft: Draft, form: Paste, pasted: Pasted) -> HttpResponse:
    if pasted.faults or pasted.unknown:
        form.add_error(None, say(MEND))
        return paste_page(request, draft, form, pasted, status=422)
    if not pasted.wanted:
        raise Invalid(say("Every row is left out. Keep one of them."))
    before = draft.stored.lines or ()
    lines = lines_with(pasted.wanted, before, replaced=form.cleaned_data["mode"] == "replace")
    try:
        written(draft, DraftChanges(lines=lines), form.cleaned_data["version"])
    except DraftMoved:
        form.add_error(None, say(MOVED))
        form.data = {**request.POST.dict(), "version": draft.deal.version}
        return paste_page(request, draft, form, pasted, status=409)
    except Invalid as refusal:
        names = {line_name(place, line): line.product for place, line in enumerate(lines)}
        for sentence in sentences(refusal.fields, names, dict(draft.options.products)):
            form.add_error(None, sentence)
        return paste_page(request, draft, form, pasted, status=422)
    many = len(pasted.wanted)
    messages.success(
        request, say_many("{count} line is in the brief.", "{count} lines are in the brief.", many)
    )
    return redirect("desk:brief", draft.deal.number)


def sentences(fields: Mapping[str, str], names: Mapping[str, str], products: Mapping[str, str]) -> list[str]:
    """What the brief refuses of its lines, each with its product."""
    said = []
    for field, words in fields.items():
        name = products.get(names.get(field.rpartition(".")[0], ""), "")
        said.append(say("{name}: {words}", name=name, words=words) if name else words)
    return list(dict.fromkeys(said))


def paste_page(
    request: PersonalRequest, draft: Draft, form: Paste, pasted: Pasted | None = None, status: int = 200
) -> HttpResponse:
    room = room_of(deal_for(request.user, draft.deal.number), request.user)
    page: dict[str, Any] = {
        "room": room,
        "tabs": room.tabs("brief"),
        "deal": draft.deal,
        "form": form,
        "pasted": pasted,
        "products": draft.options.products,
        "named": dict(draft.options.products),
        "lines": len(draft.stored.lines or ()),
    }
    return render(request, "desk/paste.html", page, status=status)
