from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from approvals.answer import Answer
from approvals.check import mandate_of
from approvals.models import Offer
from approvals.offer import offer
from base.errors import Invalid
from base.words import mark, say
from deals.edit import save_draft
from deals.models import Deal
from deals.share import refuse_stranger
from desk.forms.actions import Version
from desk.forms.offers import Offered, starting_from
from desk.head import Room, deal_for, room_of
from desk.in_return import tasks_of
from desk.more_room import walk_away_at
from desk.offer_text import text_of, text_of_offer
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
            return written_down(request, room, form)
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return offers_page(request, room, form, status=422)


@transaction.atomic
def written_down(request: PersonalRequest, room: Room, form: Offered) -> HttpResponse:
    """The offer is recorded; where room was asked for, the brief then asks for it, or nothing is done."""
    made = offer(
        room.deal,
        by=request.user,
        terms=form.proposal.terms(form.granted),
        good_until=form.proposal.good_until,
        direction=form.put_forward,
        note=form.cleaned_data["note"],
    )
    if form.cleaned_data["room"] and not made.inside:
        return stretched(request, room.deal, made, form.cleaned_data["version"] or 0)
    inside = mark("Offer {number} is written down, inside the mandate.")
    outside = mark("Offer {number} is written down, outside the mandate.")
    messages.success(request, say(inside if made.inside else outside, number=made.number))
    return redirect("desk:offers", room.deal.number)


@sent_from("desk:offers")
def more_room(request: PersonalRequest, number: str, offer: int) -> HttpResponse:
    deal = deal_for(request.user, number)
    refuse_stranger(deal, request.user)
    asked = get_object_or_404(deal.offers, number=offer)
    form = Version(request.POST)
    if not form.is_valid():
        raise Invalid(say("This page is out of date. Open the offers again."), field="version")
    return stretched(request, deal, asked, form.cleaned_data["version"])


def stretched(request: PersonalRequest, deal: Deal, asked: Offer, version: int) -> HttpResponse:
    """The draft that was seen as `version` then asks for the room that `asked` takes."""
    save_draft(deal, by=request.user, version=version, changes=walk_away_at(deal, asked))
    said = say(
        "The brief now asks for the limits, stretched to offer {offer}. Look at it, then send it.",
        offer=asked.number,
    )
    messages.success(request, said)
    return redirect("desk:brief", deal.number)


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
        "asked": asked_already(room, answer_of(table.shown.offer)) if table.shown else None,
        "text": text_shown(room, table.shown),
        "form": form,
        "tasks": tasks_of(room),
        **(answer_to(form, room) if form else {}),
    }
    return render(request, "desk/offers.html", page, status=status)


def asked_already(room: Room, answer: Answer) -> int | None:
    """The number of the open revision, where it asks for all that an offer with this answer is past."""
    asked = room.open_request
    return asked.revision.number if asked and asks_for(asked, answer) else None


def text_shown(room: Room, shown: Answered | None) -> str:
    """For a mail; nothing of an offer that lies outside or was made from another mandate."""
    if shown is None or not shown.current or room.granted is None:
        return ""
    return text_of_offer(shown.offer, room.deal, room.granted.policy)


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
    return {
        "verdict": verdict,
        "sent": sent,
        "against": verdict.net - sent.net if verdict and sent else None,
        "next": len(room.offers) + 1,
        "asks": asked_already(room, verdict.full) if verdict else None,
        "words": offered_words(verdict, form.granted, room.deal) if verdict else "",
        "use": verdict.address({key: form.data[key] for key in form.fields if key in form.data})
        if verdict
        else "",
    }


def offered_words(verdict: Verdict, granted: Granted, deal: Deal) -> str:
    if not verdict.answer.inside:
        return ""
    return text_of(verdict.terms, verdict.proposal.good_until, deal, granted.policy)
