from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from base.errors import Invalid
from base.words import say
from deals.comment import comment as add_comment
from deals.comment import edit_comment, may_comment, refuse_other, refuse_reader, take_back
from deals.models import Comment
from deals.seers import seers
from desk.comments import page_of, thread_of
from desk.forms.comments import Comment as Saying
from desk.forms.comments import Reword
from desk.head import Room, deal_for, room_of
from desk.posted import sent_from
from people.request import PersonalRequest


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: PersonalRequest, number: str) -> HttpResponse:
    room = room_of(deal_for(request.user, number), request.user)
    if request.method != "POST":
        return comments_page(request, room)
    refuse_reader(room.deal, request.user)
    form = Saying(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        answers = room.deal.comments.filter(number=said["answers"]).first() if said["answers"] else None
        try:
            made = add_comment(
                room.deal, by=request.user, text=said["text"], sent=said["sent"], answers=answers
            )
        except Invalid as refusal:
            form.add_error("text", refusal.message)
        else:
            return redirect(place_of(number, made.number))
    return comments_page(request, room, saying=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: PersonalRequest, number: str, comment: int) -> HttpResponse:
    deal = deal_for(request.user, number)
    made = get_object_or_404(deal.comments.select_related("by"), number=comment)
    if request.method != "POST":
        return redirect(place_of(number, comment))
    refuse_other(made, request.user)
    form = Reword(request.POST, prefix=f"c{comment}")
    if form.is_valid():
        said = form.cleaned_data
        try:
            edit_comment(made, by=request.user, text=said["text"], over=said["over"])
        except Invalid as refusal:
            form.add_error("text", refusal.message)
        else:
            return redirect(place_of(number, comment))
    room = room_of(deal, request.user)
    return comments_page(request, room, wording=(made, again(form, made)), status=422)


@sent_from("desk:comments")
def take_comment_back(request: PersonalRequest, number: str, comment: int) -> HttpResponse:
    made = get_object_or_404(deal_for(request.user, number).comments.select_related("by"), number=comment)
    take_back(made, by=request.user)
    messages.success(request, say("Comment {number} is taken back. That it was there stays.", number=comment))
    return redirect(place_of(number, comment))


def comments_page(
    request: PersonalRequest,
    room: Room,
    *,
    saying: Saying | None = None,
    wording: tuple[Comment, Reword] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`saying` and `wording`: forms that come back with their mistakes."""
    asked = request.GET
    wording = wording or wording_of(room, asked.get("edit", ""))
    at = str(page_of(wording[0].number)) if wording else asked.get("page", "")
    reply = saying["answers"].value() if saying else asked.get("reply", "")
    answers = room.deal.comments.select_related("by").filter(number=number_in(reply)).first()
    page: dict[str, Any] = {
        "room": room,
        "tabs": room.tabs("comments"),
        "thread": thread_of(room, at),
        "may_say": room.deal.is_open and may_comment(room.deal, room.user),
        "saying": saying or Saying(initial={"answers": answers.number if answers else None}),
        "answers": answers,
        "wording": wording[0].number if wording else 0,
        "reword": wording[1] if wording else None,
        "people": seers(room.deal).by_name(),
    }
    return render(request, "desk/comments.html", page, status=status)


def wording_of(room: Room, asked: str) -> tuple[Comment, Reword] | None:
    """The comment its author wants to word anew, with the form that does so."""
    if not room.deal.is_open or not number_in(asked):
        return None
    made = room.deal.comments.filter(number=number_in(asked), by=room.user).first()
    last = made.wordings.latest("number") if made else None
    if made is None or last is None or last.taken_back:
        return None
    return made, Reword(initial={"text": last.text, "over": last.number}, prefix=f"c{made.number}")


def again(form: Reword, made: Comment) -> Reword:
    """With what was typed, over the wording that is in force now: the author sees it above the form."""
    over = made.wordings.latest("number").number
    typed = {**dict(form.data.items()), form.add_prefix("over"): over}
    fresh = Reword(typed, prefix=form.prefix)
    fresh.full_clean()
    for sentence in form.errors.get("text", []):
        if sentence not in fresh.errors.get("text", []):
            fresh.add_error("text", sentence)
    return fresh


def number_in(asked: object) -> int:
    """0 for what is none."""
    text = str(asked or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def place_of(number: str, comment: int) -> str:
    """The page a comment stands on, and its place there."""
    return f"{reverse('desk:comments', args=[number])}?page={page_of(comment)}#c{comment}"
