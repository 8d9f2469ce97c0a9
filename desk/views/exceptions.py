from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.revoke_exception import revoke_exception
from base import clock
from base.errors import Invalid
from base.words import say
from deals.ask_exception import ask_exception, drop_exception
from deals.edit import refuse_closed
from deals.models import AccountException
from deals.share import refuse_stranger
from desk.brief import look
from desk.exceptions import ids, items_of, listed_for, refuse_unless_reader, writable
from desk.forms.exceptions import AskException, Guardrail, Revoke
from desk.head import Room, deal_for, room_of
from guardrails.models import PolicyVersion
from people.models import Function
from people.request import PersonalRequest
from people.shown import cost_view


@require_http_methods(["GET", "HEAD", "POST"])
def deal_exceptions(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    if request.method != "POST":
        return deal_page(request, room)
    refuse_stranger(room.deal, request.user)
    refuse_closed(room.deal)
    key, function = request.POST.get("key", ""), request.POST.get("function", "")
    form = AskException(request.POST, metric=writable(key, room.view), auto_id=ids(key, function))
    if not form.is_valid():
        return deal_page(request, room, form, status=422)
    try:
        ask_exception(room.deal, by=request.user, exception=form.exception, **form.context)
    except Invalid as refusal:
        form.take(refusal.fields)
        return deal_page(request, room, form, status=422)
    messages.success(request, say("The exception is asked for with the next revision."))
    return redirect("desk:brief", number)


@require_POST
def drop_deal_exception(request: PersonalRequest, number: str) -> HttpResponse:
    deal = deal_for(request.user, number)
    refuse_stranger(deal, request.user)
    form = Guardrail(request.POST)
    if not form.is_valid():
        raise Invalid(say("Say which exception is left out."), field="key")
    drop_exception(deal, by=request.user, **form.cleaned_data)
    messages.success(request, say("The exception is left out."))
    return redirect("desk:deal_exceptions", number)


def deal_page(
    request: PersonalRequest, room: Room, bound: AskException | None = None, *, status: int = 200
) -> HttpResponse:
    editable = room.may_edit and room.deal.is_open
    by = request.user if editable else room.deal.owner
    in_force = PolicyVersion.objects.in_force(room.now.at).policy
    seen = look(room.deal, by=by, at=room.now.at, policy=in_force)
    page = {
        "room": room,
        "tabs": room.tabs("brief"),
        "editable": editable,
        "items": items_of(room.deal, seen, room.view, editable, bound) if seen else (),
    }
    return render(request, "desk/deal_exceptions.html", page, status=status)


@require_safe
def exceptions(request: PersonalRequest) -> HttpResponse:
    refuse_unless_reader(request.user)
    return page(request)


@require_POST
def revoke(request: PersonalRequest, exception: int) -> HttpResponse:
    refuse_unless_reader(request.user)
    row = get_object_or_404(AccountException, pk=exception)
    form = Revoke(request.POST, auto_id=f"id_revoke_{row.pk}_%s")
    if request.user.function == Function.DESK and not form.is_valid():
        return page(request, (row.pk, form), status=422)
    revoke_exception(row, by=request.user, reason=form.data.get("reason", ""))
    messages.success(request, say("The exception of {account} is revoked.", account=row.account.name))
    return redirect("desk:exceptions")


def page(
    request: PersonalRequest, refused: tuple[int, Revoke] | None = None, *, status: int = 200
) -> HttpResponse:
    policy, today = PolicyVersion.objects.in_force(clock.now()).policy, clock.today()
    pk, form = refused or (0, None)
    listed = listed_for(request.user, policy, cost_view(request.user, policy), today, request.GET)
    shown = {
        "listed": listed,
        "rows": [
            (row, form if row.exception.pk == pk else revoke_form(row.exception)) for row in listed.rows
        ],
        "refused": pk,
        "revokes": request.user.function == Function.DESK,
    }
    return render(request, "desk/exceptions.html", shown, status=status)


def revoke_form(row: AccountException) -> Revoke:
    return Revoke(auto_id=f"id_revoke_{row.pk}_%s")
