from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from desk.closing import signable
from desk.forms.actions import Close, Share
from desk.head import Room, deal_for, room_of
from desk.overview import overview_of
from desk.record import latest_of
from people.models import User
from people.request import PersonalRequest


@require_safe
@vary_on_headers("HX-Request")
def deal(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    if "HX-Request" in request.headers:
        page = {"room": room, "view": overview_of(room, request.GET.get("show", ""))}
        return render(request, "desk/deal.html#flow", page)
    return deal_page(request, room)


def deal_page(
    request: PersonalRequest,
    room: Room,
    *,
    close: Close | None = None,
    share: Share | None = None,
    status: int = 200,
) -> HttpResponse:
    page = {
        "room": room,
        "tabs": room.tabs("deal"),
        "view": overview_of(room, request.GET.get("show", "")),
        "latest": latest_of(room),
        "close": close or close_form(room),
        "share": share or share_form(room),
    }
    return render(request, "desk/deal.html", page, status=status)


def close_form(room: Room, **data: object) -> Close:
    return Close(choices=signable(room), initial={"signed_on": room.now.local.date()}, prefix="close", **data)


def share_form(room: Room, **data: object) -> Share:
    people = User.objects.active().exclude(pk=room.deal.owner_id).by_name()
    return Share(people=people, prefix="share", **data)
