from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from base import clock
from base.format import number
from base.words import say
from desk.operations import operations_for, words_of
from ledger.replay import replay_kind, replay_one
from people.request import PersonalRequest


@require_safe
def operations(request: PersonalRequest) -> HttpResponse:
    view = operations_for(request.user, clock.now(), request.GET.get("page"))
    return render(request, "desk/operations.html", {"view": view, "here": "operations"})


@require_POST
def replay(request: PersonalRequest) -> HttpResponse:
    """One parked effect, or all of a kind."""
    one, kind, now = request.POST.get("effect", ""), request.POST.get("kind", ""), clock.now()
    if one.isdecimal():
        again = replay_one(int(one), by=request.user, at=now)
        messages.success(
            request, say("{kind} for {key} is tried again now.", kind=words_of(again.kind), key=again.key)
        )
    else:
        count = replay_kind(kind, by=request.user, at=now)
        messages.success(
            request, say("{kind}: {count} tried again now.", kind=words_of(kind), count=number(count))
        )
    return redirect("desk:operations")
