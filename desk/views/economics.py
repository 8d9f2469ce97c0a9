from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from desk.economics import economics_of
from desk.head import deal_for, room_of
from people.request import PersonalRequest


@require_safe
@vary_on_headers("HX-Request")
def economics(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    asked = request.GET
    view = economics_of(
        room,
        show=asked.get("show", ""),
        against=asked.get("against", ""),
        every=asked.get("offers") == "all",
    )
    page = {"room": room, "tabs": room.tabs("economics"), "view": view}
    part = "#figures" if "HX-Request" in request.headers else ""
    return render(request, f"desk/economics.html{part}", page)
