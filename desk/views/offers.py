from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals.check import mandate_of
from approvals.offer import offer
from base.errors import Invalid
from base.words import mark, say
from deals.share import refuse_stranger
from desk.forms.offers import Offered, starting_from
from desk.head import Room, deal_for, room_of
from desk.in_return import tasks_of
from desk.offers import Verdict, start_of, verdict_on, way_of
from desk.overview import asks_for
from desk.posted import sent_from
from desk.room import Granted, answer_of
from desk.trail import Answered, table_of
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def offers(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    if request.method != "POST":
        return offers_page(request, room, first_form(request, room))
    refuse_stranger(room.deal, request.user)
    granted = granted_or_refuse(room)
    form = Offered(request.POST, granted=granted)
    if form.is_valid():
        try:
            made = offer(
                room.deal,
                by=request.user,
                terms=form.proposal.terms(granted),
                good_until=form.proposal.good_until,
                direction=form.cleaned_data["direction"] or "sent",
                note=form.cleaned_data["note"],
            )
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            inside = mark("Offer {number} is recorded, inside the mandate.")
            outside = mark("Offer {number} is recorded, outside the mandate.")
            messages.success(request, say(inside if made.inside else outside, number=made.number))
            return redirect("desk:offers", number)
    return offers_page(request, room, form, status=422)


@sent_from("desk:offers", "#try")
def check_offer(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    form = Offered(request.POST, granted=granted_or_refuse(room))
    status = 200 if form.is_valid() else 422
    if "HX-Request" in request.headers:
        page = {"room": room, "form": form, **answer_to(form, room)}
        return render(request, "desk/offers.html#answer", page, status=status)
    return offers_page(request, room, form, status=status)


def offers_page(
    request: PersonalRequest, room: Room, form: Offered | None, status: int = 200
) -> HttpResponse:
    table = table_of(room, request.GET.get("offer", ""))
    page = {
        "room": room,
        "tabs": room.tabs("offers"),
        "table": table,
        "way": way_of(table.shown.offer, room.granted) if table.shown and form and room.granted else None,
        "asked": asked_already(room, table.shown),
        "form": form,
        "tasks": tasks_of(room),
        "next": len(room.offers) + 1,
        **(answer_to(form, room) if form else {}),
    }
    return render(request, "desk/offers.html", page, status=status)


def asked_already(room: Room, shown: Answered | None) -> int | None:
    """The number of the open revision, where it asks for all that the offer is past."""
    asked = room.open_request
    if shown is None or asked is None or not asks_for(asked, answer_of(shown.offer)):
        return None
    return asked.revision.number


def granted_or_refuse(room: Room) -> Granted:
    mandate_of(room.deal, at=room.now.at)
    assert room.granted is not None
    return room.granted


def first_form(request: PersonalRequest, room: Room) -> Offered | None:
    if room.granted is None or not room.active or not room.deal.is_open:
        return None
    start = starting_from(*start_of(room.offers, room.granted), room.granted)
    named = {key: value for key, value in request.GET.items() if key in start}
    return Offered({**start, **named}, granted=room.granted)


def answer_to(form: Offered, room: Room) -> dict[str, Any]:
    """The verdict on what is typed, and how it compares with the last offer sent."""
    verdict: Verdict | None = None
    if form.is_valid():
        verdict = verdict_on(form.proposal, form.granted)
    sent = next((one for one in reversed(room.offers) if one.direction == "sent"), None)
    return {"verdict": verdict, "sent": sent, "against": verdict.net - sent.net if verdict and sent else None}
