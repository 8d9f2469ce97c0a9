from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from approvals.decide_all import decide_all
from approvals.errors import NotAsked
from base.errors import Invalid, WrongState
from desk.forms.together import Own, Together
from desk.judging import Seat
from desk.lanes import verdict_words
from desk.phrases import listed
from desk.views.review import go_on, review_page, seat_for
from people.request import PersonalRequest


@require_POST
def review_all(request: PersonalRequest, step: int) -> HttpResponse:
    seats = named(request, step)
    for seat in seats:
        if not seat.was_mine:
            raise NotAsked(f"{seat.level} is asked here, and that is not you.")
    together = Together(request.POST, own=[Own(request.POST, seat=seat) for seat in seats])
    if not together.is_valid():
        return review_page(request, seats, together, status=422)
    try:
        made = decide_all(together.said, by=request.user)
    except Invalid as refusal:
        together.take(refusal.fields or {"": refusal.message})
        return review_page(request, seats, together, status=422)
    except WrongState as refusal:
        return review_page(request, named(request, step), together, moved=refusal, status=409)
    words = [
        f"as {seat.level} you {verdict_words(decision, seat.policy, seat.view)}"
        for seat, decision in zip(seats, made, strict=True)
    ]
    messages.success(
        request, f"{seats[0].deal.account.name}: {listed(words)}, for revision {seats[0].revision.number}."
    )
    return go_on(request, seats)


def named(request: PersonalRequest, step: int) -> list[Seat]:
    """The step of the address and those that the form names beside it, as they are now."""
    first = seat_for(request.user, step)
    others = [
        seat_for(request.user, number) for number in numbers(request.POST.getlist("steps")) if number != step
    ]
    if any(other.request.pk != first.request.pk for other in others):
        raise Http404
    return [first, *others]


def numbers(texts: list[str]) -> list[int]:
    """Each once. What is no number names no step."""
    if not all(text.isascii() and text.isdecimal() for text in texts):
        raise Http404
    return list(dict.fromkeys(int(text) for text in texts))
