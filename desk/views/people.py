from typing import Any

from django.contrib import messages
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from base import clock
from base.errors import Invalid
from base.words import say
from deals.models import Deal
from deals.share import refuse_stranger, unshare
from deals.share import share as share_deal
from desk.forms.people import Share, Unshare
from desk.head import Room, deal_for, room_of
from desk.people import SHARED, people_of
from desk.posted import sent_from
from people.models import User
from people.request import PersonalRequest


@require_safe
def people(request: PersonalRequest, number: str) -> HttpResponse:
    return people_page(request, room_of(deal_for(request.user, number), request.user))


@sent_from("desk:people", "#share")
def share(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    refuse_stranger(room.deal, request.user)
    form = share_form(room, data=request.POST)
    if form.is_valid():
        said = form.cleaned_data
        with_ = said["person"] or said["group"]
        try:
            share_deal(room.deal, with_=with_, role=said["role"], by=request.user, at=clock.now())
        except Invalid as refusal:
            form.add_error("person" if said["person"] else "group", refusal.message)
        else:
            messages.success(request, say("{name} can see {number} now.", name=with_.name, number=number))
            return redirect("desk:people", number)
    return people_page(request, room, share=form, status=422)


@sent_from("desk:people")
def take_share_back(request: PersonalRequest, number: str) -> HttpResponse:
    deal = deal_for(request.user, number)
    refuse_stranger(deal, request.user)
    form = Unshare(
        request.POST,
        people=User.objects.by_name().filter(
            pk__in=deal.shared_with_people.filter(permission__codename__in=SHARED).values("user")
        ),
        groups=Group.objects.filter(
            pk__in=deal.shared_with_groups.filter(permission__codename__in=SHARED).values("group")
        ),
    )
    said = form.cleaned_data if form.is_valid() else {}
    if with_ := said.get("person") or said.get("group"):
        unshare(deal, with_=with_, by=request.user, at=clock.now())
        messages.success(request, say("{number} is taken back from {name}.", number=number, name=with_.name))
        return redirect("desk:people", number) if seen_by(request, number) else redirect("desk:deals")
    raise Invalid(say("It is not shared with them any more. Reload the page to see who is on the deal."))


def seen_by(request: PersonalRequest, number: str) -> bool:
    """Whoever takes it back from themselves may lose sight of it."""
    return Deal.objects.visible_to(request.user).filter(number=number).exists()


def people_page(
    request: PersonalRequest, room: Room, *, share: Share | None = None, status: int = 200
) -> HttpResponse:
    page: dict[str, Any] = {
        "room": room,
        "tabs": room.tabs("people"),
        "people": people_of(room),
        "share": share or share_form(room),
    }
    return render(request, "desk/people.html", page, status=status)


def share_form(room: Room, **data: object) -> Share:
    return Share(
        people=User.objects.active().exclude(pk=room.deal.owner_id).by_name(),
        groups=Group.objects.filter(user__is_active=True).distinct().order_by("name"),
        prefix="share",
        **data,
    )
