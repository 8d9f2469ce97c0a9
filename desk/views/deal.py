from collections.abc import Mapping
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from desk.exceptions import in_force_for
from desk.forms.concerns import Hold, Release
from desk.head import Room, deal_for, room_of
from desk.held import Held, held_of, may_hold
from desk.in_return import tasks_of
from desk.overview import overview_of
from desk.record import latest_of
from desk.watching import watcher_form, watching_of
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
    status: int = 200,
    release: tuple[int, Release] | None = None,
    **refused: Form,
) -> HttpResponse:
    """`refused`: forms that come back with their mistakes, by the name the page knows them under."""
    page = {
        "room": room,
        "tabs": room.tabs("deal"),
        "view": overview_of(room, request.GET.get("show", "")),
        "latest": latest_of(room),
        "tasks": tasks_of(room),
        "excepted": in_force_for(room),
        "hold": hold_form(room) if may_hold(room) else None,
        "held": held_rows(room, release),
        "watching": watching_of(room),
        "watcher": watcher_form(),
        **refused,
    }
    return render(request, "desk/deal.html", page, status=status)


def held_rows(room: Room, release: tuple[int, Release] | None) -> list[tuple[Held, Release]]:
    """What the grant waits for, each with the form that releases it."""
    refused, form = release or (0, release_form(0))
    return [(one, form if one.pk == refused else release_form(one.pk)) for one in held_of(room)]


def hold_form(room: Room, **data: object) -> Hold:
    return Hold(people=User.objects.active().exclude(pk=room.deal.owner_id).by_name(), prefix="hold", **data)


def release_form(hold: int, data: Mapping[str, Any] | None = None) -> Release:
    return Release(data, prefix=f"release-{hold}")
