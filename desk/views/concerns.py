from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from base.errors import Invalid
from base.words import say
from desk.clocks import now_for
from desk.concerns import told, told_of
from desk.forms.concerns import NAMED, FollowUp, Raise, Receipt, Say
from desk.head import Room, deal_for, room_of
from desk.posted import sent_from
from people.request import PersonalRequest
from planning.answer import answer, refuse_other
from planning.find import find
from planning.follow_up import add_word, withdraw
from planning.models import Concern, Word
from planning.raise_concern import may_raise, raise_concern, refuse_bystander

Act = Callable[[str], Word]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def concerns(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    if request.method != "POST":
        return concerns_page(request, room)
    refuse_bystander(room.deal, request.user)
    form = Raise(request.POST)
    if not form.is_valid():
        return concerns_page(request, room, raising=form, status=422)
    named = form.cleaned_data["name"] == NAMED
    raised = raise_concern(room.deal, by=request.user, text=form.cleaned_data["text"], named=named)
    if named:
        messages.success(
            request,
            say(
                "Concern {number} is raised. The grant waits until it is answered.",
                number=raised.concern.number,
            ),
        )
        return redirect("desk:concerns", number)
    # shown here and never again: not in the session, not in a message, not in an address
    return concerns_page(request, room_of(room.deal, request.user), receipt=raised.receipt)


def concerns_page(
    request: PersonalRequest,
    room: Room,
    *,
    raising: Raise | None = None,
    saying: tuple[int, Say] | None = None,
    receipt: str = "",
    status: int = 200,
) -> HttpResponse:
    listed = told_of(room)
    page = {
        "room": room,
        "tabs": room.tabs("concerns"),
        "every": [
            (one, saying[1] if saying and saying[0] == one.number else say_form(one.number, one.answerable))
            for one in listed
        ],
        "raise": raising or Raise(),
        "may_raise": room.deal.is_open and may_raise(room.deal, request.user),
        "receipt": receipt,
    }
    return render(request, "desk/concerns.html", page, status=status)


def say_form(number: int, answers: bool, **data: object) -> Say:
    return Say(prefix=f"c{number}", label=say("Answer") if answers else say("Add a word"), **data)


@sent_from("desk:concerns")
def answer_concern(request: PersonalRequest, number: str, concern: int) -> HttpResponse:
    deal = deal_for(request.user, number)
    refuse_other(deal, request.user)
    asked = get_object_or_404(deal.concerns, number=concern)
    done = say("Concern {number} is answered.", number=concern)
    return said(request, asked, lambda text: answer(asked, by=request.user, text=text), done)


@sent_from("desk:concerns")
def add_to_concern(request: PersonalRequest, number: str, concern: int) -> HttpResponse:
    asked = get_object_or_404(deal_for(request.user, number).concerns, number=concern)
    done = say("Added to concern {number}.", number=concern)
    return said(request, asked, lambda text: add_word(asked, by=request.user, text=text), done)


@sent_from("desk:concerns")
def withdraw_concern(request: PersonalRequest, number: str, concern: int) -> HttpResponse:
    asked = get_object_or_404(deal_for(request.user, number).concerns, number=concern)
    done = say("Concern {number} is withdrawn.", number=concern)
    return said(request, asked, lambda text: withdraw(asked, by=request.user, text=text), done)


def said(request: PersonalRequest, concern: Concern, act: Act, done: str) -> HttpResponse:
    number = concern.deal.number
    form = say_form(concern.number, request.user.function == "desk", data=request.POST)
    if form.is_valid():
        try:
            act(form.cleaned_data["text"])
        except Invalid as refusal:
            form.add_error("text", refusal.message)
        else:
            messages.success(request, done)
            return redirect("desk:concerns", number)
    room = room_of(deal_for(request.user, number), request.user)
    return concerns_page(request, room, saying=(concern.number, form), status=422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: PersonalRequest) -> HttpResponse:
    form = Receipt(request.POST or None)
    if not form.is_valid():
        return render(
            request,
            "desk/receipt.html",
            {"form": form},
            status=422 if form.is_bound or request.method == "POST" else 200,
        )
    try:
        concern = find(form.cleaned_data["receipt"])
    except Invalid as refusal:
        form.add_error("receipt", refusal.message)
        return render(request, "desk/receipt.html", {"form": form}, status=422)
    return followed_up(request, concern)


ACTS: dict[str, Callable[..., Word]] = {"add": add_word, "withdraw": withdraw}


def followed_up(request: PersonalRequest, concern: Concern) -> HttpResponse:
    """What the receipt opens; nothing about who holds it goes any further than this."""
    form = FollowUp(request.POST)
    act, status, done = ACTS.get(request.POST.get("what", "")), 200, ""
    if act and form.is_valid():
        try:
            word = act(concern, text=form.cleaned_data["text"], receipt=form.cleaned_data["receipt"])
        except Invalid as refusal:
            form.add_error("text", refusal.message)
            status = 422
        else:
            done = say("It is withdrawn.") if word.kind == Word.Kind.WITHDRAWN else say("Your word is added.")
            form = FollowUp(initial={"receipt": form.cleaned_data["receipt"]})
            concern = find(request.POST["receipt"])
    page = {"concern": concern, "one": told(concern, now_for(request.user)), "follow_up": form, "done": done}
    return render(request, "desk/receipt.html", page, status=status)
