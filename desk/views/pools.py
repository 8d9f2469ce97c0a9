from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from approvals.add_approver import add_approver
from approvals.claim import claim, unclaim
from approvals.errors import NotAsked
from approvals.watch import unwatch, watch
from base.errors import Invalid
from desk.forms.pools import AddApprover
from desk.head import deal_for, room_of
from desk.posted import sent_from
from desk.views.deal import deal_page
from desk.views.review import added_form, blank, review_page, seat_for
from desk.watching import watcher_form
from people.request import PersonalRequest


@require_POST
def take(request: PersonalRequest, step: int) -> HttpResponse:
    seat = seat_for(request.user, step)
    claim(seat.step, by=request.user)
    messages.success(
        request, f"{seat.deal.account.name} is yours to answer. The others are not asked any more."
    )
    return redirect("desk:review", step)


@require_POST
def give_back(request: PersonalRequest, step: int) -> HttpResponse:
    seat = seat_for(request.user, step)
    unclaim(seat.step, by=request.user)
    messages.success(request, f"{seat.deal.account.name} is open to all of {seat.level} again.")
    return redirect("desk:review", step)


@require_POST
def ask_too(request: PersonalRequest, step: int) -> HttpResponse:
    seat = seat_for(request.user, step)
    if not seat.mine:
        raise NotAsked(f"{seat.level} is asked here, and that is not you.")
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
            messages.success(request, f"{said['who'].name} is asked too: {seat.deal.account.name}.")
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
        messages.success(request, f"You watch {number}: you are told how it goes on.")
        return redirect("desk:deal", number)
    form = watcher_form(request.POST)
    if form.is_valid():
        who = form.cleaned_data["who"]
        watch(deal, by=request.user, who=who)
        messages.success(request, f"{who.name} watches {number} now.")
        return redirect("desk:deal", number)
    return deal_page(request, room_of(deal, request.user), watcher=form, status=422)


@sent_from("desk:deal", "#watching")
def stop_watching(request: PersonalRequest, number: str) -> HttpResponse:
    deal = deal_for(request.user, number)
    form = watcher_form(request.POST)
    who = form.cleaned_data["who"] if form.is_valid() else request.user
    unwatch(deal, by=request.user, who=who)
    if who != request.user:
        messages.success(request, f"{who.name} does not watch {number} any more.")
        return redirect("desk:deal", number)
    messages.success(request, f"You do not watch {number} any more.")
    return redirect("desk:deals")
