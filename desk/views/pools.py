from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from approvals.add_approver import add_approver
from approvals.claim import claim, unclaim
from approvals.watch import unwatch, watch
from base.errors import Invalid
from base.words import say
from desk.forms.pools import AddApprover
from desk.head import deal_for, room_of
from desk.posted import sent_from
from desk.views.deal import deal_page
from desk.views.review import added_form, blank, not_asked, review_page, seat_for
from desk.watching import watcher_form
from people.request import PersonalRequest


@require_POST
def take(request: PersonalRequest, step: int) -> HttpResponse:
    seat = seat_for(request.user, step)
    claim(seat.step, by=request.user)
    told = say(
        "{account} is yours to answer. The others are not asked any more.", account=seat.deal.account.name
    )
    messages.success(request, told)
    return redirect("desk:review", step)


@require_POST
def give_back(request: PersonalRequest, step: int) -> HttpResponse:
    seat = seat_for(request.user, step)
    unclaim(seat.step, by=request.user)
    told = say("{account} is open to all of {level} again.", account=seat.deal.account.name, level=seat.level)
    messages.success(request, told)
    return redirect("desk:review", step)


@require_POST
def ask_too(request: PersonalRequest, step: int) -> HttpResponse:
    seat = seat_for(request.user, step)
    if not seat.mine:
        raise not_asked(seat)
    form = added_form(seat, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            add_approver(
                seat.step, by=request.user, who=said["who"], place=said["place"], reason=said["reason"]
            )
        except Invalid as refusal:
            refuse(form, refusal)
        else:
            told = say(
                "{name} is asked too: {account}.", name=said["who"].name, account=seat.deal.account.name
            )
            messages.success(request, told)
            return redirect("desk:review", step)
    return review_page(request, [seat], blank([seat]), added=form, status=422)


def refuse(form: AddApprover, refusal: Invalid) -> None:
    for field, sentence in (refusal.fields or {"who": refusal.message}).items():
        form.add_error(field if field in form.fields else None, sentence)


@sent_from("desk:deal", "#watching")
def start_watching(request: PersonalRequest, number: str) -> HttpResponse:
    deal = deal_for(request.user, number)
    if "who" not in request.POST:
        watch(deal, by=request.user, who=request.user)
        messages.success(request, say("You watch {number}: you are told how it goes on.", number=number))
        return redirect("desk:deal", number)
    form = watcher_form(request.POST)
    if form.is_valid():
        who = form.cleaned_data["who"]
        watch(deal, by=request.user, who=who)
        messages.success(request, say("{name} watches {number} now.", name=who.name, number=number))
        return redirect("desk:deal", number)
    return deal_page(request, room_of(deal, request.user), watcher=form, status=422)


@sent_from("desk:deal", "#watching")
def stop_watching(request: PersonalRequest, number: str) -> HttpResponse:
    deal = deal_for(request.user, number)
    form = watcher_form(request.POST)
    who = form.cleaned_data["who"] if form.is_valid() else request.user
    unwatch(deal, by=request.user, who=who)
    if who != request.user:
        told = say("{name} does not watch {number} any more.", name=who.name, number=number)
        messages.success(request, told)
        return redirect("desk:deal", number)
    messages.success(request, say("You do not watch {number} any more.", number=number))
    return redirect("desk:deals")
