from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from approvals.hold import hold, refuse_outsider, release
from base.errors import Invalid, WrongState
from base.words import say
from desk.head import deal_for, room_of
from desk.posted import sent_from
from desk.views.deal import deal_page, hold_form, release_form
from people.request import PersonalRequest


@sent_from("desk:deal")
def place_hold(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    refuse_outsider(room.deal, request.user)
    form = hold_form(room, data=request.POST)
    if form.is_valid():
        if room.open_request is None:
            raise WrongState(
                say("Nothing of {number} is in review, so there is nothing to hold.", number=number)
            )
        try:
            hold(room.open_request, by=request.user, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, say("The grant is held back. Reviewers go on deciding."))
            return redirect("desk:deal", number)
    return deal_page(request, room, hold=form, status=422)


@sent_from("desk:deal")
def release_hold(request: PersonalRequest, number: str, hold: int) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    held = get_object_or_404(room.deal.holds, pk=hold)
    form = release_form(hold, data=request.POST)
    try:
        release(held, by=request.user, note=request.POST.get(form.add_prefix("note"), ""))
    except Invalid:
        return deal_page(request, room, release=(hold, form), status=422)
    messages.success(request, say("Released."))
    return redirect("desk:deal", number)
