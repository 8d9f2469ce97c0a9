from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk.asked import asked_of
from desk.head import deal_for, room_of
from people.request import PersonalRequest


@require_safe
def approvals(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    page = {"room": room, "tabs": room.tabs("approvals"), "every": asked_of(room)}
    return render(request, "desk/approvals.html", page)
