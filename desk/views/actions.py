from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from approvals.close import close as close_deal
from approvals.recall import recall
from base.words import say
from deals.share import refuse_stranger
from desk.binding import Binding, closing, warning_of, withdrawing
from desk.closing import gets_of, likely, signable, signed_terms, with_gets
from desk.forms.actions import WON, Close
from desk.head import TABS, Room, deal_for, room_of
from desk.in_return import tasks_of
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PersonalRequest, number: str) -> HttpResponse:
    deal = deal_for(request.user, number)
    if request.method == "POST":
        ended = recall(deal, by=request.user)
        messages.success(
            request,
            say("Revision {number} is withdrawn. Everyone's clock stopped.", number=ended.revision.number),
        )
        return redirect("desk:approvals", number)
    refuse_stranger(deal, request.user)
    room = room_of(deal, request.user)
    binding = withdrawing(room)
    return ask_first(request, room, binding, "approvals") if binding else redirect("desk:approvals", number)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    refuse_stranger(room.deal, request.user)
    if request.method != "POST":
        if not room.deal.is_open:
            return redirect("desk:deal", number)
        return close_page(request, room, close_form(room))
    form = close_form(room, data=request.POST)
    if not form.is_valid():
        return close_page(request, room, form)
    said = form.cleaned_data
    won = said["outcome"] == WON
    signed = signed_terms(room, said["signed"]) if won else None
    warning = warning_of(room, signed, said["signed_on"]) if room.deal.is_open else ""
    if warning and not said["reason"].strip():
        form.add_error("reason", say("Say why these terms were signed."))
        return close_page(request, room, form, warning)
    reason = with_gets(said["reason"], room, said.get("got", ())) if won else said["reason"]
    if room.deal.is_open and "confirmed" not in request.POST:
        return ask_first(request, room, closing(room, said, reason, warning), "deal", form)
    close_deal(room.deal, by=request.user, signed=signed, signed_on=said["signed_on"], reason=reason)
    done = (
        say("{number} is closed as won.", number=number)
        if won
        else say("{number} is closed as lost.", number=number)
    )
    messages.success(request, done)
    return redirect("desk:deal", number)


def close_form(room: Room, **data: object) -> Close:
    usual = {"signed_on": room.now.local.date(), "signed": likely(room)}
    return Close(choices=signable(room), gets=gets_of(room), initial=usual, prefix="close", **data)


def close_page(request: PersonalRequest, room: Room, form: Close, warning: str = "") -> HttpResponse:
    page = {"room": room, "tabs": room.tabs(""), "form": form, "warning": warning, "tasks": tasks_of(room)}
    return render(request, "desk/close.html", page, status=422 if form.is_bound else 200)


def ask_first(
    request: PersonalRequest, room: Room, binding: Binding, tab: str, form: Close | None = None
) -> HttpResponse:
    """The same address again, this time meant; nothing has changed yet."""
    page = {
        "room": room,
        "tabs": room.tabs(tab),
        "page": "" if tab == "deal" else tab,
        "word": say(TABS[tab]),
        "binding": binding,
        "form": form,
        "action": request.path,
        "back": reverse(f"desk:{tab}", args=[room.deal.number]),
    }
    return render(request, "desk/binding.html", page)
