from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from approvals.close import close as close_deal
from approvals.recall import recall
from base.errors import Invalid
from base.words import say
from deals.edit import save_draft
from deals.share import refuse_stranger
from desk.binding import Binding, closing, withdrawing
from desk.closing import signed_terms
from desk.forms.actions import WON, Close, Version
from desk.head import TABS, Room, deal_for, room_of
from desk.more_room import walk_away_at
from desk.posted import sent_from
from desk.views.deal import close_form, deal_page
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


@sent_from("desk:deal", "#acts")
def close(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    refuse_stranger(room.deal, request.user)
    form = close_form(room, data=request.POST)
    if not form.is_valid():
        return deal_page(request, room, close=form, status=422)
    said = form.cleaned_data
    signed = signed_terms(room, said["signed"]) if said["outcome"] == WON else None
    if room.deal.is_open and "confirmed" not in request.POST:
        return ask_first(request, room, closing(room, said, signed), "deal", form)
    close_deal(room.deal, by=request.user, signed=signed, signed_on=said["signed_on"], reason=said["reason"])
    won = said["outcome"] == WON
    done = (
        say("{number} is closed as won.", number=number)
        if won
        else say("{number} is closed as lost.", number=number)
    )
    messages.success(request, done)
    return redirect("desk:deal", number)


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


@sent_from("desk:offers")
def more_room(request: PersonalRequest, number: str, offer: int) -> HttpResponse:
    deal = deal_for(request.user, number)
    refuse_stranger(deal, request.user)
    asked = get_object_or_404(deal.offers, number=offer)
    form = Version(request.POST)
    if not form.is_valid():
        raise Invalid(say("This page is out of date. Open the offers again."), field="version")
    changes = walk_away_at(deal, asked)
    save_draft(deal, by=request.user, version=form.cleaned_data["version"], changes=changes)
    said = say(
        "The brief now asks for the limits, stretched to offer {offer}. Look at it, then send it.",
        offer=offer,
    )
    messages.success(request, said)
    return redirect("desk:brief", number)
