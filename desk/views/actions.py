from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from approvals.close import close as close_deal
from approvals.recall import recall
from base.errors import Invalid
from deals.edit import save_draft
from deals.share import refuse_stranger
from desk.closing import signed_terms
from desk.forms.actions import WON, Version
from desk.head import deal_for, room_of
from desk.more_room import walk_away_at
from desk.views.deal import close_form, deal_page
from people.request import PersonalRequest


@require_POST
def withdraw(request: PersonalRequest, number: str) -> HttpResponse:
    ended = recall(deal_for(request.user, number), by=request.user)
    messages.success(request, f"Revision {ended.revision.number} is withdrawn. Everyone's clock stopped.")
    return redirect("desk:approvals", number)


@require_POST
def close(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    refuse_stranger(room.deal, request.user)
    form = close_form(room, data=request.POST)
    if not form.is_valid():
        return deal_page(request, room, close=form, status=422)
    said = form.cleaned_data
    signed = signed_terms(room, said["signed"]) if said["outcome"] == WON else None
    close_deal(room.deal, by=request.user, signed=signed, signed_on=said["signed_on"], reason=said["reason"])
    messages.success(request, f"{number} is closed as {said['outcome']}.")
    return redirect("desk:deal", number)


@require_POST
def more_room(request: PersonalRequest, number: str, offer: int) -> HttpResponse:
    deal = deal_for(request.user, number)
    refuse_stranger(deal, request.user)
    asked = get_object_or_404(deal.offers, number=offer)
    form = Version(request.POST)
    if not form.is_valid():
        raise Invalid("This page is out of date. Open the offers again.", field="version")
    changes = walk_away_at(deal, asked)
    save_draft(deal, by=request.user, version=form.cleaned_data["version"], changes=changes)
    said = f"The brief now asks for the limits, stretched to offer {offer}. Look at it, then send it."
    messages.success(request, said)
    return redirect("desk:brief", number)
