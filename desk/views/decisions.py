from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.dossier import dossier
from base import clock
from base.errors import NotYours
from base.words import say
from desk.decisions import decisions_of, paper_of
from desk.head import deal_for, room_of
from desk.paper import legible, printed
from people.request import PersonalRequest


@require_safe
def decisions(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    page = {"room": room, "tabs": room.tabs("approvals"), "decisions": decisions_of(room)}
    return render(request, "desk/decisions.html", page)


@require_safe
def decisions_pdf(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    with legible():
        paper = printed("decisions", paper_of(decisions_of(room), room, clock.now()))
    return attached(paper, "application/pdf", f"{number}-decisions.pdf")


@require_safe
def decisions_json(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    if room.view != "cost":
        raise NotYours(
            say(
                "This file holds what the lines cost, so that it can be verified. "
                "Finance, the desk and auditors may take it; the PDF is for everyone on the deal."
            )
        )
    text = dossier(room.deal, by=request.user, at=clock.now())
    return attached(text.encode(), "application/json", f"{number}-record.json")


def attached(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
