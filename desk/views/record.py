from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from desk.head import deal_for, room_of
from desk.record import record_of
from people.request import PersonalRequest


@require_safe
@vary_on_headers("HX-Request")
def record(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    asked = request.GET.dict()
    page = {"room": room, "tabs": room.tabs("record"), "record": record_of(room, asked), "asked": asked}
    part = "#entries" if "HX-Request" in request.headers else ""
    return render(request, f"desk/record.html{part}", page)
